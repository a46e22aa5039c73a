"""How fast the home is: ``python tests/bench/home_speed.py`` prints what a message costs.

500 things as Zigbee2MQTT announces them, 5 to a device on one topic; every message changes one
value. Processor time, minimum and median over rounds, so that a busy machine changes little; and
the same over a real broker, by the clock.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
import socket
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import rules_speed

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.edge.mqtt.client import Mqtt
from hearth.error import BrokerError
from hearth.event import Changed
from hearth.home.things import Things
from hearth.port import Message
from hearth.sections.engines import MqttConfig
from hearth.sections.house import HomeConfig

SIDES = ("temperature", "humidity", "battery", "voltage", "linkquality")


class Nowhere:
    """A subscriber to whom nothing comes."""

    def subscribe(
        self, topic_filter: str, handler: Callable[[Message], Awaitable[None]], *, qos: int = 0
    ) -> None:
        """Take a handler."""

    def unsubscribe(self, topic_filter: str, handler: Callable[[Message], Awaitable[None]]) -> None:
        """Drop a handler."""


def announcement(device: int, side: str) -> Message:
    """Return one of Zigbee2MQTT's announcements."""
    ieee = f"0x00158d00{device:08x}"
    config = {
        "availability": [{"topic": "zigbee2mqtt/bridge/state",
                          "value_template": "{{ value_json.state }}"}],
        "availability_mode": "all",
        "device": {"identifiers": [f"zigbee2mqtt_{ieee}"], "name": f"Device {device}",
                   "manufacturer": "Aqara", "suggested_area": f"Room {device % 9}"},
        "device_class": side, "object_id": f"device_{device}_{side}",
        "origin": {"name": "Zigbee2MQTT"}, "state_class": "measurement",
        "state_topic": f"zigbee2mqtt/device {device}", "unique_id": f"{ieee}_{side}_zigbee2mqtt",
        "unit_of_measurement": "x", "value_template": f"{{{{ value_json.{side} }}}}",
    }  # fmt: skip
    topic = f"homeassistant/sensor/{ieee}/{side}/config"
    return Message(topic, json.dumps(config).encode())


def state(device: int, step: int) -> Message:
    """Return a state message in which one of five values is new."""
    said = dict.fromkeys(SIDES, 50) | {"temperature": 20 + step / 100}
    return Message(f"zigbee2mqtt/device {device}", json.dumps(said).encode())


def home(devices: int) -> tuple[Things, float]:
    """Return a home of five things a device, and the seconds that the flood took."""
    bus = Bus()
    bus.subscribe(Changed, size=100)
    things = Things(HomeConfig(), subscriber=Nowhere(), bus=bus, clock=SystemClock())
    flood = [announcement(device, side) for device in range(devices) for side in SIDES]
    began = time.process_time()
    for message in flood:
        things.discover(message)
    spent = time.process_time() - began
    things.receive(Message("zigbee2mqtt/bridge/state", b'{"state":"online"}'))
    return things, spent


def per_message(things: Things, devices: int, rounds: int = 30) -> list[float]:
    """Return the microseconds of a state message, one figure a round."""
    found = []
    for step in range(rounds):
        messages = [state(device, step) for device in range(devices)]
        began = time.process_time()
        for message in messages:
            things.receive(message)
        found.append((time.process_time() - began) / len(messages) * 1e6)
    return found


def second(things: Things, devices: int, messages: int = 5000) -> list[float]:
    """Return the microseconds of each of a second's state messages, every one with news."""
    queue = [state(number % devices, 10_000 + number) for number in range(messages)]
    found = []
    for message in queue:
        began = time.process_time_ns()
        things.receive(message)
        found.append((time.process_time_ns() - began) / 1000)
    return found


