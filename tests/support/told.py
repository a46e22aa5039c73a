"""Written talks in, what is answered to questions about them out, through the real memory.

A file holds talks, each from "@ WHO" on: "== DATE TIME" is when the next lines are said (the first
Monday evening where there is none), a line is something told, and "? QUESTION | ANSWER" is asked.
An answer is words that have to be said: "a & b" all of them, "a / b" one of them, "!" for what was
never told, and "~" for a question that is not the memory's.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hearth.agenda import Appointment
from hearth.bus import Bus
from hearth.event import Heard
from hearth.house import Area, Entity, House
from hearth.memory.facts.table import StoredFacts
from hearth.memory.recall.finder import Finder
from hearth.memory.recall.vectors import Indexer
from hearth.memory.store import Store
from hearth.memory.turns import StoredTurns
from hearth.mind.answers import Answers
from hearth.mind.grammar import Grammar
from hearth.mind.understanding import Understanding
from hearth.port import Encoder
from hearth.remember import plain
from hearth.skill import Request, handlers
from hearth.skills.memory.parts import Outside, Parts
from hearth.voice.phrasing import Phrasing

BEGINS = datetime(2026, 11, 23, 18, tzinfo=UTC)
SITE = "kitchen"
HOUSE = House(
    areas=(Area("kitchen", "Kitchen"), Area("bedroom", "Bedroom")),
    entities=(
        Entity("light.kitchen", "Kitchen Lamp", area="kitchen"),
        Entity("light.reading", "Reading Lamp", area="bedroom"),
        Entity("light.desk", "Desk Lamp", area="bedroom"),
        Entity("sensor.temperature", "Temperature", area="bedroom"),
    ),
)

_QUOTES = re.compile(r"“[^”]*”")
_UNKNOWN = re.compile(
    r"\b(?:do not|don't|haven't|have not|hasn't|can't say|nothing) (?:know|remember|think|told|that"
    r"|of that|about|mentioned|come up)|\bnearest thing\b|\bnever (?:told|mentioned)\b"
    r"|\bnothing (?:of|about|for|that)\b"
)


@dataclass(frozen=True)
class Line:
    """Something told, or asked where there is an answer to expect."""

    time: datetime
    text: str
    answer: str = ""


@dataclass
class Talk:
    """What one person told and asked."""

    who: str
    lines: list[Line] = field(default_factory=list)


def talks(path: Path) -> list[Talk]:
    """Read a file. Raises ValueError for a question without an answer."""
    found: list[Talk] = []
    time = BEGINS
    for line in path.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@ "):
            found.append(Talk(line[2:]))
            time = BEGINS
            continue
        if line.startswith("== "):
            time = datetime.fromisoformat(line[3:]).replace(tzinfo=UTC)
            continue
        text, bar, answer = line.removeprefix("? ").partition(" | ")
        if line.startswith("? ") != bool(bar):
            raise ValueError(f"{path}: {line}")
        found[-1].lines.append(Line(time, text.strip(), answer.strip()))
        time += timedelta(seconds=20)
    return found


class Watch:
    """A clock that is set."""

    def __init__(self) -> None:
        self.time = BEGINS

    def now(self) -> datetime:
        return self.time


@cache
def grammar() -> Grammar:
    return Grammar("en")


async def _settled() -> None:
    """Nothing is going on beside."""


class Free:
    """A calendar without an entry."""

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        return ()


class Companion:
    """The memory and what it says, without a house, a voice or a model that writes."""

    def __init__(self, store: Store, encoder: Encoder | None) -> None:
        self.clock, bus = Watch(), Bus()
        self.turns = StoredTurns(store, self.clock)
        self.facts = StoredFacts(store, self.clock)
        self.indexer = Indexer(store, encoder, "test") if encoder else None
        outside = Outside(
            store=store,
            clock=self.clock,
            bus=bus,
            phraser=Phrasing("en"),
            answers=Answers("en"),
            recall=Finder(store, self.clock, encoder),
            erasers=[],
            tables=[],
            settled=_settled,
            language="en",
            understander=Understanding(grammar()),
            agenda=Free(),
        )
        self.parts = Parts(outside, self.turns, self.facts)
        self._handlers = handlers(self.parts.skills)
        self._turn = 0

    async def say(self, text: str) -> str | None:
        """Say something; return what the memory answers, None where it leaves it to others."""
        self._turn += 1
        heard = Heard(SITE, text, turn=f"t{self._turn}", origin="client")
        await self.turns.heard(heard)
        for guardian in self.parts.guardians:
            if reply := await guardian.consider(heard, HOUSE, "kitchen"):
                return reply.text
        for command in grammar().understand(text, HOUSE, "kitchen"):
            if handler := self._handlers.get(command.intent):
                return (await handler(Request(command, heard, HOUSE, "kitchen"))).text
        return None


@asynccontextmanager
async def companion(encoder: Encoder | None = None) -> AsyncIterator[Companion]:
    """A companion that knows nothing yet."""
    with tempfile.TemporaryDirectory() as folder:
        async with Store(Path(folder) / "hearth.db") as store:
            yield Companion(store, encoder)


@dataclass
class Score:
    """What came of questions: of those with an answer ``right`` (of these ``direct`` outside of a
    quote), only ``near`` (it is in the nearest thing that is quoted), ``wrong``, ``unknown`` and
    ``passed`` on; of those without, ``honest``, ``invented`` and
    ``left`` to others; and of those that are not the memory's how many were ``taken``."""

    right: int = 0
    direct: int = 0
    near: int = 0
    wrong: int = 0
    unknown: int = 0
    passed: int = 0
    honest: int = 0
    invented: int = 0
    left: int = 0
    others: int = 0
    taken: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def answerable(self) -> int:
        return self.right + self.near + self.wrong + self.unknown + self.passed

    @property
    def unanswerable(self) -> int:
        return self.honest + self.invented + self.left

    def row(self, name: str) -> str:
        """Return the figures in a line."""
        return (
            f"{name}: answerable {self.answerable}: right {self.right} "
            f"({self.right / max(1, self.answerable):.1%}), direct {self.direct}, "
            f"near {self.near}, wrong {self.wrong}, unknown {self.unknown}, "
            f"passed on {self.passed}; unanswerable {self.unanswerable}: "
            f"honest {self.honest} ({self.honest / max(1, self.unanswerable):.1%}), "
            f"invented {self.invented}, left {self.left}; not the memory's {self.others}: "
            f"taken {self.taken}"
        )

    def count(self, line: Line, reply: str | None) -> None:
        """Count an answer."""
        outcome = judged(line, reply)
        setattr(self, outcome, getattr(self, outcome) + 1)
        if line.answer == "~":
            self.others += 1
        if outcome == "right" and says(line.answer, _QUOTES.sub("", reply or "")):
            self.direct += 1
        elif outcome not in ("right", "honest", "others"):
            self.faults.append(f"{outcome}: {line.text} | {line.answer} -> {reply}")


