"""What the set-up asked, changed by saying so: names, quiet hours, whom to call, what is noticed.

What holds free words ("call me Sam") is read by a guardian and not by the grammar, so that no such
sentence is ever taken for a command of the house, and strictly: "call me a taxi" is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from hearth.event import Heard
from hearth.house import House
from hearth.mind.me import Me
from hearth.mind.setup.reading import Reading
from hearth.persona import Notice
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.self import Myself
from hearth.skills.setup import SetUp

_EVERYTHING: tuple[Notice, ...] = ("mood", "voice", "presence", "sleep")


class ProfileWords:
    """Changes what is known of the person; looks at each sentence first (``Guardian``)."""

    def __init__(
        self,
        me: Me,
        reading: Reading,
        phraser: Phraser,
        *,
        setup: SetUp,
        myself: Myself,
        helpline: Callable[[str], str] = lambda country: "",
    ) -> None:
        self._me = me
        self._reading = reading
        self._phraser = phraser
        self._setup = setup
        self._myself = myself
        self._helpline = helpline

    async def consider(  # noqa: PLR0911  # one return a remark
        self, heard: Heard, house: House, area: str | None
    ) -> Reply | None:
        """Take what a person says of themselves, or of Hearth; None where it is something else."""
        if self._setup.waiting(heard.site):
            return None  # an answer of the set-up, which reads it its own way
        remarks, text = self._reading.remarks, heard.text
        if name := remarks.call_you(text):
            return await self._myself.rename(name)
        if name := remarks.call_me(text):
            await self._me.change(call_me=name)
            return self._say("called", name=name)
        if trusted := remarks.trusts(text):
            await self._me.change(trusted=trusted)
            return self._say("trusted", name=trusted.name, reach=trusted.reach)
        if wish := remarks.be(text, self._me.cast):
            return await self._myself.become(*wish)
        if hours := remarks.sleeps(text):
            return await self._sleeps(hours.start, hours.end)
        if code := remarks.lives(text):
            await self._me.change(country=code)
            name = self._reading.words.countries.name(code)
            return self._say("country", country=name, helpline=self._helpline(code))
        return None

    @intent("HearthMyName")
    async def my_name(self, request: Request) -> Reply:
        """Say what the person is called, or ask."""
        name = self._me.profile().call_me
        return Reply(
            self._phraser.phrase("self.your_name", name=name),
            question=None if name else Question(self._named),
        )

    @intent("HearthNotice")
    async def notice(self, request: Request) -> Reply:
        """Stop noticing something, begin to, or tell what is noticed; each is opt-in."""
        slots = request.command.slots
        now = self._me.profile().notice
        state, what = str(slots.get("state")), str(slots.get("what"))
        if state == "tell":
            told = [self._phraser.phrase(f"setup.noticed.{w}") for w in _EVERYTHING if w in now]
            return self._say("notices", what=told)
        meant: set[Notice] = {w for w in _EVERYTHING if what in (w, "all")}
        if state == "off":
            if what == "mood":  # whoever minds their mood being read minds it in the voice, too
                meant.add("voice")
            await self._me.change(notice=now - meant)
            if what == "all":
                return self._say("notice_none")
            return self._say("notice_off", what=self._phraser.phrase(f"setup.noticed.{what}"))
        await self._me.change(notice=now | meant)
        if what == "voice":
            return self._say("notice_voice")
        return self._say("notice_on", what=self._phraser.phrase(f"setup.noticed.{what}"))

    async def _sleeps(self, start: time | None, end: time | None) -> Reply:
        """Set the quiet hours; what was not said stays, or is asked for."""
        profile = self._me.profile()
        start, end = start or profile.sleeps_from, end or profile.sleeps_to
        if start is None or end is None:

            async def answered(answer: Answer) -> Reply | None:
                words = self._reading.words
                if start is None:
                    hours = words.nights.hours(answer.words)
                    told = (hours.start if hours else None, end)
                else:
                    told = (start, words.nights.wakes(answer.words))
                return await self._sleeps(*told) if all(t is not None for t in told) else None

            missing = "sleep" if start is None else "wake"
            asked = self._phraser.phrase(f"setup.questions.{missing}")
            return Reply(asked, question=Question(answered))
        await self._me.change(sleeps_from=start, sleeps_to=end)
        return self._say("sleeps", start=start, end=end)

    async def _named(self, answer: Answer) -> Reply | None:
        name = self._reading.words.names.own(answer.words)
        if answer.commands or not name:
            return None
        await self._me.change(call_me=name)
        return self._say("called", name=name)

    def _say(self, key: str, **values: object) -> Reply:
        return Reply(self._phraser.phrase(f"self.{key}", **values))