async def over_a_broker(devices: int) -> tuple[float, float]:
    """Return the seconds until a flood of announcements and their states is known.

    First what Mosquitto kept while Hearth was away, 5 things to a device; then, with nothing known,
    as a bridge tells it live. Mosquitto runs as Debian configures it: Hearth's own one writes its
    whole store to disk at each kept message, which measures the disk.
    """
    flood = [announcement(device, side) for device in range(devices) for side in SIDES]
    flood += [state(device, 1) for device in range(devices)]
    wanted = devices * len(SIDES)

    def known() -> bool:
        return sum(e.state is not None for e in things.house().entities) == wanted

    async with AsyncExitStack() as stack:
        config = await _mosquitto(stack)
        bridge = await _connected(stack, config, "bridge")
        await _publish(bridge, flood)
        hearth = await _connected(stack, config, "hearth")
        things = Things(HomeConfig(), subscriber=hearth, bus=Bus(), clock=SystemClock())
        kept_s = await _until(known)
    async with AsyncExitStack() as stack:
        config = await _mosquitto(stack)
        bridge = await _connected(stack, config, "bridge")
        hearth = await _connected(stack, config, "hearth")
        things = Things(HomeConfig(), subscriber=hearth, bus=Bus(), clock=SystemClock())
        began = time.perf_counter()
        await _publish(bridge, flood)
        await _until(known)
        return kept_s, time.perf_counter() - began


async def _mosquitto(stack: AsyncExitStack) -> MqttConfig:
    folder = Path(stack.enter_context(TemporaryDirectory()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = await asyncio.create_subprocess_exec(
        "mosquitto", "-c", folder / "conf", stderr=asyncio.subprocess.DEVNULL
    )

    async def stop() -> None:
        broker.terminate()
        await broker.wait()

    stack.push_async_callback(stop)
    return MqttConfig(host="127.0.0.1", port=port)


async def _connected(stack: AsyncExitStack, config: MqttConfig, name: str) -> Mqtt:
    own = dataclasses.replace(config, client_id=name)
    client = await stack.enter_async_context(Mqtt(own, tell=lambda _: None))
    running = asyncio.create_task(client.run())

    async def stop() -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    stack.push_async_callback(stop)
    return client


async def _publish(bridge: Mqtt, messages: list[Message]) -> None:
    for message in messages:
        while True:
            with suppress(BrokerError):  # not connected yet, or more than it takes at once
                await bridge.publish(message.topic, message.payload, retain=True)
                break
            await asyncio.sleep(0.01)
    await bridge.publish("bench/done", "1", qos=1)


async def _until(true: Callable[[], bool]) -> float:
    """Return the seconds until something is so."""
    began = time.perf_counter()
    while not true():  # noqa: ASYNC110  # what is awaited happens in the broker
        await asyncio.sleep(0.02)
    return time.perf_counter() - began


def main() -> None:
    """Print the table."""
    _, flood_s = home(400)
    things, _ = home(100)
    us = per_message(things, 100)
    print(f"discovery flood of 2,000 things      {flood_s:.2f} s")
    print(f"a state message, 500 things, 5 read  {min(us):.0f} us min, "
          f"{statistics.median(us):.0f} us median")  # fmt: skip
    each = second(things, 100)
    spread = statistics.quantiles(each, n=20)
    print(f"each of 5,000 in one second          {min(each):.0f} us min, "
          f"{statistics.median(each):.0f} us median, {spread[-1]:.0f} us p95; "
          f"{sum(each) / 1e4:.0f} % of a core")  # fmt: skip
    print(f"so in one second of one core         {1e6 / statistics.median(us):,.0f} messages")
    began = time.process_time()
    for step in range(1000):
        things.receive(state(0, step + 1000))
        things.house()
    print(f"a message and a fresh snapshot       {(time.process_time() - began) * 1000:.0f} us")
    if shutil.which("mosquitto") is None:
        print("over a real broker                   not measured: there is no mosquitto")
        return
    kept_s, live_s = asyncio.run(over_a_broker(400))
    print(f"2,000 things and their states, kept by a broker      known after {kept_s:.2f} s")
    print(f"2,000 things and their states, told live             known after {live_s:.2f} s")
    rules_speed.main()


if __name__ == "__main__":
    main()
