"""The house in, what its own sensors know of the weather out; Hearth asks nobody outside."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from hearth.house import Entity, House

_OUTDOORS = re.compile(
    r"\b(?:out(?:side|doors?)|garden|balcony|terrace|patio|porch|yard|weather|"
    r"au(?:ß|ss)en\w*|drau(?:ß|ss)en|garten|balkon|terrasse|wetter\w*|hof)\b",
    re.IGNORECASE,
)
_WATER = re.compile(r"pool|pond|water|soil|freezer|fridge|teich|wasser|boden", re.IGNORECASE)
_RAIN = re.compile(r"\b(?:rain\w*|regen\w*|niederschlag)\b", re.IGNORECASE)
_COLDEST, _HOTTEST = -50.0, 55.0


@dataclass(frozen=True, slots=True)
class Weather:
    """What is known of it: degrees Celsius, and whether it rains; None for what is not."""

    celsius: float | None = None
    rain: bool | None = None

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self.celsius is not None or self.rain is not None


def weather(house: House) -> Weather:
    """Return what sensors outdoors say; several thermometers: the coldest, as the sun warms one."""
    temperatures, rains = [], []
    for entity in house.entities:
        if not entity.available or entity.state is None:
            continue
        kind = entity.attributes.get("device_class")
        if entity.domain == "sensor" and kind == "temperature" and _outdoors(entity, house):
            celsius = _celsius(entity)
            if celsius is not None and _COLDEST <= celsius <= _HOTTEST:
                temperatures.append(celsius)
        elif entity.domain == "binary_sensor" and _RAIN.search(entity.name):
            rains.append(entity.state == "on")
    return Weather(min(temperatures, default=None), any(rains) if rains else None)


def _outdoors(entity: Entity, house: House) -> bool:
    area = house.area(entity.area)
    said = f"{entity.name} {' '.join(entity.aliases)} {area.name if area else ''}"
    return bool(_OUTDOORS.search(said)) and not _WATER.search(said)


def _celsius(entity: Entity) -> float | None:
    try:
        value = float(entity.state or "")
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return (value - 32) / 1.8 if "F" in str(entity.attributes.get("unit_of_measurement")) else value
