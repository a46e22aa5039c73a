"""A question of yes and no in, what the person answered out: for rules that have to ask first."""

from __future__ import annotations

import asyncio
from typing import Protocol

from hearth.bus import Bus
from hearth.event import Ask, Replied, Say, Spoken
from hearth.mind.answers import Answers
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply

_SPEECH_S = 25.0
"""How long a question may have to wait until it is said, behind what is being said already."""


class Asker(Protocol):
    """Lets the next sentence in a room be an answer."""

    def await_answer(self, site: str, words: str, question: Question) -> None:
        """Take the next sentence at ``site`` as the answer to ``words``, which were just said."""


class Consent:
    """Says each ``Ask``, listens, and publishes ``Replied``.

    A question that was not heard (quiet hours, no speaker) is not asked: its answer is None.
    """

    def __init__(self, bus: Bus, asker: Asker, answers: Answers, phraser: Phraser) -> None:
        self._bus = bus
        self._inbox = bus.subscribe(Ask, Spoken, Replied, size=1024)
        self._asker = asker
        self._answers = answers
        self._phraser = phraser
        self._spoken: dict[str, asyncio.Future[Spoken]] = {}
        self._open: set[str] = set()

    async def run(self) -> None:
        """Ask until cancelled."""
        self._spoken.clear()
        self._open.clear()
        async with asyncio.TaskGroup() as group:
            async for event in self._inbox:
                match event:
                    case Ask():
                        group.create_task(self._ask(event), name=f"ask {event.id}")
                    case Spoken(turn=turn):
                        if (said := self._spoken.get(turn)) and not said.done():
                            said.set_result(event)
                    case Replied(id=id_):
                        self._open.discard(id_)

    async def _ask(self, ask: Ask) -> None:
        """Ask one thing, and tell the answer, or that none came."""
        self._open.add(ask.id)
        future: asyncio.Future[Spoken] = asyncio.get_running_loop().create_future()
        self._spoken[ask.id] = future
        self._bus.publish(Say(ask.site, ask.text, ask.id, unasked=True))
        try:
            async with asyncio.timeout(_SPEECH_S):
                heard = bool((await future).said)
        except TimeoutError:
            heard = False
        finally:
            self._spoken.pop(ask.id, None)
        if heard:
            question = Question(lambda answer: self._answered(ask, answer), ask.seconds)
            self._asker.await_answer(ask.site, "", question)
            await asyncio.sleep(ask.seconds)
            # Whoever begins to answer in time is still being heard.
            await asyncio.sleep(5.0)
        if ask.id in self._open:
            self._open.discard(ask.id)
            self._bus.publish(Replied(ask.site, ask.id, None))

    async def _answered(self, ask: Ask, answer: Answer) -> Reply | None:
        """Take a sentence as yes or no; None where it is neither, and so no answer."""
        said = self._answers.yes(answer.words)
        if ask.id not in self._open or said not in ("yes", "no"):
            return None
        self._open.discard(ask.id)
        self._bus.publish(Replied(ask.site, ask.id, said == "yes"))
        return Reply(self._phraser.phrase("talk.done" if said == "yes" else "talk.never_mind"))
