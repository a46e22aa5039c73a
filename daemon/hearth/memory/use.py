"""The journal in, a mirror of use out: minutes a week, how much late at night, days without others.

It is shown to the person only; nothing in Hearth reads it to be used more. Minutes are those from
the first sentence of a talk to its last, half a minute at least; a pause of five minutes ends one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_PAUSE = timedelta(minutes=5)
_LEAST = timedelta(seconds=30)
_LATE_FROM_H, _LATE_TO_H = 23, 5
DAYS = 7

_QUERY = (
    "SELECT time, kind, body FROM journal"
    " WHERE kind IN ('Heard', 'Spoken') AND time >= ? ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a person (``text``), or of Hearth's answer to it; ``time`` is local."""

    time: datetime
    text: str = ""
    person: bool = True


@dataclass(frozen=True, slots=True)
class Mirror:
    """A week of use: ``minutes`` in all, ``late_share`` (0 to 1) of them from 23 to 5 o'clock.

    ``days`` are those with use, ``alone_days`` those of them on which the person spoke of nobody
    else; ``before_minutes`` is the week before, None where the journal does not reach back.
    """

    minutes: float
    late_share: float
    days: int
    alone_days: int
    before_minutes: float | None = None


def mirror(
    sentences: Iterable[Sentence], now: datetime, speaks_of_people: Callable[[str], bool]
) -> Mirror:
    """Return the mirror of the seven days before ``now`` (local, aware); pure."""
    week, two = now - timedelta(days=DAYS), now - timedelta(days=2 * DAYS)
    known = [s for s in sentences if two <= s.time <= now]
    lately = [s for s in known if s.time >= week]
    talks = _talks(lately)
    total = sum((end - start for start, end in talks), timedelta())
    late = sum((end - start for start, end in talks if _late(start)), timedelta())
    said = [s for s in lately if s.person]
    days = {s.time.date() for s in said}
    others = {s.time.date() for s in said if speaks_of_people(s.text)}
    before = [s for s in known if s.time < week]
    minutes = sum((end - start for start, end in _talks(before)), timedelta())
    return Mirror(
        total / timedelta(minutes=1),
        late / total if total else 0.0,
        len(days),
        len(days - others),
        minutes / timedelta(minutes=1) if before else None,
    )


def _talks(sentences: Iterable[Sentence]) -> list[tuple[datetime, datetime]]:
    """Return when each talk began and ended; only a person begins one."""
    talks: list[tuple[datetime, datetime]] = []
    for sentence in sentences:
        if talks and sentence.time - talks[-1][1] <= _PAUSE:
            talks[-1] = (talks[-1][0], max(talks[-1][1], sentence.time))
        elif sentence.person:
            talks.append((sentence.time, sentence.time))
    return [(start, max(end, start + _LEAST)) for start, end in talks]


def _late(at: datetime) -> bool:
    return at.hour >= _LATE_FROM_H or at.hour < _LATE_TO_H


def read(db: sqlite3.Connection, now: datetime) -> tuple[Sentence, ...]:
    """Return what people said in the two weeks before ``now``, and the answers that they heard."""
    since = (now - timedelta(days=2 * DAYS)).astimezone(UTC).isoformat()
    found = []
    for time, kind, body in db.execute(_QUERY, (since,)).fetchall():
        told = json.loads(body)
        at = datetime.fromisoformat(time).astimezone(now.tzinfo)
        if kind == "Heard":
            if not told.get("because") and told.get("origin") != "hearth":
                found.append(Sentence(at, str(told.get("text", ""))))
        elif told.get("said"):
            found.append(Sentence(at, person=False))
    return tuple(found)


def read_file(path: Path, now: datetime) -> tuple[Sentence, ...]:
    """Read the same from the file of a daemon that may be running; empty where there is none."""
    if not path.is_file():
        return ()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        try:
            return read(db, now)
        except sqlite3.OperationalError:
            return ()
