"""What was said unasked in, the same out, on disk: no greeting is said twice after a restart.

Tables ``prompt``, ``prompt_taste`` and ``prompt_held`` hold keys, kinds and times, and table
``joy`` ids of turns: no words of a person, so there is nothing in them to forget.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from hearth.memory.store import Store
from hearth.want import Past, Said, Taste

_HELD = timedelta(days=7)
"""How long it is kept why something was not said."""

_JOY = timedelta(days=120)
"""How long a glad moment is told again."""


class StoredPrompts:
    """Fills the port ``PromptStore``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def past(self, since: datetime) -> Past:
        """Return what was said since then, by its time, and every taste."""

        def work(db: sqlite3.Connection) -> Past:
            said = db.execute(
                "SELECT * FROM prompt WHERE time >= ? ORDER BY time, key", (_iso(since),)
            ).fetchall()
            return read(said, db.execute("SELECT * FROM prompt_taste").fetchall(), since)

        return await self._store.do(work)

    async def save(self, said: Sequence[Said]) -> None:
        """Insert or replace by utterance and key; returns once it is on disk."""
        rows = [
            (s.utterance, s.key, s.kind, _iso(s.time), s.site, s.asked, s.duty, s.became)
            for s in said
        ]
        await self._store.do(
            lambda db: db.executemany(
                "INSERT OR REPLACE INTO prompt VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        )

    async def taste(self, kind: str, taste: Taste) -> None:
        """Keep what a person said about a kind; returns once it is on disk."""
        row = (kind, taste.level, _iso(taste.until) if taste.until else None)
        await self._store.do(
            lambda db: db.execute("INSERT OR REPLACE INTO prompt_taste VALUES (?, ?, ?)", row)
        )

    async def held(self, key: str, kind: str, reason: str, time: datetime) -> None:
        """Note why a want was held back; what is older than a week goes."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT OR REPLACE INTO prompt_held VALUES (?, ?, ?, ?)",
                (key, reason, kind, _iso(time)),
            )
            db.execute("DELETE FROM prompt_held WHERE time < ?", (_iso(time - _HELD),))

        await self._store.do(work)


class StoredJoys:
    """Keeps which turns were glad ones; their words stay with the turn."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, turn: str, site: str, time: datetime) -> None:
        """Keep a glad turn; those of four months ago go."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR REPLACE INTO joy VALUES (?, ?, ?)", (turn, site, _iso(time)))
            db.execute("DELETE FROM joy WHERE time < ?", (_iso(time - _JOY),))

        await self._store.do(work)

    async def drop(self, turn: str) -> None:
        """Let a turn be no glad one: it was forgotten, or was none after all."""
        await self._store.do(lambda db: db.execute("DELETE FROM joy WHERE turn = ?", (turn,)))

    async def between(self, start: datetime, end: datetime) -> tuple[tuple[str, datetime], ...]:
        """Return the glad turns between two moments, the newest first."""
        rows = await self._store.do(
            lambda db: db.execute(
                "SELECT turn, time FROM joy WHERE time >= ? AND time < ? ORDER BY time DESC",
                (_iso(start), _iso(end)),
            ).fetchall()
        )
        return tuple((row["turn"], datetime.fromisoformat(row["time"])) for row in rows)


def read(said: Sequence[sqlite3.Row], tastes: Sequence[sqlite3.Row], moment: datetime) -> Past:
    """Return rows of ``prompt`` and ``prompt_taste`` as values, in the zone of ``moment``."""
    return Past(
        tuple(_said(row, moment.tzinfo) for row in said),
        {row["kind"]: Taste(row["level"], _time(row["until"], moment.tzinfo)) for row in tastes},
    )


def _said(row: sqlite3.Row, zone: tzinfo | None) -> Said:
    return Said(
        utterance=row["utterance"],
        key=row["key"],
        kind=row["kind"],
        time=datetime.fromisoformat(row["time"]).astimezone(zone),
        site=row["site"],
        asked=bool(row["asked"]),
        duty=bool(row["duty"]),
        became=row["became"],
    )


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()


def _time(text: str | None, zone: tzinfo | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(zone) if text else None
