"""What was heard and said in, turns word for word out: on disk at once, with no model in between.

Index and vectors follow the table by its triggers (schema 0006), so that a row that goes takes
all of it along. ``StoredTurns`` is the table, ``Scribe`` the room that fills it from the bus.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from hearth.bus import Bus, Inbox
from hearth.error import HearthError
from hearth.event import Heard, Spoken
from hearth.memory.store import Store
from hearth.port import Clock
from hearth.remember import HEARTH, PERSON, Utterance

PAUSE = timedelta(minutes=20)
"""After so long a silence in a room, what is said there begins a new session."""

Origin = Literal["microphone", "client", "hearth", "import"]
"""Where a turn came from; what Hearth said is never taken for a person's words."""

Refused = Callable[[Sequence[Utterance]], frozenset[str]]
"""Tells, by their ids, the utterances that were forgotten and stay gone."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import: how many are new, were there already, or stay forgotten."""

    added: int
    known: int
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Stats:
    """What the memory holds of turns; ``first`` and ``last`` are None where it holds none."""

    turns: int
    sessions: int
    vectors: int
    speakers: tuple[tuple[str, int], ...]
    first: datetime | None
    last: datetime | None


class StoredTurns:
    """The table ``turn``. Moments come out in the zone of ``clock``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def heard(self, heard: Heard) -> str:
        """Keep a person's sentence; return its id once it is on disk."""
        now = self._clock.now()

        def work(db: sqlite3.Connection) -> str:
            origin: Origin = "client" if heard.origin == "client" else "microphone"
            said = Utterance(heard.turn, "", now, PERSON, heard.text.strip(), heard.site)
            return _keep(db, said, origin, heard.turn)

        return await self._store.do(work)

    async def spoken(self, spoken: Spoken, joins: str = "") -> str:
        """Keep what was heard of Hearth's sentence; return the id of its turn, once on disk.

        Sentences of one turn, or those that name the id that they ``joins``, are one utterance.
        """
        now = self._clock.now()
        id_ = joins or (f"{spoken.turn}.hearth" if spoken.turn else "")

        def work(db: sqlite3.Connection) -> str:
            said = spoken.said.strip()
            grown = db.execute("UPDATE turn SET text = text || ' ' || ? WHERE id = ?", (said, id_))
            if grown.rowcount:
                return id_
            new = id_ or f"{now.astimezone(UTC):%Y%m%d-%H%M%S}.{HEARTH}"
            each = Utterance(new, "", now, HEARTH, said, spoken.site)
            return _keep(db, each, "hearth", spoken.turn)

        return await self._store.do(work)

    async def bring(
        self, utterances: Sequence[Utterance], refused: Refused | None = None
    ) -> Imported:
        """Import utterances, all or none; those that are there already, word for word, are known.

        Raises HearthError where an id stands for other words.
        """

        gone = refused(utterances) if refused else frozenset()

        def work(db: sqlite3.Connection) -> Imported:
            added = known = 0
            for each in utterances:
                if each.id in gone:
                    continue
                row = db.execute(
                    "SELECT speaker, text FROM turn WHERE id = ?", (each.id,)
                ).fetchone()
                if row is None:
                    _insert(db, each, "import")
                    added += 1
                elif (row["speaker"], row["text"]) == (each.speaker, each.text):
                    known += 1
                else:
                    raise HearthError(
                        f"The id {each.id!r} is in the memory already, with other words.",
                        "Nothing was imported. Two dialogues need different ids: put the name of"
                        " the dialogue before each.",
                    )
            return Imported(added, known, len(gone))

        return await self._store.do(work)

    async def one(self, utterance_id: str) -> Utterance | None:
        """Return an utterance; None where there is none of that id."""
        found = await self._select("WHERE id = ?", (utterance_id,))
        return found[0] if found else None

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""
        zone = self._zone

        def work(db: sqlite3.Connection) -> tuple[Utterance, ...]:
            row = db.execute("SELECT * FROM turn WHERE id = ?", (utterance_id,)).fetchone()
            if row is None:
                return ()
            at = (row["session"], row["seq"])
            earlier = db.execute(
                "SELECT * FROM turn WHERE session = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                (*at, before),
            ).fetchall()
            later = db.execute(
                "SELECT * FROM turn WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?",
                (*at, after),
            ).fetchall()
            return tuple(utterance(each, zone) for each in (*reversed(earlier), row, *later))

        return await self._store.read(work)

    async def newest(
        self, most: int, *, since: datetime | None = None, speaker: str = ""
    ) -> tuple[Utterance, ...]:
        """Return the last utterances in order, at most so many, of a time or a speaker."""
        where, values = ["1"], []
        if since:
            where.append("time >= ?")
            values.append(since.astimezone(UTC).isoformat())
        if speaker:
            where.append("lower(speaker) = lower(?)")
            values.append(speaker)
        found = await self._select(
            f"WHERE {' AND '.join(where)} ORDER BY time DESC, seq DESC LIMIT {int(most)}",
            tuple(values),
        )
        return tuple(reversed(found))

    async def stats(self) -> Stats:
        """Return how much there is, of whom, and from when to when."""
        zone = self._zone

        def work(db: sqlite3.Connection) -> Stats:
            one = db.execute(
                "SELECT count(*) AS turns, count(DISTINCT session) AS sessions,"
                " min(time) AS first, max(time) AS last,"
                " (SELECT count(*) FROM turn_vector) AS vectors FROM turn"
            ).fetchone()
            speakers = db.execute(
                "SELECT speaker, count(*) AS n FROM turn GROUP BY speaker ORDER BY n DESC, speaker"
            ).fetchall()
            return Stats(
                one["turns"],
                one["sessions"],
                one["vectors"],
                tuple((row["speaker"], row["n"]) for row in speakers),
                moment(one["first"], zone) if one["first"] else None,
                moment(one["last"], zone) if one["last"] else None,
            )

        return await self._store.read(work)

    @property
    def _zone(self) -> tzinfo:
        return self._clock.now().tzinfo or UTC

    async def _select(self, rest: str, values: tuple[object, ...]) -> tuple[Utterance, ...]:
        zone = self._zone

        def work(db: sqlite3.Connection) -> tuple[Utterance, ...]:
            rows = db.execute(f"SELECT * FROM turn {rest}", values)  # noqa: S608  # text of ours
            return tuple(utterance(row, zone) for row in rows)

        return await self._store.read(work)


