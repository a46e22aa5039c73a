"""The simulated devices behave like those of their families, without a socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.home.conftest import Rig, build

from hearth.edge.sim.home import STATUS, SimulatedHome
from hearth.event import Act
from hearth.port import Message
from hearth.sections.house import HomeConfig


def said(messages: list[Message]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for message in messages:
        text = message.payload.decode()
        found[message.topic] = json.loads(text) if text[:1] in "{[" and text else text
    return found


async def rig_with(home: SimulatedHome) -> Rig:
    """Put Hearth's rooms and the devices on one wire."""
    rig = build(HomeConfig())

    async def device(topic: str, payload: bytes) -> None:
        for message in home.handle(topic, payload):
            await rig.wire.send(message.topic, message.payload, retain=message.retained)

    rig.wire.device = device
    await device(STATUS, b"online")
    await asyncio.sleep(0.01)
    return rig


async def test_every_device_is_a_thing_in_its_room_with_a_state() -> None:
    home = SimulatedHome()
    rig = await rig_with(home)

    assert rig.things.counters.keys() == {"announced", "messages"}
    for entity_id in home.devices:
        entity = rig.entity(entity_id)
        assert entity.available, entity
        assert entity.state is not None, entity
        assert entity.area is not None, entity


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("entity_id", "service", "data", "state"),
    [
        ("light.kitchen_lamp", "turn_on", {"color_name": "blue", "brightness_pct": 20}, "on"),
        ("light.kitchen_lamp", "turn_on", {"color_temp_kelvin": 3000}, "on"),
        ("light.living_room_lamp", "turn_on", {"brightness_pct": 70}, "on"),
        ("light.reading_light", "turn_on", {}, "on"),
        ("switch.coffee_machine", "toggle", {}, "on"),
        ("cover.living_room_blinds", "close_cover", {}, "closing"),
        ("climate.bedroom_thermostat", "set_hvac_mode", {"hvac_mode": "off"}, "off"),
    ],
)
async def test_each_does_what_is_asked(
    entity_id: str, service: str, data: dict[str, Any], state: str
) -> None:
    home = SimulatedHome()
    rig = await rig_with(home)

    acted = await rig.door.act(Act(entity_id, service, data))

    assert (acted.outcome, acted.after) == ("done", state)
    assert home.rejected == 0


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("zigbee2mqtt/kitchen_lamp/set", b'{"brightness":999}'),
        ("zigbee2mqtt/kitchen_lamp/set", b'{"state":"MAYBE"}'),
        ("zigbee2mqtt/kitchen_lamp/set", b'{"color":"red"}'),
        ("zigbee2mqtt/kitchen_lamp/set", b"\xff\x00"),
        ("zigbee2mqtt/coffee_machine/set", b'{"state":"ON","surprise":1}'),
        ("cmnd/living_room_lamp/Dimmer", b"101"),
        ("cmnd/living_room_lamp/POWER", b"perhaps"),
        ("bedroom-node/light/reading_light/command", b"ON"),
        ("zigbee2mqtt/living_room_blinds/set", b'{"position":"half"}'),
        ("climate/bedroom_thermostat/temperature/set", b"nan"),
        ("climate/bedroom_thermostat/mode/set", b"boil"),
    ],
)
def test_malformed_commands_are_rejected_and_change_nothing(topic: str, payload: bytes) -> None:
    home = SimulatedHome()
    before = [m.payload for m in home.birth()]

    assert home.handle(topic, payload) == []
    assert home.rejected == 1
    assert [m.payload for m in home.birth()] == before


def test_a_silent_device_hears_and_says_nothing() -> None:
    home = SimulatedHome()
    home.silence("switch.coffee_machine")

    assert home.handle("zigbee2mqtt/coffee_machine/set", b"ON") == []
    assert "zigbee2mqtt/coffee_machine" not in said(home.birth())
    home.silence("switch.coffee_machine", silent=False)
    assert said(home.handle("zigbee2mqtt/coffee_machine/set", b"ON")) == {
        "zigbee2mqtt/coffee_machine": {"state": "ON", "power": 1150.0}
    }
    with pytest.raises(KeyError, match=r"there are light\.kitchen_lamp"):
        home.silence("switch.toaster")


def test_the_blinds_take_their_time() -> None:
    home = SimulatedHome()
    home.handle("zigbee2mqtt/living_room_blinds/set", b'{"position":50}')

    positions = [said(home.tick(1.0))["zigbee2mqtt/living_room_blinds"] for _ in range(2)]

    assert positions == [
        {"state": "OPEN", "position": 75, "moving": "DOWN"},
        {"state": "OPEN", "position": 50, "moving": "STOP"},
    ]
    assert home.tick(1.0) == []


def test_the_room_warms_up_slowly() -> None:
    home = SimulatedHome()
    told = said([message for _ in range(7200) for message in home.tick(1.0)])

    assert told["climate/bedroom_thermostat/room"] == "20.0"
    assert told["climate/bedroom_thermostat/action"] == "idle"
    assert 20.5 < told["zigbee2mqtt/living_room"]["temperature"] < 22


async def test_the_farewell_takes_everything_back() -> None:
    home = SimulatedHome()
    rig = await rig_with(home)
    for message in home.farewell():
        await rig.wire.send(message.topic, message.payload, retain=True)

    assert rig.things.house().entities == ()
    assert [topic for topic in rig.wire.retained if topic.endswith("config")] == []
