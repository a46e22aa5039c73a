"""The home over the real Mosquitto: Hearth on one connection, the simulated devices on another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.edge.broker import Broker
from hearth.edge.mqtt.client import Mqtt
from hearth.edge.sim.home import SimHome
from hearth.event import Act, Event, Published
from hearth.home.birth import Birth
from hearth.home.executor import Executor
from hearth.home.pin import Pin
from hearth.home.risk import Risk
from hearth.home.things import Things
from hearth.house import Entity
from hearth.sections.engines import MqttConfig
from hearth.sections.house import DoorConfig, HomeConfig

pytestmark = pytest.mark.live


@dataclass
class Live:
    things: Things
    door: Executor
    sim: SimHome
    bus: Bus
    hearth: Mqtt

    def entity(self, entity_id: str) -> Entity:
        found = self.things.house().entity(entity_id)
        assert found is not None, [e.id for e in self.things.house().entities]
        return found


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # what is awaited happens in the broker
            await asyncio.sleep(0.01)


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    """A broker, the simulated home announced on it, and Hearth's rooms with all its things."""
    bus = Bus()
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(Broker(tmp_path, bus.publish))
        config = broker.mqtt(MqttConfig())
        hearth = await stack.enter_async_context(Mqtt(config, tell=bus.publish))
        things = Things(HomeConfig(), subscriber=hearth, bus=bus, clock=SystemClock())
        door = Executor(
            things,
            publisher=hearth,
            bus=bus,
            echo_timeout_s=2.0,
            risk=Risk(DoorConfig()),
            pin=Pin(Path("no-pin"), tries=3, wait_s=300),
            codes={},
        )
        birth = Birth(
            ("homeassistant",),
            subscriber=hearth,
            publisher=hearth,
            known=lambda: things.counters["announced"],
        )
        hearth.when_connected(birth.connected)
        sim = await stack.enter_async_context(SimHome(config))
        runs = [asyncio.create_task(hearth.run()), asyncio.create_task(sim.run())]
        try:
            await until(lambda: all(state(things, name) is not None for name in sim.home.devices))
            yield Live(things, door, sim, bus, hearth)
        finally:
            for run in runs:
                run.cancel()
                with suppress(asyncio.CancelledError):
                    await run


def ids(things: Things) -> set[str]:
    return {entity.id for entity in things.house().entities}


def state(things: Things, entity_id: str) -> str | None:
    found = things.house().entity(entity_id)
    return found.state if found and found.available else None


async def test_every_lamp_goes_on_and_says_so(live: Live) -> None:
    lamps = ["light.kitchen_lamp", "light.living_room_lamp", "light.reading_light"]
    told = live.bus.subscribe(Event)

    acts = [Act(lamp, "turn_on", {"brightness_pct": 40}) for lamp in lamps]
    done = await asyncio.gather(*(live.door.act(act) for act in acts))

    assert [acted.outcome for acted in done] == ["done"] * 3, done
    assert [live.entity(lamp).state for lamp in lamps] == ["on"] * 3
    assert [live.entity(lamp).attributes["brightness"] for lamp in lamps] == [102, 102, 102]
    assert max(acted.ms for acted in done) < 1000
    sent = {e.topic: e.payload for e in [told._queue[i] for i in range(len(told))]
            if isinstance(e, Published)}  # fmt: skip
    assert sent == {
        "zigbee2mqtt/kitchen_lamp/set": '{"state":"ON","brightness":102}',
        "cmnd/living_room_lamp/Dimmer": "40",
        "bedroom-node/light/reading_light/command": '{"state":"ON","brightness":102}',
    }


async def test_rooms_come_from_the_devices(live: Live) -> None:
    assert {area.name for area in live.things.house().areas} == {
        "Kitchen", "Living room", "Bedroom", "Hallway",
    }  # fmt: skip
    assert live.entity("light.reading_light").area == "bedroom"


async def test_on_again_is_done_again_even_where_the_device_stays_silent(live: Live) -> None:
    first = await live.door.act(Act("light.reading_light", "turn_on"))
    again = await live.door.act(Act("light.reading_light", "turn_on"))

    assert (first.outcome, again.outcome) == ("done", "done")


async def test_a_dead_device_is_told_from_a_living_one(live: Live) -> None:
    live.sim.home.silence("switch.coffee_machine")

    dead, alive = await asyncio.gather(
        live.door.act(Act("switch.coffee_machine", "turn_on")),
        live.door.act(Act("light.kitchen_lamp", "turn_on")),
    )

    assert (dead.outcome, alive.outcome) == ("no_answer", "done")
    assert 1900 < dead.ms < 3000


async def test_a_malformed_command_is_rejected_by_the_device(live: Live) -> None:
    await live.hearth.publish("zigbee2mqtt/kitchen_lamp/set", '{"brightness":"very"}', qos=1)

    await until(lambda: live.sim.home.rejected == 1)
    assert live.entity("light.kitchen_lamp").state == "off"


async def test_the_last_will_makes_its_devices_unavailable(live: Live) -> None:
    link = live.sim.mqtt._link
    assert link is not None
    sock = link._client.socket()  # type: ignore[no-untyped-call]  # paho has no types here
    live.sim.mqtt._config = MqttConfig(host="127.0.0.1", port=1)
    sock.shutdown(2)

    await until(lambda: not live.entity("light.kitchen_lamp").available)
    acted = await live.door.act(Act("light.kitchen_lamp", "turn_on"))

    assert acted.outcome == "unavailable"


async def test_birth_brings_the_states_of_a_home_that_was_there_before(live: Live) -> None:
    """A second Hearth hears the retained announcements, and the states after its birth message."""
    bus = Bus()
    config = replace(live.sim.mqtt._config, client_id="another")
    async with Mqtt(config, tell=bus.publish) as other:
        things = Things(HomeConfig(), subscriber=other, bus=bus, clock=SystemClock())
        birth = Birth(
            ("homeassistant",),
            subscriber=other,
            publisher=other,
            known=lambda: things.counters["announced"],
        )
        other.when_connected(birth.connected)
        run = asyncio.create_task(other.run())
        try:
            await until(lambda: state(things, "light.kitchen_lamp") == "off")
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


async def test_a_device_that_is_taken_back_is_gone(live: Live) -> None:
    await live.hearth.publish("homeassistant/device/bedroom-node/config", b"", qos=1, retain=True)

    await until(lambda: "light.reading_light" not in ids(live.things))


async def test_blinds_say_that_they_move_and_when_they_are_shut(live: Live) -> None:
    blinds = "cover.living_room_blinds"
    shut = await live.door.act(Act(blinds, "close_cover"))

    assert (shut.outcome, shut.after) == ("done", "closing")
    await until(lambda: live.entity(blinds).state == "closed", 8)
    assert live.entity(blinds).attributes["current_position"] == 0

    half = await live.door.act(Act(blinds, "set_cover_position", {"position": 50}))

    assert half.outcome == "done"
    await until(lambda: live.entity(blinds).attributes["current_position"] == 50, 8)
    assert live.entity(blinds).state == "open"


async def test_the_thermostat_takes_a_temperature(live: Live) -> None:
    acted = await live.door.act(
        Act("climate.bedroom_thermostat", "set_temperature", {"temperature": 21.5})
    )

    assert acted.outcome == "done"
    found = live.entity("climate.bedroom_thermostat")
    assert (found.state, found.attributes["temperature"]) == ("heat", 21.5)
    assert found.attributes["hvac_action"] == "heating"
