"""A flood of state messages through a real broker into the living rules: what is lost, how late.

``python tests/bench/rules_speed.py [SECONDS] [RATE]``: 500 things, 200 rules; a process of its own
publishes RATE (5,000) messages a second, each with news, for SECONDS (12). Beside them a sensor is
set on and off ten times a second, a rule on it acts, and the time until its command arrives is
taken, in the flooding process itself: broker, Hearth, broker. The journal is on disk.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.edge.broker import Broker
from hearth.edge.mqtt.client import Mqtt
from hearth.home.executor import Executor
from hearth.home.pin import Pin
from hearth.home.risk import Risk
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.engine import Memory, Rules
from hearth.home.rules.guard import Causes
from hearth.home.rules.mode import Mode
from hearth.home.rules.steps import World
from hearth.home.things import Things
from hearth.memory.journal import Journal
from hearth.memory.rules import StoredNotes, StoredRules
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings
from hearth.port import Message
from hearth.rule import (
    ActStep,
    NumberTrigger,
    Rule,
    SayStep,
    StateTrigger,
    TimeCondition,
    Which,
)
from hearth.sections import Config
from hearth.sections.house import HomeConfig

THINGS, RULES = 500, 200
_PROBE_EVERY_S = 0.1


# --- the other process -----------------------------------------------------------------------


def flood(address: tuple[str, int], account: tuple[str, str], rate: int, seconds: float) -> None:
    """Publish, and print what the probe took, as JSON."""
    clients = []
    for _ in range(2):
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(*account)
        client.connect(*address)
        client.loop_start()
        clients.append(client)
    flooder, probe = clients
    arrived = threading.Event()
    probe.on_message = lambda *_: arrived.set()
    probe.subscribe("bench/lamp/set", 0)
    time.sleep(0.5)
    took: list[float] = []
    stop = threading.Event()

    def probing() -> None:
        on = False
        while not stop.is_set():
            on = not on
            arrived.clear()
            began = time.perf_counter()
            probe.publish("bench/probe", "ON" if on else "OFF")
            if arrived.wait(2):
                took.append((time.perf_counter() - began) * 1000)
            stop.wait(_PROBE_EVERY_S)

    watcher = threading.Thread(target=probing)
    watcher.start()
    began, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        while sent < passed * rate:
            thing = sent % THINGS
            step = sent // THINGS
            news = f"{15 + (step * 7 + thing) % 90 / 10:.1f}"
            if thing % 5 == 0:
                news = "ON" if step % 2 else "OFF"
            flooder.publish(f"bench/thing/{thing}", news)
            sent += 1
        time.sleep(0.002)
    stop.set()
    watcher.join()
    flooder.publish("bench/end", "x", qos=1).wait_for_publish(5)
    print(json.dumps({"sent": sent, "took": took}))


# --- the house -------------------------------------------------------------------------------


def announcements() -> list[Message]:
    """Return the announcements of the things."""
    found = []
    for number in range(THINGS):
        kind = "binary_sensor" if number % 5 == 0 else "sensor"
        found.append(_announced(kind, f"thing_{number}", f"bench/thing/{number}"))
    found.append(_announced("binary_sensor", "probe", "bench/probe"))
    lamp = {"command_topic": "bench/lamp/set", "payload_on": "ON", "payload_off": "OFF"}
    found.append(_announced("switch", "lamp", "bench/lamp", **lamp))
    return found


def _announced(kind: str, id_: str, topic: str, **more: Any) -> Message:
    config = {"name": id_, "unique_id": id_, "object_id": id_, "state_topic": topic, **more}
    return Message(f"homeassistant/{kind}/{id_}/config", json.dumps(config).encode())


def rules() -> list[Rule]:
    """Return rules on states, numbers and whole kinds of things; some of them run each second."""
    night = TimeCondition()
    found = []
    for number in range(RULES - 2):
        thing = f"{'binary_sensor' if number % 5 == 0 else 'sensor'}.thing_{number}"
        which = Which(entities=(thing,))
        trigger: StateTrigger | NumberTrigger
        if number % 5 == 0:
            trigger = StateTrigger(which, to=("on",), for_s=3600.0 if number % 2 else 0.0)
        else:
            trigger = NumberTrigger(which, above=40.0, hysteresis=1.0)
        found.append(Rule(f"r{number}", (trigger,), (SayStep("{name}"),), (night,)))
    for to in ("on", "off"):
        probe = StateTrigger(Which(entities=("binary_sensor.probe",)), to=(to,))
        act = ActStep(Which(entities=("switch.lamp",)), f"turn_{to}")
        found.append(Rule(f"probe_{to}", (probe,), (act,), mode="parallel", max_per_hour=0))
    return found


async def house(rate: int, seconds: float) -> dict[str, float]:
    """Run Hearth's home and rules under the flood; return the figures."""
    config, bus, clock = Config(), Bus(), SystemClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            Broker(folder, lambda _: None) as broker,
            Store(folder / "hearth.db") as store,
        ):
            every_s = config.memory.sensor_every_s
            journal = Journal(bus, store, clock, 365, every_s)
            section = broker.mqtt(config.mqtt)
            async with Mqtt(section, tell=lambda _: None, keeper=journal) as mqtt:
                things = Things(HomeConfig(), subscriber=mqtt, bus=bus, clock=clock)
                for message in announcements():
                    things.discover(message)
                door = config.door
                home = Executor(
                    things,
                    publisher=mqtt,
                    bus=bus,
                    echo_timeout_s=0.05,
                    risk=Risk(door),
                    pin=Pin(folder / "pin", tries=door.tries, wait_s=60),
                    codes=door.codes,
                )
                world = World(
                    bus,
                    home,
                    things,
                    Calendar(),
                    Mode(bus, StoredSettings(store)),
                    clock,
                    Causes(),
                    {},
                    "default",
                )
                memory = Memory(StoredRules(store, clock), StoredNotes(store))
                engine = Rules(
                    rules(), memory, world, subscriber=mqtt, tell=lambda _: None, catch_up_s=60
                )
                tasks = [asyncio.create_task(w()) for w in (mqtt.run, journal.run, engine.run)]
                await mqtt.wait_connected(30)
                await asyncio.sleep(1)
                figures = await _measure(mqtt, bus, things, section, (rate, seconds))
                figures["fired"] = engine.counters["fired"]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await journal.drain()
    return figures


