"""Turns in, facts out, when nobody is talking: never on the way of a sentence to the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, tzinfo

from hearth.bus import Bus
from hearth.event import Answered, Heard
from hearth.memory.facts.labels import Labels
from hearth.memory.facts.people import Context
from hearth.memory.facts.reader import Reader
from hearth.memory.facts.table import Ended, end, fact, insert
from hearth.memory.store import Store
from hearth.memory.turns import utterance
from hearth.port import Clock
from hearth.remember import HEARTH, Fact

_BATCH = 20
"""So many turns are read at once, in about ten milliseconds."""

_IDLE_S = 3.0
_REST_S = 0.2
_CATCH_UP = 200


class Miner:
    """Reads facts from the turns that are new, or were edited."""

    def __init__(self, store: Store, clock: Clock, reader: Reader, bus: Bus | None = None) -> None:
        self._store, self._clock, self._reader = store, clock, reader
        self._open: dict[str, tuple[int, Context]] = {}
        self._inbox = bus.subscribe(Heard, Answered, size=256) if bus else None

    async def run(self) -> None:
        """Catch up, then read what is said each time that a room falls silent."""
        while self._inbox is not None:
            while await self.step():  # noqa: ASYNC110  # others have their turn in between
                await asyncio.sleep(_REST_S)
            await self._inbox.get()
            with suppress(TimeoutError):
                while True:
                    async with asyncio.timeout(_IDLE_S):
                        await self._inbox.get()

    async def catch_up(self, most: int = _CATCH_UP) -> None:
        """Read what is new now, because somebody asks; not more than can be waited for."""
        read = 0
        while read < most and (done := await self.step()):
            read += done

    async def step(self) -> int:
        """Read the next few turns; return how many there were."""
        zone = self._clock.now().tzinfo or UTC
        rows = await self._store.do(_next)
        found: list[Fact | Ended] = []
        for row in rows:
            if row["speaker"] != HEARTH and row["origin"] != HEARTH:
                context = await self._context(row, zone)
                found += self._reader.read(utterance(row, zone), context)
                self._open[row["session"]] = (row["seq"], context)
        if rows:
            await self._store.do(lambda db: _keep(db, rows, found, self._reader))
        return len(rows)

    async def _context(self, row: sqlite3.Row, zone: tzinfo) -> Context:
        """Return who was spoken of before in the session of a turn."""
        seq, context = self._open.pop(row["session"], (0, None))
        while len(self._open) >= _OPEN:
            del self._open[next(iter(self._open))]
        if context is not None and seq < row["seq"]:
            return context
        earlier = await self._store.do(lambda db: _earlier(db, row))
        names = Labels(fact(each, zone) for each in await self._store.do(_facts)).names
        context = Context(names=frozenset(names))
        for each in earlier:
            self._reader.claims(utterance(each, zone), context)
        return context


_OPEN = 20
"""So many sessions are known of whom they speak."""

_BEFORE = 12
"""So many turns before it tell whom a turn means."""


def _earlier(db: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    rows = db.execute(
        "SELECT * FROM turn WHERE session = ? AND seq < ? AND speaker = ?"
        " ORDER BY seq DESC LIMIT ?",
        (row["session"], row["seq"], row["speaker"], _BEFORE),
    ).fetchall()
    return rows[::-1]


def _facts(db: sqlite3.Connection) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM fact WHERE superseded IS NULL").fetchall()


def _next(db: sqlite3.Connection) -> list[sqlite3.Row]:
    new = db.execute(
        "SELECT * FROM turn WHERE seq > (SELECT seq FROM fact_mark) ORDER BY seq LIMIT ?", (_BATCH,)
    ).fetchall()
    again = db.execute(
        "SELECT turn.* FROM fact_again JOIN turn USING (seq) ORDER BY seq LIMIT ?", (_BATCH,)
    ).fetchall()
    return [*again, *new]


def _known(db: sqlite3.Connection, one: Fact) -> bool:
    """Tell whether it was read before, or came with an import, whatever became of it since."""
    row = db.execute(
        "SELECT 1 FROM fact WHERE source = ? AND subject = ? AND relation = ? AND value = ?",
        (one.source, one.subject, one.relation, one.value),
    )
    return row.fetchone() is not None


def _keep(
    db: sqlite3.Connection, rows: list[sqlite3.Row], found: list[Fact | Ended], reader: Reader
) -> None:
    """Write what was found, as far as its turn is still there, and where to go on."""
    there = {
        row["id"]
        for row in rows
        if db.execute("SELECT 1 FROM turn WHERE id = ?", (row["id"],)).fetchone()
    }
    texts = {row["id"]: row["text"] for row in rows}
    for one in found:
        if isinstance(one, Ended):
            if one.source in there:
                end(db, one)
        elif one.source in there and not _known(db, one):
            insert(db, one, "said", corrects=reader.corrects(texts[one.source]))
    seqs = [row["seq"] for row in rows]
    db.executemany("DELETE FROM fact_again WHERE seq = ?", [(seq,) for seq in seqs])
    db.execute("UPDATE fact_mark SET seq = max(seq, ?)", (max(seqs),))
