"""A command in, the services that it means for each of its things out.

The one table of it: a command that is said now and a rule that is kept for later do the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth.house import Entity, House
from hearth.port import Command

_ON = {
    "cover": "open_cover",
    "valve": "open_valve",
    "lock": "lock",
    "button": "press",
    "vacuum": "start",
    "lawn_mower": "start_mowing",
}
_OFF = {
    "cover": "close_cover",
    "valve": "close_valve",
    "lock": "unlock",
    "vacuum": "return_to_base",
    "lawn_mower": "dock",
}
"""The service that "turn on" and "turn off" mean for a domain; as Home Assistant maps them."""

_POSITION = {"cover": "set_cover_position", "valve": "set_valve_position"}

_STEP_PCT = 25
_STEP_CELSIUS = 1.0
_STEP_FAHRENHEIT = 2.0


@dataclass(frozen=True, slots=True)
class Service:
    """One service for one thing, with its parameters."""

    entity_id: str
    service: str
    data: Mapping[str, Any]


def services(command: Command, house: House) -> tuple[Service, ...]:
    """Return what a command does to each of its targets; empty where it moves nothing."""
    make = _INTENTS.get(command.intent)
    if make is None:
        return ()
    targets = [e for id_ in command.targets if (e := house.entity(id_))]
    return tuple(Service(e.id, *make(e, command.slots)) for e in targets)


def moves(intent: str) -> bool:
    """Return whether commands of that intent move things of the house."""
    return intent in _INTENTS


Make = Callable[[Entity, Mapping[str, Any]], tuple[str, dict[str, Any]]]
"""A thing and the slots in, the service and its data out."""


def _named(default: str, table: Mapping[str, str]) -> Make:
    return lambda entity, _: (table.get(entity.domain, default), {})


def _light(_: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    data: dict[str, Any] = {}
    if "brightness" in slots:
        data["brightness_pct"] = round(float(slots["brightness"]))
    if "color" in slots:
        data["color_name"] = str(slots["color"])
    if "temperature" in slots:
        data["color_temp_kelvin"] = round(float(slots["temperature"]))
    return "turn_on", data


def _light_step(entity: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Step by percent, or to a multiple (``factor``) of how bright it is now."""
    bright = _number(entity, "brightness")
    if "factor" in slots and bright:
        percent = bright / 255 * 100 * float(slots["factor"])
        return "turn_on", {"brightness_pct": min(100, max(1, round(percent)))}
    return "turn_on", {"brightness_step_pct": round(_change(slots, _STEP_PCT))}


def _climate_step(entity: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Step from the temperature that is held, or from the one that is measured."""
    now = _number(entity, "temperature")
    if now is None:
        now = _number(entity, "current_temperature")
    if now is None:  # the door says that no temperature was given
        return "set_temperature", {}
    low, high = _number(entity, "min_temp"), _number(entity, "max_temp")
    fahrenheit = str(entity.attributes.get("temperature_unit", "")).upper().endswith("F")
    wanted = now + _change(slots, _STEP_FAHRENHEIT if fahrenheit else _STEP_CELSIUS)
    wanted = wanted if low is None else max(low, wanted)
    return "set_temperature", {"temperature": wanted if high is None else min(high, wanted)}


def _clean_area(_: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "clean_area", {"area": str(slots.get("area", ""))}


def _cover_step(entity: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Step from where it is; one that does not tell where it is goes all the way."""
    now = _number(entity, "current_position")
    if now is None or entity.domain not in _POSITION:
        return (_ON if slots["step"] == "up" else _OFF).get(entity.domain, "open_cover"), {}
    position = min(100, max(0, round(now + _change(slots, _STEP_PCT))))
    return _POSITION[entity.domain], {"position": position}


def _fan_step(entity: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Step from how fast it is; one that does not tell is taken to run at half its speed."""
    now = _number(entity, "percentage")
    wanted = (50 if now is None else now) + _change(slots, _STEP_PCT)
    return "set_percentage", {"percentage": min(100, max(1, round(wanted)))}


def _change(slots: Mapping[str, Any], usual: float) -> float:
    """Return by how much to go up (positive) or down."""
    by = abs(float(slots.get("by", usual)))
    return by if slots["step"] == "up" else -by


def _number(entity: Entity, attribute: str) -> float | None:
    """Return a number that a thing tells of itself, or None."""
    value = entity.attributes.get(attribute)
    return float(value) if isinstance(value, (int, float)) else None


def _position(entity: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    service = _POSITION.get(entity.domain, "set_value")
    return service, {"position": round(float(slots["position"]))}


def _speed(_: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "set_percentage", {"percentage": round(float(slots["percentage"]))}


def _warmth(_: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "set_temperature", {"temperature": float(slots["temperature"])}


def _fan_mode(_: Entity, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "set_fan_mode", {"fan_mode": str(slots["fan_mode"])}


_INTENTS: Mapping[str, Make] = {
    "HassTurnOn": _named("turn_on", _ON),
    "HassTurnOff": _named("turn_off", _OFF),
    "HassToggle": _named("toggle", {}),
    "HassLightSet": _light,
    "HearthLightStep": _light_step,
    "HearthClimateStep": _climate_step,
    "HearthCoverStep": _cover_step,
    "HearthFanStep": _fan_step,
    "HassSetPosition": _position,
    "HassFanSetSpeed": _speed,
    "HassClimateSetTemperature": _warmth,
    "HassVacuumStart": _named("start", {}),
    "HassVacuumCleanArea": _clean_area,
    "HassVacuumReturnToBase": _named("return_to_base", {}),
    "HassLawnMowerStartMowing": _named("start_mowing", {}),
    "HassLawnMowerDock": _named("dock", {}),
    "HassClimateSetFanMode": _fan_mode,
}
