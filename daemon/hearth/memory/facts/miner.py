"""Turns in, facts out, when nobody is talking: never on the way of a sentence to the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC

from hearth.bus import Bus
from hearth.event import Answered, Heard
from hearth.memory.facts.reader import Reader
from hearth.memory.facts.table import Ended, end, insert
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
        found = [
            one
            for row in rows
            if row["speaker"] != HEARTH and row["origin"] != HEARTH
            for one in self._reader.read(utterance(row, zone))
        ]
        if rows:
            await self._store.do(lambda db: _keep(db, rows, found, self._reader))
        return len(rows)


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
