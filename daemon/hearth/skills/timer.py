"""Timers that are on disk before Hearth says that it set them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hearth.bus import Bus
from hearth.event import Heard, Say, TimerRang
from hearth.port import Clock, Command, Phraser, Timer, TimerStore
from hearth.skill import Reply, Request, intent

log = logging.getLogger(__name__)

_LATE_S = 30.0
"""A timer that rings later than this tells how late it is."""

_LONGEST_SLEEP_S = 60.0
"""The wall clock may be set while we sleep; it is looked at again this often."""


class Timers:
    """Sets, tells, changes and rings timers, in the room where they were set."""

    def __init__(self, bus: Bus, store: TimerStore, clock: Clock, phraser: Phraser) -> None:
        self._bus = bus
        self._store = store
        self._clock = clock
        self._phraser = phraser
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
            self._bus.publish(Heard(timer.site, timer.command, origin=timer.origin))
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
            return Reply(self._phraser.phrase("timers.no_duration"), "failed")
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
        found = await self._find(request.command)
        if found.timer is None:
            return self._not_found(found)
        await self._store.remove(found.timer.id)
        self._changed.set()
        return self._reply(request)

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
        found = await self._find(request.command, running=True)
        if found.timer is None:
            return self._not_found(found)
        left_s = max(0.0, found.timer.left_s(self._clock.now()))
        await self._store.save(replace(found.timer, ends=None, remaining_s=left_s))
        self._changed.set()
        return self._reply(request)

    @intent("HassUnpauseTimer")
    async def resume(self, request: Request) -> Reply:
        """Let a paused timer go on."""
        found = await self._find(request.command, running=False)
        if found.timer is None:
            return self._not_found(found)
        ends = self._clock.now() + timedelta(seconds=found.timer.remaining_s or 0.0)
        await self._store.save(replace(found.timer, ends=ends, remaining_s=None))
        self._changed.set()
        return self._reply(request)

    @intent("HassIncreaseTimer")
    async def increase(self, request: Request) -> Reply:
        """Give a timer more time."""
        return await self._change(request, 1)

    @intent("HassDecreaseTimer")
    async def decrease(self, request: Request) -> Reply:
        """Take time from a timer."""
        return await self._change(request, -1)

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

    async def _change(self, request: Request, sign: int) -> Reply:
        found = await self._find(request.command)
        timer, by_s = found.timer, sign * _seconds(request.command.slots)
        if timer is None:
            return self._not_found(found)
        if timer.ends:
            changed = replace(timer, ends=timer.ends + timedelta(seconds=by_s))
        else:
            changed = replace(timer, remaining_s=max(0.0, (timer.remaining_s or 0.0) + by_s))
        await self._store.save(changed)
        self._changed.set()
        return self._reply(request)

    async def _find(self, command: Command, running: bool | None = None) -> _Found:
        """Return the timer that is meant: the only one, or the one that the slots describe."""
        timers = [
            timer
            for timer in await self._store.all()
            if running is None or (timer.ends is not None) == running
        ]
        matching = _matching(timers, command)
        return _Found(matching[0] if len(matching) == 1 else None, len(matching))

    def _not_found(self, found: _Found) -> Reply:
        key = "timers.which" if found.count else "timers.not_found"
        return Reply(self._phraser.phrase(key), "failed")

    def _reply(self, request: Request, **slots: object) -> Reply:
        values = {"slots": {**request.command.slots, **slots}}
        return Reply(self._phraser.respond(request.command, request.house, values))


@dataclass(frozen=True)
class _Found:
    timer: Timer | None
    count: int


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
