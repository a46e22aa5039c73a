"""Hearth as a device on the real Mosquitto: what a hub sees of it, to its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.home.test_itself import Kept
from tests.live.test_home import until

from hearth.bus import Bus
from hearth.edge.broker import Broker
from hearth.edge.mqtt.client import Mqtt
from hearth.event import DeafSet, Say, Woken
from hearth.home.itself import Itself, status_topic
from hearth.port import Message
from hearth.sections.engines import MqttConfig

pytestmark = pytest.mark.live


@dataclass
class Live:
    bus: Bus
    hearth: Mqtt
    hub: Mqtt
    seen: dict[str, str]


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    bus, seen = Bus(), dict[str, str]()

    async def see(message: Message) -> None:
        seen[message.topic] = message.payload.decode()

    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(Broker(tmp_path, bus.publish))
        will = Message(status_topic("den"), b"offline", 1, retained=True)
        config = broker.mqtt(MqttConfig(client_id="den"))
        hearth = await stack.enter_async_context(Mqtt(config, tell=bus.publish, will=will))
        other = broker.mqtt(MqttConfig(client_id="hub"))
        hub = await stack.enter_async_context(Mqtt(other, tell=bus.publish))
        hub.subscribe("#", see)
        itself = Itself(
            bus,
            client_id="den",
            name="Hearth",
            prefix="homeassistant",
            sites=("default",),
            words=False,
            enabled=True,
            settings={},
            store=Kept(),
            publisher=hearth,
            subscriber=hearth,
        )
        hearth.when_connected(itself.connected)
        runs = [asyncio.create_task(run()) for run in (hearth.run, hub.run, itself.run)]
        try:
            await until(lambda: seen.get("hearth/den/status") == "online")
            yield Live(bus, hearth, hub, seen)
        finally:
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)


async def test_a_hub_sees_it_makes_it_speak_and_makes_it_deaf(live: Live) -> None:
    told: Any = live.bus.subscribe(Say, DeafSet)
    parts = json.loads(live.seen["homeassistant/device/hearth_den/config"])["cmps"]
    await live.hub.publish(parts["say_default"]["cmd_t"], "Dinner is ready", qos=1)
    assert await told.get() == Say("default", "Dinner is ready")
    await live.hub.publish(parts["deaf"]["cmd_t"], "ON", qos=1)
    assert await told.get() == DeafSet("", True)
    await until(lambda: live.seen.get(parts["deaf"]["stat_t"]) == "ON")
    live.bus.publish(Woken("default", "samantha"))
    await until(lambda: live.seen.get(parts["state_default"]["stat_t"]) == "listening")


async def test_the_broker_says_when_it_died_and_it_says_when_it_is_back(live: Live) -> None:
    gone = asyncio.Event()

    async def see(message: Message) -> None:
        if message.payload == b"offline":
            gone.set()

    live.hub.subscribe("hearth/den/status", see)
    assert live.hearth._link is not None
    live.hearth._link._client._sock_close()  # the connection breaks without a word
    async with asyncio.timeout(10):
        await gone.wait()
    await until(lambda: live.seen["hearth/den/status"] == "online", 10)
