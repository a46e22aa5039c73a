"""Ports in, a living Hearth out: every room built, wired, and kept alive.

The daemon fills the ports with real edges, a story with fakes on virtual time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hearth.bus import Bus
from hearth.config import Config
from hearth.home.birth import Birth
from hearth.home.executor import Executor
from hearth.home.pin import Pin
from hearth.home.risk import Risk
from hearth.home.things import Things
from hearth.memory.journal import Journal
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings, StoredTimers
from hearth.mind.turn import Turns
from hearth.port import (
    Clock,
    Expecting,
    Loudspeaker,
    Mouth,
    Phraser,
    Publisher,
    Recognizer,
    Subscriber,
    Thinker,
    Understander,
)
from hearth.sense.endpoint import Voice
from hearth.sense.listener import Complain, Listener
from hearth.sense.microphone import SpotterFactory
from hearth.sense.vocabulary import Vocabulary
from hearth.skill import handlers
from hearth.skills.apology import Apology
from hearth.skills.clock import TimeAndDate
from hearth.skills.devices import Devices
from hearth.skills.states import States
from hearth.skills.talk import Talk
from hearth.skills.timer import Timers
from hearth.skills.volume import Volume, volumes
from hearth.status import Status
from hearth.supervise import keep_alive
from hearth.voice.speaker import Speaker

log = logging.getLogger(__name__)

_FINISH_S = 3.0
"""How long a sentence may take to end when Hearth is told to stop; systemd allows 5 s in all."""


@dataclass(frozen=True)
class Ports:
    """Everything outside that the rooms need."""

    clock: Clock
    store: Store
    publisher: Publisher
    subscriber: Subscriber
    recognizer: Recognizer
    expecting: Expecting | None
    voice: Callable[[], Voice]
    spotters: SpotterFactory
    mouth: Mouth
    loudspeaker: Loudspeaker
    thinker: Thinker | None
    understander: Understander
    phraser: Phraser
    complain: Complain
    pin: Pin


class Rooms:
    """Sense, home, mind, memory, voice and the skills, built from ``ports``.

    ``settings`` is what the store keeps of what a person set by voice. The journal is handed in,
    because the MQTT edge, which the ports are made of, already writes to it.
    """

    def __init__(
        self,
        config: Config,
        ports: Ports,
        *,
        bus: Bus,
        status: Status,
        journal: Journal,
        settings: Mapping[str, str],
    ) -> None:
        self._status = status
        self._journal = journal
        loud = volumes(settings)
        self.things = Things(config.home, subscriber=ports.subscriber, bus=bus, clock=ports.clock)
        self.birth = Birth(
            config.home.discovery_prefixes,
            subscriber=ports.subscriber,
            publisher=ports.publisher,
            known=lambda: self.things.counters["announced"],
        )
        self.home = Executor(
            self.things,
            publisher=ports.publisher,
            bus=bus,
            echo_timeout_s=config.home.echo_timeout_s,
            risk=Risk(config.door),
            pin=ports.pin,
            codes=config.door.codes,
        )
        self.speaker = Speaker(
            bus,
            ports.mouth,
            ports.loudspeaker,
            ports.clock,
            config.speech,
            volume=config.audio.volume,
            volumes=loud,
        )
        self.talk = Talk(bus, ports.phraser)
        self.timers = Timers(bus, StoredTimers(ports.store), ports.clock, ports.phraser)
        self.skills = handlers(
            [
                TimeAndDate(ports.clock, ports.phraser),
                Devices(self.home, ports.phraser),
                States(ports.phraser),
                self.timers,
                self.talk,
                Volume(
                    bus,
                    StoredSettings(ports.store),
                    ports.phraser,
                    config.audio.volume,
                    loud,
                ),
            ]
        )
        self.turns = Turns(
            bus,
            understander=ports.understander,
            phraser=ports.phraser,
            home=self.home,
            thinker=ports.thinker,
            skills=self.skills,
            areas={site: id_ for id_, area in config.home.areas.items() for site in area.sites},
            name=config.hearth.name,
            config=config.mind,
            max_tokens=config.brain.max_tokens,
        )
        self.listener = Listener(
            config.hearing,
            bus,
            recognizer=ports.recognizer,
            timeout_s=config.recognition.timeout_s,
            voice=ports.voice,
            spotters=ports.spotters,
            complain=ports.complain,
        )
        self._rooms = {
            "memory": journal.run,
            "voice": self.speaker.run,
            "skill apology": Apology(bus, ports.phraser, config.hearth.site).run,
            "skill talk": self.talk.run,
            "skill timer": self.timers.run,
            "mind": self.turns.run,
            "sense": self.listener.run,
        }
        if ports.expecting:
            self._rooms["vocabulary"] = Vocabulary(bus, self.home, ports.expecting, status.tell).run

    async def run(self) -> None:
        """Keep every room alive until cancelled; on leaving, what waits goes to the journal."""
        try:
            async with asyncio.TaskGroup() as group:
                for name, run in self._rooms.items():
                    group.create_task(keep_alive(name, run, self._status.tell), name=name)
        finally:
            await self._journal.drain()

    async def finish(self) -> None:
        """Let what is being said come to its end, a few seconds at most."""
        try:
            async with asyncio.timeout(_FINISH_S):
                await self.speaker.finish()
        except TimeoutError:
            log.info("the last sentence was cut off")
