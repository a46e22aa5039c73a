"""Getting to know each other by voice: one question after the other, kept answer by answer.

What is decided stands in ``mind/setup``; here it is said, kept, and gone on with after a restart.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hearth.keep import Settings
from hearth.mind.answers import Answers
from hearth.mind.crisis.helplines import Lines, spelled
from hearth.mind.me import Me
from hearth.mind.setup.course import Taken
from hearth.mind.setup.instead import Stray
from hearth.mind.setup.reading import Reading
from hearth.mind.setup.step import Course, Said
from hearth.port import Command, Phraser
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.want import Moment, Want

log = logging.getLogger(__name__)

COURSE = "self/setup"
"""The setting under which a set-up that was begun is kept, as JSON; empty: none is open."""

KIND = "setup"
"""The kind of want with which a set-up that was left is offered once more."""

_COURSE = TypeAdapter(Course)
_ANSWER_S = 25.0
_LEFT_FOR = timedelta(hours=2)
"""So long it is left alone before it is offered once more."""

_OFFERED_FOR = timedelta(hours=12)
_NOTHING_SAID = frozenset(("setup.skipped", "setup.leave"))
_PASSING: tuple[Stray, ...] = ("question", "story")
"""What is answered at once, so that the set-up can go on after it."""

_NO_COMMANDS = frozenset(("HassNevermind", "HassRespond", "HearthSetUp"))

Renamed = Callable[[str], str]
"""Has Hearth listen to a name, and says what becomes of it."""


class SetUp:
    """Asks, understands, keeps and goes on; the same course at a terminal and by voice.

    Args:
        me: Keeps what is told.
        reading: Reads the answers.
        phraser: Says the questions.
        answers: Reads yes and no.
        kept: Where the course is kept; ``settings`` is what was kept at the start.
        place: Where the memory's file is; a terminal shows it.
        helpline: Says whom to call in a country, for it to be put right.
        listen_to: Has Hearth listen to the name that it bears.
    """

    def __init__(
        self,
        me: Me,
        reading: Reading,
        phraser: Phraser,
        answers: Answers,
        *,
        kept: Settings,
        settings: Mapping[str, str],
        place: str,
        helpline: Callable[[str], str] = lambda country: "",
        listen_to: Renamed = lambda name: "",
    ) -> None:
        self.me = me
        self._reading = reading
        self._phraser = phraser
        self._answers = answers
        self._kept = kept
        self.place = place
        self._helpline = helpline
        self._listen_to = listen_to
        self._asked: dict[str, float] = {}
        self._stray: Stray = ""
        self._came_back = False
        self._left: datetime | None = None
        self.course = _course(settings.get(COURSE, ""))

    @intent("HearthSetUp")
    async def set_up(self, request: Request) -> Reply:
        """Begin, or go on where it stopped."""
        return await self.begin(request.site)

    async def begin(self, site: str) -> Reply:
        """Ask the first question, or the one that was open."""
        first = "setup.resume" if self.course else "setup.begin"
        self._left, self._came_back = None, False
        return self._reply(((first, {}), await self.opening()), site, ask=True)

    async def opening(self) -> Said:
        """Open the course where it is not; return the question that is to be asked."""
        if self.course is None:
            await self._keep(Course())
        return self._reading.questions.ask(self.course or Course(), self.me.profile())

    def waiting(self, site: str = "") -> bool:
        """Return whether the next sentence in a room (empty: anywhere) may be an answer of it."""
        until = (self._asked.get(site, 0.0),) if site else self._asked.values()
        return any(_now() < each for each in until)

    async def take(self, text: str, *, command: bool = False) -> Taken:
        """Take one answer: what it changes is kept when this returns. ``command``: it would be one
        for a skill, too."""
        course = self.course or Course()
        yes = self._answers.yes(text)
        profile = self.me.profile()
        taken = self._reading.questions.take(course, text, yes, profile, command=command)
        if taken.stray:
            return taken
        self._came_back = False
        if taken.change:
            await self.me.change(**taken.change)
        if taken.persona:
            await self.me.be(taken.persona, taken.sex, "the set-up")
        if taken.name:
            await self.me.rename(taken.name, "the set-up")
        if taken.course is None:
            await self.finish()
        else:
            await self._keep(taken.course)
        return taken

    async def finish(self) -> None:
        """The set-up is over: nothing is open any more."""
        await self.me.change(set_up=True)
        await self._keep(None)

    def told(self, said: tuple[Said, ...]) -> str:
        """Return what is said, as one text."""
        return " ".join(self.phrase(key, values) for key, values in said).strip()

    def phrase(self, key: str, values: Mapping[str, Any]) -> str:
        """Return one sentence of the set-up with what only this house knows of it."""
        filled = dict(values)
        if key == "setup.kept.country":
            code = str(values["country"])
            filled["country"] = self._reading.words.countries.name(code)
            filled["helpline"] = self._helpline(code)
        if key == "setup.kept.trusted" and "@" not in values["reach"]:
            filled["reach"] = spelled(str(values["reach"]))
        if key == "setup.kept.notice":
            filled["what"] = [self._phraser.phrase(f"setup.noticed.{w}") for w in values["what"]]
        return self._phraser.phrase(key, **filled)

    def introduction(self) -> tuple[str, ...]:
        """Return what Hearth says of itself, in a few parts: its name and that it is software, what
        it keeps where and how that is forgotten, and that everything can be changed.

        No persona can change it (``VOICED`` names what one can).
        """
        call_me, name = self.me.profile().call_me, self.me.persona().name
        parts = (
            self._phraser.phrase("setup.introduction", name=name, call_me=call_me),
            self._phraser.phrase("setup.keeping"),
            self._phraser.phrase("setup.changing"),
            self._listen_to(name),
        )
        return tuple(part for part in parts if part)

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer once more, some hours later, to go on with a set-up that was left."""
        if self.course is None or self.waiting():
            self._left = None
            return ()
        self._left = self._left or moment.now
        if moment.now - self._left < _LEFT_FOR:
            return ()
        text, key = self._phraser.phrase("setup.unfinished"), f"{KIND}/{self.course.step}"
        question = Question(self._wanted)
        until = moment.now + _OFFERED_FOR
        why = self._phraser.phrase("setup.unfinished_why")
        return (
            Want(key, KIND, text, until, weight=0.3, private=False, question=question, why=why),
        )

    async def _wanted(self, answer: Answer) -> Reply | None:
        said = self._answers.yes(answer.words)
        if said in ("yes", "starts_yes"):
            return await self.begin(answer.heard.site)
        return Reply(self._phraser.phrase("setup.declined")) if said == "no" else None

    def _reply(self, said: tuple[Said, ...], site: str, *, ask: bool) -> Reply:
        if not ask:
            self._asked.pop(site, None)
            return Reply(self.told(said))
        text = self.told(said)
        self._asked[site] = _now() + _ANSWER_S + len(text) / 10
        question = Question(self._answered, _ANSWER_S, after=partial(self._back, site))
        return Reply(text, question=question)

    async def _answered(self, answer: Answer, *, beside: bool = False) -> Reply | None:
        """Take an answer by voice. What is none (an order to the house, a question, a feeling) goes
        to whoever answers such things, and the set-up waits. ``beside``: something else was asked
        after its question, so that only what clearly answers this one counts."""
        site = answer.heard.site
        self._asked.pop(site, None)
        if self.course is None:
            return None
        aside = self._reading.words.aside(answer.words)  # "next" is no order to a player here
        if aside not in ("skip", "later") and ordered(answer.commands):
            self._stray = "question"
            return None
        command = commanded(answer.commands)
        if beside and not self._clear(answer.words, command=command):
            self._stray = "story"
            return None
        taken = await self.take(answer.words, command=command)
        if taken.stray:
            self._stray = taken.stray
            return None
        if taken.course is None:
            return Reply(" ".join((self.told(taken.said), *self.introduction())))
        return self._reply(taken.said, site, ask=not taken.later)

    def _clear(self, text: str, *, command: bool) -> bool:
        """Return whether a text says something as an answer to the open question."""
        course, profile = self.course or Course(), self.me.profile()
        yes = self._answers.yes(text)
        taken = self._reading.questions.take(course, text, yes, profile, command=command)
        if course.step in ("brings", "named", "rename"):  # which almost anything could answer
            return bool(taken.name)
        keys = {key for key, _ in taken.said}
        moved = taken.course is None or taken.course.step != course.step
        return moved and not taken.later and keys.isdisjoint(_NOTHING_SAID)

    async def _back(self, site: str, said: str) -> Reply | None:
        """Ask the open question again after an order or a question was answered, once; where that
        ended with a question, only wait for an answer. Never after something that weighs on
        somebody, or a goodbye: then it is offered another time."""
        if self.course is None or self._stray not in _PASSING:
            return None
        if self._came_back or said.endswith("?"):
            self._asked[site] = _now() + _ANSWER_S
            answered = partial(self._answered, beside=True)
            return Reply(
                "", question=Question(answered, _ANSWER_S, after=partial(self._back, site))
            )
        self._came_back = True
        return self._reply((("setup.back", {}), await self.opening()), site, ask=True)

    async def _keep(self, course: Course | None) -> None:
        self.course = course
        text = _COURSE.dump_json(course).decode() if course else ""
        await self._kept.put(COURSE, text)


def told_lines(lines: Lines, phraser: Phraser) -> str:
    """Return whom to call in a country, for a person to put it right."""
    support = lines.support
    return phraser.phrase(
        "setup.helpline",
        emergency=spelled(lines.emergency),
        name=support.name if support else "",
        number=support.spoken if support else "",
    )


def ordered(commands: Sequence[Command]) -> bool:
    """Return whether a sentence is a command for the house."""
    return any(
        command.targets
        or (command.intent.startswith("Hass") and command.intent not in _NO_COMMANDS)
        for command in commands
    )


def commanded(commands: Sequence[Command]) -> bool:
    """Return whether a sentence is one that a skill answers, whatever it is about."""
    return any(command.intent not in _NO_COMMANDS for command in commands)


def _course(text: str) -> Course | None:
    """Return the course that is kept; None where none is open, or it cannot be read any more."""
    if not text:
        return None
    try:
        return _COURSE.validate_python(json.loads(text))
    except (ValidationError, ValueError):
        log.warning("the set-up that was begun cannot be read; it begins anew")
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()
