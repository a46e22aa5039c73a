"""Questions about one's own life in, quotes out; and corrections: "no, my sister is called Maria".

It looks at each sentence before it is understood, because "who is Mara" is answered where Mara was
told of, and is a sentence like any other where she was not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from hearth.dates import When
from hearth.event import Heard
from hearth.house import House
from hearth.port import Clock, Phraser
from hearth.remember import PERSON, Fact, Utterance, plain
from hearth.skill import Reply
from hearth.skills.memory.quoting import Quoting

_LONGEST = 120
_ME = frozenset(("i", "me", "my", "we", "us", "our", "am"))


class Facts(Protocol):
    """The facts that hold (``memory.facts.table.StoredFacts``)."""

    async def all(self) -> tuple[Fact, ...]:
        """Return every fact that holds, the newest first."""

    async def every(self) -> tuple[Fact, ...]:
        """Return all facts, those that hold no longer, too."""

    async def named(self, words: str) -> frozenset[str]:
        """Return what a person may be called in facts, folded."""

    async def open(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        """Return what comes up between two moments."""

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

    def read(self, said: Utterance) -> Sequence[object]:
        """Return the facts that it tells."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: relations of somebody, a value, or a time; ``mine``: of one's own life."""

    relations: tuple[str, ...]
    mine: bool
    who: str = ""
    what: str = ""
    value: str = ""
    when: str = ""


class Questions:
    """The questions of a language, as data (``memory`` of ``configs/sentences/<lang>.yaml``)."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._forms = [
            (
                re.compile(
                    rf"(?:(?:hey|ok|please|so|and|tell me) )*(?:{row['in']})(?: again| please)?"
                ),
                row,
            )
            for row in table.get("questions") or ()
        ]

    def all(self, text: str) -> Iterable[_Asked]:
        """Yield what a sentence may ask."""
        folded = plain(text)
        for form, row in self._forms:
            if match := form.fullmatch(folded):
                relations = row["is"] if isinstance(row["is"], list) else [row["is"]]
                groups = {key: value or "" for key, value in match.groupdict().items()}
                yield _Asked(tuple(relations), bool(row.get("mine")), **groups)


class Asked:
    """The port ``Guardian``. ``ready`` returns once facts were made of what was said just now."""

    def __init__(
        self,
        facts: Facts,
        questions: Questions,
        quoting: Quoting,
        *,
        reader: Reader,
        clock: Clock,
        phraser: Phraser,
        ready: Callable[[], Awaitable[None]],
        when: Callable[[str, datetime], When | None],
        relation: Callable[[str], str],
    ) -> None:
        """``when`` reads a time to come, ``relation`` the term for a word like "mum"."""
        self._facts, self._questions, self._quoting = facts, questions, quoting
        self._reader, self._clock, self._phraser = reader, clock, phraser
        self._ready, self._when, self._relation = ready, when, relation

    async def consider(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Answer what was told; None for anything else."""
        if len(heard.text) > _LONGEST:
            return None
        if self._reader.corrects(heard.text):
            return await self._corrected(heard)
        asked = list(self._questions.all(heard.text))
        if not asked:
            return None
        await self._ready()
        for each in asked:
            if found := await self._find(each):
                return Reply(await self._quoting.told(heard.site, found, most=3))
        if any(each.mine for each in asked):
            planned = any(each.relations == ("open",) for each in asked)
            key = "memory.nothing_planned" if planned else "memory.not_told"
            self._quoting.note(heard.site, ())
            return Reply(self._phraser.phrase(key))
        return None

    async def _corrected(self, heard: Heard) -> Reply | None:
        """Say so where a sentence puts a fact right that was told before."""
        await self._ready()
        now = self._clock.now()
        said = Utterance(heard.turn, "", now, PERSON, heard.text, heard.site)
        new = [one for one in self._reader.read(said) if isinstance(one, Fact)]
        every = [one for one in await self._facts.every() if _stood(one, heard.turn, now)]
        put = [one for one in new if any(_differs(one, other) for other in every)]
        if not put:
            return None
        await self._facts.keep(put, corrects=True)
        self._quoting.note(heard.site, put)
        return Reply(self._phraser.phrase("memory.corrected", words=put[0].quote))

    async def _find(self, asked: _Asked) -> list[Fact]:
        if asked.when:
            return await self._planned(asked.when)
        every = await self._facts.all()
        who = asked.who.removesuffix(" s")
        if "kin" in asked.relations:
            return self._kin(every, who)
        names = {"me"} if who in _ME | {""} else await self._facts.named(who)
        if "who" in asked.relations:
            subjects = [one for one in every if plain(one.subject) in names]
            are = [one for one in every if plain(one.value) in names and one.subject == "me"]
            return [*are, *subjects]
        of = [one for one in every if plain(one.subject) in names]
        return [one for one in of if self._fits(one, asked)]

    def _kin(self, every: Iterable[Fact], who: str) -> list[Fact]:
        """Return who "my sister" or "my dog" is."""
        word = who.removesuffix("s") if who.endswith("s") else who
        *_, last = word.split() or [""]
        relation = self._relation(last)
        pets = [o for o in every if o.relation == "pet" and plain(o.value).endswith(f" {last}")]
        return [o for o in every if o.subject == "me" and o.relation == relation] or pets

    def _fits(self, one: Fact, asked: _Asked) -> bool:
        value = plain(asked.value)
        if value and value not in ("anything", "something") and value not in plain(one.value):
            return False
        words = plain(asked.what).replace("favorite", "favourite")
        match asked.relations[0]:
            case "favourite":
                return one.relation == words
            case "attribute":
                return one.relation.replace("_", " ") == words
            case "due":
                of = set(plain(one.value).split())
                return one.due is not None and bool(words) and set(words.split()) <= of
        return any(one.relation == r or one.relation.startswith(f"{r} ") for r in asked.relations)

    async def _planned(self, words: str) -> list[Fact]:
        now = self._clock.now()
        when = self._when(words, now)
        if when is None:
            return []
        end = max(when.end, when.start + timedelta(minutes=1))
        if not when.timed:
            end = max(end, when.start + timedelta(days=1))
        return [one for one in await self._facts.open(when.start, end) if one.relation == "open"]


def _stood(one: Fact, turn: str, now: datetime) -> bool:
    """Tell whether a fact held until now: it may have been read from this very sentence already."""
    over = one.superseded is not None and now - one.superseded > timedelta(minutes=1)
    return one.source != turn and not over


def _differs(one: Fact, other: Fact) -> bool:
    same = (one.subject.casefold(), one.relation) == (other.subject.casefold(), other.relation)
    return same and plain(one.value) != plain(other.value)
