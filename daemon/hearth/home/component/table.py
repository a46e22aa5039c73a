"""The table of components: a name into what reads, describes and commands it.

What can be asked of each is in ``services``.
"""

from __future__ import annotations

from collections.abc import Mapping

from hearth.home.component.air import Fan, Humidifier
from hearth.home.component.base import Component
from hearth.home.component.climate import Climate
from hearth.home.component.cover import Cover, Valve
from hearth.home.component.guard import Alarm, Lock, Siren
from hearth.home.component.light import Light
from hearth.home.component.moment import Happening, Infrared, Tag, Trigger
from hearth.home.component.onoff import BinarySensor, Switch
from hearth.home.component.picture import Camera, Image
from hearth.home.component.push import BUTTON, NOTIFY, SCENE, Update
from hearth.home.component.report import Tracker
from hearth.home.component.robot import LawnMower, Vacuum
from hearth.home.component.sensor import Sensor
from hearth.home.component.value import DATE, DATETIME, NUMBER, SELECT, TEXT, TIME

_CLIMATE = ("auto", "off", "cool", "heat", "dry", "fan_only")
_WATER = ("eco", "electric", "gas", "heat_pump", "high_demand", "performance", "off")

COMPONENTS: Mapping[str, Component] = {
    "alarm_control_panel": Alarm(),
    "binary_sensor": BinarySensor(),
    "button": BUTTON,
    "camera": Camera(),
    "climate": Climate("set_hvac_mode", "hvac_mode", _CLIMATE, 7, 35),
    "cover": Cover(),
    "date": DATE,
    "datetime": DATETIME,
    "device_automation": Trigger(),
    "device_tracker": Tracker(),
    "event": Happening(),
    "fan": Fan(),
    "humidifier": Humidifier(),
    "image": Image(),
    "infrared": Infrared(),
    "lawn_mower": LawnMower(),
    "light": Light(),
    "lock": Lock(),
    "notify": NOTIFY,
    "number": NUMBER,
    "scene": SCENE,
    "select": SELECT,
    "sensor": Sensor(),
    "siren": Siren(),
    "switch": Switch(),
    "tag": Tag(),
    "text": TEXT,
    "time": TIME,
    "update": Update(),
    "vacuum": Vacuum(),
    "valve": Valve(),
    "water_heater": Climate("set_operation_mode", "operation_mode", _WATER, 43.3, 60),
}
"""All that Home Assistant's MQTT discovery knows."""

_LIGHT = """
brightness color_mode color_temp color_temp_kelvin effect hs_color rgb_color rgbw_color rgbww_color
xy_color white
"""
_TELLS = {
    "alarm_control_panel": "changed_by code_format",
    "climate": """current_temperature current_humidity temperature target_temp_high target_temp_low
    humidity hvac_action fan_mode swing_mode swing_horizontal_mode preset_mode""",
    "cover": "current_position current_tilt_position",
    "event": "event_type event_types",
    "fan": "percentage preset_mode oscillating direction",
    "humidifier": "humidity current_humidity mode action",
    "image": "image_url",
    "light": _LIGHT,
    "lock": "changed_by code_format",
    "siren": "tone volume_level duration",
    "update": """installed_version latest_version in_progress update_percentage title release_url
    release_summary""",
    "vacuum": "fan_speed",
    "valve": "current_position",
    "water_heater": "current_temperature temperature",
}
TELLS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split()) for name, words in _TELLS.items()
}
"""What a component tells itself, which ``json_attributes_topic`` cannot say otherwise."""
