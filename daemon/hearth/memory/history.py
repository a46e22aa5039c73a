"""A question about what happened in, what the journal holds of it out; nothing else.

A change is an action's doing where the journal has it between the command that left for the device
and the end of that action. A change that no command of Hearth's came before was made at the device,
or by somebody else: which of the two, nobody told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hearth.memory.store import Store

_LATE = timedelta(seconds=30)
"""So long after an action that got no answer, a change may still be its doing."""

_MOVING = frozenset(
    ("opening", "closing", "locking", "unlocking", "arming", "pending", "returning")
)
_TRAVEL = timedelta(minutes=2)
"""So long may a thing move that said that it is moving when its action ended."""

_UNKNOWN = ("unknown", "unavailable")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Who or what was behind a change.

    ``by``: a sentence (``words``, heard at ``time`` at ``site``), a rule or a timer (``id``),
    Hearth itself, or the device (its switch, another program, its own doing).
    """

    by: Literal["person", "rule", "timer", "hearth", "device"]
    words: str = ""
    site: str = ""
    id: str = ""
    time: datetime | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """One change: what it was and became, when, and why."""

    entity_id: str
    was: str
    became: str
    time: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Deed:
    """One action that was carried out, and who asked for it."""

    entity_id: str
    service: str
    time: datetime
    cause: Cause


class History:
    """Reads the journal; ``settled`` waits until what has happened by now is in it."""

    def __init__(self, store: Store, settled: Callable[[], Awaitable[None]]) -> None:
        self._store = store
        self._settled = settled

    async def last(self, entities: Collection[str], states: Collection[str] = ()) -> Past | None:
        """Return the last change of any of these things into one of these states (any, if empty).

        What a thing told when Hearth came, or came back, is no change.
        """

        def work(db: sqlite3.Connection) -> Past | None:
            found = [row for id_ in entities if (row := _last(db, id_, states)) is not None]
            if not found:
                return None
            latest = max(found, key=lambda row: int(row["id"]))
            body = json.loads(latest["body"])
            return Past(
                str(latest["entity"]),
                str(body["old"]["state"]),
                str(body["new"]["state"]),
                _time(latest["time"]),
                _cause(db, latest, str(body["new"]["state"])),
            )

        await self._settled()
        return await self._store.do(work)

    async def deeds(self, since: datetime, until: datetime) -> tuple[Deed, ...]:
        """Return what was carried out in that time, in its order, at most 200 of it."""

        def work(db: sqlite3.Connection) -> tuple[Deed, ...]:
            rows = db.execute(
                "SELECT * FROM journal WHERE kind = 'Acted' AND time >= ? AND time < ?"
                " AND json_extract(body, '$.outcome') IN ('done', 'sent') ORDER BY id LIMIT ?",
                (since.astimezone(UTC).isoformat(), until.astimezone(UTC).isoformat(), _MOST),
            ).fetchall()
            return tuple(
                Deed(
                    str(row["entity"]),
                    str(json.loads(row["body"])["act"]["service"]),
                    _time(row["time"]),
                    _who(db, row),
                )
                for row in rows
            )

        await self._settled()
        return await self._store.do(work)

    async def begin(self) -> datetime | None:
        """Return the time of the oldest thing that the journal holds."""

        def work(db: sqlite3.Connection) -> datetime | None:
            row = db.execute("SELECT min(time) AS time FROM journal").fetchone()
            return _time(row["time"]) if row["time"] else None

        return await self._store.do(work)


def _last(db: sqlite3.Connection, entity: str, states: Collection[str]) -> sqlite3.Row | None:
    """Return the row of the last real change of a thing into one of these states."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM journal WHERE entity = ? AND entity <> '' AND kind = 'Changed'"
        " AND json_extract(body, '$.old.state') IS NOT NULL"
        " AND json_extract(body, '$.new.state') IS NOT NULL"
        " AND json_extract(body, '$.old.state') <> json_extract(body, '$.new.state')"
        " AND json_extract(body, '$.old.state') NOT IN (?, ?)"
        " AND (? = '[]' OR json_extract(body, '$.new.state') IN (SELECT value FROM json_each(?)))"
        " ORDER BY id DESC LIMIT 1",
        (entity, *_UNKNOWN, *[json.dumps(sorted(states))] * 2),
    ).fetchone()
    return row


def _cause(db: sqlite3.Connection, change: sqlite3.Row, state: str) -> Cause:
    """Return what was behind a change: the last command before it, if it is that one's doing."""
    device = Cause("device")
    sent = db.execute(
        "SELECT * FROM journal WHERE entity = ? AND entity <> '' AND kind = 'Published' AND id < ?"
        " ORDER BY id DESC LIMIT 1",
        (change["entity"], change["id"]),
    ).fetchone()
    if sent is None:
        return device
    acted = db.execute(
        "SELECT * FROM journal WHERE entity = ? AND entity <> '' AND kind = 'Acted' AND id > ?"
        " ORDER BY id LIMIT 1",
        (change["entity"], sent["id"]),
    ).fetchone()
    if acted is None:
        return device
    body: dict[str, Any] = json.loads(acted["body"])
    passed = _time(change["time"]) - _time(acted["time"])
    within = change["id"] < acted["id"]
    late = body["outcome"] == "no_answer" and passed <= _LATE
    arrives = body["after"] in _MOVING and passed <= _TRAVEL
    fits = body["after"] == state or state in _MOVING
    return _who(db, acted) if (within and fits) or late or arrives else device


def _who(db: sqlite3.Connection, acted: sqlite3.Row) -> Cause:
    """Return who asked for an action."""
    act: dict[str, Any] = json.loads(acted["body"])["act"]
    because, service = str(act["because"]), str(act["service"])
    heard = db.execute(
        "SELECT * FROM journal WHERE turn = ? AND turn <> '' AND kind = 'Heard' LIMIT 1",
        (acted["turn"],),
    ).fetchone()
    said = json.loads(heard["body"]) if heard else {}
    maker = str(said.get("because") or (because if act["origin"] == "hearth" else ""))
    makers: tuple[Literal["rule", "timer"], ...] = ("rule", "timer")
    for by in makers:
        if maker.startswith(f"{by}:"):
            id_ = maker.removeprefix(f"{by}:").split(" ", 1)[0]
            return Cause(by, id=id_, time=_time(acted["time"]), service=service)
    if act["origin"] == "hearth":
        return Cause("hearth", time=_time(acted["time"]), service=service)
    words = because or str(said.get("text", ""))
    when = _time(heard["time"]) if heard else _time(acted["time"])
    site = str(heard["site"]) if heard else str(acted["site"])
    return Cause("person", words, site, time=when, service=service)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
