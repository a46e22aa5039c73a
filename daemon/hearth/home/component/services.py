"""What can be asked of each kind of thing: the services and the data that they take.

Names are Home Assistant's; ``Act.service`` bears them with or without the domain (``open_cover``
and ``open`` are one). What is not here can only be read. Data in brackets may be left out; a thing
may refuse what its maker left out of it (``RefusedError``). ``turn_on``, ``turn_off``, ``toggle``
mean what fits best for things that are not switched: a cover opens, a vacuum starts.
"""

from __future__ import annotations

from collections.abc import Mapping

_SWITCHED = {"turn_on": "", "turn_off": "", "toggle": ""}
_PLACED = {"open": "", "close": "", "stop": "", "toggle": "", "set_position": "position 0 to 100"}

SERVICES: Mapping[str, Mapping[str, str]] = {
    "alarm_control_panel": {
        "alarm_arm_home": "[code]", "alarm_arm_away": "[code]", "alarm_arm_night": "[code]",
        "alarm_arm_vacation": "[code]", "alarm_arm_custom_bypass": "[code]",
        "alarm_disarm": "[code]", "alarm_trigger": "[code]",
    },
    "button": {"press": ""},
    "climate": {
        **_SWITCHED, "set_hvac_mode": "hvac_mode", "set_preset_mode": "preset_mode",
        "set_temperature": "temperature, or target_temp_low and target_temp_high; [hvac_mode]",
        "set_humidity": "humidity in percent", "set_fan_mode": "fan_mode",
        "set_swing_mode": "swing_mode", "set_swing_horizontal_mode": "swing_horizontal_mode",
    },
    "cover": {
        **_PLACED, "open_cover_tilt": "", "close_cover_tilt": "", "stop_cover_tilt": "",
        "toggle_cover_tilt": "", "set_cover_tilt_position": "tilt_position 0 to 100",
    },
    "date": {"set_value": "date, ISO 8601"},
    "datetime": {"set_value": "datetime, ISO 8601"},
    "fan": {
        "turn_on": "[percentage] [preset_mode]", "turn_off": "", "toggle": "",
        "set_percentage": "percentage 0 to 100", "increase_speed": "[percentage_step]",
        "decrease_speed": "[percentage_step]", "set_preset_mode": "preset_mode",
        "oscillate": "oscillating", "set_direction": "direction: forward or reverse",
    },
    "humidifier": {**_SWITCHED, "set_humidity": "humidity in percent", "set_mode": "mode"},
    "infrared": {"send_command": "timings in microseconds, [modulation in hertz] [repeat_count]"},
    "lawn_mower": {"start_mowing": "", "pause": "", "dock": ""},
    "light": {
        "turn_on": "[brightness 0 to 255, brightness_pct, brightness_step or brightness_step_pct] "
        "[color_name, rgb_color, rgbw_color, rgbww_color, hs_color, xy_color, color_temp_kelvin "
        "or white] [effect] [transition in seconds] [flash: short or long]",
        "turn_off": "[transition] [flash]",
        "toggle": "",
    },
    "lock": {"lock": "[code]", "unlock": "[code]", "open": "[code]"},
    "notify": {"send_message": "message"},
    "number": {"set_value": "value"},
    "scene": {"turn_on": ""},
    "select": {"select_option": "option", "select_next": "", "select_previous": "",
               "select_first": "", "select_last": ""},
    "siren": {"turn_on": "[tone] [volume_level 0 to 1] [duration in seconds]", "turn_off": "",
              "toggle": ""},
    "switch": _SWITCHED,
    "text": {"set_value": "value"},
    "time": {"set_value": "time, ISO 8601"},
    "update": {"install": ""},
    "vacuum": {
        "start": "", "pause": "", "stop": "", "return_to_base": "", "clean_spot": "", "locate": "",
        "set_fan_speed": "fan_speed", "send_command": "command, [params]",
        "clean_area": "area by name, or segments by id or name",
    },
    "valve": _PLACED,
    "water_heater": {**_SWITCHED, "set_temperature": "temperature, [operation_mode]",
                     "set_operation_mode": "operation_mode"},
}  # fmt: skip
"""Domain -> service -> the data that it takes."""
