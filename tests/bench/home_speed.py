"""How fast the home is: ``python -m tests.bench.home_speed`` prints what a message costs.

500 things as Zigbee2MQTT announces them, 5 to a device on one topic; every message changes one
value. Processor time, minimum and median over rounds, so that a busy machine changes little.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Awaitable, Callable

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.config import HomeConfig
from hearth.event import Changed
from hearth.home.things import Things
from hearth.port import Message

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


def main() -> None:
    """Print the table."""
    _, flood_s = home(400)
    things, _ = home(100)
    us = per_message(things, 100)
    print(f"discovery flood of 2,000 things      {flood_s:.2f} s")
    print(f"a state message, 500 things, 5 read  {min(us):.0f} us min, "
          f"{statistics.median(us):.0f} us median")  # fmt: skip
    print(f"so in one second of one core         {1e6 / statistics.median(us):,.0f} messages")
    began = time.process_time()
    for step in range(1000):
        things.receive(state(0, step + 1000))
        things.house()
    print(f"a message and a fresh snapshot       {(time.process_time() - began) * 1000:.0f} us")


if __name__ == "__main__":
    main()
