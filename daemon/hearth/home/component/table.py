"""The table of components: a name into what reads, describes and commands it."""

from __future__ import annotations

from collections.abc import Mapping

from hearth.home.component.base import Component
from hearth.home.component.light import Light
from hearth.home.component.onoff import BinarySensor, Switch
from hearth.home.component.sensor import Sensor

COMPONENTS: Mapping[str, Component] = {
    "binary_sensor": BinarySensor(),
    "light": Light(),
    "sensor": Sensor(),
    "switch": Switch(),
}
"""What is announced as anything else is counted, and is no thing yet."""
