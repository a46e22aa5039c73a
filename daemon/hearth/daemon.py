"""Configuration in, a running Hearth out: the one composition root.

It opens each edge, hands them to the rooms as ports, keeps everything alive, and closes in reverse.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.config import run_dir
from hearth.edge.alsa import Microphone, PortAudio, Speaker
from hearth.edge.brain import Brain
from hearth.edge.broker import Broker
from hearth.edge.calendar.calendars import open_calendars
from hearth.edge.complaint import Complaints
from hearth.edge.control import Control
from hearth.edge.hermes.audio import HermesEars, HermesSpeaker
from hearth.edge.hermes.dialogue import HermesDialogue
from hearth.edge.loudspeakers import Loudspeakers
from hearth.edge.mqtt.client import Mqtt
from hearth.edge.silero import Silero
from hearth.edge.sim.home import SimHome
from hearth.edge.speech.workers import ear, mouth
from hearth.edge.systemd import Service
from hearth.edge.wake.words import WakeWords
from hearth.error import ConfigError
from hearth.event import Health
from hearth.home.itself import status_topic
from hearth.home.pin import Pin, pin_file
from hearth.home.rules.file import NO_TRIGGERS, Triggers
from hearth.memory.journal import Journal, encode
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings
from hearth.mind.answers import Answers
from hearth.mind.grammar import Grammar
from hearth.mind.me import name_of
from hearth.mind.nearest import Nearest, Sayings
from hearth.mind.understanding import Understanding
from hearth.mind.versions import models
from hearth.port import Message
from hearth.rooms import Ports, Rooms
from hearth.sections import Config
from hearth.sections.engines import BrainConfig, MqttConfig
from hearth.skills.remote import verbs
from hearth.status import Status
from hearth.supervise import keep_alive
from hearth.voice.phrasing import Phrasing

log = logging.getLogger(__name__)

_ENGINES_S = 10.0
"""How long the start waits for the ear and the mouth before it goes on without them."""

_BROKER_S = 3.0
"""How long the start waits for a broker of somebody else, which may be down."""

Companion = Callable[["Hearth"], Awaitable[None]]
"""Something that runs beside Hearth in its process, such as the view on a terminal."""


class Hearth:
    """One running Hearth. ``async with Hearth(config, state) as hearth`` opens everything.

    Raises HearthError where it cannot start, with what to do.
    """

    def __init__(self, config: Config, state: Path, triggers: Triggers = NO_TRIGGERS) -> None:
        self.config = config
        self.triggers = triggers
        self.state = state
        self.bus = Bus()
        self.status = Status(self.bus)
        self.clock = SystemClock(_zone(config.hearth.time_zone))
        self.mqtt_config: MqttConfig = config.mqtt
        self.mqtt: Mqtt
        self.brain: Brain
        self.rooms: Rooms
        self._warm: Callable[[], object] = lambda: None
        self._counters: Callable[[], Mapping[str, int]] = dict
        self._edges: dict[str, Callable[[], Awaitable[None]]] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Hearth:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        config, bus, tell, enter = (
            self.config,
            self.bus,
            self.status.tell,
            self._stack.enter_async_context,
        )
        run = run_dir(self.state)
        control = await enter(
            Control(
                run,
                bus,
                parts=self.status.parts,
                facts=self._facts,
                encode=encode,
                site=config.hearth.site,
            )
        )
        grammar = asyncio.create_task(asyncio.to_thread(Grammar, config.hearth.language))
        self._stack.callback(grammar.cancel)
        store = await enter(Store(self.state / "hearth.db"))
        journal = Journal(
            bus, store, self.clock, config.memory.keep_days, config.memory.sensor_every_s
        )
        settings = await StoredSettings(store).all()
        recognizer = await enter(
            ear(
                config.recognition,
                state=self.state,
                run=run,
                language=config.hearth.language,
                tell=tell,
            )
        )
        voice = await enter(mouth(config.speech, run=run, tell=tell))
        self.brain = await enter(
            Brain(_agreed(config.brain, settings), state=self.state, run=run, tell=tell)
        )
        embedded = not config.mqtt.host
        if embedded:
            broker = await enter(Broker(self.state, tell))
            self.mqtt_config = broker.mqtt(config.mqtt)
        will = None
        if config.home.publish_itself:
            will = Message(status_topic(config.mqtt.client_id), b"offline", 1, retained=True)
        self.mqtt = await enter(
            Mqtt(
                self.mqtt_config,
                tell=tell,
                keeper=journal,
                session_file=self.state / "mqtt-session",
                will=will,
            )
        )
        self._counters = lambda: self.mqtt.counters
        audio = PortAudio()
        speaker = None
        if config.audio.speaker != "off":
            speaker = Speaker(config.audio.speaker, tell, audio)
        ears = HermesEars(self.mqtt, self._frame)
        satellites = HermesSpeaker(
            self.mqtt,
            finished_timeout_s=config.audio.play_finished_timeout_s,
            piece_ms=config.audio.piece_ms,
        )
        understander = await grammar
        self._warm = understander.warm
        self._wake = WakeWords(
            config.wake,
            language=config.hearth.language,
            cache=self.state / "wake",
            tell=tell,
            also=name_of(settings),
        )
        sayings = Sayings(understander.sayings, config.hearth.language)
        nearest = None
        if config.brain.encoder:
            nearest = Nearest(sayings, understander.moments, self.brain, self.state)
        understanding = Understanding(understander, nearest)
        calendars, calendar_rooms = open_calendars(config.calendar, self.state, self.clock, tell)
        self.rooms = Rooms(
            config,
            Ports(
                clock=self.clock,
                store=store,
                publisher=self.mqtt,
                subscriber=self.mqtt,
                recognizer=recognizer,
                expecting=recognizer,
                voice=Silero,
                spotters=self._wake.spotters,
                mouth=voice,
                loudspeaker=Loudspeakers(
                    config.hearth.site, speaker, satellites, ears.heard_lately
                ),
                thinker=self.brain if config.brain.enabled else None,
                drafter=self.brain if config.brain.enabled else None,
                encoder=self.brain if config.brain.encoder else None,
                understander=understanding,
                moments=understander.moments,
                called=self._wake,
                phraser=Phrasing(config.hearth.language),
                complain=Complaints(log).add,
                answers=await asyncio.to_thread(Answers, config.hearth.language),
                calendar=calendars,
                pin=Pin(
                    pin_file(config.door, self.state),
                    tries=config.door.tries,
                    wait_s=config.door.wait_minutes * 60,
                ),
            ),
            bus=bus,
            status=self.status,
            journal=journal,
            settings=settings,
            triggers=self.triggers,
        )
        control.add_all(
            {
                **verbs(
                    self.rooms.company.setup, self.rooms.company.crisis, config.hearth.site
                ),
                "memory.forget": self.rooms.company.memory.forget,
            }
        )
        self.rooms.company.erasers.append(self.brain)  # it keeps what prompts became
        self.mqtt.when_connected(self.rooms.birth.connected)
        self.mqtt.when_connected(self.rooms.polls.connected)
        self.mqtt.when_connected(self.rooms.itself.connected)
        dialogue = HermesDialogue(
            self.mqtt,
            bus,
            understand=self.rooms.turns.meaning,
            stop_listening=self.rooms.listener.finish,
            open_ear=ears.open,
        )
        self._edges = {"mqtt": self.mqtt.run, "hermes": dialogue.run, "rooms": self.rooms.run}
        self._edges |= {"understanding": lambda: understanding.run(tell), **calendar_rooms}
        if config.audio.microphone != "off":
            microphone = Microphone(config.audio.microphone, tell, audio)
            site = config.hearth.site
            self._edges["microphone"] = lambda: microphone.run(
                lambda pcm: self.rooms.listener.feed(site, pcm)
            )
        if config.home.simulated == "on" or (config.home.simulated == "auto" and embedded):
            self._edges["simulated home"] = (await enter(SimHome(self.mqtt_config))).run

    async def run(
        self, companions: Sequence[Companion] = (), stop: asyncio.Event | None = None
    ) -> None:
        """Serve until ``stop`` is set or this is cancelled; then end within 5 s.

        ``companions`` run beside the rooms, such as the view on a terminal.
        """
        stop = stop or asyncio.Event()
        service = Service()
        tasks = [
            asyncio.create_task(keep_alive(name, run, self.status.tell), name=name)
            for name, run in self._edges.items()
        ]
        tasks += [asyncio.create_task(_companion(each, self)) for each in companions]
        tasks.append(asyncio.create_task(self._wake.run(), name="wake"))
        tasks.append(asyncio.create_task(self._announce(service), name="status"))
        tasks.append(asyncio.create_task(service.watchdog(self._alive), name="watchdog"))
        try:
            await self._settle()
            self.status.tell(Health("hearth", "ready"))
            service.ready(self.status.line())
            log.info("ready: %s", self.status.line())
            tasks.append(asyncio.create_task(self._warm_up(), name="warm up"))
            await stop.wait()
        finally:
            service.stopping()
            log.info("stopping")
            await self.rooms.finish()
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _warm_up(self) -> None:
        """Build what the first rule that is said would wait for."""
        await asyncio.to_thread(self._warm)

    async def _settle(self) -> None:
        """Wait until the ear, the mouth and the broker are there, or long enough for them."""
        waits: dict[str, float] = {"ear": _ENGINES_S, "mouth": _ENGINES_S, "mqtt": _BROKER_S}
        inbox = self.bus.subscribe(Health)
        began = asyncio.get_running_loop().time()
        try:
            for part, longest_s in waits.items():
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(began + longest_s):
                        while not self.status.is_ready(part):
                            await inbox.get()
        finally:
            self.bus.unsubscribe(inbox)

    async def _announce(self, service: Service) -> None:
        """Keep systemd's status line and the log up to date."""
        async for health in self.bus.subscribe(Health):
            service.status(self.status.line())
            level = logging.WARNING if health.state in ("down", "degraded") else logging.INFO
            told = f"{health.part} {health.state} {health.detail} {health.remedy}".strip()
            log.log(level, "%s", told, extra={"part": health.part})

    async def _alive(self) -> None:
        """Go once through the broker; where it is away, that is the reconnect loop's business."""
        if self.mqtt.connected:
            await self.mqtt.round_trip()

    def _frame(self, site: str, wave: bytes) -> None:
        self.rooms.listener.frame(site, wave)

    def _facts(self) -> dict[str, object]:
        """Return what a person may want to know of a running Hearth."""
        return {
            "pid": os.getpid(),
            "state": str(self.state),
            "broker": f"{self.mqtt_config.host}:{self.mqtt_config.port}",
            "mqtt": dict(self._counters()),
            "dropped_events": self.bus.dropped,
        }


async def _companion(companion: Companion, hearth: Hearth) -> None:
    try:
        await companion(hearth)
    except Exception:  # the wall: a view that fails must not end what it looks at
        log.exception("a companion ended")


def serve(
    config: Config,
    state: Path,
    companions: Sequence[Companion] = (),
    triggers: Triggers = NO_TRIGGERS,
) -> int:
    """Run Hearth until SIGTERM or SIGINT, and return the exit status.

    A second signal ends the process at once. Raises HearthError where it cannot start.
    """
    return asyncio.run(_serve(config, state, companions, triggers))


async def _serve(
    config: Config, state: Path, companions: Sequence[Companion], triggers: Triggers
) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    opening = asyncio.current_task()

    def signalled() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()
        if not opened and opening:
            opening.cancel()

    opened = False
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    try:
        async with Hearth(config, state, triggers) as hearth:
            opened = True
            await hearth.run(companions, stop)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    return 0


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            (f"[hearth] time_zone = {name!r}: no such zone; expected one like 'Europe/Berlin'",)
        ) from error


def _agreed(config: BrainConfig, settings: Mapping[str, str]) -> BrainConfig:
    """Return the section with the model that runs: the old one where the new was refused."""
    return replace(config, model=models(settings).running(config.model))
