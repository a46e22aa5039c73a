"""Heard in, actions and speech out: one conversation turn, in each room by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

from hearth.bus import Bus
from hearth.error import EngineError, HearthError
from hearth.event import Answered, Heard, Hush, Listen, Say, Spoken, Understood, Woken
from hearth.house import House
from hearth.mind.inquiry import joined
from hearth.mind.room import Room
from hearth.port import Command, Converser, Home, Phraser, Understander
from hearth.remember import Gone
from hearth.sections.companion import MindConfig
from hearth.skill import Answer, Guardian, Handler, Question, Reply, Request

log = logging.getLogger(__name__)

ANSWER = "HearthAnswer"
"""What ``Understood`` names as the intent of an answer to a question."""

LATER = "HearthSchedule"
"""The intent of the skill that keeps a command which has a schedule."""


class Turns:
    """Takes each ``Heard`` through understanding, skill or model, to ``Say`` and ``Answered``.

    Turns in different rooms run side by side, turns in one room one after the other. A person who
    speaks again ends a conversation that is still going on in that room, never an action.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        understander: Understander,
        phraser: Phraser,
        home: Home,
        converser: Converser | None,
        skills: Mapping[str, Handler],
        areas: Mapping[str, str],
        config: MindConfig,
        guardians: Sequence[Guardian] = (),
        follow_up_s: float = 0.0,
    ) -> None:
        self._bus = bus
        self._inbox = bus.subscribe(Heard, Woken, Hush, Spoken, size=1024)
        self._understander = understander
        self._phraser = phraser
        self._home = home
        self._converser = converser
        self._guardians = guardians
        self._follow_up_s = follow_up_s
        self._skills = skills
        self._areas = areas
        self._config = config
        self._rooms: dict[str, Room] = {}

    async def run(self) -> None:
        """Serve every room until cancelled."""
        async with asyncio.TaskGroup() as group:
            async for event in self._inbox:
                room = self._rooms.setdefault(event.site, Room(self._config.history_turns))
                match event:
                    case Heard():
                        room.interrupt()
                        room.after(event, self.take, group)
                    case Woken() | Hush():
                        room.interrupt()
                    case Spoken():
                        room.was_spoken(event)

    def await_answer(self, site: str, words: str, question: Question) -> None:
        """Take the next sentence at ``site`` as the answer to ``words``, which were just said."""
        room = self._rooms.setdefault(site, Room(self._config.history_turns))
        if words:
            room.dialogue.opened(words)
        room.ask(question, words)
        self._bus.publish(Listen(site, question.seconds, question.secret))

    def dialogue(self, site: str) -> Sequence[tuple[str, str]]:
        """Return the last turns in a room as (person, Hearth)."""
        room = self._rooms.get(site)
        return tuple(room.dialogue.pairs) if room else ()

    async def erase(self, gone: Gone) -> None:
        """Begin every dialogue anew, so that nothing of it is left (the port ``Eraser``)."""
        for room in self._rooms.values():
            room.forget()

    @property
    def busy(self) -> bool:
        """Whether a turn is going on anywhere."""
        return any(room.task and not room.task.done() for room in self._rooms.values())

    async def meaning(self, text: str, site: str) -> tuple[Command, ...]:
        """Return what a sentence would mean in that room; moves nothing."""
        house = self._home.house()
        return await self._understander.understand(text, house, self._area(site, house), ())

    async def take(self, heard: Heard, room: Room) -> None:
        """Carry one turn to its end; the wall behind which a fault costs one apology."""
        try:
            async with asyncio.timeout(self._config.deadline_s):
                text, outcome = await self._answer(heard, room)
        except asyncio.CancelledError:
            self._bus.publish(Say(heard.site, "", heard.turn))  # what was heard of it is all
            self._bus.publish(Answered(heard.site, heard.turn, "", "stopped"))
            raise
        except TimeoutError:
            log.warning("turn %s took longer than %s s", heard.turn, self._config.deadline_s)
            text, outcome = self._apologise(heard, "errors.timeout"), "failed"
        except Exception:  # the wall of the turn: whatever a skill does, the person gets an answer
            log.exception("turn %s failed", heard.turn)
            text, outcome = self._apologise(heard, "errors.failed"), "failed"
        self._bus.publish(Answered(heard.site, heard.turn, text, outcome))

    async def _answer(
        self, heard: Heard, room: Room
    ) -> tuple[str, Literal["done", "conversation", "failed", "stopped"]]:
        began = time.perf_counter()
        house = self._home.house()
        area = self._area(heard.site, house)
        text = heard.secret.words if heard.secret else heard.text
        if guarded := await self._guarded(heard, house, area):
            return self._give(heard, room, [guarded])
        commands = await self._understander.understand(text, house, area, room.lately())
        ms = (time.perf_counter() - began) * 1000
        question = room.question()
        if question:
            reply = await self._answered(question, Answer(heard, commands, house, area))
            if reply is not None:
                asked = "" if question.secret or heard.secret else heard.text
                self._bus.publish(Understood(heard.site, heard.turn, asked, ANSWER, ms=ms))
                return self._give(replace(heard, text=asked), room, [reply])
        heard = replace(heard, text=text, secret=None)
        known = [(command, skill) for command in commands if (skill := self._handler(command))]
        if not known:
            self._bus.publish(Understood(heard.site, heard.turn, heard.text, "", ms=ms))
            return await self._converse(heard, room, question)
        room.understood(tuple(command for command, _ in known))
        replies = []
        for command, skill in known:
            self._bus.publish(_understood(heard, command, ms))
            request = Request(command, heard, self._home.house(), area)
            replies.append(await self._handle(skill, request))
        asks = any(reply.question for reply in replies)
        if not asks and (back := await self._back(question, joined(replies).text)):
            replies.append(back)
        return self._give(heard, room, replies)

    async def _guarded(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Let those who look at each sentence first answer it; a fault of theirs is no answer."""
        if heard.secret or heard.because:
            return None
        for guardian in self._guardians:
            try:
                if reply := await guardian.consider(heard, house, area):
                    return reply
            except HearthError as error:
                log.warning("a guardian: %s", error)
        return None

    def _give(
        self, heard: Heard, room: Room, replies: Sequence[Reply]
    ) -> tuple[str, Literal["done", "failed", "stopped"]]:
        """Say the replies of a turn as one, and listen where one of them asks."""
        reply = joined(replies)
        text, outcome, asking = reply.text, reply.outcome, reply.question
        if text:
            room.begin(heard.turn, heard.text)
            self._bus.publish(Say(heard.site, text, heard.turn))
        if asking:
            self._open(heard, room, reply)
        return text, outcome

    def _open(self, heard: Heard, room: Room, reply: Reply) -> None:
        """Wait for the answer to the question of a reply that is being said."""
        if asking := reply.question:
            room.ask(asking, reply.text)
            after = heard.turn if reply.text else ""
            self._bus.publish(Listen(heard.site, asking.seconds, asking.secret, after))

    async def _answered(self, question: Question, answer: Answer) -> Reply | None:
        """Let who asked take the answer; None where it is none."""
        try:
            return await question.answered(answer)
        except HearthError as error:
            log.warning("an answer: %s", error)
            return Reply(self._phraser.phrase("errors.failed"), "failed")

    async def _back(self, question: Question | None, said: str) -> Reply | None:
        """Return what comes back to a question that a turn left open; None: nothing does."""
        if question is None or question.after is None:
            return None
        try:
            return await question.after(said)
        except HearthError as error:
            log.warning("coming back to a question: %s", error)
            return None

    def _handler(self, command: Command) -> Handler | None:
        """Return what answers a command: its skill, or the one that keeps what is for later."""
        skill = self._skills.get(command.intent)
        return self._skills.get(LATER) if skill and command.schedule else skill

    async def _handle(self, skill: Handler, request: Request) -> Reply:
        """Let the skill answer; a fault that it names becomes a sentence."""
        try:
            return await skill(request)
        except HearthError as error:
            log.warning("%s: %s", request.command.intent, error)
            return Reply(self._phraser.phrase("errors.failed"), "failed")

    async def _converse(
        self, heard: Heard, room: Room, left: Question | None = None
    ) -> tuple[str, Literal["conversation", "failed"]]:
        """Answer what no skill does, sentence by sentence; then come back to what was ``left``."""
        if self._converser is None:
            return self._apologise(heard, "errors.not_understood"), "failed"
        said: list[str] = []
        room.begin(heard.turn, heard.text)
        room.conversing = True
        try:
            stream = self._converser.reply(heard, tuple(room.dialogue.pairs))
            async with aclosing(stream):
                async for say in stream:
                    self._bus.publish(say)
                    said.append(say.text)
        except EngineError as error:
            log.warning("the conversation: %s", error)
            if not said:
                return self._apologise(heard, "errors.no_brain"), "failed"
        finally:
            room.conversing = False
        if not said:
            return self._apologise(heard, "errors.not_understood"), "failed"
        if back := await self._back(left, said[-1]):
            if back.text:
                self._bus.publish(Say(heard.site, back.text, heard.turn, last=False))
                said.append(back.text)
            self._open(heard, room, back)
        elif said[-1].endswith("?") and self._follow_up_s and heard.origin == "microphone":
            self._bus.publish(Listen(heard.site, self._follow_up_s, after=heard.turn))
        self._bus.publish(Say(heard.site, "", heard.turn))  # nothing more: the end of the answer
        return " ".join(said), "conversation"

    def _area(self, site: str, house: House) -> str | None:
        """Return where a site stands: as configured, or the area that bears the site's name."""
        if site in self._areas:
            return self._areas[site]
        named = site.replace("_", " ").replace("-", " ").casefold()
        return next((a.id for a in house.areas if named in (a.id, a.name.casefold())), None)

    def _apologise(self, heard: Heard, key: str) -> str:
        text = self._phraser.phrase(key)
        self._bus.publish(Say(heard.site, text, heard.turn))
        return text


def _understood(heard: Heard, command: Command, ms: float) -> Understood:
    return Understood(
        heard.site,
        heard.turn,
        heard.text,
        command.intent,
        command.slots,
        command.targets,
        command.confidence,
        ms,
    )
