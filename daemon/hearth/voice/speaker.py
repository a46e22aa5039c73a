"""Say in, sound out: the door through which Hearth speaks, one queue a room."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import time

from hearth.bus import Bus
from hearth.error import EngineError, MissingError
from hearth.event import Health, Hush, Say, Speaking, Spoken, VolumeSet, Woken
from hearth.port import PLAIN, Clock, Loudspeaker, Manner, Mouth, Pcm
from hearth.voice.sound import heard_part, louder, quiet_now

log = logging.getLogger(__name__)

_QUEUE = 64
"""Sentences that may wait in one room; more is a fault of a skill, and is dropped."""

_LETTER_MS = 65.0
"""About 165 words a minute, as English words are written."""


@dataclass
class _Room:
    """One room's queue and the sentence that is being said in it."""

    waiting: deque[Say] = field(default_factory=deque)
    dropped: list[Say] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    worker: asyncio.Task[None] | None = None
    now: asyncio.Task[None] | None = None


class Speaker:
    """Speaks each ``Say`` in its room, in order; stops on ``Hush`` and when it is called.

    Quiet hours are kept here: what Hearth says of its own accord (no turn, not urgent) is not said
    in them. Answers to a person are never held back.
    """

    def __init__(
        self,
        bus: Bus,
        mouth: Mouth,
        loudspeaker: Loudspeaker,
        clock: Clock,
        *,
        volume: int,
        volumes: Mapping[str, int] | None = None,
        manner: Callable[[], Manner] = lambda: PLAIN,
        quiet: Callable[[], tuple[time, time] | None] = lambda: None,
    ) -> None:
        """Take the ports; ``manner`` tells how it speaks at present, ``quiet`` from when until when
        (local) it says nothing of its own accord."""
        self._bus = bus
        self._inbox = bus.subscribe(Say, Hush, Woken, VolumeSet, size=1024)
        self._mouth = mouth
        self._loudspeaker = loudspeaker
        self._clock = clock
        self._manner = manner
        self._quiet = quiet
        self._volume = volume
        self._volumes = dict(volumes or {})
        self._rooms: dict[str, _Room] = {}

    async def run(self) -> None:
        """Serve every room side by side until cancelled; cancelling ends all speech."""
        try:
            async with asyncio.TaskGroup() as group:
                async for event in self._inbox:
                    match event:
                        case Say():
                            self._take(event, group)
                        case Hush(site=site) | Woken(site=site):
                            self._stop(site)
                        case VolumeSet(site=site, percent=percent):
                            self._volumes[site] = percent
        finally:
            self._rooms.clear()

    async def finish(self) -> None:
        """Wait until everything that waits to be said is said."""
        while self.busy:
            speaking = [room.now for room in self._rooms.values() if room.now]
            if speaking:
                await asyncio.wait(speaking)
            await asyncio.sleep(0)

    @property
    def busy(self) -> bool:
        """Whether anything is being said or waits to be said."""
        return bool(len(self._inbox)) or any(r.now or r.waiting for r in self._rooms.values())

    def _take(self, say: Say, group: asyncio.TaskGroup) -> None:
        own = not say.turn or say.unasked
        if own and not say.urgent and quiet_now(self._clock.now(), self._quiet()):
            log.info("something was not said: it is within the quiet hours")
            self._bus.publish(Spoken(say.site, say.text, "", say.turn, say.last))
            return
        room = self._rooms.setdefault(say.site, _Room())
        if len(room.waiting) >= _QUEUE:
            log.warning("too much to say in %s; a sentence is dropped", say.site)
            return
        room.waiting.append(say)
        room.arrived.set()
        if room.worker is None or room.worker.done():
            room.worker = group.create_task(self._serve(room), name=f"speak {say.site}")

    def _stop(self, site: str) -> None:
        room = self._rooms.get(site)
        if room is None:
            return
        room.dropped += room.waiting
        room.waiting.clear()
        if room.now:
            room.now.cancel()
        else:
            self._drop(room)

    def _drop(self, room: _Room) -> None:
        """Tell what was not said; after the sentence that was cut off, as it comes after it."""
        for say in room.dropped:
            self._bus.publish(Spoken(say.site, say.text, "", say.turn, say.last))
        room.dropped.clear()

    async def _serve(self, room: _Room) -> None:
        """Say what waits in one room, sentence by sentence."""
        while True:
            while not room.waiting:
                room.arrived.clear()
                await room.arrived.wait()
            say = room.waiting.popleft()
            room.now = asyncio.create_task(self._say(say), name=f"say {say.site}")
            try:
                await asyncio.wait({room.now})
            except asyncio.CancelledError:
                room.now.cancel()
                await asyncio.wait({room.now})
                raise
            finally:
                room.now = None
            self._drop(room)

    async def _say(self, say: Say) -> None:
        """Say one sentence and publish how much of it was heard."""
        if not say.text:
            self._bus.publish(Spoken(say.site, "", "", say.turn, say.last))
            return
        heard = _Progress()

        def started() -> None:
            heard.began = asyncio.get_running_loop().time()
            self._bus.publish(Speaking(say.site, say.text, say.turn))

        said = ""
        try:
            async with aclosing(self._sound(say, heard)) as sound:
                await self._loudspeaker.play(say.site, sound, started)
            said = say.text
        except asyncio.CancelledError:
            if heard.began is not None:
                ms = (asyncio.get_running_loop().time() - heard.began) * 1000
                said = heard_part(say.text, ms, heard.total_ms(say.text))
            raise
        except MissingError as error:  # no speaker in that room: a state, told elsewhere
            log.debug("not said in %s: %s", say.site, error)
        except EngineError as error:
            log.warning("not said in %s: %s", say.site, error)
            self._bus.publish(Health("voice", "degraded", error.what, error.remedy))
        finally:
            self._bus.publish(Spoken(say.site, say.text, said, say.turn, say.last))

    async def _sound(self, say: Say, heard: _Progress) -> AsyncGenerator[Pcm, None]:
        """Yield the sentence's sound at the room's volume.

        It is made ahead of the loudspeaker, so that its length is known when it is cut off.
        """
        percent = self._volumes.get(say.site, self._volume)
        usual = self._manner()
        manner = Manner(usual.voice, usual.pace * say.pace)
        made: asyncio.Queue[Pcm | None] = asyncio.Queue()

        async def make() -> None:
            try:
                async with aclosing(self._mouth.synthesize(say.text, manner)) as sound:
                    async for pcm in sound:
                        heard.ms += pcm.ms
                        made.put_nowait(louder(pcm, percent))
                heard.complete = True
            finally:
                made.put_nowait(None)

        making = asyncio.create_task(make(), name=f"synthesize {say.site}")
        try:
            while (pcm := await made.get()) is not None:
                yield pcm
            await making
        finally:
            making.cancel()
            await asyncio.wait({making})


@dataclass
class _Progress:
    """How far one sentence has come: when it began (loop time), and how long it is."""

    began: float | None = None
    ms: float = 0.0
    complete: bool = False

    def total_ms(self, text: str) -> float:
        """Return the sentence's length; while it is still being made, at least a usual one."""
        return self.ms if self.complete else max(self.ms, len(text) * _LETTER_MS)
