"""Ports in, the parts of the memory out: what makes facts, answers about them, and forgets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hearth import sentences
from hearth.agenda import Agenda, Diary
from hearth.bus import Bus
from hearth.dates import When
from hearth.dates.reader import dates
from hearth.error import HearthError
from hearth.memory.facts.miner import Miner
from hearth.memory.facts.reader import Reader
from hearth.memory.facts.table import StoredFacts
from hearth.memory.forgetting import Forgetting
from hearth.memory.store import Store
from hearth.memory.turns import StoredTurns
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser, Understander
from hearth.remember import Eraser, Meant, Recall, TableEraser
from hearth.skill import Guardian, Skill
from hearth.skills.memory.answering import Answering
from hearth.skills.memory.asked import Asked
from hearth.skills.memory.forgetting import Forgetting as ForgettingByVoice
from hearth.skills.memory.keeping import Keeping
from hearth.skills.memory.quoting import Quoting
from hearth.skills.memory.spoken import Spoken

_FALLBACK = "en"


@dataclass(frozen=True)
class Outside:
    """What the parts of the memory need."""

    store: Store
    clock: Clock
    bus: Bus
    phraser: Phraser
    answers: Answers
    recall: Recall | None
    erasers: Sequence[Eraser]
    tables: Sequence[TableEraser]
    settled: Callable[[], Awaitable[None]]
    language: str
    understander: Understander
    agenda: Agenda | None = None
    diary: Diary | None = None


class Parts:
    """The memory's skills, guardians and rooms, by name."""

    def __init__(self, of: Outside, turns: StoredTurns, facts: StoredFacts) -> None:
        reading = dates(of.language)
        reader = Reader(dates(_FALLBACK))  # facts are read in English
        miner = Miner(of.store, of.clock, reader, of.bus)
        quoting = Quoting(turns, of.clock, of.phraser)
        table = sentences.load(of.language).table("memory")
        table = table or sentences.load(_FALLBACK).table("memory")
        answering = Answering(
            facts,
            turns,
            of.recall,
            reader,
            spoken=Spoken(table, of.clock, of.phraser),
            table=table,
            clock=of.clock,
            agenda=of.agenda,
        )
        self.facts, self.miner = facts, miner
        self.forgetter = Forgetting(
            of.store,
            of.clock,
            erasers=of.erasers,
            tables=of.tables,
            bus=of.bus,
            settled=of.settled,
        )
        self.keeping = Keeping(
            of.bus,
            facts,
            answering,
            quoting,
            clock=of.clock,
            phraser=of.phraser,
            ready=miner.catch_up,
        )

        def over(text: str, now: datetime) -> When | None:
            return reading.read(text, now, prefer="past")

        self.skills: tuple[Skill, ...] = (
            self.keeping,
            ForgettingByVoice(
                self.forgetter,
                turns,
                quoting,
                clock=of.clock,
                phraser=of.phraser,
                answers=of.answers,
                when=over,
                diary=of.diary,
            ),
        )
        self.guardians: tuple[Guardian, ...] = (
            Asked(
                facts,
                answering,
                quoting,
                reader=reader,
                understander=of.understander,
                clock=of.clock,
                phraser=of.phraser,
                ready=miner.catch_up,
                table=table,
            ),
        )
        self._zone = of.clock.now().tzinfo
        self.rooms = {
            "facts": miner.run,
            "forgetting": self.forgetter.run,
            "skill memory": self.keeping.run,
        }

    async def forget(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Forget what a client of the command line means. Raises HearthError.

        ``data`` holds ``ids``, ``person``, ``topic``, ``start`` and ``end`` (ISO 8601, or empty).
        """
        try:
            times = (str(data.get(key) or "") for key in ("start", "end"))
            start, end = (
                datetime.fromisoformat(time).astimezone(self._zone) if time else None
                for time in times
            )
        except ValueError as error:
            raise HearthError(f"That is no time: {error}.") from error
        ids = tuple(str(each) for each in data.get("ids") or ())
        meant = Meant(ids, str(data.get("person", "")), str(data.get("topic", "")), start, end)
        if meant == Meant():
            raise HearthError("Nothing was named that could be forgotten.")
        doomed = await self.forgetter.find(meant)
        return {"forgotten": await self.forgetter.forget(doomed)}
