"""Rules and their notes in, the same out, on disk: what was promised survives a power cut."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from datetime import UTC

from pydantic import ValidationError

from hearth.memory.store import Store
from hearth.port import Clock
from hearth.rule import Rule, dump, load

log = logging.getLogger(__name__)


class StoredRules:
    """Fills the port ``RuleStore`` with the table ``rule``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def all(self) -> tuple[Rule, ...]:
        """Return every rule, in the order in which they were made.

        One that this version cannot read is left where it is, and told in the log.
        """
        rows = await self._store.do(
            lambda db: db.execute("SELECT id, body FROM rule ORDER BY made, id").fetchall()
        )
        found = []
        for row in rows:
            try:
                found.append(load(row["body"]))
            except ValidationError as error:
                log.warning("the rule %r cannot be read: %s", row["id"], error)
        return tuple(found)

    async def save(self, rule: Rule) -> None:
        """Insert or replace a rule by its id; returns once it is on disk."""
        made = self._clock.now().astimezone(UTC).isoformat()
        await self._store.do(
            lambda db: db.execute(
                "INSERT INTO rule (id, made, body) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (rule.id, made, dump(rule)),
            )
        )

    async def remove(self, rule_id: str) -> None:
        """Delete a rule; nothing happens if it is not there."""
        await self._store.do(lambda db: db.execute("DELETE FROM rule WHERE id = ?", (rule_id,)))


class StoredNotes:
    """Fills the port ``Ledger`` with the table ``rule_note``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def notes(self) -> Mapping[tuple[str, str], str]:
        """Return every note."""
        rows = await self._store.do(
            lambda db: db.execute("SELECT kind, key, body FROM rule_note").fetchall()
        )
        return {(row["kind"], row["key"]): row["body"] for row in rows}

    async def note(self, changes: Mapping[tuple[str, str], str | None]) -> None:
        """Write all of these notes, or none; None deletes. Returns once they are on disk."""
        gone = [mark for mark, body in changes.items() if body is None]
        kept = [(*mark, body) for mark, body in changes.items() if body is not None]

        def work(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM rule_note WHERE kind = ? AND key = ?", gone)
            db.executemany(
                "INSERT OR REPLACE INTO rule_note (kind, key, body) VALUES (?, ?, ?)", kept
            )

        await self._store.do(work)
