"""The first time that somebody speaks in, one offer to get to know each other out."""

from __future__ import annotations

import asyncio
from typing import Protocol

from hearth.bus import Bus
from hearth.event import Crisis, Heard, Listen, Say, Spoken, new_turn
from hearth.keep import Settings
from hearth.mind.answers import Answers
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply
from hearth.skills.setup import SetUp

OFFERED = "self/offered"
"""The setting that says that the set-up was offered."""

_SPEECH_S = 30.0
_BREATH_S = 0.7
"""Between an answer and the offer: a question that follows the answer goes first."""


class Asker(Protocol):
    """Lets the next sentence in a room be an answer."""

    def await_answer(self, site: str, words: str, question: Question) -> None:
        """Take the next sentence at ``site`` as the answer to ``words``, which were just said."""


class Acquaintance:
    """Offers the set-up once, after the first answer to somebody who spoke; never while it waits
    for an answer, and never to somebody in danger."""

    def __init__(
        self,
        bus: Bus,
        setup: SetUp,
        phraser: Phraser,
        answers: Answers,
        *,
        asker: Asker,
        kept: Settings,
        wanted: bool,
    ) -> None:
        self._bus, self._setup, self._phraser, self._answers = bus, setup, phraser, answers
        self._asker, self._kept = asker, kept
        self._wanted = wanted and not setup.me.profile().set_up and setup.course is None
        self._inbox = bus.subscribe(Heard, Listen, Spoken, Crisis, size=1024)

    async def run(self) -> None:
        """Wait for the first time, and offer; what comes after is only let by."""
        turn, asking = "", ""
        async for event in self._inbox:
            match event:
                case Crisis():
                    self._wanted = self._wanted and not event.on
                case Heard(origin="microphone", because=""):
                    turn = event.turn
                case Listen(after=after):
                    asking = after
                case Spoken() if event.turn == turn and event.last and event.whole and turn:
                    await asyncio.sleep(_BREATH_S)
                    if self._wanted and self._setup.course is None and asking != turn:
                        await self._offer(event.site)
                    turn = ""

    async def _offer(self, site: str) -> None:
        text, turn = self._phraser.phrase("setup.offer"), new_turn()
        self._bus.publish(Say(site, text, turn, unasked=True))
        said = ""
        try:
            async with asyncio.timeout(_SPEECH_S):
                async for event in self._inbox:
                    if isinstance(event, Spoken) and event.turn == turn:
                        said = event.said
                        break
        except TimeoutError:
            return
        if said:  # in quiet hours it was not: then another time
            self._wanted = False
            await self._kept.put(OFFERED, "yes")
            self._asker.await_answer(site, "", Question(self._answered))

    async def _answered(self, answer: Answer) -> Reply | None:
        said = self._answers.yes(answer.words)
        if said in ("yes", "starts_yes"):
            return await self._setup.begin(answer.heard.site)
        if said == "no":
            return Reply(self._phraser.phrase("setup.declined"))
        return None
