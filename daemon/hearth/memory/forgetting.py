"""What a person wants forgotten in, a memory without it out: rows, index, files, and bytes.

In order: the hashes of what goes are on disk (``tombstones.py``); one transaction deletes every
row and notes that the file is still to be cleaned; those who hold words elsewhere drop them; the
file is cleaned (``compact.py``); the note goes. Whatever a crash leaves of that, the next start
finishes: rows that have a tombstone go, as they do where an older backup was put back.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Any

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import Answered, Spoken
from hearth.memory import selecting, traces
from hearth.memory.compact import compact
from hearth.memory.export import trace
from hearth.memory.store import Store
from hearth.memory.tombstones import Tombstones
from hearth.memory.turns import utterance
from hearth.port import Clock
from hearth.remember import Doomed, Eraser, Gone, Meant, TableEraser, Utterance

log = logging.getLogger(__name__)

_APPLIED = "forgotten.applied"
"""The setting that says how many tombstones the file has seen: fewer in a restored backup."""

_SPOKEN_S = 60.0
"""How long the answer to "forget that" may be in being said, before its words go all the same."""

_FRESH = timedelta(minutes=2)
"""What was said so lately may still be being answered: its turn is looked at once more."""

_SETTLES_S = 2.0
_TRIES, _TRY_S = 5, 0.4
_TURNS = 64

Tables = Sequence[TableEraser]


class Forgetting:
    """The port ``Forgetter``. ``erasers`` and ``tables`` are read when something is forgotten.

    ``settled`` waits until what happened by now is on disk, so that nothing comes after.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        erasers: Sequence[Eraser] = (),
        tables: Tables = (),
        bus: Bus | None = None,
        settled: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._store, self._clock = store, clock
        self._erasers, self._tables = erasers, tables
        self._settled = settled
        self._inbox = bus.subscribe(Answered, Spoken, size=256) if bus else None
        self._over: dict[str, float] = {}
        self._ended: deque[str] = deque(maxlen=_TURNS)
        self._one = asyncio.Lock()
        self.tombstones = Tombstones(store.path.parent)

    async def find(self, meant: Meant) -> Doomed:
        """Return what would go; nothing is changed."""
        now = self._clock.now()
        return await self._store.do(lambda db: selecting.doomed(db, meant, now.tzinfo or UTC))

    async def forget(self, doomed: Doomed, own: Sequence[str] = ()) -> int:
        """Forget it and return how many utterances and facts went, once they are off the disk.

        ``own`` are the turns on the bus in which it was asked for: their words go, too, once they
        are over. Raises HearthError where it could not be finished; the next start goes on with it.
        """
        async with self._one:
            if self._settled:
                await self._settled()
            gone = await self._store.do(lambda db: selecting.gone(db, doomed))
            since = self._clock.now() - _FRESH
            fresh = await self._store.do(lambda db: selecting.turns(db, doomed, since))
            await self._drop(doomed, gone, tuple({*own, *fresh}))
        return len(doomed.utterances) + len(doomed.facts)

    def refused(self, utterances: Sequence[Utterance]) -> frozenset[str]:
        """Return the ids of those that were forgotten: an import leaves them out."""
        return frozenset(each.id for each in utterances if self.tombstones.has(each))

    async def run(self) -> None:
        """Finish what was begun, then let the words go in which forgetting was asked for."""
        await self.finish()
        while self._inbox is not None:
            if turns := await self._due():
                await self._sweep(turns)

    async def finish(self) -> None:
        """Finish what a crash or a restored backup left; called before anything is remembered.

        Raises HearthError where the file cannot be cleaned.
        """
        async with self._one:
            known = await self._store.do(_applied)
            if known < self.tombstones.count:
                await self._again()
            rows = await self._store.do(
                lambda db: db.execute("SELECT kind, turn FROM forgetting").fetchall()
            )
            turns = frozenset(row["turn"] for row in rows if row["kind"] == "turn")
            if turns:
                await self._store.do(lambda db: _sweep(db, turns, self._tables))
            if rows:
                await self._clean(Gone(turns=turns, unsure=True), whole=True)

    # --- one forgetting --------------------------------------------------------------------------

    async def _drop(self, doomed: Doomed, gone: Gone, own: Sequence[str] = ()) -> None:
        typed = (trace(one) for one in doomed.facts if not one.source)
        self.tombstones.add((*doomed.utterances, *typed), self._clock.now())
        count = self.tombstones.count
        facts = [(fact.id,) for fact in doomed.facts]
        said = [(each.id,) for each in doomed.utterances]

        def work(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM fact WHERE id = ?", facts)
            db.executemany("DELETE FROM turn WHERE id = ?", said)
            for erase in (traces.erase, *self._tables):
                erase(db, gone)
            db.execute("INSERT INTO forgetting (kind) VALUES ('compact')")
            db.executemany(
                "INSERT INTO forgetting (kind, turn) VALUES ('turn', ?)", [(turn,) for turn in own]
            )
            _apply(db, count)

        await self._store.do(work)
        loop = asyncio.get_running_loop()
        now = loop.time()
        for turn in own:
            self._over[turn] = now + (_SETTLES_S if turn in self._ended else _SPOKEN_S)
        await self._clean(gone)

    async def _again(self) -> None:
        """Delete what has a tombstone: a backup of before was put back, or a crash came between."""
        zone = self._clock.now().tzinfo or UTC
        has = self.tombstones.has

        def look(db: sqlite3.Connection) -> Doomed:
            every = (utterance(row, zone) for row in db.execute("SELECT * FROM turn"))
            found = tuple(each for each in every if has(each))
            return selecting.with_facts(db, Doomed(Meant(), found), zone)

        doomed = await self._store.do(look)
        log.info("memory: %d turns were forgotten before and go again", len(doomed.utterances))
        await self._drop(doomed, await self._store.do(lambda db: selecting.gone(db, doomed)))

    async def _clean(self, gone: Gone, *, whole: bool = False) -> None:
        """Let everybody else drop the words, clean the file, and note that it is done."""
        faults = []
        for eraser in self._erasers:
            try:
                await eraser.erase(gone)
            except HearthError as error:  # the others go on; the next start tries again
                log.warning("forgetting: %s", error)
                faults.append(error)
        path, texts = self._store.path, (*gone.texts, *gone.names)
        for tried in range(_TRIES):
            try:
                await self._store.apart(lambda db: compact(db, path, texts, whole=whole))
                break
            except HearthError:
                if tried == _TRIES - 1:
                    raise
                await asyncio.sleep(_TRY_S)
        if faults:
            raise faults[0]
        await self._store.do(lambda db: db.execute("DELETE FROM forgetting WHERE kind = 'compact'"))
        await self._store.apart(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    # --- the words in which it was asked for -----------------------------------------------------

    async def _due(self) -> frozenset[str]:
        """Wait for the next turns whose words can go: they were said, or it took too long."""
        assert self._inbox is not None  # noqa: S101  # run() sees to it
        loop = asyncio.get_running_loop()
        next_at = min(self._over.values(), default=loop.time() + _SPOKEN_S)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(next_at):
                match await self._inbox.get():
                    case Answered(turn=turn, text=""):
                        self._end(turn)
                    case Spoken(turn=turn) as spoken if spoken.last or not spoken.whole:
                        self._end(turn)
        return frozenset(turn for turn, at in self._over.items() if at <= loop.time())

    def _end(self, turn: str) -> None:
        """Note that nothing more will be said in a turn."""
        if turn in self._over:
            self._over[turn] = asyncio.get_running_loop().time() + _SETTLES_S
        elif turn:
            self._ended.append(turn)

    async def _sweep(self, turns: frozenset[str]) -> None:
        """Let the words of these turns go."""
        for turn in turns:
            del self._over[turn]
        async with self._one:
            if self._settled:
                await self._settled()
            texts = await self._store.do(lambda db: _sweep(db, turns, self._tables))
            await self._clean(Gone(turns=turns, texts=texts))


def _sweep(db: sqlite3.Connection, turns: frozenset[str], tables: Tables) -> tuple[str, ...]:
    """Delete everything of these turns and note that the file is not clean; return the texts."""
    rows = []
    for turn in turns:
        rows += db.execute("SELECT id, text FROM turn WHERE bus = ?", (turn,)).fetchall()
    texts = tuple(str(row["text"]) for row in rows)
    gone = Gone(frozenset(row["id"] for row in rows), turns, texts)
    db.executemany("DELETE FROM turn WHERE id = ?", [(row["id"],) for row in rows])
    for erase in (traces.erase, *tables):
        erase(db, gone)
    db.executemany(
        "DELETE FROM forgetting WHERE kind = 'turn' AND turn = ?", [(turn,) for turn in turns]
    )
    db.execute("INSERT INTO forgetting (kind) VALUES ('compact')")
    return texts


def _applied(db: sqlite3.Connection) -> int:
    row: Any = db.execute("SELECT value FROM setting WHERE key = ?", (_APPLIED,)).fetchone()
    return int(row["value"]) if row else 0


def _apply(db: sqlite3.Connection, count: int) -> None:
    db.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (_APPLIED, str(count)))
