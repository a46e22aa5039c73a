"""Timers in, timers out, on disk: what was promised survives a power cut."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from hearth.memory.store import Store
from hearth.port import Timer


class StoredTimers:
    """Fills the port ``TimerStore`` with the table ``timer``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def save(self, timer: Timer) -> Timer:
        """Insert (id 0) or replace a timer; return it with its id, once it is on disk."""

        def work(db: sqlite3.Connection) -> Timer:
            ends = timer.ends.astimezone(UTC).isoformat() if timer.ends else None
            cursor = db.execute(
                "INSERT OR REPLACE INTO timer"
                " (id, name, site, seconds, ends, remaining, command, origin)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    timer.id or None,
                    timer.name,
                    timer.site,
                    timer.seconds,
                    ends,
                    timer.remaining_s,
                    timer.command,
                    timer.origin,
                ),
            )
            return timer.with_id(cursor.lastrowid or timer.id)

        return await self._store.do(work)

    async def remove(self, timer_id: int) -> None:
        """Delete a timer; nothing happens if it is not there."""
        await self._store.do(lambda db: db.execute("DELETE FROM timer WHERE id = ?", (timer_id,)))

    async def all(self) -> tuple[Timer, ...]:
        """Return every timer, the next to end first."""
        rows = await self._store.do(
            lambda db: db.execute("SELECT * FROM timer ORDER BY ends IS NULL, ends, id").fetchall()
        )
        return tuple(
            Timer(
                id=row["id"],
                name=row["name"],
                site=row["site"],
                seconds=row["seconds"],
                ends=datetime.fromisoformat(row["ends"]) if row["ends"] else None,
                remaining_s=row["remaining"],
                command=row["command"],
                origin=row["origin"],
            )
            for row in rows
        )


class StoredSettings:
    """Small things that a person set by voice, kept by key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def put(self, key: str, value: str) -> None:
        """Keep a value; returns once it is on disk."""
        await self._store.do(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value)
            )
        )

    async def all(self) -> dict[str, str]:
        """Return every setting by its key."""
        rows = await self._store.do(
            lambda db: db.execute("SELECT key, value FROM setting").fetchall()
        )
        return {row["key"]: row["value"] for row in rows}
