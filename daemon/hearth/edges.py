"""Configuration in, everything outside opened: children, store, broker, sound.

A part of the composition root: ``daemon.py`` opens it first, ``indoors.py`` makes ports of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from hearth.bus import Bus
from hearth.config import run_dir
from hearth.edge.alsa import Microphone, PortAudio, Speaker
from hearth.edge.brain import Brain
from hearth.edge.broker import Broker
from hearth.edge.control import Control
from hearth.edge.hermes.audio import HermesEars, HermesSpeaker
from hearth.edge.loudspeakers import Loudspeakers
from hearth.edge.mqtt.client import Mqtt
from hearth.edge.sim.home import SimHome
from hearth.edge.speech.workers import ear, mouth
from hearth.edge.speech.wyoming import WyomingMouth, WyomingRecognizer
from hearth.edge.wake.words import WakeWords
from hearth.home.itself import status_topic
from hearth.memory.journal import Journal, encode
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings
from hearth.mind.me import name_of
from hearth.mind.versions import models
from hearth.port import Clock, Message
from hearth.sections import Config
from hearth.sections.engines import BrainConfig, MqttConfig
from hearth.status import Status

ENGINES_S = {"ear": 10.0, "mouth": 10.0}
"""How long the start waits for the ear and the mouth before it goes on without them."""


class Edges:
    """What is outside of one Hearth, open: ``async with Edges(...) as edges``.

    The ear and the mouth begin first, as a start waits for them; the brain when they are there.
    Two cores have room for one of them beside this process.

    Args:
        config: All of it.
        state: The state directory.
        bus: Where what a client asks for is published.
        status: Receives what becomes of each part.
        clock: The calendar's.
        frame: Takes the sound of a satellite: its site, and a WAV.

    Raises HearthError where one of them cannot be opened, with what to do.
    """

    control: Control
    recognizer: WyomingRecognizer
    mouth: WyomingMouth
    brain: Brain
    store: Store
    settings: Mapping[str, str]
    journal: Journal
    mqtt: Mqtt
    ears: HermesEars
    loudspeaker: Loudspeakers
    microphone: Microphone | None
    wake: WakeWords
    simulated: SimHome | None

    def __init__(
        self,
        config: Config,
        state: Path,
        *,
        bus: Bus,
        status: Status,
        clock: Clock,
        frame: Callable[[str, bytes], None],
    ) -> None:
        self._config, self._state = config, state
        self._bus, self._status, self._clock = bus, status, clock
        self._frame = frame
        self.mqtt_config: MqttConfig = config.mqtt
        self._counters: Callable[[], Mapping[str, int]] = dict
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Edges:
        try:
            run = run_dir(self._state)
            await self._open_control(run)
            await self._open_speech(run)
            await self._open_memory()
            await self._open_brain(run)
            await self._open_mqtt()
            self._open_sound()
            self._open_wake()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open_control(self, run: Path) -> None:
        control = Control(
            run,
            self._bus,
            parts=self._status.parts,
            facts=self._facts,
            encode=encode,
            site=self._config.hearth.site,
        )
        self.control = await self._stack.enter_async_context(control)

    async def _open_speech(self, run: Path) -> None:
        config, tell, enter = self._config, self._status.tell, self._stack.enter_async_context
        hears = ear(
            config.recognition,
            state=self._state,
            run=run,
            language=config.hearth.language,
            tell=tell,
        )
        self.recognizer = await enter(hears)
        self.mouth = await enter(mouth(config.speech, run=run, tell=tell))

    async def _open_memory(self) -> None:
        memory = self._config.memory
        self.store = await self._stack.enter_async_context(Store(self._state / "hearth.db"))
        self.settings = await StoredSettings(self.store).all()
        self.journal = Journal(
            self._bus, self.store, self._clock, memory.keep_days, memory.sensor_every_s
        )

    async def _open_brain(self, run: Path) -> None:
        brain = Brain(
            _agreed(self._config.brain, self.settings),
            state=self._state,
            run=run,
            tell=self._status.tell,
            after=lambda: self._status.until_ready(ENGINES_S),
        )
        self.brain = await self._stack.enter_async_context(brain)

    async def _open_mqtt(self) -> None:
        config, tell, enter = self._config, self._status.tell, self._stack.enter_async_context
        embedded = not config.mqtt.host
        if embedded:
            broker = await enter(Broker(self._state, tell))
            self.mqtt_config = broker.mqtt(config.mqtt)
        will = None
        if config.home.publish_itself:
            will = Message(status_topic(config.mqtt.client_id), b"offline", 1, retained=True)
        mqtt = Mqtt(
            self.mqtt_config,
            tell=tell,
            keeper=self.journal,
            session_file=self._state / "mqtt-session",
            will=will,
        )
        self.mqtt = await enter(mqtt)
        self._counters = lambda: self.mqtt.counters
        self.simulated = None
        if config.home.simulated == "on" or (config.home.simulated == "auto" and embedded):
            self.simulated = await enter(SimHome(self.mqtt_config))

    def _open_sound(self) -> None:
        sound, tell = self._config.audio, self._status.tell
        audio = PortAudio()
        speaker = Speaker(sound.speaker, tell, audio) if sound.speaker != "off" else None
        satellites = HermesSpeaker(
            self.mqtt,
            finished_timeout_s=sound.play_finished_timeout_s,
            piece_ms=sound.piece_ms,
        )
        self.ears = HermesEars(self.mqtt, self._frame)
        self.loudspeaker = Loudspeakers(
            self._config.hearth.site, speaker, satellites, self.ears.heard_lately
        )
        self.microphone = None
        if sound.microphone != "off":
            self.microphone = Microphone(sound.microphone, tell, audio)

    def _open_wake(self) -> None:
        self.wake = WakeWords(
            self._config.wake,
            language=self._config.hearth.language,
            cache=self._state / "wake",
            tell=self._status.tell,
            also=name_of(self.settings),
        )

    def _facts(self) -> dict[str, object]:
        """Return what a person may want to know of this process."""
        return {
            "pid": os.getpid(),
            "state": str(self._state),
            "broker": f"{self.mqtt_config.host}:{self.mqtt_config.port}",
            "mqtt": dict(self._counters()),
            "dropped_events": self._bus.dropped,
        }


def _agreed(config: BrainConfig, settings: Mapping[str, str]) -> BrainConfig:
    """Return the section with the model that runs: the old one where the new was refused."""
    return replace(config, model=models(settings).running(config.model))
