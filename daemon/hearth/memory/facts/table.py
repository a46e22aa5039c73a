"""Facts in, facts out, on disk: what holds, what held before, what comes up (Knowledge)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from hearth.memory.facts.terms import ME, OPEN, YEARLY, rivals
from hearth.memory.store import Store
from hearth.port import Clock
from hearth.remember import Fact, plain

Origin = Literal["said", "told", "edited"]
"""Where a fact came from: said in passing, told to be kept, typed by hand."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that a person said is no longer so: which facts it ends, and the words.

    An empty ``value`` ends whatever is kept of that relation.
    """

    subject: str
    relation: str
    value: str
    source: str
    told: datetime


class StoredFacts:
    """The table ``fact``. Moments come out in the zone of ``clock``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def about(self, words: str, most: int = 10) -> tuple[Fact, ...]:
        """Return the facts about a person, a thing or a topic, the surest first.

        A person's relation counts as their name: what is known of "my sister" is about Mara.
        """
        every = await self.all()
        wanted = plain(words)
        if wanted in ("", ME, "i", "myself", "us"):
            mine = [one for one in every if one.subject == ME]
            return tuple(sorted(mine, key=lambda one: -one.confidence)[:most])
        names = _called(every, wanted)
        scored = [(_nearness(one, names), one) for one in every]
        found = [(score, one) for score, one in scored if score]
        found.sort(key=lambda pair: (-pair[0], -pair[1].confidence, -pair[1].id))
        return tuple(one for _, one in found[:most])

    async def named(self, words: str) -> frozenset[str]:
        """Return what a person may be called in facts, folded: "my sister" and "mara" alike."""
        return frozenset(_called(await self.all(), plain(words)))

    async def open(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        """Return the open threads and dates that come up between two moments, the next first.

        A birthday comes up every year: ``due`` is the next one then.
        """
        found = []
        for one in await self.all():
            due = one.due
            if due is not None and one.relation in YEARLY:
                due = _next_year(due, start)
            if due is not None and start <= due < end:
                found.append(replace(one, due=due))
        return tuple(sorted(found, key=lambda one: (one.due or end, one.id)))

    async def all(self) -> tuple[Fact, ...]:
        """Return every fact that holds, the newest first."""
        now = self._clock.now()
        rows = await self._select("WHERE superseded IS NULL ORDER BY told DESC, id DESC")
        return tuple(one for one in rows if one.until is None or one.until > now)

    async def every(self) -> tuple[Fact, ...]:
        """Return all facts, those that hold no longer, too, in the order in which they came."""
        return await self._select("ORDER BY id")

    async def of(self, source: str) -> tuple[Fact, ...]:
        """Return what was made from one utterance."""
        return await self._select("WHERE source = ? ORDER BY id", (source,))

    async def one(self, fact_id: int) -> Fact | None:
        """Return a fact; None where there is none."""
        found = await self._select("WHERE id = ?", (fact_id,))
        return found[0] if found else None

    async def keep(
        self, facts: Iterable[Fact], origin: Origin = "said", *, corrects: bool = False
    ) -> tuple[Fact, ...]:
        """Keep facts; each supersedes what cannot hold beside it. Returned once on disk."""
        new = tuple(facts)
        return await self._store.do(
            lambda db: tuple(insert(db, one, origin, corrects=corrects) for one in new)
        )

    async def edit(self, fact_id: int, value: str, *, now: datetime) -> Fact | None:
        """Supersede a fact by one with another value; None where there is none of that id."""
        zone = self._zone

        def work(db: sqlite3.Connection) -> Fact | None:
            row = db.execute("SELECT * FROM fact WHERE id = ?", (fact_id,)).fetchone()
            if row is None:
                return None
            new = replace(
                fact(row, zone), id=0, value=value, quote=value, source="", told=now,
                superseded=None, until=None, confidence=1.0,
            )  # fmt: skip
            kept = insert(db, new, "edited")
            _supersede(db, [fact_id], kept.id, now)
            return kept

        return await self._store.do(work)

    @property
    def _zone(self) -> tzinfo:
        return self._clock.now().tzinfo or UTC

    async def _select(self, rest: str, values: tuple[object, ...] = ()) -> tuple[Fact, ...]:
        zone = self._zone

        def work(db: sqlite3.Connection) -> tuple[Fact, ...]:
            rows = db.execute(f"SELECT * FROM fact {rest}", values)  # noqa: S608  # text of ours
            return tuple(fact(row, zone) for row in rows)

        return await self._store.do(work)


def fact(row: sqlite3.Row, zone: tzinfo) -> Fact:
    """Return a row of ``fact`` as the value that it stands for."""

    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(row[name]).astimezone(zone) if row[name] else None

    return Fact(
        row["id"],
        row["subject"],
        row["relation"],
        row["value"],
        row["quote"],
        row["source"],
        moment("told") or datetime.fromtimestamp(0, zone),
        moment("since"),
        moment("until"),
        moment("superseded"),
        moment("due"),
        row["confidence"],
    )


def insert(db: sqlite3.Connection, one: Fact, origin: Origin, *, corrects: bool = False) -> Fact:
    """Keep a fact and supersede what cannot hold beside it; the same one told again is not kept.

    ``corrects``: it was said as a correction, so that the last of its kind gives way, too.
    """
    rows = db.execute(
        "SELECT id, relation, value, told FROM fact"
        " WHERE superseded IS NULL AND lower(subject) = lower(?)",
        (one.subject,),
    ).fetchall()
    same = [
        row
        for row in rows
        if row["relation"] == one.relation and plain(row["value"]) == plain(one.value)
    ]
    if same and one.relation != OPEN and origin == "said":
        return replace(one, id=same[0]["id"])
    cursor = db.execute(
        "INSERT INTO fact (subject, relation, value, quote, source, told, since, until, due,"
        " confidence, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.subject,
            one.relation,
            one.value,
            one.quote,
            one.source,
            _iso(one.told),
            _iso(one.since),
            _iso(one.until),
            _iso(one.due),
            one.confidence,
            origin,
        ),
    )
    kept = replace(one, id=cursor.lastrowid or 0)
    older = [row for row in rows if row["told"] <= (_iso(one.told) or "")]
    gone = [r["id"] for r in older if rivals(one.relation, one.value, r["relation"], r["value"])]
    kind = [row["id"] for row in older if row["relation"] == one.relation]
    gone += kind[-1:] if corrects else []
    _supersede(db, {*gone, *(row["id"] for row in same)}, kept.id, one.told)
    if corrects:  # what was put right never held
        db.executemany("UPDATE fact SET until = told WHERE id = ?", [(id_,) for id_ in gone])
    return kept


