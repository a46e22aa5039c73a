"""The whole daemon on virtual time: real rooms, fakes of the ports, a simulated home."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.edge.calendar.files import OwnCalendar
from hearth.edge.sim.home import SimulatedHome
from hearth.event import Answered, Event, Say
from hearth.home.pin import Pin, pin_file
from hearth.home.rules import file
from hearth.memory.journal import Journal
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings
from hearth.mind.answers import Answers
from hearth.mind.understanding import Understanding
from hearth.port import Find, Spotter
from hearth.ports import Ports
from hearth.rooms import Rooms
from hearth.sections import Config
from hearth.sections.house import AreaConfig, HomeConfig
from hearth.skills.acquaintance import OFFERED
from hearth.status import Status
from hearth.voice.phrasing import Phrasing
from support.grammars import grammar
from support.ports import AtOnce, Model, Recorder, Room, Voice, Words
from support.wire import Wire

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUIET, NAME, SPEECH = 0, 1111, 2222
CONFIG = Config(home=HomeConfig(areas={"kitchen": AreaConfig("Kitchen", sites=("kitchen-sat",))}))


def plug_in(home: SimulatedHome) -> Wire:
    """Return a broker in memory with the simulated home on it, 20 ms away."""
    wire = Wire()

    async def device(topic: str, payload: bytes) -> None:
        await asyncio.sleep(0.02)
        for message in home.handle(topic, payload):
            await wire.send(message.topic, message.payload, retain=message.retained)

    wire.device = device
    return wire


class Loud:
    """A voice activity model for which everything loud is speech."""

    def __call__(self, pcm: bytes) -> float:
        return 0.95 if np.abs(np.frombuffer(pcm, "<i2").astype(int)).max() > 500 else 0.01

    def reset(self) -> None:
        """It remembers nothing."""


class Named:
    """A spotter that finds the sound NAME where it ends."""

    always = True

    def __init__(self, tell: Callable[[Find], None]) -> None:
        self._tell = tell
        self._in_name = False

    def feed(self, pcm: bytes, at: int) -> None:
        names = np.abs(np.frombuffer(pcm, "<i2").astype(int)) == NAME
        ended = self._in_name and not names.all()
        self._in_name = bool(names.any()) and bool(names[-1])
        if ended or (names.any() and not names[-1]):
            self._tell(Find("samantha", 0.9, at + int(names.sum())))

    def reset(self) -> None:
        self._in_name = False

    def close(self) -> None:
        """It holds nothing."""


def sound(value: int, ms: int) -> bytes:
    """A square wave of that height, 16 kHz."""
    return np.tile([value, -value], ms * 8).astype("<i2").tobytes()


class Story:
    """One run of Hearth; ``told`` is everything that was published on its bus."""

    def __init__(
        self,
        rooms: Rooms,
        bus: Bus,
        words: Words,
        wire: Wire,
        *,
        home: SimulatedHome,
        room: Room,
        voice: Voice,
        model: Model,
        clock: LoopClock,
    ) -> None:
        self.rooms, self.bus, self.words, self.wire = rooms, bus, words, wire
        self.home, self.room, self.voice, self.model = home, room, voice, model
        self.told = Recorder(bus)
        self.clock = clock

    def state(self, entity_id: str) -> str | None:
        entity = self.rooms.home.house().entity(entity_id)
        return entity.state if entity else None

    async def person(self, site: str, text: str, *, name: bool = True) -> None:
        """Someone speaks at a microphone: the name, and in the same breath the sentence."""
        self.words.texts.append(text)
        pieces = [sound(QUIET, 500)]
        if name:
            pieces.append(sound(NAME, 400))
        pieces += [sound(SPEECH, 1000), sound(QUIET, 1000)]
        await self.hear(site, b"".join(pieces))

    async def hear(self, site: str, pcm: bytes) -> None:
        for at in range(0, len(pcm), 640):
            self.rooms.listener.feed(site, pcm[at : at + 640])
            await asyncio.sleep(0.02)

    def of(self, *types: type[Event]) -> list[Any]:
        return self.told.of(*types)


MOTION = "binary_sensor.hallway_occupancy"
"""The simulated home's sensor of who walks by."""


