"""A stretch of time in, when somebody moved or spoke in it out: read from the journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime

from hearth.memory.store import Store

_MOST = 5000


class Stirs:
    """Reads the journal; of the last second it may not know yet."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def moved(
        self, entities: Collection[str], start: datetime, end: datetime
    ) -> tuple[datetime, ...]:
        """Return when one of these sensors began to see somebody, in order; the last 5,000."""

        def work(db: sqlite3.Connection) -> tuple[datetime, ...]:
            rows = db.execute(
                "SELECT time FROM journal WHERE kind = 'Changed' AND time >= ? AND time < ?"
                " AND entity IN (SELECT value FROM json_each(?)) AND entity <> ''"
                " AND json_extract(body, '$.new.state') = 'on'"
                " AND json_extract(body, '$.old.state') = 'off' ORDER BY id DESC LIMIT ?",
                (_iso(start), _iso(end), json.dumps(sorted(entities)), _MOST),
            ).fetchall()
            return tuple(datetime.fromisoformat(row["time"]) for row in reversed(rows))

        return await self._store.do(work)

    async def spoke(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """Return when a person spoke, in order; the last 5,000. Not the words."""

        def work(db: sqlite3.Connection) -> tuple[datetime, ...]:
            rows = db.execute(
                "SELECT time FROM journal WHERE kind = 'Heard' AND time >= ? AND time < ?"
                " AND coalesce(json_extract(body, '$.because'), '') = ''"
                " ORDER BY id DESC LIMIT ?",
                (_iso(start), _iso(end), _MOST),
            ).fetchall()
            return tuple(datetime.fromisoformat(row["time"]) for row in reversed(rows))

        return await self._store.do(work)


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()
