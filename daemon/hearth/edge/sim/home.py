"""The simulated home: a broker in, a house full of devices on it out.

``SimulatedHome`` is the house without a socket; ``SimHome`` is its own MQTT client, as real devices
are, so that everything between Hearth and a lamp is really passed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from hearth.edge.mqtt.client import Mqtt
from hearth.edge.sim import zigbee
from hearth.edge.sim.others import EspLamp, TasmotaLamp, Thermostat
from hearth.edge.sim.zigbee import BRIDGE, Device, told
from hearth.error import BrokerError
from hearth.event import Health
from hearth.port import Message
from hearth.sections.engines import MqttConfig

log = logging.getLogger(__name__)

STATUS = "homeassistant/status"
"""The birth topic: on ``online`` each device tells everything again."""


def devices() -> dict[str, Device]:
    """Return a small home: the entity that each device is mainly, and the device."""
    return {
        "light.kitchen_lamp": zigbee.ZigbeeLamp("Kitchen lamp", "Kitchen"),
        "light.living_room_lamp": TasmotaLamp("Living room lamp", "Living room"),
        "light.reading_light": EspLamp("Reading light", "Bedroom", "bedroom-node"),
        "switch.coffee_machine": zigbee.ZigbeePlug("Coffee machine", "Kitchen", 1150.0),
        "binary_sensor.hallway_occupancy": zigbee.ZigbeeMotion("Hallway", "Hallway"),
        "binary_sensor.front_door": zigbee.ZigbeeContact("Front door", "Hallway"),
        "sensor.living_room_temperature": zigbee.ZigbeeClimate(
            "Living room", "Living room", 21.3, 46.0
        ),
        "cover.living_room_blinds": zigbee.ZigbeeBlinds("Living room blinds", "Living room"),
        "climate.bedroom_thermostat": Thermostat("Bedroom thermostat", "Bedroom"),
    }


class SimulatedHome:
    """The house: commands in, answers out. ``rejected`` counts what no device understood."""

    def __init__(self, content: Mapping[str, Device] | None = None) -> None:
        self.devices = dict(devices() if content is None else content)
        self.silent: set[str] = set()
        self.rejected = 0

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that its devices listen on."""
        return (STATUS, *(topic for device in self.devices.values() for topic in device.topics))

    def silence(self, entity_id: str, silent: bool = True) -> None:
        """Let a device die (it hears nothing and says nothing), or bring it back."""
        if entity_id not in self.devices:
            raise KeyError(f"There is no {entity_id!r}; there are {', '.join(self.devices)}.")
        (self.silent.add if silent else self.silent.discard)(entity_id)

    def birth(self) -> list[Message]:
        """Return every announcement and state."""
        found = [told(BRIDGE, {"state": "online"}, retain=True)]
        for device in self._alive():
            found += device.announce()
        for device in self._alive():
            found += device.states()
        return found

    def handle(self, topic: str, payload: bytes) -> list[Message]:
        """Carry out a command and return the answers."""
        if topic == STATUS:
            return self.birth() if payload == b"online" else []
        found: list[Message] = []
        for device in self._alive():
            if topic in device.topics:
                answer = device.handle(topic, payload)
                if answer is None:
                    self.rejected += 1
                    log.info("A simulated device does not understand %r", payload[:200])
                found += answer or []
        return found

    def tick(self, seconds: float) -> list[Message]:
        """Let time pass and return what the devices tell by themselves."""
        return [message for device in self._alive() for message in device.tick(seconds)]

    def farewell(self) -> list[Message]:
        """Return what takes the whole home back: empty announcements, and that nobody is there."""
        gone = [
            replace(message, payload=b"")
            for device in self.devices.values()
            for message in device.announce()
            if message.topic.endswith("/config")
        ]
        return [*gone, told(BRIDGE, {"state": "offline"}, retain=True)]

    def _alive(self) -> Iterable[Device]:
        return [device for name, device in self.devices.items() if name not in self.silent]


class SimHome:
    """The simulated home on a broker.

    Args:
        config: The broker; ``client_id`` is not used.
        home: The house.
        delay_s: How long a device takes to answer.
        tick_s: How often what moves by itself is told.

    Usage: ``async with SimHome(config) as sim: await sim.run()``, beside the daemon.
    """

    def __init__(
        self,
        config: MqttConfig,
        home: SimulatedHome | None = None,
        *,
        delay_s: float = 0.03,
        tick_s: float = 0.25,
    ) -> None:
        self.home = home or SimulatedHome()
        self._delay_s = delay_s
        self._tick_s = tick_s
        self._waiting: set[asyncio.Task[None]] = set()
        will = told(BRIDGE, {"state": "offline"}, retain=True)
        mine = replace(config, client_id="hearth-simulated-home", session_expiry_s=0)
        self.mqtt = Mqtt(mine, tell=_tell, will=will)
        for topic in self.home.topics:
            self.mqtt.subscribe(topic, self._on_message, qos=0)
        self.mqtt.when_connected(self._announce)

    async def __aenter__(self) -> SimHome:
        await self.mqtt.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._waiting:
            task.cancel()
        await self.mqtt.__aexit__(*error)

    async def run(self) -> None:
        """Serve until cancelled; the connection is kept, whatever happens to the broker."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.mqtt.run())
            group.create_task(self._tick())

    async def tell(self, messages: Sequence[Message]) -> None:
        """Publish what the devices say; while the broker is away it is lost, as for real ones."""
        for message in messages:
            with suppress(BrokerError):
                await self.mqtt.publish(
                    message.topic, message.payload, qos=message.qos, retain=message.retained
                )

    async def _announce(self) -> None:
        await self.tell(self.home.birth())

    async def _on_message(self, message: Message) -> None:
        task = asyncio.create_task(self._answer(message))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _answer(self, message: Message) -> None:
        if message.topic != STATUS:
            await asyncio.sleep(self._delay_s)
        await self.tell(self.home.handle(message.topic, message.payload))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            await self.tell(self.home.tick(self._tick_s))


def _tell(health: Health) -> None:
    log.debug("simulated home: %s %s", health.state, health.detail)
