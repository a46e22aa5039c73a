"""Items in, items out, on disk: the lists that a person keeps by voice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC

from hearth.memory.store import Store
from hearth.port import Clock


class StoredLists:
    """Keeps items by the name of their list, in the order in which they came."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, name: str, items: Sequence[str]) -> None:
        """Append items; returns once they are on disk."""
        now = self._clock.now().astimezone(UTC).isoformat()
        rows = [(name.casefold(), item, now) for item in items]
        await self._store.do(
            lambda db: db.executemany(
                "INSERT INTO list_item (list, item, added) VALUES (?, ?, ?)", rows
            )
        )

    async def remove(self, name: str, items: Sequence[str]) -> None:
        """Delete items, each once, as they were written."""

        def work(db: sqlite3.Connection) -> None:
            for item in items:
                db.execute(
                    "DELETE FROM list_item WHERE id ="
                    " (SELECT max(id) FROM list_item WHERE list = ? AND item = ?)",
                    (name.casefold(), item),
                )

        await self._store.do(work)

    async def items(self, name: str) -> tuple[str, ...]:
        """Return the items of a list."""
        rows = await self._store.do(
            lambda db: db.execute(
                "SELECT item FROM list_item WHERE list = ? ORDER BY id", (name.casefold(),)
            ).fetchall()
        )
        return tuple(str(row["item"]) for row in rows)
