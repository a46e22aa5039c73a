"""Timers that are on disk before Hearth says that it set them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hearth.bus import Bus
from hearth.event import Heard, Say, TimerRang
from hearth.house import Entity, House
from hearth.keep import TimerStore
from hearth.mind.answers import Answers
from hearth.port import Clock, Command, Phraser, Timer, Understander
from hearth.skill import Answer, Question, Reply, Request, intent

log = logging.getLogger(__name__)

_LATE_S = 30.0
"""A timer that rings later than this tells how late it is."""

_LONGEST_SLEEP_S = 60.0
"""The wall clock may be set while we sleep; it is looked at again this often."""

Then = Callable[[Request, Timer], Awaitable[Reply]]
"""Does something to a timer and says so."""


class Timers:
    """Sets, tells, changes and rings timers, in the room where they were set."""

    def __init__(
        self,
        bus: Bus,
        store: TimerStore,
        clock: Clock,
        phraser: Phraser,
        *,
        answers: Answers,
        understander: Understander,
    ) -> None:
        self._bus = bus
        self._store = store
        self._clock = clock
        self._phraser = phraser
        self._answers = answers
        self._understander = understander
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Ring each timer when it ends; those that ended while we were away ring at once."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            running = [timer for timer in await self._store.all() if timer.ends]
            for timer in running:
                if timer.left_s(now) <= 0:
                    await self._ring(timer, now)
            left = [timer.left_s(now) for timer in running if timer.left_s(now) > 0]
            try:
                async with asyncio.timeout(min([*left, _LONGEST_SLEEP_S])):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _ring(self, timer: Timer, now: datetime) -> None:
        late_s = -timer.left_s(now)
        self._bus.publish(TimerRang(timer.id, timer.site, timer.name, late_s))
        if timer.command:
            because = f"timer:{timer.id}"
            self._bus.publish(
                Heard(timer.site, timer.command, origin=timer.origin, because=because)
            )
        else:
            what = {"name": timer.name, "duration": timer.seconds, "late": late_s}
            key = "timers.rang_late" if late_s > _LATE_S else "timers.rang"
            self._bus.publish(Say(timer.site, self._phraser.phrase(key, **what), urgent=True))
        await self._store.remove(timer.id)

    @intent("HassStartTimer")
    async def start(self, request: Request) -> Reply:
        """Set a timer, or a command to be carried out later."""
        slots = request.command.slots
        seconds = _seconds(slots)
        if seconds <= 0:
            question = Question(lambda answer: self._for_how_long(request, answer))
            return Reply(self._phraser.phrase("timers.no_duration"), "failed", question)
        timer = Timer(
            id=0,
            name=str(slots.get("name", "")),
            site=request.site,
            seconds=seconds,
            ends=self._clock.now() + timedelta(seconds=seconds),
            command=str(slots.get("conversation_command", "")),
            origin=request.heard.origin,
        )
        await self._store.save(timer)
        self._changed.set()
        return self._reply(request)

    @intent("HassCancelTimer")
    async def cancel(self, request: Request) -> Reply:
        """End one timer without ringing."""
        return await self._one(request, self._cancel)

    @intent("HassCancelAllTimers")
    async def cancel_all(self, request: Request) -> Reply:
        """End every timer."""
        timers = await self._store.all()
        for timer in timers:
            await self._store.remove(timer.id)
        self._changed.set()
        return self._reply(request, canceled=len(timers))

    @intent("HassPauseTimer")
    async def pause(self, request: Request) -> Reply:
        """Stop a timer's time."""
        return await self._one(request, self._pause, running=True)

    @intent("HassUnpauseTimer")
    async def resume(self, request: Request) -> Reply:
        """Let a paused timer go on."""
        return await self._one(request, self._resume, running=False)

    @intent("HassIncreaseTimer", "HassDecreaseTimer")
    async def change(self, request: Request) -> Reply:
        """Give a timer more time, or take some from it."""
        return await self._one(request, self._change)

    @intent("HassTimerStatus")
    async def status(self, request: Request) -> Reply:
        """Say how much time is left."""
        now = self._clock.now()
        timers = _matching(await self._store.all(), request.command)
        if not timers:
            return Reply(self._phraser.phrase("timers.none"))
        told = [
            self._phraser.phrase(
                "timers.left" if timer.ends else "timers.paused",
                name=timer.name,
                duration=timer.seconds,
                left=max(0.0, timer.left_s(now)),
            )
            for timer in timers
        ]
        return Reply(" ".join(told))

    async def _cancel(self, request: Request, timer: Timer) -> Reply:
        await self._store.remove(timer.id)
        self._changed.set()
        return self._reply(request)

    async def _pause(self, request: Request, timer: Timer) -> Reply:
        left_s = max(0.0, timer.left_s(self._clock.now()))
        return await self._put(request, replace(timer, ends=None, remaining_s=left_s))

    async def _resume(self, request: Request, timer: Timer) -> Reply:
        ends = self._clock.now() + timedelta(seconds=timer.remaining_s or 0.0)
        return await self._put(request, replace(timer, ends=ends, remaining_s=None))

    async def _change(self, request: Request, timer: Timer) -> Reply:
        sign = 1 if request.command.intent == "HassIncreaseTimer" else -1
        by_s = sign * _seconds(request.command.slots)
        if timer.ends:
            return await self._put(request, replace(timer, ends=timer.ends + timedelta(0, by_s)))
        left_s = max(0.0, (timer.remaining_s or 0.0) + by_s)
        return await self._put(request, replace(timer, remaining_s=left_s))

    async def _put(self, request: Request, timer: Timer) -> Reply:
        await self._store.save(timer)
        self._changed.set()
        return self._reply(request)

    async def _one(self, request: Request, then: Then, running: bool | None = None) -> Reply:
        """Do something to the timer that is meant: the only one, the one that the slots describe,
        or the one that the person names when asked."""
        timers = [
            timer
            for timer in await self._store.all()
            if running is None or (timer.ends is not None) == running
        ]
        meant = _matching(timers, request.command)
        if len(meant) == 1:
            return await then(request, meant[0])
        if not meant:
            return Reply(self._phraser.phrase("timers.not_found"), "failed")
        names = [
            self._phraser.phrase("timers.named", name=timer.name, duration=timer.seconds)
            for timer in meant
        ]
        told = [Entity(f"timer.{t.id}", name) for t, name in zip(meant, names, strict=True)]

        async def answered(answer: Answer) -> Reply | None:
            picked = {
                entity.id for entity in self._answers.which(answer.words, told, House(), None)
            }
            chosen = [timer for timer in meant if f"timer.{timer.id}" in picked]
            if len(chosen) == 1 or (chosen and self._answers.all_of_them(answer.words)):
                return [await then(request, timer) for timer in chosen][-1]
            if self._answers.yes(answer.words) == "no":
                return Reply(self._phraser.phrase("talk.never_mind"), "stopped")
            return None

        text = self._phraser.phrase("timers.which_of", names=names)
        return Reply(text, "failed", Question(answered))

    async def _for_how_long(self, request: Request, answer: Answer) -> Reply | None:
        """Take the answer to "for how long?": a duration, read as one of a whole sentence."""
        words = dict.fromkeys((answer.words, self._answers.bare(answer.words)))
        sentences = [self._phraser.phrase("timers.as_command", words=each) for each in words]
        for commands in (
            answer.commands,
            *[
                await self._understander.understand(each, answer.house, answer.area, ())
                for each in sentences
            ],
        ):
            for command in commands:
                if command.intent == "HassStartTimer" and _seconds(command.slots) > 0:
                    slots = {**command.slots, **request.command.slots}
                    said = {**request.command.said, **command.said}
                    whole = replace(command, slots=slots, said=said, schedule=None)
                    return await self.start(replace(request, command=whole))
        if self._answers.yes(answer.words) == "no":
            return Reply(self._phraser.phrase("talk.never_mind"), "stopped")
        return None

    def _reply(self, request: Request, **slots: object) -> Reply:
        values = {"slots": {**request.command.slots, **slots}}
        return Reply(self._phraser.respond(request.command, request.house, values))


def _seconds(slots: Any, prefix: str = "") -> float:
    """Return the duration that the slots tell, in seconds."""
    hours, minutes, seconds = (
        float(slots.get(prefix + unit) or 0) for unit in ("hours", "minutes", "seconds")
    )
    return hours * 3600 + minutes * 60 + seconds


def _matching(timers: tuple[Timer, ...] | list[Timer], command: Command) -> list[Timer]:
    """Return the timers with the name and the length that were said; all where none was."""
    slots = command.slots
    name = str(slots.get("name", "")).casefold()
    seconds = _seconds(slots, "start_")
    return [
        timer
        for timer in timers
        if (not name or timer.name.casefold() == name) and (not seconds or timer.seconds == seconds)
    ]