def end(db: sqlite3.Connection, ended: Ended) -> int:
    """Let facts hold no longer; they keep their rows. Return how many."""
    rows = db.execute(
        "SELECT id, value FROM fact WHERE superseded IS NULL AND until IS NULL"
        " AND lower(subject) = lower(?) AND relation = ? AND source <> ?",
        (ended.subject, ended.relation, ended.source),
    ).fetchall()
    wanted = plain(ended.value)
    ids = [row["id"] for row in rows if not wanted or plain(row["value"]) == wanted]
    db.executemany(
        "UPDATE fact SET until = ? WHERE id = ?", [(_iso(ended.told), id_) for id_ in ids]
    )
    return len(ids)


def _supersede(db: sqlite3.Connection, ids: Iterable[int], by: int, at: datetime) -> None:
    db.executemany(
        "UPDATE fact SET superseded = ?, until = coalesce(until, ?), successor = ? WHERE id = ?",
        [(_iso(at), _iso(at), by, id_) for id_ in ids],
    )


def _called(every: Iterable[Fact], wanted: str) -> set[str]:
    """Return what else a person is called: the name of "my sister", the relation of Mara."""
    found = {wanted}
    for one in every:
        relation = f"my {plain(one.relation)}"
        if one.subject != ME:
            continue
        if plain(one.value) == wanted:
            found.add(relation)
        elif wanted in (relation, plain(one.relation)):
            found |= {plain(one.value), relation}
    return found


def _nearness(one: Fact, names: set[str]) -> float:
    """Return how much a fact is about one of these names, 0 for not at all."""
    if plain(one.subject) in names:
        return 3.0
    if plain(one.value) in names:
        return 2.5
    words = f" {plain(f'{one.subject} {one.relation} {one.value}')} "
    return 1.0 if any(f" {name} " in words for name in names) else 0.0


def _next_year(due: datetime, start: datetime) -> datetime:
    """Return the first day of that kind from ``start`` on."""
    for year in range(start.year, start.year + 9):
        try:
            day = due.replace(year=year)
        except ValueError:  # the 29th of February
            continue
        if day >= start - timedelta(days=1) and day.date() >= start.date():
            return max(day, start) if day.date() == start.date() else day
    return due


def _iso(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat() if time else None
