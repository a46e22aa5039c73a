"""Devices of three families on a stranger's broker, and no configuration: all can be spoken to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.home.families.test_tasmota import config as tasmota

from hearth.event import Answered, Published
from hearth.port import Message
from hearth.sections import Config
from support.story import Story, story

pytestmark = pytest.mark.looptime

ESP = {"ids": "a1b2c3", "name": "Sofa", "sa": "Living room"}


def zigbee(component: str, name: str, **entries: Any) -> Message:
    """What Zigbee2MQTT announces of a device; it never says where the device stands."""
    config = {
        "availability": [
            {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}
        ],
        "device": {"identifiers": [f"zigbee2mqtt_{name}"], "name": name}, "name": None,
        "state_topic": f"zigbee2mqtt/{name}", "command_topic": f"zigbee2mqtt/{name}/set",
        "unique_id": f"{name}_{component}_zigbee2mqtt", **entries,
    }  # fmt: skip
    ieee = f"0x{sum(map(ord, name)):016x}"
    return kept(f"homeassistant/{component}/{ieee}/{component}/config", config)


def kept(topic: str, payload: Any) -> Message:
    data = payload if isinstance(payload, str) else json.dumps(payload)
    return Message(topic, data.encode(), retained=True)


def strip_of_plugs() -> list[Message]:
    """A Tasmota strip of four plugs."""
    mac, topic = "AABBCC112233", "tasmota_112233"
    made = tasmota(
        mac=mac, t=topic, dn="Desk", fn=["Radio", "Coffee machine", "Printer", None], rl=[1] * 3
    )
    return [
        kept(f"tasmota/discovery/{mac}/config", made),
        kept(f"tele/{topic}/LWT", "Online"),
    ]


HOUSE = [
    kept("zigbee2mqtt/bridge/state", '{"state":"online"}'),
    zigbee("light", "Kitchen lamp", schema="json", brightness=True, brightness_scale=254,
           supported_color_modes=["xy", "color_temp"], min_mireds=153, max_mireds=500),
    zigbee("cover", "Bedroom blinds", position_topic="zigbee2mqtt/Bedroom blinds",
           position_template='{{ value_json["position"] }}', device_class="blind",
           set_position_topic="zigbee2mqtt/Bedroom blinds/set",
           set_position_template='{ "position": {{ position }} }', state_open="OPEN",
           state_closed="CLOSE", value_template='{{ value_json["state"] }}'),
    *strip_of_plugs(),
    kept("homeassistant/light/sofa/strip/config",
         {"schema": "json", "name": "Strip", "clrm": True, "brightness": True, "dev": ESP,
          "supported_color_modes": ["rgb"], "stat_t": "sofa/light/strip/state",
          "cmd_t": "sofa/light/strip/command", "avty_t": "sofa/status",
          "uniq_id": "ESPlightstrip"}),
    kept("homeassistant/fan/sofa/vent/config",
         {"name": "Vent", "dev": ESP, "stat_t": "sofa/fan/vent/state",
          "cmd_t": "sofa/fan/vent/command", "pct_cmd_t": "sofa/fan/vent/speed_level/command",
          "pct_stat_t": "sofa/fan/vent/speed_level/state", "spd_rng_max": 4,
          "avty_t": "sofa/status", "uniq_id": "ESPfanvent"}),
    kept("sofa/status", "online"),
]  # fmt: skip


@dataclass
class Strangers:
    """The devices: they announce themselves and echo what they are told."""

    messages: list[Message] = field(default_factory=lambda: list(HOUSE))

    def birth(self) -> list[Message]:
        return self.messages

    def handle(self, topic: str, payload: bytes) -> list[Message]:
        if topic == "zigbee2mqtt/Kitchen lamp/set":
            return [Message("zigbee2mqtt/Kitchen lamp", payload)]
        if topic.startswith("cmnd/tasmota_112233/Power"):
            power = {f"POWER{topic[-1]}": payload.decode()}
            return [Message("stat/tasmota_112233/RESULT", json.dumps(power).encode())]
        if topic.endswith("/command"):
            return [Message(topic.removesuffix("command") + "state", payload)]
        return []


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[Story]:
    async with story(folder, config=Config(), home=Strangers()) as s:  # type: ignore[arg-type]  # a home
        yield s


@pytest.mark.parametrize(
    ("sentence", "topic", "payload"),
    [
        ("turn on the kitchen lamp", "zigbee2mqtt/Kitchen lamp/set", '{"state":"ON"}'),
        ("could you dim the kitchen lamp to thirty percent please",
         "zigbee2mqtt/Kitchen lamp/set", '{"state":"ON","brightness":76}'),
        ("set the bedroom blinds to 40 percent", "zigbee2mqtt/Bedroom blinds/set",
         '{ "position": 40 }'),
        ("turn on the radio", "cmnd/tasmota_112233/Power1", "ON"),
        ("switch the coffee machine off", "cmnd/tasmota_112233/Power2", "OFF"),
        ("turn on the printer", "cmnd/tasmota_112233/Power3", "ON"),
        ("turn on the lights in the living room", "sofa/light/strip/command", '{"state":"ON"}'),
        ("set the sofa strip to red", "sofa/light/strip/command",
         '{"state":"ON","color":{"r":255,"g":0,"b":0}}'),
        ("set the sofa vent to 50 percent", "sofa/fan/vent/speed_level/command", "2"),
    ],
)  # fmt: skip
async def test_each_family_obeys_the_first_sentence(
    tmp_path: Path, sentence: str, topic: str, payload: str
) -> None:
    async with house(tmp_path) as s:
        await s.person("somewhere", sentence)
        await asyncio.sleep(5)
        assert [(e.topic, e.payload) for e in s.of(Published)] == [(topic, payload)]


async def test_what_the_devices_confirm_is_done(tmp_path: Path) -> None:
    async with house(tmp_path) as s:
        for sentence in ("turn on the kitchen lamp", "turn on the radio", "turn on the sofa strip"):
            await s.person("somewhere", sentence)
            await asyncio.sleep(5)
        assert [e.outcome for e in s.of(Answered)] == ["done"] * 3
        assert s.state("switch.desk_radio") == "on"


async def test_a_tasmota_device_is_asked_for_what_no_broker_keeps(tmp_path: Path) -> None:
    async with house(tmp_path) as s:
        await asyncio.sleep(3)
        asked = [(t, p) for t, p, _, _ in s.wire.sent if t.startswith("cmnd/")]
        assert asked == [("cmnd/tasmota_112233/STATE", ""), ("cmnd/tasmota_112233/STATUS", "10")]
