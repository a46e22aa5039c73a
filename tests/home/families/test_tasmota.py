"""Tasmota as it announces itself natively (``SetOption19 0``), and obeys its own commands."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.home.conftest import build

from hearth.house import Entity
from hearth.port import Message
from support.family import sent

MAC, T = "00000049A3BC", "tasmota_49A3BC"
CONFIG: dict[str, Any] = {
    "ip": "192.168.15.10", "dn": "Desk", "fn": ["Desk", None, None, None, None, None, None, None],
    "hn": "tasmota-49A3BC-0956", "mac": MAC, "md": "Sonoff Basic", "ty": 0, "if": 0, "cam": 0,
    "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"],
    "sw": "14.2.0", "t": T, "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"],
    "rl": [1, 0, 0, 0, 0, 0, 0, 0], "swc": [-1, -1, -1, -1, -1, -1, -1, -1],
    "swn": [None, None, None, None, None, None, None, None], "btn": [0, 0, 0, 0, 0, 0, 0, 0],
    "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0,
           "114": 0, "117": 0},
    "lk": 1, "lt_st": 0, "bat": 0, "dslp": 0, "sho": [], "sht": [], "ver": 1,
}  # fmt: skip
"""As Tasmota 14 writes it (``xdrv_12_discovery.ino``)."""


def config(**entries: Any) -> dict[str, Any]:
    made = copy.deepcopy(CONFIG)
    made["so"] |= entries.pop("so", {})
    return made | entries


async def plug_in(rig: Any, **entries: Any) -> None:
    await rig.wire.send(f"tasmota/discovery/{MAC}/config", config(**entries), retain=True)
    await rig.wire.send(f"tele/{T}/LWT", "Online", retain=True)
    await asyncio.sleep(0)


async def test_a_plug_is_switched_and_followed_on_both_of_its_topics(rig: Any) -> None:
    await plug_in(rig)
    assert rig.entity("switch.desk").name == "Desk"
    assert await sent(rig, "switch.desk", "turn_on") == [(f"cmnd/{T}/Power1", "ON")]

    await rig.wire.send(f"stat/{T}/RESULT", '{"POWER":"ON"}')
    assert rig.entity("switch.desk").state == "on"
    await rig.wire.send(f"tele/{T}/STATE", '{"Time":"2026-11-22T10:00:00","POWER":"OFF"}')
    assert rig.entity("switch.desk").state == "off"
    await rig.wire.send(f"stat/{T}/RESULT", '{"Dimmer":50}')
    await rig.wire.send(f"tele/{T}/LWT", "Offline", retain=True)
    gone = rig.entity("switch.desk")
    assert (gone.state, gone.available) == ("off", False)


async def test_each_relay_of_a_strip_has_its_own_name_and_number(rig: Any) -> None:
    names = ["Radio", "Lava lamp", None, None]
    await plug_in(rig, rl=[1, 1, 1, 0, 0, 0, 0, 0], fn=names, dn="Strip")
    ids = {e.id: e.name for e in rig.things.house().entities}
    assert ids == {
        "switch.strip_radio": "Strip Radio",
        "switch.strip_lava_lamp": "Strip Lava lamp",
        "switch.strip_switch_3": "Strip switch 3",
    }
    assert await sent(rig, "switch.strip_lava_lamp", "turn_off") == [(f"cmnd/{T}/Power2", "OFF")]
    await rig.wire.send(f"stat/{T}/RESULT", '{"POWER2":"ON"}')
    assert [e.state for e in rig.things.house().entities] == [None, "on", None]


@pytest.mark.parametrize(
    ("entries", "data", "commands"),
    [
        ({"lt_st": 1}, {}, [("Power1", "ON")]),
        ({"lt_st": 1}, {"brightness_pct": 40}, [("Dimmer", "40"), ("Power1", "ON")]),
        ({"lt_st": 2}, {"color_temp_kelvin": 4000}, [("CT", "250"), ("Power1", "ON")]),
        ({"lt_st": 3}, {"color_name": "red"}, [("Color2", "255,0,0"), ("Power1", "ON")]),
        ({"lt_st": 5}, {"color_temp_kelvin": 2700}, [("CT", "370"), ("Power1", "ON")]),
        ({"lt_st": 3}, {"effect": "Cycle up"}, [("Scheme", "2"), ("Power1", "ON")]),
        ({"lt_st": 4, "lk": 0}, {"color_name": "blue"}, [("Color2", "0,0,255="), ("Power1", "ON")]),
        ({"lt_st": 1, "ty": 1}, {"brightness_pct": 40}, [("Dimmer3", "40"), ("Power1", "ON")]),
        ({"lt_st": 3, "so": {"68": 1}}, {"brightness_pct": 40},
         [("Channel1", "40"), ("Power1", "ON")]),
    ],
)  # fmt: skip
async def test_lights_of_every_type(rig: Any, entries: Any, data: Any, commands: Any) -> None:
    await plug_in(rig, rl=[2, 0, 0, 0, 0, 0, 0, 0], **entries)
    assert await sent(rig, "light.desk", "turn_on", **data) == [
        (f"cmnd/{T}/{topic}", payload) for topic, payload in commands
    ]


async def test_the_state_of_a_colour_bulb(rig: Any) -> None:
    await plug_in(rig, rl=[2, 0, 0, 0, 0, 0, 0, 0], lt_st=5)
    await rig.wire.send(
        f"tele/{T}/STATE",
        '{"Time":"2026-11-22T10:00:00","Uptime":"0T00:10:00","POWER":"ON","Dimmer":50,'
        '"Color":"7F00000000","HSBColor":"0,100,50","White":0,"CT":153,"Channel":[50,0,0,0,0],'
        '"Scheme":0,"Fade":"OFF","Speed":1,"LedTable":"ON","Wifi":{"AP":1,"RSSI":76}}',
    )
    lamp = rig.entity("light.desk")
    assert lamp.state == "on"
    assert lamp.attributes["brightness"] == 128
    assert lamp.attributes["rgb_color"] == (255, 0, 0)
    assert lamp.attributes["effect"] == "Solid"


async def test_a_relay_that_feeds_a_lamp_is_a_light(rig: Any) -> None:
    await plug_in(rig, so={"30": 1})
    assert await sent(rig, "light.desk", "turn_on") == [(f"cmnd/{T}/Power1", "ON")]


@pytest.mark.parametrize(("option", "seven", "state"), [(0, "70", "open"), (1, "30", "closed")])
async def test_a_shutter_and_an_inverted_one(rig: Any, option: int, seven: str, state: str) -> None:
    await plug_in(rig, rl=[3, 3, 0, 0, 0, 0, 0, 0], sho=[option], dn="Blind", fn=["Blind"])
    blind = "cover.blind"
    assert await sent(rig, blind, "open") == [(f"cmnd/{T}/Backlog", "ShutterOpen1")]
    assert await sent(rig, blind, "close") == [(f"cmnd/{T}/Backlog", "ShutterClose1")]
    assert await sent(rig, blind, "stop") == [(f"cmnd/{T}/Backlog", "ShutterStop1")]
    assert await sent(rig, blind, "set_position", position=70) == [
        (f"cmnd/{T}/ShutterPosition1", seven)
    ]
    await rig.wire.send(
        f"stat/{T}/RESULT", '{"Shutter1":{"Position":50,"Direction":1,"Target":100,"Tilt":0}}'
    )
    assert rig.entity(blind).state == ("closing" if option else "opening")
    await rig.wire.send(f"tele/{T}/SENSOR", '{"Shutter1":{"Position":100,"Direction":0}}')
    assert rig.entity(blind).state == state
    await rig.wire.send(
        f"stat/{T}/STATUS10", '{"StatusSNS":{"Shutter1":{"Position":25,"Direction":0}}}'
    )
    assert rig.entity(blind).attributes["current_position"] == (75 if option else 25)


async def test_venetian_blinds_tilt_in_their_own_degrees(rig: Any) -> None:
    entries = {"rl": [3, 3, 0, 0, 0, 0, 0, 0], "sho": [0], "sht": [[-90, 90, 15]]}
    await plug_in(rig, **entries)
    assert await sent(rig, "cover.desk", "set_tilt_position", tilt_position=75) == [
        (f"cmnd/{T}/ShutterTilt1", "45")
    ]
    await rig.wire.send(f"stat/{T}/RESULT", '{"Shutter1":{"Position":0,"Direction":0,"Tilt":0}}')
    assert rig.entity("cover.desk").attributes["current_tilt_position"] == 50


async def test_a_fan_with_its_light(rig: Any) -> None:
    await plug_in(rig, **{"if": 1}, rl=[1, 0, 0, 0, 0, 0, 0, 0], dn="Ceiling", fn=["Lamp"])
    assert {e.id for e in rig.things.house().entities} >= {"fan.ceiling"}
    assert await sent(rig, "fan.ceiling", "turn_on") == [(f"cmnd/{T}/FanSpeed", "2")]
    assert await sent(rig, "fan.ceiling", "set_percentage", percentage=100) == [
        (f"cmnd/{T}/FanSpeed", "3")
    ]
    assert await sent(rig, "fan.ceiling", "turn_off") == [(f"cmnd/{T}/FanSpeed", "0")]
    await rig.wire.send(f"stat/{T}/RESULT", '{"FanSpeed":1}')
    fan = rig.entity("fan.ceiling")
    assert (fan.state, fan.attributes["percentage"]) == ("on", 33)
    await rig.wire.send(f"tele/{T}/STATE", '{"POWER1":"ON","FanSpeed":0}')
    assert rig.entity("fan.ceiling").state == "off"


SENSORS = {
    "sn": {
        "Time": "2026-11-22T10:00:00",
        "ENERGY": {
            "TotalStartTime": "2026-01-01T00:00:00", "Total": [1.1, 2.2], "Today": 0.2,
            "Power": [10, 20], "ApparentPower": 31, "Factor": 0.9, "Voltage": 230, "Current": 0.1,
        },
        "DHT11": {"Temperature": 21.5, "Humidity": 45.0, "DewPoint": 9.1},
        "TempUnit": "C",
    },
    "ver": 1,
}  # fmt: skip


async def test_sensors_bear_plain_names_classes_and_units(rig: Any) -> None:
    await rig.wire.send(f"tasmota/discovery/{MAC}/sensors", SENSORS, retain=True)
    assert rig.things.house().entities == ()
    await plug_in(rig)
    found: dict[str, Entity] = {e.id: e for e in rig.things.house().entities}
    air = found["sensor.desk_temperature"]
    assert air.attributes["device_class"] == "temperature"
    assert air.attributes["unit_of_measurement"] == "°C"
    assert found["sensor.desk_apparent_power"].name == "Desk Apparent power"
    assert {"sensor.desk_energy_power_0", "sensor.desk_energy_power_1"} <= found.keys()

    await rig.wire.send(
        f"tele/{T}/SENSOR",
        '{"Time":"2026-11-22T10:05:00","DHT11":{"Temperature":22.5,"Humidity":44},'
        '"ENERGY":{"Power":12,"Voltage":231},"TempUnit":"C"}',
    )
    assert rig.entity("sensor.desk_temperature").state == "22.5"
    assert rig.entity("sensor.desk_energy_power_0").state == "12"
    assert rig.entity("sensor.desk_energy_power_1").state is None
    await rig.wire.send(
        f"stat/{T}/STATUS10", '{"StatusSNS":{"DHT11":{"Temperature":23}, "ENERGY":{"Power":[1,2]}}}'
    )
    assert rig.entity("sensor.desk_temperature").state == "23"
    assert rig.entity("sensor.desk_energy_power_1").state == "2"


async def test_a_contact_and_a_button(rig: Any) -> None:
    entries = {"swc": [1, 5, -1, -1, -1, -1, -1, -1], "swn": ["Door", None] + [None] * 6,
               "btn": [1, 0, 0, 0, 0, 0, 0, 0], "so": {"73": 1, "114": 1},
               "rl": [0] * 8}  # fmt: skip
    await plug_in(rig, **entries)
    await rig.wire.send(f"stat/{T}/RESULT", '{"Door":{"Action":"ON"}}')
    assert rig.entity("binary_sensor.desk_door").state == "on"
    await rig.wire.send(f"tele/{T}/SENSOR", '{"Time":"2026-11-22T10:05:00","Door":"OFF"}')
    assert rig.entity("binary_sensor.desk_door").state == "off"
    await rig.wire.send(f"stat/{T}/RESULT", '{"Button1":{"Action":"DOUBLE"}}')
    button = rig.entity("event.desk_button_1")
    assert button.attributes["event_type"] == "button_double_press"
    assert "button_long_press" in button.attributes["event_types"]
    await rig.wire.send(f"stat/{T}/RESULT", '{"Switch2":{"Action":"HOLD"}}')
    assert rig.entity("event.desk_switch_2").attributes["event_type"] == "button_long_press"


async def test_what_its_discovery_for_home_assistant_left_behind_is_not_doubled(rig: Any) -> None:
    old = {
        "name": "Desk", "uniq_id": "49A3BC_RL_1", "stat_t": f"tele/{T}/STATE",
        "cmd_t": f"cmnd/{T}/POWER", "val_tpl": "{{value_json.POWER}}", "avty_t": f"tele/{T}/LWT",
        "pl_avail": "Online", "pl_not_avail": "Offline", "dev": {"ids": ["49A3BC"]},
    }  # fmt: skip
    await rig.announce("switch/49A3BC_RL_1", old)
    await plug_in(rig)
    assert [e.name for e in rig.things.house().entities] == ["Desk"]
    await rig.announce("switch/49A3BC_RL_1", old, name="Desk again")
    assert [e.name for e in rig.things.house().entities] == ["Desk"]

    await rig.wire.send(f"tasmota/discovery/{MAC}/config", b"", retain=True)
    await rig.announce("switch/49A3BC_RL_1", old)
    await asyncio.sleep(0)
    assert await sent(rig, "switch.desk", "turn_on") == [(f"cmnd/{T}/POWER", "ON")]


async def test_a_changed_device_loses_what_it_no_longer_has(rig: Any) -> None:
    await plug_in(rig)
    await plug_in(rig, rl=[2, 0, 0, 0, 0, 0, 0, 0], lt_st=1)
    assert [e.id for e in rig.things.house().entities] == ["light.desk"]
    await rig.wire.send(f"tasmota/discovery/{MAC}/config", b"", retain=True)
    assert rig.things.house().entities == ()


@pytest.mark.parametrize(
    "payload",
    ["", "no json", "[]", "{}", '{"ver":1}', config(mac="000000000000"), config(rl=[3] + [0] * 7),
     config(swc=[99] + [-1] * 7), config(lt_st=17, rl=[2] + [0] * 7), config(ver=2),
     config(tp=[]), config(fn=[{"a": 1}]), config(ft="#", rl=[1] + [0] * 7),
     config(swc=[float("inf")])],
)  # fmt: skip
async def test_what_is_malformed_changes_nothing(rig: Any, payload: Any) -> None:
    await rig.wire.send(f"tasmota/discovery/{MAC}/config", payload)
    assert rig.things.house().entities == ()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=9,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CONFIG)), JUNK, max_size=4), JUNK)
def test_nothing_is_ever_raised(entries: dict[str, Any], sensors: Any) -> None:
    things = build().things
    for kind, said in (("config", CONFIG | entries), ("sensors", {"sn": sensors, "ver": 1})):
        payload = json.dumps(said).encode()
        things.discover(Message(f"tasmota/discovery/{MAC}/{kind}", payload))
    announced = {thing.id: things.thing(thing.id) for thing in things.house().entities}
    assert all(each and each.announced.key[0] == "tasmota/discovery" for each in announced.values())
