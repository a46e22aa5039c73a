"""ESPHome over MQTT: its announcements, states and commands (``components/mqtt/mqtt_*.cpp``)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hearth.event import Act, Changed
from support.family import sent

NODE = "sofa"
DEVICE = {
    "ids": "a1b2c3d4e5f6", "name": "Sofa", "sw": "2026.10.0 (config hash 0x1a2b3c4d)",
    "mdl": "esp32dev", "mf": "Espressif", "sa": "Living room", "cns": [["mac", "a1b2c3d4e5f6"]],
}  # fmt: skip


async def boot(rig: Any, component: str, object_id: str, **entries: Any) -> None:
    """A node starts: it announces a thing, retained, in the abbreviated form."""
    topic = f"{NODE}/{component}/{object_id}"
    config = {
        "name": object_id.replace("_", " ").title(), "stat_t": f"{topic}/state",
        "cmd_t": f"{topic}/command", "avty_t": f"{NODE}/status",
        "uniq_id": f"ESP{component}{object_id}", "dev": DEVICE, **entries,
    }  # fmt: skip
    config = {key: value for key, value in config.items() if value != "-"}
    await rig.wire.send(f"homeassistant/{component}/{NODE}/{object_id}/config", config, retain=True)
    await rig.wire.send(f"{NODE}/status", "online", retain=True)
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("modes", "data", "payload"),
    [
        (["onoff"], {}, '{"state":"ON"}'),
        (["brightness"], {"brightness_pct": 50}, '{"state":"ON","brightness":128}'),
        (["color_temp"], {"color_temp_kelvin": 3000}, '{"state":"ON","color_temp":333}'),
        (["rgb"], {"color_name": "red"}, '{"state":"ON","color":{"r":255,"g":0,"b":0}}'),
        (["rgbw"], {"rgbw_color": [0, 0, 0, 9]},
         '{"state":"ON","color":{"r":0,"g":0,"b":0,"w":9}}'),
        (["rgbww"], {"rgbww_color": [1, 2, 3, 4, 5]},
         '{"state":"ON","color":{"r":1,"g":2,"b":3,"c":4,"w":5}}'),
    ],
)  # fmt: skip
async def test_lights_of_every_mode(rig: Any, modes: Any, data: Any, payload: str) -> None:
    entries = {"brightness": True} if modes != ["onoff"] else {}
    await boot(
        rig, "light", "strip", schema="json", clrm=True, supported_color_modes=modes,
        min_mirs=153, max_mirs=500, effect=True, fx_list=["Rainbow", "None"], **entries,
    )  # fmt: skip
    assert rig.entity("light.sofa_strip").area == "living_room"
    assert await sent(rig, "light.sofa_strip", "turn_on", **data) == [
        ("sofa/light/strip/command", payload)
    ]


async def test_the_state_of_a_light(rig: Any) -> None:
    await boot(
        rig, "light", "strip", schema="json", clrm=True, brightness=True,
        supported_color_modes=["rgb", "color_temp"], effect=True, fx_list=["Rainbow", "None"],
    )  # fmt: skip
    said = "sofa/light/strip/state"
    await rig.wire.send(
        said,
        '{"effect":"None","effect_index":0,"effect_count":1,"color_mode":"rgb","state":"ON",'
        '"brightness":255,"color":{"r":255,"g":100,"b":0}}',
    )
    strip = rig.entity("light.sofa_strip")
    assert (strip.state, strip.attributes["rgb_color"]) == ("on", (255, 100, 0))
    await rig.wire.send(
        said,
        '{"effect":"Rainbow","color_mode":"color_temp","state":"OFF","brightness":10,"color":{},'
        '"color_temp":250}',
    )
    strip = rig.entity("light.sofa_strip")
    assert (strip.state, strip.attributes["color_temp_kelvin"]) == ("off", 4000)
    assert strip.attributes["effect"] == "Rainbow"


async def test_cold_and_warm_white_in_a_mode_of_its_own(rig: Any) -> None:
    modes = ["color_temp"]
    await boot(
        rig, "light", "panel", schema="json", clrm=True, brightness=True,
        supported_color_modes=modes, min_mirs=153, max_mirs=500,
    )  # fmt: skip
    await rig.wire.send(
        "sofa/light/panel/state",
        '{"color_mode":"cwww","state":"ON","brightness":99,"color":{"c":255,"w":0},"color_temp":153}',
    )
    panel = rig.entity("light.sofa_panel")
    assert (panel.state, panel.attributes["brightness"]) == ("on", 99)


async def test_a_switch_with_its_nodes_name_and_a_retained_command(rig: Any) -> None:
    await boot(rig, "switch", "relay", name="", ret=True)
    assert rig.entity("switch.sofa").name == "Sofa"
    await rig.door.act(Act("switch.sofa", "turn_on"))
    assert [(t, p, r) for t, p, _, r in rig.wire.sent] == [
        ("sofa/switch/relay/command", "ON", True)
    ]
    await rig.wire.send("sofa/switch/relay/state", "ON", retain=True)
    assert rig.entity("switch.sofa").state == "on"
    await rig.wire.send("sofa/status", "offline", retain=True)
    assert not rig.entity("switch.sofa").available


async def test_a_cover_with_position_and_tilt(rig: Any) -> None:
    topic = "sofa/cover/blind"
    await boot(
        rig, "cover", "blind", stat_t="-", dev_cla="blind", pos_t=f"{topic}/position/state",
        set_pos_t=f"{topic}/position/command", tilt_status_t=f"{topic}/tilt/state",
        tilt_cmd_t=f"{topic}/tilt/command",
    )  # fmt: skip
    assert await sent(rig, "cover.sofa_blind", "open") == [(f"{topic}/command", "OPEN")]
    assert await sent(rig, "cover.sofa_blind", "stop") == [(f"{topic}/command", "STOP")]
    assert await sent(rig, "cover.sofa_blind", "set_position", position=35) == [
        (f"{topic}/position/command", "35")
    ]
    assert await sent(rig, "cover.sofa_blind", "set_tilt_position", tilt_position=80) == [
        (f"{topic}/tilt/command", "80")
    ]
    await rig.wire.send(f"{topic}/position/state", "0")
    assert rig.entity("cover.sofa_blind").state == "closed"
    await rig.wire.send(f"{topic}/position/state", "35")
    found = rig.entity("cover.sofa_blind")
    assert (found.state, found.attributes["current_position"]) == ("open", 35)


async def test_a_climate_of_two_points(rig: Any) -> None:
    topic = "sofa/climate/air"
    sides = {
        key: f"{topic}/{word}"
        for key, word in {
            "curr_temp_t": "current_temperature/state", "mode_cmd_t": "mode/command",
            "mode_stat_t": "mode/state", "temp_lo_cmd_t": "target_temperature_low/command",
            "temp_lo_stat_t": "target_temperature_low/state", "act_t": "action/state",
            "temp_hi_cmd_t": "target_temperature_high/command",
            "temp_hi_stat_t": "target_temperature_high/state",
            "fan_mode_cmd_t": "fan_mode/command", "fan_mode_stat_t": "fan_mode/state",
            "swing_mode_cmd_t": "swing_mode/command", "swing_mode_stat_t": "swing_mode/state",
        }.items()
    }  # fmt: skip
    await boot(
        rig, "climate", "air", stat_t="-", cmd_t="-", modes=["heat_cool", "off", "cool", "heat"],
        min_temp=10, max_temp=30, temp_step=0.5, fan_modes=["auto", "low", "high"],
        swing_modes=["off", "both"], **sides,
    )  # fmt: skip
    air = "climate.sofa_air"
    assert await sent(rig, air, "set_hvac_mode", hvac_mode="heat_cool") == [
        (f"{topic}/mode/command", "heat_cool")
    ]
    assert await sent(rig, air, "set_temperature", target_temp_low=19, target_temp_high=24) == [
        (f"{topic}/target_temperature_low/command", "19.0"),
        (f"{topic}/target_temperature_high/command", "24.0"),
    ]
    assert await sent(rig, air, "set_fan_mode", fan_mode="low") == [
        (f"{topic}/fan_mode/command", "low")
    ]
    for side, said in (
        ("mode/state", "cool"), ("current_temperature/state", "26.3"), ("action/state", "cooling"),
        ("target_temperature_high/state", "24.0"), ("fan_mode/state", "low"),
    ):  # fmt: skip
        await rig.wire.send(f"{topic}/{side}", said)
    found = rig.entity(air)
    assert (found.state, found.attributes["hvac_action"]) == ("cool", "cooling")
    assert (found.attributes["current_temperature"], found.attributes["target_temp_high"]) == (
        26.3, 24.0,
    )  # fmt: skip


async def test_a_fan_in_levels(rig: Any) -> None:
    topic = "sofa/fan/vent"
    await boot(
        rig, "fan", "vent", dir_cmd_t=f"{topic}/direction/command",
        dir_stat_t=f"{topic}/direction/state", osc_cmd_t=f"{topic}/oscillation/command",
        osc_stat_t=f"{topic}/oscillation/state", pct_cmd_t=f"{topic}/speed_level/command",
        pct_stat_t=f"{topic}/speed_level/state", spd_rng_max=3,
    )  # fmt: skip
    vent = "fan.sofa_vent"
    assert await sent(rig, vent, "turn_on") == [(f"{topic}/command", "ON")]
    assert await sent(rig, vent, "set_percentage", percentage=67) == [
        (f"{topic}/speed_level/command", "3")
    ]
    assert await sent(rig, vent, "oscillate", oscillating=True) == [
        (f"{topic}/oscillation/command", "oscillate_on")
    ]
    assert await sent(rig, vent, "set_direction", direction="reverse") == [
        (f"{topic}/direction/command", "reverse")
    ]
    await rig.wire.send(f"{topic}/state", "ON")
    await rig.wire.send(f"{topic}/speed_level/state", "1")
    found = rig.entity(vent)
    assert (found.state, found.attributes["percentage"]) == ("on", 33)


@pytest.mark.parametrize(
    ("component", "entries", "service", "data", "payload"),
    [
        ("number", {"min": 0, "max": 100, "step": 0.5}, "set_value", {"value": 7.5}, "7.5"),
        ("select", {"options": ["Eco", "Boost"]}, "select_option", {"option": "eco"}, "Eco"),
        ("text", {"mode": "text", "max": 255}, "set_value", {"value": "Hello"}, "Hello"),
        ("button", {"stat_t": "-"}, "press", {}, "PRESS"),
        ("lock", {}, "lock", {}, "LOCK"),
        ("valve", {"dev_cla": "water"}, "close", {}, "CLOSE"),
        ("date", {}, "set_value", {"date": "2026-11-22"}, "2026-11-22"),
        ("alarm_control_panel", {"sup_feat": ["arm_home", "arm_away"], "cod_arm_req": False},
         "alarm_arm_away", {}, "ARM_AWAY"),
    ],
)  # fmt: skip
async def test_the_others_obey(  # noqa: PLR0917  # one parameter a column of the table
    rig: Any, component: str, entries: Any, service: str, data: Any, payload: str
) -> None:
    await boot(rig, component, "x", **entries)
    assert await sent(rig, f"{component}.sofa_x", service, **data) == [
        (f"sofa/{component}/x/command", payload)
    ]


async def test_what_it_tells(rig: Any) -> None:
    await boot(
        rig, "sensor", "power", cmd_t="-", dev_cla="power", unit_of_meas="W",
        stat_cla="measurement", exp_aft=300, sug_dsp_prc=1,
    )  # fmt: skip
    await boot(rig, "binary_sensor", "motion", cmd_t="-", dev_cla="motion")
    await boot(rig, "text_sensor", "note", cmd_t="-")
    await boot(rig, "sensor", "note", cmd_t="-")
    await boot(rig, "event", "bell", cmd_t="-", event_types=["press", "hold"], dev_cla="doorbell")
    rig.told()
    await rig.wire.send("sofa/sensor/power/state", "12.34")
    await rig.wire.send("sofa/binary_sensor/motion/state", "ON")
    await rig.wire.send("sofa/sensor/note/state", "Low tide")
    await rig.wire.send("sofa/event/bell/state", '{"event_type":"press"}')
    told = {e.new.id: e.new.state for e in rig.told(Changed) if isinstance(e, Changed)}
    assert told == {
        "sensor.sofa_power": "12.34", "binary_sensor.sofa_motion": "on",
        "sensor.sofa_note": "Low tide", "event.sofa_bell": "press",
    }  # fmt: skip
