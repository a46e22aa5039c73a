"""Personas in force in, their history out: whoever Hearth was, it can be again."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

from hearth.keep import Tenure
from hearth.memory.store import Store
from hearth.persona import Persona

_PERSONA = TypeAdapter(Persona)


class StoredPersonas:
    """Fills the port ``PersonaLog`` with the table ``persona_log``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, tenure: Tenure) -> None:
        """Note that a persona is in force from now on; returns once it is on disk."""
        persona = tenure.persona
        row = (
            tenure.time.astimezone(UTC).isoformat(),
            persona.id,
            persona.version,
            _PERSONA.dump_json(persona).decode(),
            tenure.why,
        )
        await self._store.do(
            lambda db: db.execute(
                "INSERT INTO persona_log (time, persona, version, body, why)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
        )

    async def all(self) -> tuple[Tenure, ...]:
        """Return all of them, the newest first; one that cannot be read any more is left out."""
        rows = await self._store.do(
            lambda db: db.execute("SELECT * FROM persona_log ORDER BY id DESC").fetchall()
        )
        return tuple(tenure for row in rows if (tenure := _tenure(row)))


def _tenure(row: sqlite3.Row) -> Tenure | None:
    try:
        persona = _PERSONA.validate_json(row["body"])
    except ValidationError:
        return None
    return Tenure(datetime.fromisoformat(row["time"]), persona, row["why"])
