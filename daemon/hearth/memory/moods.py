"""Moods in, moods out, on disk: the line over time, what corrections taught, the voice's usual."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hearth.event import Mood
from hearth.feeling import Felt, Usual
from hearth.memory.store import Store, read_only
from hearth.remember import Gone

_MOST_BIAS = 1.0
"""The most that corrections may lean a feeling either way, in logits."""

_BETWEEN = (
    "SELECT mood.*, EXISTS (SELECT 1 FROM mood AS later WHERE later.replaces = mood.id) AS replaced"
    " FROM mood WHERE time >= ? AND time < ? ORDER BY time, id"
)


class StoredMoods:
    """Fills the port ``MoodLog``; what is older than ``keep_days`` goes (0: nothing)."""

    def __init__(self, store: Store, keep_days: int = 0) -> None:
        self._store = store
        self._keep = timedelta(days=keep_days)

    async def add(self, felt: Felt, replaces: int = 0) -> int:
        """Keep a mood and return its id; ``replaces`` names the one that the person put right."""
        mood = felt.mood
        row = (
            _utc(felt.time),
            mood.turn,
            mood.site,
            mood.valence,
            mood.arousal,
            json.dumps(mood.feelings),
            mood.confidence,
            mood.source,
            replaces,
        )
        oldest = _utc(felt.time - self._keep) if self._keep else ""

        def work(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM mood WHERE time < ?", (oldest,))
            cursor = db.execute(
                "INSERT INTO mood (time, turn, site, valence, arousal, feelings, confidence,"
                " source, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return cursor.lastrowid or 0

        return await self._store.do(work)

    async def between(self, start: datetime, end: datetime) -> tuple[Felt, ...]:
        """Return the moods of a time, the first first; those that were put right are marked."""
        span = (_utc(start), _utc(end))
        rows = await self._store.do(lambda db: db.execute(_BETWEEN, span).fetchall())
        return tuple(map(_felt, rows))

    async def biases(self) -> Mapping[str, float]:
        """Return how much more (logits) each feeling is meant than it sounds."""
        rows = await self._store.do(lambda db: db.execute("SELECT * FROM mood_bias").fetchall())
        return {row["feeling"]: row["bias"] for row in rows}

    async def lean(self, changes: Mapping[str, float]) -> None:
        """Keep what a correction taught: add to the biases, each within one either way."""
        rows = [(feeling, more, -_MOST_BIAS, _MOST_BIAS) for feeling, more in changes.items()]
        await self._store.do(
            lambda db: db.executemany(
                "INSERT INTO mood_bias (feeling, bias) VALUES (?1, ?2) ON CONFLICT (feeling)"
                " DO UPDATE SET bias = max(?3, min(?4, bias + ?2))",
                rows,
            )
        )

    async def usual(self) -> Mapping[tuple[str, str], Usual]:
        """Return what is usual, by room and measure."""
        rows = await self._store.do(lambda db: db.execute("SELECT * FROM voice_usual").fetchall())
        return {
            (row["site"], row["measure"]): Usual(row["count"], row["mean"], row["squares"])
            for row in rows
        }

    async def note(self, usual: Mapping[tuple[str, str], Usual]) -> None:
        """Keep what is usual."""
        rows = [(*key, value.count, value.mean, value.squares) for key, value in usual.items()]
        await self._store.do(
            lambda db: db.executemany(
                "INSERT OR REPLACE INTO voice_usual VALUES (?, ?, ?, ?, ?)", rows
            )
        )

    async def clear(self) -> int:
        """Delete every mood and all that was learned; return how many moods went."""

        def work(db: sqlite3.Connection) -> int:
            count = db.execute("DELETE FROM mood").rowcount
            db.execute("DELETE FROM mood_bias")
            db.execute("DELETE FROM voice_usual")
            return count

        return await self._store.do(work)


def erase(db: sqlite3.Connection, gone: Gone) -> None:
    """Drop the moods of turns that are forgotten (a ``TableEraser``)."""
    turns = [(turn,) for turn in gone.turns | gone.utterances]
    db.executemany("DELETE FROM mood WHERE turn = ?", turns)
    if gone.start is not None or gone.end is not None:
        start = _utc(gone.start) if gone.start else ""
        end = _utc(gone.end) if gone.end else "9999"
        db.execute("DELETE FROM mood WHERE time >= ? AND time < ?", (start, end))


def read(path: Path, start: datetime, end: datetime) -> tuple[Felt, ...]:
    """Return the moods in the file of a daemon that may be running. Raises sqlite3.Error."""
    return tuple(map(_felt, read_only(path, _BETWEEN, (_utc(start), _utc(end)))))


def _felt(row: sqlite3.Row) -> Felt:
    feelings = tuple((str(name), float(chance)) for name, chance in json.loads(row["feelings"]))
    mood = Mood(
        row["site"],
        row["turn"],
        row["valence"],
        row["arousal"],
        feelings,
        row["confidence"],
        row["source"],
    )
    return Felt(row["id"], datetime.fromisoformat(row["time"]), mood, bool(row["replaced"]))


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()