async def walks_by(s: Story, seconds: float = 60.0) -> None:
    """Somebody is in the hall for a while."""
    for seen in (True, False):
        await _moves(s, seen)
        await asyncio.sleep(seconds)


async def stirs(s: Story) -> None:
    """Somebody comes into the hall, and a microphone hears a few quiet seconds of it."""
    await _moves(s, True)
    await s.hear("default", sound(QUIET, 6000))


async def _moves(s: Story, seen: bool) -> None:
    sensor: Any = s.home.devices[MOTION]
    for message in sensor.move(seen):
        await s.wire.send(message.topic, message.payload, retain=message.retained)


def unasked(s: Story) -> list[str]:
    """Return what it said of its own accord and was heard."""
    heard = set(s.voice.texts)
    return [say.text for say in s.of(Say) if say.unasked and say.text in heard]


async def answer(s: Story, site: str, text: str, *, name: bool = True) -> str:
    """Somebody says a sentence and hears the reply to its end; return the reply."""
    before = len(s.of(Answered))
    await s.person(site, text, name=name)
    for _ in range(400):
        await asyncio.sleep(0.25)
        if len(s.of(Answered)) > before and not s.rooms.speaker.busy:
            await s.hear(site, sound(QUIET, 1500))  # a person does not answer at once
            return str(s.of(Answered)[-1].text)
    raise AssertionError(f"no answer to {text!r}")


@cache
def answers() -> Answers:
    """The real words of answers, read once for all stories."""
    return Answers("en")


@asynccontextmanager
async def story(
    folder: Path,
    *,
    config: Config = CONFIG,
    start: datetime = MORNING,
    model: Model | None = None,
    home: SimulatedHome | None = None,
    triggers: str = "",
    known: bool = True,
) -> AsyncIterator[Story]:
    """Start Hearth in ``folder``, which it remembers from story to story.

    Where it is ``known``, it does not offer to get to know each other.
    """
    bus = Bus()
    status = Status(bus)
    clock = LoopClock(start)
    words, voice, room = Words(), Voice(), Room()
    model = model or Model("I am here.")
    home = home or SimulatedHome()
    wire = plug_in(home)

    def spotters(tell: Callable[[Find], None]) -> list[Spotter]:
        return [Named(tell)]

    async with Store(folder / "hearth.db", AtOnce()) as store:
        journal = Journal(bus, store, clock, config.memory.keep_days)
        ports = Ports(
            clock=clock,
            store=store,
            publisher=wire,
            subscriber=wire,
            recognizer=words,
            expecting=None,
            voice=Loud,
            spotters=spotters,
            mouth=voice,
            loudspeaker=room,
            thinker=model,
            drafter=None,
            encoder=None,
            understander=Understanding(grammar()),
            moments=grammar().moments,
            phraser=Phrasing("en"),
            complain=lambda kind, what, detail="": None,
            answers=answers(),
            calendar=OwnCalendar(folder / "calendar.ics", clock, AtOnce()),
            pin=Pin(
                pin_file(config.door, folder),
                tries=config.door.tries,
                wait_s=config.door.wait_minutes * 60,
                executor=AtOnce(),
            ),
        )
        rooms = Rooms(
            config,
            ports,
            bus=bus,
            status=status,
            journal=journal,
            settings=({OFFERED: "yes"} if known else {}) | await StoredSettings(store).all(),
            triggers=file.read(tomllib.loads(triggers)),
        )
        made = Story(
            rooms, bus, words, wire, home=home, room=room, voice=voice, model=model, clock=clock
        )
        running = asyncio.create_task(rooms.run())
        for message in home.birth():
            await wire.send(message.topic, message.payload, retain=message.retained)
        await asyncio.sleep(2)
        try:
            yield made
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
