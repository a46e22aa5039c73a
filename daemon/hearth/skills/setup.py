"""Getting to know each other by voice: one question after the other, kept answer by answer.

What is decided stands in ``mind/setup``; here it is said, kept, and gone on with after a restart.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hearth.keep import Settings
from hearth.mind.answers import Answers
from hearth.mind.crisis.helplines import Lines, spelled
from hearth.mind.me import Me
from hearth.mind.setup.course import Course, Said, Taken
from hearth.mind.setup.reading import Reading
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply, Request, intent

log = logging.getLogger(__name__)

COURSE = "self/setup"
"""The setting under which a set-up that was begun is kept, as JSON; empty: none is open."""

_COURSE = TypeAdapter(Course)
_ANSWER_S = 25.0
_NO_COMMANDS = frozenset(("HassNevermind", "HassRespond"))

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
        place: Where the memory's file is, for the introduction.
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
        self._place = place
        self._helpline = helpline
        self._listen_to = listen_to
        self._asked: dict[str, float] = {}
        self.course = _course(settings.get(COURSE, ""))

    @intent("HearthSetUp")
    async def set_up(self, request: Request) -> Reply:
        """Begin, or go on where it stopped."""
        return await self.begin(request.site)

    async def begin(self, site: str) -> Reply:
        """Ask the first question, or the one that was open."""
        first = "setup.resume" if self.course else "setup.begin"
        return self._reply(((first, {}), await self.opening()), site, ask=True)

    async def opening(self) -> Said:
        """Open the course where it is not; return the question that is to be asked."""
        if self.course is None:
            await self._keep(Course())
        return self._reading.questions.ask(self.course or Course(), self.me.profile())

    def waiting(self, site: str) -> bool:
        """Return whether the next sentence in a room may be an answer of the set-up."""
        return _now() < self._asked.get(site, 0.0)

    async def take(self, text: str) -> Taken:
        """Take one answer: what it changes is kept when this returns."""
        course = self.course or Course()
        yes = self._answers.yes(text)
        taken = self._reading.questions.take(course, text, yes, self.me.profile())
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
        if key == "setup.kept.notice":
            filled["what"] = [self._phraser.phrase(f"setup.noticed.{w}") for w in values["what"]]
        return self._phraser.phrase(key, **filled)

    def introduction(self) -> str:
        """Return what Hearth says of itself: its name, that it is software, what it keeps where.

        No persona can change it (``VOICED`` names what one can).
        """
        profile, name = self.me.profile(), self.me.persona().name
        text = self._phraser.phrase(
            "setup.introduction", name=name, call_me=profile.call_me, place=self._place
        )
        return " ".join(part for part in (text, self._listen_to(name)) if part)

    def _reply(self, said: tuple[Said, ...], site: str, *, ask: bool) -> Reply:
        if not ask:
            self._asked.pop(site, None)
            return Reply(self.told(said))
        text = self.told(said)
        self._asked[site] = _now() + _ANSWER_S + len(text) / 10
        return Reply(text, question=Question(self._answered, _ANSWER_S))

    async def _answered(self, answer: Answer) -> Reply | None:
        """Take an answer by voice; a command in its place is carried out, and the set-up waits."""
        site = answer.heard.site
        self._asked.pop(site, None)
        aside = self._reading.words.aside(answer.words)
        if self.course is None or (not aside and _commands(answer)):
            return None
        taken = await self.take(answer.words)
        if taken.course is None:
            return Reply(f"{self.told(taken.said)} {self.introduction()}")
        return self._reply(taken.said, site, ask=not taken.later)

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


def _commands(answer: Answer) -> bool:
    """Return whether an answer is a command for the house instead."""
    return any(
        command.targets
        or (command.intent.startswith("Hass") and command.intent not in _NO_COMMANDS)
        for command in answer.commands
    )


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
