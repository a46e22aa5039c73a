"""What real devices announce, and the bytes that Home Assistant would send them for each service.

The announcements are those of the devices' firmwares (Zigbee2MQTT, Tasmota, ESPHome, Valetudo,
zwave-js-ui, OpenMQTTGateway, WLED, ebusd) or of their documentation; what is sent was read from
Home Assistant's sources, version 2026.2 and later.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from tests.support.shelf import Shelf, text

from hearth.home.component.base import RefusedError

Z2M_BULB = {
    "availability": [{"topic": "zigbee2mqtt/bridge/state",
                      "value_template": "{{ value_json.state }}"}],
    "brightness": True, "brightness_scale": 254, "command_topic": "z/set", "state_topic": "z",
    "effect": True, "effect_list": ["blink", "breathe", "okay", "finish_effect", "stop_effect"],
    "max_mireds": 454, "min_mireds": 250, "name": None, "schema": "json",
    "supported_color_modes": ["color_temp"], "object_id": "x",
    "device": {"identifiers": ["z"], "manufacturer": "IKEA", "name": "TRADFRI bulb"},
}  # fmt: skip
Z2M_COLOR = Z2M_BULB | {"supported_color_modes": ["xy", "color_temp"]}
Z2M_HS = Z2M_BULB | {"supported_color_modes": ["hs", "color_temp"]}
ESPHOME_RGBWW = {
    "schema": "json", "color_mode": True, "supported_color_modes": ["rgbww"], "brightness": True,
    "name": "Strip", "state_topic": "e/light/strip/state", "object_id": "x",
    "command_topic": "e/light/strip/command", "effect": True, "effect_list": ["Rainbow", "None"],
    "min_mireds": 153, "max_mireds": 500,
}  # fmt: skip
ESPHOME_COVER = {
    "name": "Awning", "device_class": "awning", "object_id": "x", "state_topic": "e/state",
    "command_topic": "e/command", "position_topic": "e/position/state",
    "set_position_topic": "e/position/command", "tilt_status_topic": "e/tilt/state",
    "tilt_command_topic": "e/tilt/command",
}  # fmt: skip
TASMOTA_SHUTTER = {
    "name": "Shutter", "cmd_t": "cmnd/sh/Backlog", "pl_open": "ShutterOpen1",
    "pl_cls": "ShutterClose1", "pl_stop": "ShutterStop1", "pos_t": "stat/sh/SHUTTER1",
    "pos_tpl": "{{value_json.Shutter1.Position}}", "set_pos_t": "cmnd/sh/ShutterPosition1",
    "pos_open": 100, "pos_clsd": 0, "object_id": "x",
}  # fmt: skip
TILT = {
    "name": "X", "object_id": "x", "command_topic": "c", "tilt_command_topic": "t",
    "tilt_min": 0, "tilt_max": 180, "tilt_opened_value": 90, "tilt_closed_value": 10,
    "tilt_command_template": '{"a":{{ tilt_position }},"v":{{ value }},"m":{{ tilt_max }}}',
}  # fmt: skip
Z2M_TRV = {
    "name": None, "object_id": "x", "device": {"identifiers": ["t"], "name": "TRV"},
    "temperature_command_topic": "z/set/occupied_heating_setpoint", "modes": ["off", "heat"],
    "temperature_state_topic": "z", "min_temp": "5", "max_temp": "30", "temp_step": 0.5,
    "temperature_state_template": "{{ value_json.occupied_heating_setpoint }}",
    "mode_command_topic": "z/set/system_mode", "mode_state_topic": "z", "temperature_unit": "C",
    "mode_state_template": "{{ value_json.system_mode }}", "action_topic": "z",
    "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating',"
    "'cool':'cooling','fan_only':'fan'} %}{{ values[value_json.running_state] }}",
    "preset_modes": ["schedule", "eco"], "preset_mode_command_topic": "z/set/preset",
    "preset_mode_state_topic": "z", "preset_mode_value_template": "{{ value_json.preset }}",
}  # fmt: skip
AIRCON = {
    "name": "AC", "object_id": "x", "modes": ["auto", "off", "cool", "heat", "dry", "fan_only"],
    "mode_command_topic": "a/mode", "mode_command_template": '{"mode":"{{ value }}"}',
    "fan_mode_command_topic": "a/fan", "fan_modes": ["quiet", "high"],
    "swing_mode_command_topic": "a/swing", "swing_horizontal_mode_command_topic": "a/wide",
    "swing_h_modes": ["left", "auto"], "target_humidity_command_topic": "a/hum",
    "temperature_command_topic": "a/temp",
    "temperature_command_template": "{{ (value * 10) | int }}", "power_command_topic": "a/power",
    "payload_on": "1", "payload_off": "0",
    "power_command_template": "{{ 'on' if value == '1' else 'off' }}",
}  # fmt: skip
TWO_MODES = {"name": "X", "object_id": "x", "modes": ["off", "dry"], "mode_command_topic": "m"}
ZWAVE_FAN = {
    "name": "Fan", "object_id": "x", "command_topic": "zw/fan/set", "payload_on": 255,
    "payload_off": 0, "percentage_command_topic": "zw/fan/level/set", "speed_range_min": 1,
    "speed_range_max": 99, "percentage_state_topic": "zw/fan/level",
    "preset_mode_command_topic": "zw/fan/mode", "preset_modes": ["auto", "boost"],
    "oscillation_command_topic": "zw/fan/osc", "payload_oscillation_on": "true",
    "direction_command_topic": "zw/fan/dir", "oscillation_command_template": "o={{ value }}",
}  # fmt: skip
Z2M_LOCK = {
    "name": None, "object_id": "x", "device": {"identifiers": ["l"], "name": "Door"},
    "command_topic": "z/set", "state_topic": "z", "state_locked": "LOCK",
    "state_unlocked": "UNLOCK", "value_template": "{{ value_json.state }}",
}  # fmt: skip
CODE_LOCK = Z2M_LOCK | {
    "code_format": "^\\d{4}$", "payload_open": "OPEN",
    "command_template": '{"action":"{{ value }}","code":"{{ code }}"}',
}  # fmt: skip
ALARM = {
    "name": "Alarm", "object_id": "x", "command_topic": "al/set", "state_topic": "al",
    "supported_features": ["arm_home", "arm_away"],
}  # fmt: skip
REMOTE_ALARM = ALARM | {
    "code": "REMOTE_CODE", "code_arm_required": False,
    "command_template": '{"action":"{{ action }}","code":"{{ code }}"}',
}  # fmt: skip
SIREN = {
    "name": "Siren", "object_id": "x", "command_topic": "s/set", "state_topic": "s",
    "available_tones": ["fire", "Glocke ä"],
}  # fmt: skip
Z2M_SIREN = SIREN | {
    "command_template": '{"warning":{"mode":"{{ tone | default("burglar") }}",'
    '"duration":{{ duration | default(10) }}}}',
    "command_off_template": '{"warning":{"mode":"stop"}}', "support_volume_set": False,
}  # fmt: skip
VALETUDO = {
    "name": "Robot", "object_id": "x", "supported_features": ["start", "pause", "stop",
    "return_home", "locate", "fan_speed", "send_command"],
    "command_topic": "valetudo/r/BasicControlCapability/operation/set",
    "state_topic": "valetudo/r/hass/r_state", "payload_pause": "PAUSE", "payload_start": "START",
    "payload_return_to_base": "HOME", "payload_stop": "STOP", "payload_locate": "LOCATE",
    "set_fan_speed_topic": "valetudo/r/FanSpeedControlCapability/preset/set",
    "fan_speed_list": ["low", "medium", "high", "max"],
    "send_command_topic": "valetudo/r/custom_command/set",
    "clean_segments_command_topic": "valetudo/r/MapSegmentationCapability/clean/set",
    "clean_segments_command_template":
    '{"action":"start_segment_action","segment_ids":{{ value | to_json }}}',
}  # fmt: skip
PLAIN_VACUUM = {
    "name": "V", "object_id": "x", "state_topic": "v", "command_topic": "v/set",
    "clean_segments_command_topic": "v/rooms", "send_command_topic": "v/raw",
}  # fmt: skip
VALVE = {
    "name": "Valve", "object_id": "x", "command_topic": "v/set", "state_topic": "v",
    "reports_position": True, "position_open": 255,
    "command_template": '{"to":{{ value }},"of":{{ position_open }},"p":{{ position }}}',
}  # fmt: skip
MOWER = {
    "name": "M", "object_id": "x", "start_mowing_command_topic": "m/cmd",
    "pause_command_topic": "m/cmd", "dock_command_topic": "m/cmd",
    "pause_mw_cmd_tpl": '{"do":"{{ value }}","id":"{{ entity_id }}"}',
}  # fmt: skip
X = {"name": "X", "object_id": "x", "command_topic": "c"}


@pytest.mark.parametrize(
    ("component", "config", "service", "data", "sent"),
    [
        ("light", Z2M_BULB, "turn_on", {"color_temp_kelvin": 2700, "transition": 2},
         'z/set {"state":"ON","transition":2.0,"color_temp":370}'),
        ("light", Z2M_BULB, "turn_on", {"color_temp_kelvin": 9000},
         'z/set {"state":"ON","color_temp":250}'),
        ("light", Z2M_BULB, "turn_on", {"color_name": "white"},
         'z/set {"state":"ON","color_temp":250}'),
        ("light", Z2M_COLOR, "turn_on", {"hs_color": (120, 100)},
         'z/set {"state":"ON","color":{"x":0.172,"y":0.747}}'),
        ("light", Z2M_HS, "turn_on", {"rgb_color": (255, 128, 0), "brightness": 64},
         'z/set {"state":"ON","color":{"h":30.118,"s":100.0},"brightness":64}'),
        ("light", ESPHOME_RGBWW, "turn_on", {"rgb_color": (255, 255, 255)},
         'e/light/strip/command {"state":"ON","color":{"r":0,"g":76,"b":141,"c":255,"w":255}}'),
        ("light", ESPHOME_RGBWW, "turn_on", {"color_temp_kelvin": 4000, "brightness": 200},
         'e/light/strip/command {"state":"ON","color":{"r":0,"g":0,"b":0,"c":144,"w":56},'
         '"brightness":200}'),
        ("light", ESPHOME_RGBWW | {"supported_color_modes": ["rgb"], "brightness": False},
         "turn_on", {"color_temp_kelvin": 2700, "brightness": 128},
         'e/light/strip/command {"state":"ON","color":{"r":128,"g":84,"b":44}}'),
        ("light", ESPHOME_RGBWW | {"supported_color_modes": ["rgbw", "white"]}, "turn_on",
         {"white": True, "brightness": 77}, 'e/light/strip/command {"state":"ON","white":77}'),
        ("light", X | {"white_command_topic": "w", "rgb_command_topic": "r", "whit_scl": 100},
         "turn_on", {"white": 128}, "w 50, c ON"),
        ("light", X | {"color_temp_command_topic": "t", "color_temp_kelvin": True}, "turn_on",
         {"color_temp_kelvin": 3000}, "t 3000, c ON"),
        ("light", X | {"rgbww_command_topic": "r", "rgbww_cmd_tpl":
         "{{ '#%02x%02x%02x%02x%02x' | format(red, green, blue, cold_white, warm_white) }}"},
         "turn_on", {"rgbww_color": (1, 2, 3, 4, 255)}, "r #01020304ff, c ON"),
        ("light", X | {"xy_cmd_t": "p", "xy_cmd_tpl": "{{ x }};{{ y }}"}, "turn_on",
         {"color_name": "light blue"}, "p 0.262;0.314, c ON"),
        ("light", X | {"schema": "template", "command_on_template": "b'\\x01{{ brightness }}'",
         "command_off_template": "off,{{ transition }}", "brightness_template": "{{ 1 }}"},
         "turn_off", {"transition": 1}, "c off,1.0"),
        ("light", X | {"schema": "template", "command_off_template": "-", "command_on_template":
         "{{ red }} {{ green }} {{ blue }} {{ hue }} {{ sat }} {{ value }}", "r_tpl": "{{ 1 }}",
         "g_tpl": "{{ 1 }}", "b_tpl": "{{ 1 }}"}, "turn_on",
         {"hs_color": (33, 50), "brightness": 99}, "c 99 77 50 33.0 50.0 None"),
        ("switch", X | {"cmd_tpl": '{"{{ name }}":"{{ value }}","was":"{{ this.state }}"}'},
         "turn_on", {}, 'c {"X":"ON","was":"unknown"}'),
        ("cover", ESPHOME_COVER, "set_cover_position", {"position": 35}, "e/position/command 35"),
        ("cover", ESPHOME_COVER, "set_cover_tilt_position", {"tilt_position": 35},
         "e/tilt/command 35"),
        ("cover", ESPHOME_COVER, "stop_cover_tilt", {}, "e/tilt/command STOP"),
        ("cover", ESPHOME_COVER | {"payload_stop": "HALT"}, "stop_tilt", {}, "e/tilt/command STOP"),
        ("cover", TASMOTA_SHUTTER, "open_cover", {}, "cmnd/sh/Backlog ShutterOpen1"),
        ("cover", TASMOTA_SHUTTER, "stop_cover", {}, "cmnd/sh/Backlog ShutterStop1"),
        ("cover", TASMOTA_SHUTTER, "set_position", {"position": 70}, "cmnd/sh/ShutterPosition1 70"),
        ("cover", TILT, "open_cover_tilt", {}, 't {"a":90,"v":90,"m":180}'),
        ("cover", TILT, "close_cover_tilt", {}, 't {"a":10,"v":10,"m":180}'),
        ("cover", TILT, "set_tilt_position", {"tilt_position": 25}, 't {"a":25,"v":45,"m":180}'),
        ("cover", TILT, "toggle_cover_tilt", {}, 't {"a":10,"v":10,"m":180}'),
        ("climate", Z2M_TRV, "set_temperature", {"temperature": 21.5},
         "z/set/occupied_heating_setpoint 21.5"),
        ("climate", Z2M_TRV, "set_hvac_mode", {"hvac_mode": "heat"}, "z/set/system_mode heat"),
        ("climate", Z2M_TRV, "turn_on", {}, "z/set/system_mode heat"),
        ("climate", Z2M_TRV, "set_preset_mode", {"preset_mode": "eco"}, "z/set/preset eco"),
        ("climate", AIRCON, "set_temperature", {"temperature": 21.5, "hvac_mode": "cool"},
         'a/mode {"mode":"cool"}, a/temp 215'),
        ("climate", AIRCON, "turn_on", {}, "a/power on"),
        ("climate", AIRCON, "turn_off", {}, "a/power off"),
        ("climate", AIRCON, "set_fan_mode", {"fan_mode": "quiet"}, "a/fan quiet"),
        ("climate", AIRCON, "set_swing_mode", {"swing_mode": "on"}, "a/swing on"),
        ("climate", AIRCON, "set_swing_horizontal_mode", {"swing_horizontal_mode": "left"},
         "a/wide left"),
        ("climate", AIRCON, "set_humidity", {"humidity": 45}, "a/hum 45"),
        ("climate", TWO_MODES, "turn_on", {}, "m dry"),
        ("water_heater", X | {"temperature_command_topic": "t", "power_command_topic": "p"},
         "set_temperature", {"temperature": 50}, "t 50.0"),
        ("water_heater", X | {"power_command_topic": "p"}, "turn_off", {}, "p OFF"),
        ("fan", ZWAVE_FAN, "turn_on", {"percentage": 50, "preset_mode": "boost"},
         "zw/fan/set 255, zw/fan/level/set 50, zw/fan/mode boost"),
        ("fan", ZWAVE_FAN, "turn_off", {}, "zw/fan/set 0"),
        ("fan", ZWAVE_FAN, "set_percentage", {"percentage": 1}, "zw/fan/level/set 1"),
        ("fan", ZWAVE_FAN, "increase_speed", {"percentage_step": 20}, "zw/fan/level/set 20"),
        ("fan", ZWAVE_FAN | {"speed_range_max": 4}, "increase_speed", {}, "zw/fan/level/set 1"),
        ("fan", ZWAVE_FAN, "decrease_speed", {}, "zw/fan/set 0"),
        ("fan", ZWAVE_FAN, "oscillate", {"oscillating": True}, "zw/fan/osc o=true"),
        ("fan", ZWAVE_FAN, "oscillate", {"oscillating": False}, "zw/fan/osc o=oscillate_off"),
        ("fan", ZWAVE_FAN, "set_direction", {"direction": "forward"}, "zw/fan/dir forward"),
        ("humidifier", X | {"hum_cmd_t": "h", "hum_cmd_tpl": "{{ value / 100 }}"}, "set_humidity",
         {"humidity": 45}, "h 0.45"),
        ("lock", Z2M_LOCK, "lock", {}, "z/set LOCK"),
        ("lock", Z2M_LOCK, "unlock", {}, "z/set UNLOCK"),
        ("lock", CODE_LOCK, "open", {"code": "0815"}, 'z/set {"action":"OPEN","code":"0815"}'),
        ("alarm_control_panel", ALARM, "alarm_arm_home", {}, "al/set ARM_HOME"),
        ("alarm_control_panel", ALARM, "alarm_disarm", {}, "al/set DISARM"),
        ("alarm_control_panel", REMOTE_ALARM, "alarm_arm_away", {},
         'al/set {"action":"ARM_AWAY","code":"None"}'),
        ("alarm_control_panel", REMOTE_ALARM, "alarm_disarm", {"code": "1234"},
         'al/set {"action":"DISARM","code":"1234"}'),
        ("siren", SIREN, "turn_on", {}, 's/set {"state":"ON"}'),
        ("siren", SIREN, "turn_on", {"tone": "Glocke ä", "duration": 5, "volume_level": 0.5},
         's/set {"state":"ON","tone":"Glocke ä","duration":5,"volume_level":0.5}'),
        ("siren", SIREN, "turn_off", {}, 's/set {"state":"OFF"}'),
        ("siren", Z2M_SIREN, "turn_on", {"duration": 3, "volume_level": 1},
         's/set {"warning":{"mode":"burglar","duration":3}}'),
        ("siren", Z2M_SIREN, "turn_off", {}, 's/set {"warning":{"mode":"stop"}}'),
        ("vacuum", VALETUDO, "start", {}, "valetudo/r/BasicControlCapability/operation/set START"),
        ("vacuum", VALETUDO, "return_to_base", {},
         "valetudo/r/BasicControlCapability/operation/set HOME"),
        ("vacuum", VALETUDO, "set_fan_speed", {"fan_speed": "max"},
         "valetudo/r/FanSpeedControlCapability/preset/set max"),
        ("vacuum", PLAIN_VACUUM, "send_command",
         {"command": "sing", "params": {"lied": "ä", "n": 2}},
         'v/raw {"command":"sing","lied":"ä","n":2}'),
        ("vacuum", PLAIN_VACUUM, "send_command", {"command": "sing"}, "v/raw sing"),
        ("valve", VALVE, "open_valve", {}, 'v/set {"to":255,"of":255,"p":100}'),
        ("valve", VALVE, "set_valve_position", {"position": 50},
         'v/set {"to":128,"of":255,"p":50}'),
        ("lawn_mower", MOWER, "start_mowing", {}, "m/cmd start_mowing"),
        ("lawn_mower", MOWER, "pause", {}, 'm/cmd {"do":"pause","id":"lawn_mower.x"}'),
        ("number", X | {"max": 30, "step": 0.5}, "set_value", {"value": 0}, "c 0"),
        ("number", X | {"cmd_tpl": "{{ value * 2 }}"}, "set_value", {"value": 2.5}, "c 5.0"),
        ("select", X | {"options": ["Off", "On"]}, "select_option", {"option": "on"}, "c On"),
        ("text", X | {"pattern": "^[a-z]+$", "max": 3}, "set_value", {"value": "abc"}, "c abc"),
        ("date", X, "set_value", {"date": date(2026, 11, 22)}, "c 2026-11-22"),
        ("date", X | {"cmd_tpl": "{{ value.day }}.{{ value.month }}."}, "set_value",
         {"date": "2026-11-22"}, "c 22.11."),
        ("time", X | {"cmd_tpl": "{{ value.strftime('%H%M') }}"}, "set_value",
         {"time": time(7, 5)}, "c 0705"),
        ("datetime", X, "set_value", {"datetime": datetime(2026, 11, 22, 7, 30, tzinfo=UTC)},
         "c 2026-11-22T07:30:00+00:00"),
        ("button", X | {"payload_press": "restart", "cmd_tpl": '{"cmd":"{{ value }}"}'}, "press",
         {}, 'c {"cmd":"restart"}'),
        ("scene", X | {"payload_on": '{"scene_recall":3}'}, "turn_on", {}, 'c {"scene_recall":3}'),
        ("notify", X, "send_message", {"message": "Grüß dich"}, "c Grüß dich"),
        ("update", X | {"payload_install": '{"id":"0x1"}'}, "install", {}, 'c {"id":"0x1"}'),
    ],
)  # fmt: skip
async def test_what_is_sent(
    component: str, config: Any, service: str, data: Any, sent: str
) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/a/a", config)
    if "availability" in config:
        await shelf.say(("zigbee2mqtt/bridge/state", {"state": "online"}))

    assert text(shelf.sends(service, data)) == sent


@pytest.mark.parametrize(
    ("component", "config", "service", "data"),
    [
        ("light", Z2M_BULB, "turn_on", {"color_name": "red"}),
        ("cover", ESPHOME_COVER | {"payload_stop": None}, "stop_cover", {}),
        ("valve", {"name": "V", "object_id": "x", "command_topic": "c"}, "stop_valve", {}),
        ("lock", CODE_LOCK, "lock", {"code": "12"}),
        ("lock", CODE_LOCK, "lock", {}),
        ("lock", Z2M_LOCK, "open", {}),
        ("alarm_control_panel", ALARM, "alarm_arm_night", {}),
        ("alarm_control_panel", ALARM | {"code": "1"}, "alarm_disarm", {"code": "2"}),
        ("alarm_control_panel", REMOTE_ALARM, "alarm_disarm", {}),
        ("siren", SIREN, "turn_on", {"tone": "song"}),
        ("climate", Z2M_TRV, "set_temperature", {"temperature": 31}),
        ("climate", Z2M_TRV, "set_hvac_mode", {"hvac_mode": "cool"}),
        ("text", X | {"pattern": "^[a-z]+$"}, "set_value", {"value": "12"}),
        ("text", X | {"min": 3}, "set_value", {"value": "ab"}),
        ("time", X, "set_value", {"time": "late"}),
        ("time", X | {"cmd_tpl": "{{ value.strftime('%99999999d') }}"}, "set_value",
         {"time": "07:00"}),
        ("vacuum", PLAIN_VACUUM, "clean_area", {"area": "Moon"}),
        ("scene", X, "turn_off", {}),
    ],
)  # fmt: skip
async def test_what_is_refused(component: str, config: Any, service: str, data: Any) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/a/a", config)

    with pytest.raises(RefusedError, match=r"\w"):
        shelf.sends(service, data)


@pytest.mark.parametrize(
    ("config", "data", "sent"),
    [
        (VALETUDO, {"area": "kitchen"}, "valetudo/r/MapSegmentationCapability/clean/set "
         '{"action":"start_segment_action","segment_ids":["17"]}'),
        (PLAIN_VACUUM, {"segments": ["Hall", "17"]}, 'v/rooms ["3","17"]'),
    ],
)  # fmt: skip
async def test_a_vacuum_cleans_the_rooms_that_it_knows(config: Any, data: Any, sent: str) -> None:
    shelf = Shelf()
    await shelf.announce("vacuum/a/a", config)
    rooms = {"17": "Kitchen", "3": "Hall"}
    await shelf.say((config["state_topic"], {"state": "docked", "segments": rooms}))

    assert text(shelf.sends("clean_area", data)) == sent


async def test_a_template_that_writes_bytes_sends_bytes() -> None:
    shelf = Shelf()
    await shelf.announce("switch/a/a", X | {"cmd_tpl": "b'\\x01\\xff'"})
    await shelf.announce("switch/a/b", X | {"cmd_tpl": "b'oops"}, object_id="y")

    assert [send.body for send in shelf.sends("turn_on", {}, "switch.x")] == [b"\x01\xff"]
    assert [send.body for send in shelf.sends("turn_on", {}, "switch.y")] == ["b'oops"]


@pytest.mark.parametrize(
    ("component", "config", "said", "state", "learned"),
    [
        ("cover", TILT | {"tilt_status_topic": "ts"}, [("ts", "90.4"), ("ts", "181")], None,
         {"current_tilt_position": 50}),
        ("cover", {"name": "X", "object_id": "x", "position_topic": "p", "set_position_topic": "q"},
         [("p", {"position": 40, "tilt_position": 20})], "open",
         {"current_position": 40, "current_tilt_position": 20}),
        ("cover", {"name": "X", "object_id": "x", "position_topic": "p", "set_position_topic": "q",
                   "position_open": 0, "position_closed": 255}, [("p", "250")], "open",
         {"current_position": 1}),
        ("climate", Z2M_TRV, [("z", {"system_mode": "heat", "preset": "eco",
                                     "running_state": "idle",
                                     "occupied_heating_setpoint": 19})], "heat",
         {"preset_mode": "eco", "hvac_action": "idle", "temperature": 19.0}),
        ("climate", Z2M_TRV, [("z", {"system_mode": "warm", "preset": "None",
                                     "running_state": None})], None,
         {"preset_mode": "none"}),
        ("fan", ZWAVE_FAN, [("zw/fan/level", "33"), ("zw/fan/level", "120")], None,
         {"percentage": 33}),
        ("alarm_control_panel", ALARM, [("al", "armed_home"), ("al", "None")], None, {}),
        ("siren", SIREN, [("s", {"state": "ON", "tone": "fire", "duration": 3})], "on",
         {"tone": "fire", "duration": 3}),
        ("vacuum", PLAIN_VACUUM, [("v", {"state": "cleaning", "fan_speed": "max"}),
                                  ("v", {"fan_speed": "low"})], "cleaning",
         {"fan_speed": "low"}),
        ("number", X | {"state_topic": "s", "max": 10}, [("s", "7"), ("s", "11")], "7", {}),
        ("select", X | {"state_topic": "s", "options": ["a"]}, [("s", "a"), ("s", "z")], "a", {}),
        ("select", X | {"state_topic": "s", "options": ["a"]}, [("s", "a"), ("s", "none")], None,
         {}),
        ("date", X | {"state_topic": "s"}, [("s", "2026-11-22T10:00")], "2026-11-22", {}),
        ("time", X | {"state_topic": "s"}, [("s", "07:30")], "07:30:00", {}),
        ("datetime", X | {"state_topic": "s", "timezone": "Europe/Berlin"},
         [("s", "2026-11-22 07:30:00")], "2026-11-22T06:30:00+00:00", {}),
        ("datetime", X | {"state_topic": "s"}, [("s", "2026-11-22 07:30:00")], None, {}),
        ("update", X | {"state_topic": "s", "latest_version_topic": "l"},
         [("s", "1.9.0"), ("l", "1.10.0")], "on",
         {"installed_version": "1.9.0", "latest_version": "1.10.0"}),
        ("update", X | {"state_topic": "s"}, [("s", {"installed_version": "2.0", "latest_version":
         "1.0", "update_percentage": 40})], "off",
         {"installed_version": "2.0", "latest_version": "1.0", "in_progress": True,
          "update_percentage": 40}),
    ],
)  # fmt: skip
async def test_what_is_told(
    component: str, config: Any, said: Any, state: str | None, learned: Any
) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/a/a", config)
    await shelf.say(*said)

    assert shelf.entity().state == state
    assert shelf.learned() == learned


async def test_further_attributes_never_say_what_the_light_says_itself() -> None:
    """Older versions of Zigbee2MQTT send the state as attributes, in the device's own scale."""
    shelf = Shelf()
    await shelf.announce("light/a/a", Z2M_COLOR, json_attributes_topic="z")
    await shelf.say(("z", {"state": "ON", "brightness": 127, "color_mode": "color_temp",
                           "color_temp": 370, "linkquality": 9}))  # fmt: skip

    assert shelf.learned() == {
        "brightness": 128, "color_mode": "color_temp", "color_temp_kelvin": 2702, "linkquality": 9,
    }  # fmt: skip