async def _measure(
    mqtt: Mqtt, bus: Bus, things: Things, section: Any, load: tuple[int, float]
) -> dict[str, float]:
    rate, seconds = load
    password = await asyncio.to_thread(Path(section.password_file).read_text)
    before = things.counters["messages"]
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    spent = cpu.ru_utime + cpu.ru_stime
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        __file__,
        "--flood",
        section.host,
        str(section.port),
        section.username,
        password.strip(),
        str(rate),
        str(seconds),
        stdout=subprocess.PIPE,
    )
    waiting: list[int] = []

    async def look() -> None:
        while True:
            await asyncio.sleep(0.05)
            waiting.append(sum(len(inbox) for inbox in bus._inboxes))

    looking = asyncio.create_task(look())
    output, _ = await process.communicate()
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    spent = cpu.ru_utime + cpu.ru_stime - spent
    await asyncio.sleep(1)
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    said = json.loads(output)
    took = sorted(said["took"]) or [float("nan")]
    half = len(waiting) // 2
    return {
        "sent": said["sent"],
        "arrived": things.counters["messages"] - before,
        "dropped": bus.dropped + mqtt.counters["dropped"],
        "waiting_first_half": max(waiting[:half], default=0),
        "waiting_second_half": max(waiting[half:], default=0),
        "waiting_end": waiting[-1] if waiting else 0,
        "cpu_percent": spent / seconds * 100,
        "probes": len(said["took"]),
        "p50_ms": statistics.median(took),
        "p95_ms": took[int(len(took) * 0.95)],
    }


def main(seconds: float = 12.0, rate: int = 5000) -> None:
    """Print the table."""
    found = asyncio.run(house(rate, seconds))
    print(
        f"{THINGS} things, {RULES} rules, {rate} messages a second for {seconds:g} s, a real broker"
    )
    print(f"  sent / arrived / dropped            {found['sent']:,.0f} / {found['arrived']:,.0f} / "
          f"{found['dropped']:,.0f}")  # fmt: skip
    print(f"  events waiting, most                {found['waiting_first_half']:,.0f} in the first "
          f"half, {found['waiting_second_half']:,.0f} in the second, "
          f"{found['waiting_end']:,.0f} at the end")  # fmt: skip
    print(f"  Hearth's share of one core          {found['cpu_percent']:.0f} %")
    print(f"  message -> a rule's action, flooded {found['p50_ms']:.1f} ms median, "
          f"{found['p95_ms']:.1f} ms p95 of {found['probes']:.0f}")  # fmt: skip
    calm = asyncio.run(house(100, min(seconds, 6.0)))
    print(f"  the same at 100 messages a second   {calm['p50_ms']:.1f} ms median, "
          f"{calm['p95_ms']:.1f} ms p95 of {calm['probes']:.0f}")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flood"]:
        host, port, user, password, rate, seconds = sys.argv[2:]
        flood((host, int(port)), (user, password), int(rate), float(seconds))
    else:
        main(*(kind(each) for kind, each in zip((float, int), sys.argv[1:], strict=False)))