def judged(line: Line, reply: str | None) -> str:
    """Return which count of ``Score`` an answer belongs to."""
    if line.answer == "~":
        return "others" if reply is None else "taken"
    unknown = reply is not None and _UNKNOWN.search(_QUOTES.sub("", reply.casefold())) is not None
    if line.answer == "!":
        return "left" if reply is None else "honest" if unknown else "invented"
    if "!" in line.answer and unknown:
        return "right"
    if reply is None:
        return "passed"
    if unknown:
        return "near" if says(line.answer, reply) else "unknown"
    return "right" if says(line.answer, reply) else "wrong"


def says(answer: str, reply: str) -> bool:
    """Tell whether a reply holds the words of an answer."""
    said = plain(reply)
    words = [[plain(each) for each in part.split(" / ")] for part in answer.split(" & ")]
    return all(any(each and each in said for each in either) for either in words)


async def measured(told: Sequence[Talk], encoder: Encoder | None = None) -> Score:
    """Let each talk be told to a companion that knows nothing yet, and count its answers."""
    score = Score()
    for talk in told:
        async with companion(encoder) as one:
            for line in talk.lines:
                one.clock.time = line.time
                reply = await one.say(line.text)
                if one.indexer:
                    await one.indexer.fill(1000)
                if line.answer:
                    before = len(score.faults)
                    score.count(line, reply)
                    score.faults[before:] = [f"{talk.who}: {f}" for f in score.faults[before:]]
    return score
