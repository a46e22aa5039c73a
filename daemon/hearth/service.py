"""A command in, the services that it means for each of its things out.

The one table of it: a command that is said now and a rule that is kept for later do the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth.house import House
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
    return tuple(Service(e.id, *make(e.domain, command.slots)) for e in targets)


def moves(intent: str) -> bool:
    """Return whether commands of that intent move things of the house."""
    return intent in _INTENTS


Make = Callable[[str, Mapping[str, Any]], tuple[str, dict[str, Any]]]
"""A domain and the slots in, the service and its data out."""


def _named(default: str, table: Mapping[str, str]) -> Make:
    return lambda domain, _: (table.get(domain, default), {})


def _light(_: str, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    data: dict[str, Any] = {}
    if "brightness" in slots:
        data["brightness_pct"] = round(float(slots["brightness"]))
    if "color" in slots:
        data["color_name"] = str(slots["color"])
    if "temperature" in slots:
        data["color_temp_kelvin"] = round(float(slots["temperature"]))
    return "turn_on", data


def _step(_: str, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "turn_on", {"brightness_step_pct": _STEP_PCT if slots["step"] == "up" else -_STEP_PCT}


def _position(domain: str, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return _POSITION.get(domain, "set_value"), {"position": round(float(slots["position"]))}


def _speed(_: str, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "set_percentage", {"percentage": round(float(slots["percentage"]))}


def _warmth(_: str, slots: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "set_temperature", {"temperature": float(slots["temperature"])}


_INTENTS: Mapping[str, Make] = {
    "HassTurnOn": _named("turn_on", _ON),
    "HassTurnOff": _named("turn_off", _OFF),
    "HassToggle": _named("toggle", {}),
    "HassLightSet": _light,
    "HearthLightStep": _step,
    "HassSetPosition": _position,
    "HassFanSetSpeed": _speed,
    "HassClimateSetTemperature": _warmth,
    "HassVacuumStart": _named("start", {}),
    "HassVacuumReturnToBase": _named("return_to_base", {}),
}