class Scribe:
    """Writes down what people say and what they hear of Hearth, each sentence as it comes.

    Words of a secret answer, what a rule or a timer said in the place of a person, and what was
    cut off before it was heard are not kept.
    """

    def __init__(self, bus: Bus, turns: StoredTurns) -> None:
        self._inbox: Inbox[Heard | Spoken] = bus.subscribe(Heard, Spoken, size=1024)
        self._turns = turns
        self._open: dict[str, str] = {}

    async def run(self) -> None:
        """Keep what the bus brings, until cancelled."""
        while True:
            match await self._inbox.get():
                case Heard() as heard:
                    if heard.text.strip() and not heard.because and heard.secret is None:
                        await self._turns.heard(heard)
                case Spoken() as spoken:
                    await self._hearth(spoken)

    async def _hearth(self, spoken: Spoken) -> None:
        """Keep what was said; of what began without a turn, the sentences follow one another."""
        joins = "" if spoken.turn else self._open.pop(spoken.site, "")
        if spoken.said.strip():
            joins = await self._turns.spoken(spoken, joins)
        if joins and not spoken.turn and not spoken.last:
            self._open[spoken.site] = joins


def utterance(row: sqlite3.Row, zone: tzinfo) -> Utterance:
    """Return a row of ``turn`` as the value that it stands for."""
    return Utterance(
        row["id"],
        row["session"],
        moment(row["time"], zone),
        row["speaker"],
        row["text"],
        row["site"],
    )


def moment(text: str, zone: tzinfo) -> datetime:
    """Return a moment of the table in a zone."""
    return datetime.fromisoformat(text).astimezone(zone)


def _keep(db: sqlite3.Connection, said: Utterance, origin: Origin, bus: str) -> str:
    """Insert what was said just now, in the session that is open in its room; return its id."""
    last = db.execute(
        "SELECT session, time FROM turn WHERE site = ? AND origin <> 'import'"
        " ORDER BY seq DESC LIMIT 1",
        (said.site,),
    ).fetchone()
    session = f"{said.time:%Y-%m-%d %H:%M:%S} {said.site}"
    if last and abs(said.time - datetime.fromisoformat(last["time"])) < PAUSE:
        session = last["session"]
    id_ = _free(db, said.id)
    _insert(db, replace(said, id=id_, session=session), origin, bus)
    return id_


def _free(db: sqlite3.Connection, id_: str) -> str:
    """Return the id, with a number behind it where it is taken."""
    wanted, number = id_, 1
    while db.execute("SELECT 1 FROM turn WHERE id = ?", (wanted,)).fetchone():
        number += 1
        wanted = f"{id_}.{number}"
    return wanted


def _insert(db: sqlite3.Connection, each: Utterance, origin: Origin, bus: str = "") -> None:
    db.execute(
        "INSERT INTO turn (id, session, time, speaker, site, origin, bus, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            each.id,
            each.session,
            each.time.astimezone(UTC).isoformat(),
            each.speaker,
            each.site,
            origin,
            bus,
            each.text,
        ),
    )
