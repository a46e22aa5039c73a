"""Everything but lights: what is sent for a service, byte for byte, and what a state means.

Announcements and payloads follow the documentation of Home Assistant, Zigbee2MQTT, Tasmota,
ESPHome and valetudo.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.shelf import Shelf, text

from hearth.event import Act

BASE = {"name": "X", "command_topic": "c", "state_topic": "s"}
COVER = BASE | {
    "set_position_topic": "p", "position_topic": "ps", "device_class": "blind",
    "tilt_command_topic": "t", "tilt_status_topic": "ts",
}  # fmt: skip
Z2M_COVER = {
    "name": "X", "command_topic": "z/set", "position_topic": "z", "set_position_topic": "z/set",
    "set_position_template": '{ "position": {{ position }} }',
    "position_template": "{{ value_json.position }}", "value_template": "{{ value_json.state }}",
    "state_closed": "CLOSE", "state_open": "OPEN", "state_stopped": "STOP",
}  # fmt: skip
CLIMATE = {
    "name": "X", "modes": ["off", "heat", "auto"], "mode_command_topic": "m",
    "mode_state_topic": "ms", "mode_state_template": "{{ value_json.system_mode }}",
    "temperature_command_topic": "t", "temperature_state_topic": "ms",
    "temperature_state_template": "{{ value_json.setpoint }}", "min_temp": 5, "max_temp": 30,
    "current_temperature_topic": "ms", "current_temperature_template": "{{ value_json.local }}",
    "action_topic": "ms",
    "action_template": "{% set v = {None:None,'idle':'idle','heat':'heating'} %}"
    "{{ v[value_json.running_state] }}",
    "fan_mode_command_topic": "f", "preset_mode_command_topic": "pm", "preset_modes": ["eco"],
    "temp_hi_cmd_t": "th", "temp_lo_cmd_t": "tl", "temp_step": 0.5,
}  # fmt: skip
FAN = BASE | {
    "percentage_command_topic": "p", "percentage_state_topic": "ps", "speed_range_max": 3,
    "preset_mode_command_topic": "pm", "preset_modes": ["auto"], "oscillation_command_topic": "o",
    "oscillation_state_topic": "os", "direction_command_topic": "d",
}  # fmt: skip
HUMIDIFIER = BASE | {
    "target_humidity_command_topic": "h", "target_humidity_state_topic": "hs",
    "mode_command_topic": "m", "modes": ["baby"], "current_humidity_topic": "ch",
}  # fmt: skip
VACUUM = BASE | {"set_fan_speed_topic": "f", "fan_speed_list": ["max"], "send_command_topic": "x"}
MOWER = {
    "name": "X", "start_mowing_command_topic": "a", "pause_command_topic": "b",
    "dock_command_topic": "d", "dock_command_template": '{"go":"{{ value }}"}',
    "activity_state_topic": "s",
}  # fmt: skip
ALARM = BASE | {"code": "REMOTE_CODE", "command_template": "{{ action }}:{{ code }}"}


@pytest.mark.parametrize(
    ("component", "config", "service", "data", "sent"),
    [
        ("switch", BASE, "turn_on", {}, "c ON"),
        ("switch", BASE | {"pl_off": 0, "cmd_tpl": "v={{ value }}"}, "turn_off", {}, "c v=0"),
        ("cover", COVER, "open_cover", {}, "c OPEN"),
        ("cover", COVER, "turn_off", {}, "c CLOSE"),
        ("cover", COVER, "stop", {}, "c STOP"),
        ("cover", COVER, "set_cover_position", {"position": 40}, "p 40"),
        ("cover", COVER | {"pos_open": 0, "pos_clsd": 100}, "set_position", {"position": 30},
         "p 70"),
        ("cover", COVER, "set_cover_tilt_position", {"tilt_position": 20}, "t 20"),
        ("cover", COVER | {"tilt_max": 180}, "set_tilt_position", {"tilt_position": 50}, "t 90"),
        ("cover", COVER, "open_cover_tilt", {}, "t 100"),
        ("cover", COVER, "close_tilt", {}, "t 0"),
        ("cover", Z2M_COVER, "set_position", {"position": 50}, 'z/set { "position": 50 }'),
        ("valve", BASE, "open_valve", {}, "c OPEN"),
        ("valve", BASE | {"reports_position": True}, "close_valve", {}, "c 0"),
        ("valve", BASE | {"pos": True}, "set_valve_position", {"position": 45}, "c 45"),
        ("climate", CLIMATE, "set_temperature", {"temperature": 21}, "t 21.0"),
        ("climate", CLIMATE, "set_temperature", {"temperature": "21.5", "hvac_mode": "heat"},
         "m heat, t 21.5"),
        ("climate", CLIMATE, "set_temperature", {"target_temp_high": 25, "target_temp_low": 18},
         "tl 18.0, th 25.0"),
        ("climate", CLIMATE, "set_hvac_mode", {"hvac_mode": "off"}, "m off"),
        ("climate", CLIMATE, "turn_off", {}, "m off"),
        ("climate", CLIMATE, "turn_on", {}, "m heat"),
        ("climate", CLIMATE, "set_fan_mode", {"fan_mode": "low"}, "f low"),
        ("climate", CLIMATE, "set_preset_mode", {"preset_mode": "none"}, "pm none"),
        ("climate", CLIMATE | {"power_command_topic": "p"}, "turn_off", {}, "p OFF"),
        ("water_heater", CLIMATE | {"modes": ["off", "eco"], "max_temp": 60}, "set_operation_mode",
         {"operation_mode": "eco"}, "m eco"),
        ("fan", FAN, "turn_on", {}, "c ON"),
        ("fan", FAN, "turn_on", {"percentage": 67}, "c ON, p 3"),
        ("fan", FAN, "set_percentage", {"percentage": 33}, "p 1"),
        ("fan", FAN, "set_percentage", {"percentage": 0}, "c OFF"),
        ("fan", FAN, "set_preset_mode", {"preset_mode": "auto"}, "pm auto"),
        ("fan", FAN, "oscillate", {"oscillating": True}, "o oscillate_on"),
        ("fan", FAN, "set_direction", {"direction": "reverse"}, "d reverse"),
        ("humidifier", HUMIDIFIER, "set_humidity", {"humidity": 45}, "h 45"),
        ("humidifier", HUMIDIFIER, "set_mode", {"mode": "baby"}, "m baby"),
        ("humidifier", HUMIDIFIER, "turn_on", {}, "c ON"),
        ("lock", BASE, "lock", {}, "c LOCK"),
        ("lock", BASE | {"cmd_tpl": "{{ value }}{{ code }}", "code_format": "^\\d+$"}, "lock",
         {"code": "1"}, "c LOCK1"),
        ("vacuum", VACUUM, "start", {}, "c start"),
        ("vacuum", VACUUM, "return_to_base", {}, "c return_to_base"),
        ("vacuum", VACUUM, "locate", {}, "c locate"),
        ("vacuum", VACUUM, "set_fan_speed", {"fan_speed": "max"}, "f max"),
        ("vacuum", VACUUM, "send_command", {"command": "go", "params": {"a": 1}},
         'x {"command":"go","a":1}'),
        ("lawn_mower", MOWER, "start_mowing", {}, "a start_mowing"),
        ("lawn_mower", MOWER, "dock", {}, 'd {"go":"dock"}'),
        ("alarm_control_panel", ALARM, "alarm_arm_away", {"code": "7"}, "c ARM_AWAY:7"),
        ("number", BASE | {"min": -5}, "set_value", {"value": 5.0}, "c 5"),
        ("number", BASE, "set_value", {"value": "5.5"}, "c 5.5"),
        ("select", BASE | {"ops": ["a", "b"]}, "select_option", {"option": "b"}, "c b"),
        ("select", BASE | {"ops": ["a", "b"]}, "select_next", {}, "c a"),
        ("text", BASE, "set_value", {"value": "hi"}, "c hi"),
        ("date", BASE, "set_value", {"date": "2026-11-22"}, "c 2026-11-22"),
        ("time", BASE, "set_value", {"time": "07:30"}, "c 07:30:00"),
        ("datetime", BASE, "set_value", {"datetime": "2026-11-22 07:30:00+01:00"},
         "c 2026-11-22T07:30:00+01:00"),
        ("button", {"name": "X", "command_topic": "c"}, "press", {}, "c PRESS"),
        ("scene", {"name": "X", "command_topic": "c"}, "turn_on", {}, "c ON"),
        ("notify", {"name": "X", "command_topic": "c", "cmd_tpl": '{"m":"{{ value }}"}'},
         "send_message", {"message": "hi"}, 'c {"m":"hi"}'),
        ("update", BASE | {"pl_inst": "go"}, "install", {}, "c go"),
    ],
)  # fmt: skip
async def test_commands(component: str, config: Any, service: str, data: Any, sent: str) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/x/x", config)

    assert text(shelf.sends(service, data)) == sent


@pytest.mark.parametrize(
    ("component", "config", "said", "state", "attributes"),
    [
        ("switch", BASE | {"stat_on": "1"}, [("s", "1")], "on", {}),
        ("binary_sensor", BASE | {"pl_on": True, "pl_off": False, "val_tpl": "{{ value_json.o }}"},
         [("s", '{"o":true}')], "on", {}),
        ("sensor", BASE, [("s", "None")], None, {}),
        ("sensor", BASE | {"options": ["a"]}, [("s", "a"), ("s", "b")], "a", {}),
        ("cover", COVER, [("s", "opening"), ("ps", "40"), ("ts", "30")], "opening",
         {"current_position": 40, "current_tilt_position": 30}),
        ("cover", COVER, [("ps", "0"), ("s", "closing"), ("s", "stopped")], "closed",
         {"current_position": 0}),
        ("cover", Z2M_COVER, [("z", '{"state":"OPEN","position":0}')], "closed",
         {"current_position": 0}),
        ("valve", BASE | {"pos": True}, [("s", '{"state":"opening","position":20}')], "opening",
         {"current_position": 20}),
        ("valve", BASE | {"pos": True}, [("s", "0")], "closed", {"current_position": 0}),
        ("climate", CLIMATE,
         [("ms", '{"system_mode":"heat","setpoint":21.5,"local":19,"running_state":"heat"}')],
         "heat", {"temperature": 21.5, "current_temperature": 19.0, "hvac_action": "heating"}),
        ("fan", FAN, [("s", "ON"), ("ps", "2"), ("os", "oscillate_off")], "on",
         {"percentage": 66, "oscillating": False}),
        ("humidifier", HUMIDIFIER, [("s", "ON"), ("hs", "45"), ("ch", "38.4")], "on",
         {"humidity": 45, "current_humidity": 38}),
        ("lock", BASE, [("s", "LOCKING")], "locking", {}),
        ("vacuum", VACUUM, [("s", '{"state":"cleaning","battery_level":61,"fan_speed":"max"}')],
         "cleaning", {"battery_level": 61, "fan_speed": "max"}),
        ("lawn_mower", MOWER, [("s", "mowing")], "mowing", {}),
        ("alarm_control_panel", ALARM, [("s", "armed_away"), ("s", "nonsense")], "armed_away", {}),
        ("siren", BASE, [("s", '{"state":"ON","tone":"bell"}')], "on", {"tone": "bell"}),
        ("number", BASE, [("s", "7.5"), ("s", "many")], "7.5", {}),
        ("select", BASE | {"ops": ["a"]}, [("s", "a")], "a", {}),
        ("time", BASE, [("s", "07:30:00"), ("s", "soon")], "07:30:00", {}),
        ("update", BASE, [("s", '{"installed_version":"1","latest_version":"2"}')], "on",
         {"installed_version": "1", "latest_version": "2"}),
        ("event", BASE | {"evt_typ": ["press"]}, [("s", '{"event_type":"press","n":1}')], "press",
         {"event_type": "press", "n": 1}),
        ("device_tracker", BASE | {"pl_home": "in"}, [("s", "in")], "home", {}),
    ],
)  # fmt: skip
async def test_states(
    component: str, config: Any, said: Any, state: str | None, attributes: Any
) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/x/x", config)
    await shelf.say(*said)

    assert shelf.entity().state == state
    assert shelf.learned() == attributes


@pytest.mark.looptime
async def test_a_lock_that_is_at_work_is_waited_for(rig: Any) -> None:
    await rig.announce("lock/x/x", BASE)
    await rig.wire.send("s", "UNLOCKED")

    async def device(topic: str, _: bytes) -> None:
        await rig.wire.send("s", "LOCKING")
        await asyncio.sleep(6)
        await rig.wire.send("s", "LOCKED")

    rig.wire.device = device
    acted = await rig.door.act(Act("lock.x", "lock"))

    assert (acted.outcome, acted.after) == ("done", "locked")
    assert acted.ms == pytest.approx(6000, abs=10)


@pytest.mark.looptime
async def test_a_speed_is_done_where_the_fan_rounds_it(rig: Any) -> None:
    await rig.announce("fan/x/x", FAN)

    async def device(topic: str, payload: bytes) -> None:
        await rig.wire.send("ps", payload.decode())

    rig.wire.device = device

    assert (
        await rig.door.act(Act("fan.x", "set_percentage", {"percentage": 50}))
    ).outcome == "done"
