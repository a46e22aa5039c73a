"""The table of components: a name into what reads, describes and commands it."""

from __future__ import annotations

from collections.abc import Mapping

from hearth.home.component.air import Fan, Humidifier
from hearth.home.component.base import Component
from hearth.home.component.climate import Climate
from hearth.home.component.cover import Cover, Valve
from hearth.home.component.guard import Alarm, Lock, Siren
from hearth.home.component.light import Light
from hearth.home.component.onoff import BinarySensor, Switch
from hearth.home.component.push import BUTTON, NOTIFY, SCENE, Update
from hearth.home.component.report import Happening, Tracker
from hearth.home.component.robot import LawnMower, Vacuum
from hearth.home.component.sensor import Sensor
from hearth.home.component.value import DATE, DATETIME, NUMBER, SELECT, TEXT, TIME

_CLIMATE = ("auto", "off", "cool", "heat", "dry", "fan_only")
_WATER = ("off", "eco", "electric", "gas", "heat_pump", "high_demand", "performance")

COMPONENTS: Mapping[str, Component] = {
    "alarm_control_panel": Alarm(),
    "binary_sensor": BinarySensor(),
    "button": BUTTON,
    "climate": Climate("set_hvac_mode", "hvac_mode", _CLIMATE, 7, 35),
    "cover": Cover(),
    "date": DATE,
    "datetime": DATETIME,
    "device_tracker": Tracker(),
    "event": Happening(),
    "fan": Fan(),
    "humidifier": Humidifier(),
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
    "text": TEXT,
    "time": TIME,
    "update": Update(),
    "vacuum": Vacuum(),
    "valve": Valve(),
    "water_heater": Climate("set_operation_mode", "operation_mode", _WATER, 43.3, 60),
}
"""What is announced as anything else is counted, and is no thing yet."""
