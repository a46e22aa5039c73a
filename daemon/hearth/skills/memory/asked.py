"""Questions about one's own life in, answers with their quote out; and corrections.

It looks at each sentence before it is understood, because "who is Mara" is answered where Mara was
told of, and is a sentence like any other where she was not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from hearth.event import Heard
from hearth.house import House
from hearth.memory.facts.people import Context
from hearth.memory.facts.terms import OPEN
from hearth.port import Clock, Phraser, Understander
from hearth.remember import PERSON, Fact, Utterance, plain
from hearth.skill import Reply
from hearth.skills.memory.answering import Answering
from hearth.skills.memory.known import Answer
from hearth.skills.memory.quoting import Quoting

_LONGEST = 120
_OWN = "Hearth"
"""What the intents of commands begin with that are not the house's."""

_OF_MEMORY = ("HearthKnow", "HearthTold", "HearthHow", "HearthForget", "HearthRemember")
"""What the intents begin with that ask about, or change, the memory itself."""

_PLACED = ("in", "at", "on")
_QUOTES = 2


class Facts(Protocol):
    """The facts (``memory.facts.table.StoredFacts``)."""

    async def every(self) -> tuple[Fact, ...]:
        """Return all facts, those that hold no longer, too."""

    async def of(self, source: str) -> tuple[Fact, ...]:
        """Return what was made from one utterance."""

    async def keep(
        self,
        facts: Iterable[Fact],
        origin: Literal["said", "told", "edited"] = "said",
        *,
        corrects: bool = False,
    ) -> tuple[Fact, ...]:
        """Keep facts; returned once they are on disk."""


class Reader(Protocol):
    """Reads facts from an utterance (``memory.facts.reader.Reader``)."""

    def corrects(self, text: str) -> bool:
        """Tell whether it is said as a correction."""

    def read(self, said: Utterance, context: Context | None = None) -> Sequence[object]:
        """Return the facts that it tells."""


class Asked:
    """The port ``Guardian``. ``ready`` returns once facts were made of what was said just now."""

    def __init__(
        self,
        facts: Facts,
        answering: Answering,
        quoting: Quoting,
        *,
        reader: Reader,
        understander: Understander,
        clock: Clock,
        phraser: Phraser,
        ready: Callable[[], Awaitable[None]],
        table: Mapping[str, Any],
    ) -> None:
        """``table`` is the language's ``memory``."""
        self._facts, self._answering, self._quoting = facts, answering, quoting
        self._reader, self._understander = reader, understander
        self._clock, self._phraser, self._ready = clock, phraser, ready
        asks = table.get("asks")
        self._asks = re.compile(str(asks)) if asks else None
        self._instead = [re.compile(str(row)) for row in table.get("instead") or ()]

    async def consider(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Answer what was told; None for anything else."""
        self._quoting.turn(heard.site, heard.turn)
        if len(heard.text) > _LONGEST:
            return None
        if self._reader.corrects(heard.text):
            return await self._corrected(heard)
        if self._asks is None or not self._asks.match(plain(heard.text)):
            return None
        await self._ready()
        answer = await self._answering.answer(heard.text, heard.turn, heard.site)
        if answer is None or await self._is_of_the_house(heard, house, area, answer):
            return None
        return Reply(await self._told(heard.site, answer))

    async def _is_of_the_house(
        self, heard: Heard, house: House, area: str | None, answer: Answer
    ) -> bool:
        """Tell whether the sentence is the house's; where nothing is known, any other skill's."""
        commands = await self._understander.understand(heard.text, house, area, ())
        known = (bool(answer.facts) and not answer.near) or answer.kind == "no_date"
        if any(command.intent.startswith(_OF_MEMORY) for command in commands):
            return True
        return any(not (known and command.intent.startswith(_OWN)) for command in commands)

    async def _told(self, site: str, answer: Answer) -> str:
        """Return an answer in words."""
        if not answer.facts:
            self._quoting.note(site, ())
            return self._phraser.phrase(f"memory.{answer.kind}")
        quoted = await self._quoting.told(site, answer.facts, most=_QUOTES)
        if answer.near:
            return f"{self._phraser.phrase('memory.nearest')} {quoted}"
        if answer.was is not None:
            return f"{answer.text} {self._answering.before(answer.was)} {quoted}"
        return f"{answer.text} {quoted}".strip()

    async def _corrected(self, heard: Heard) -> Reply | None:
        """Say so where a sentence puts a fact right that was told before."""
        await self._ready()
        now = self._clock.now()
        said = Utterance(heard.turn, "", now, PERSON, heard.text, heard.site)
        context = await self._answering.context(heard.turn, heard.site)
        new = [one for one in self._reader.read(said, context) if isinstance(one, Fact)]
        every = [one for one in await self._facts.every() if _stood(one, heard.turn, now)]
        put = [one for one in new if any(_differs(one, other) for other in every)]
        put = put or await self._put_right(heard, now)
        if not put:
            return None
        await self._facts.keep(put, corrects=True)
        self._quoting.note(heard.site, put)
        return Reply(self._phraser.phrase("memory.corrected", words=put[0].quote))

    async def _put_right(self, heard: Heard, now: datetime) -> list[Fact]:
        """Return the fact that was quoted or told last with what is right: "no, it's Bremen"."""
        last = [one for one in self._quoting.last(heard.site) if one.relation != "said"]
        if not last and (before := self._quoting.before(heard.site)):
            last = [one for one in await self._facts.of(before) if one.relation != "told"]
        folded = heard.text.casefold().strip(" .!?").replace("\u2019", "'")
        for form in self._instead:
            if last and (match := form.fullmatch(folded)):
                value = heard.text.strip(" .!?")[match.start("v") : match.end("v")].strip()
                words = heard.text.strip(" .!?")
                placed = words[: match.start("v")].split()[-1:]
                if last[0].relation == "kept_in" and placed and placed[0] in _PLACED:
                    value = f"{placed[0]} {value}"
                if value.islower() and last[0].value[:1].isupper():
                    value = value.title()  # a name, as a recognizer writes it
                return [
                    replace(
                        last[0], id=0, value=value, quote=words, source=heard.turn, told=now,
                        due=None, superseded=None, until=None,
                    )
                ]  # fmt: skip
        return []


def _stood(one: Fact, turn: str, now: datetime) -> bool:
    """Tell whether a fact held until now: it may have been read from this very sentence already."""
    over = one.superseded is not None and now - one.superseded > timedelta(minutes=1)
    return one.source != turn and not over


def _differs(one: Fact, other: Fact) -> bool:
    same = (one.subject.casefold(), one.relation) == (other.subject.casefold(), other.relation)
    if one.relation == OPEN:  # another plan is not a correction; another time for it is
        return same and plain(one.value) == plain(other.value) and one.due != other.due
    return same and plain(one.value) != plain(other.value)
