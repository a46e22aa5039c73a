"""Reminders in, reminders out, on disk: what was promised survives a power cut.

They hold words of a person: ``erase`` drops those that a forgetting touches (a ``TableEraser``).
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from hearth.memory.store import Store
from hearth.port import Clock
from hearth.remember import Gone
from hearth.reminder import Reminder


class StoredReminders:
    """Fills the port ``ReminderStore`` with the table ``reminder``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def save(self, reminder: Reminder) -> Reminder:
        """Insert (id 0) or replace one; return it with its id, once it is on disk."""

        def work(db: sqlite3.Connection) -> int:
            cursor = db.execute(
                "INSERT OR REPLACE INTO reminder"
                " (id, kind, text, told, site, first, rule, words, insist, most, at, due, rung)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    reminder.id or None,
                    reminder.kind,
                    reminder.text,
                    reminder.told,
                    reminder.site,
                    reminder.first.isoformat(),
                    reminder.rule,
                    reminder.words,
                    reminder.insist_s,
                    reminder.most,
                    reminder.at.isoformat() if reminder.at else None,
                    reminder.due.isoformat() if reminder.due else None,
                    reminder.rung,
                ),
            )
            return cursor.lastrowid or reminder.id

        return replace(reminder, id=await self._store.do(work))

    async def remove(self, reminder_id: int) -> None:
        """Delete one; nothing happens if it is not there."""
        await self._store.do(
            lambda db: db.execute("DELETE FROM reminder WHERE id = ?", (reminder_id,))
        )

    async def all(self) -> tuple[Reminder, ...]:
        """Return every one, the next to ring first."""
        rows = await self._store.do(lambda db: db.execute("SELECT * FROM reminder").fetchall())
        found = [self._read(row) for row in rows]
        return tuple(sorted(found, key=lambda r: (r.due is None, r.due or r.first, r.id)))

    def _read(self, row: sqlite3.Row) -> Reminder:
        return Reminder(
            id=row["id"],
            kind=row["kind"],
            text=row["text"],
            told=row["told"],
            site=row["site"],
            first=self._time(row["first"]),
            rule=row["rule"],
            words=row["words"],
            insist_s=row["insist"],
            most=row["most"],
            at=self._time(row["at"]) if row["at"] else None,
            due=self._time(row["due"]) if row["due"] else None,
            rung=row["rung"],
        )

    def _time(self, text: str) -> datetime:
        """Return a moment in the house's zone, so that nine stays nine over a change of clocks."""
        zone, moment = self._clock.now().tzinfo, datetime.fromisoformat(text)
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def erase(db: sqlite3.Connection, gone: Gone) -> None:
    """Drop the reminders that hold words of what is being forgotten (a ``TableEraser``)."""
    for row in db.execute("SELECT id, text, told, words FROM reminder").fetchall():
        if any(gone.touches(str(row[key])) for key in ("text", "told", "words")):
            db.execute("DELETE FROM reminder WHERE id = ?", (row["id"],))
