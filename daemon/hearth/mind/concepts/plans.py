"""What a person wants and one thing in, the intent and slots for that thing out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hearth.house import EMPTY, Entity
from hearth.mind.concepts.meaning import DIRECTIONS, Meaning

CLIMATE_LIMITS = (5.0, 95.0)
"""Temperatures that somebody may want, in degrees of either scale."""

COARSE_PCT = {"little": 10, "much": 50}
"""A step in percent where somebody says how big it is."""

COARSE_DEGREES = {"much": 2}

LIT_TO = frozenset(("set", "on", "up", "down", "dim", "brighten", "step", "change"))
"""What may come with a brightness in percent."""

ASKING = frozenset(("on", "give", "make", "start"))

UP = frozenset(("up", "brighten", "open"))
DOWN = frozenset(("down", "dim", "close"))


@dataclass(frozen=True, slots=True)
class Plan:
    """An intent, its slots but for those that say which thing, and the key of its reply."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    response: str = "default"


def plan(
    meaning: Meaning, entity: Entity, *, served: bool = False, volume: bool = False
) -> Plan | None:
    """Return what ``meaning`` is for a thing; None where that kind of thing cannot do it.

    ``served``: it is known by what it makes (coffee); ``volume``: only its loudness is meant.
    """
    if meaning.action == "step" and meaning.factor is not None and entity.domain != "light":
        return None
    if entity.domain == "media_player" and (volume or "volume" in meaning.aspects):
        return _loudness(meaning)
    if served and meaning.action in ("make", "give", "brew"):
        return Plan("HassTurnOn", response=_ON.get(entity.domain, "default"))
    return _PLANS.get(entity.domain, _none)(meaning)


def _none(_: Meaning) -> Plan | None:
    return None


def _power(meaning: Meaning) -> Plan | None:
    """Return what can only be on or off."""
    if meaning.valued or meaning.compare:
        return None
    if meaning.action in ("on", "start"):
        return Plan("HassTurnOn")
    return Plan("HassTurnOff") if meaning.action in ("off", "stop") else None


def _pressed(response: str) -> Callable[[Meaning], Plan | None]:
    def pressed(meaning: Meaning) -> Plan | None:
        able = meaning.action in ("on", "start", "choose") and not meaning.valued
        return Plan("HassTurnOn", response=response) if able else None

    return pressed


def _light(meaning: Meaning) -> Plan | None:  # noqa: PLR0911 - a case a way to change a light
    if meaning.degrees is not None:
        return None
    if meaning.color or meaning.kelvin:
        return _colored(meaning)
    if meaning.percent is not None:
        if meaning.action not in LIT_TO:
            return None
        return Plan("HassLightSet", {"brightness": _plain(meaning.percent)}, "brightness")
    if meaning.factor is not None:
        step = "up" if meaning.factor > 1 else "down"
        return Plan("HearthLightStep", {"step": step, "factor": meaning.factor})
    if step := _step(meaning, UP - {"open"}, DOWN - {"close"}):
        return Plan("HearthLightStep", _sized(step, meaning, COARSE_PCT))
    if meaning.action == "change" or (meaning.action in ASKING and "color" in meaning.aspects):
        return Plan("HassLightSet", {}, "color")  # which colour is asked back
    if meaning.aspects:
        return None
    if meaning.action in ("on", "start", "open", "give", "lit"):
        return Plan("HassTurnOn")
    return Plan("HassTurnOff") if meaning.action in ("off", "stop", "close", "unwanted") else None


def _colored(meaning: Meaning) -> Plan | None:
    if meaning.action not in ("set", "on", "change"):
        return None
    slots: dict[str, Any] = {}
    if meaning.color:
        slots["color"] = meaning.color
    if meaning.kelvin:
        slots["temperature"] = meaning.kelvin
    if meaning.percent is not None:
        slots["brightness"] = _plain(meaning.percent)
    return Plan("HassLightSet", slots, "color" if meaning.color else "temperature")


def _cover(meaning: Meaning) -> Plan | None:
    if meaning.color or meaning.kelvin or meaning.degrees is not None:
        return None
    if meaning.percent is not None:
        if meaning.action not in ("set", "open", "close", "up", "down"):
            return None
        return Plan("HassSetPosition", {"position": _plain(meaning.percent)})
    if meaning.by is not None or meaning.compare or meaning.amount == "little":
        step = _step(meaning, UP, DOWN)
        return Plan("HearthCoverStep", _sized(step, meaning, COARSE_PCT)) if step else None
    if meaning.action in ("open", "up"):
        return Plan("HassTurnOn", response="cover")
    return Plan("HassTurnOff", response="cover") if meaning.action in ("close", "down") else None


def _valve(meaning: Meaning) -> Plan | None:
    if meaning.percent is not None and meaning.action in ("set", "open", "close"):
        return Plan("HassSetPosition", {"position": _plain(meaning.percent)})
    if meaning.valued or meaning.compare:
        return None
    if meaning.action in ("open", "on"):
        return Plan("HassTurnOn", response="valve")
    return Plan("HassTurnOff", response="valve") if meaning.action in ("close", "off") else None


def _lock(meaning: Meaning) -> Plan | None:
    if meaning.valued or meaning.compare:
        return None
    if meaning.action == "lock":
        return Plan("HassTurnOn", response="lock")
    return Plan("HassTurnOff", response="lock") if meaning.action == "unlock" else None


def _climate(meaning: Meaning) -> Plan | None:
    if meaning.color or meaning.kelvin:
        return None
    if (step := _step(meaning, UP - {"open"}, DOWN - {"close"})) and (
        meaning.by is not None or not meaning.valued
    ):
        return Plan("HearthClimateStep", _sized(step, meaning, COARSE_DEGREES))
    wanted = meaning.degrees if meaning.degrees is not None else meaning.percent
    if wanted is not None:
        low, high = CLIMATE_LIMITS
        if (
            meaning.action not in ("set", "on", "up", "down", "step", "change")
            or not low <= wanted <= high
        ):
            return None
        return Plan("HassClimateSetTemperature", {"temperature": _plain(wanted)})
    return None if meaning.aspects else _power(meaning)


def _fan(meaning: Meaning) -> Plan | None:
    if meaning.color or meaning.kelvin or meaning.degrees is not None:
        return None
    if meaning.percent is not None:
        if meaning.action not in ("set", "on", "up", "down", "change"):
            return None
        return Plan("HassFanSetSpeed", {"percentage": _plain(meaning.percent)})
    if step := _step(meaning, UP - {"open"}, DOWN - {"close"}):
        return Plan("HearthFanStep", _sized(step, meaning, COARSE_PCT))
    return None if meaning.aspects else _power(meaning)


def _robot(verb: str, start: str, home: str) -> Callable[[Meaning], Plan | None]:
    def robot(meaning: Meaning) -> Plan | None:
        if meaning.valued or meaning.compare:
            return None
        if meaning.action in ("on", "start", verb):
            return Plan(start)
        return Plan(home) if meaning.action in ("off", "stop", "dock") else None

    return robot


def _player(meaning: Meaning) -> Plan | None:
    if meaning.action in ("on", "off", "start", "stop"):
        return _power(meaning)
    return _loudness(meaning)


def _loudness(meaning: Meaning) -> Plan | None:
    if meaning.color or meaning.kelvin or meaning.degrees is not None:
        return None
    if meaning.percent is not None:
        able = meaning.action in ("set", "up", "down", "change")
        return Plan("HassSetVolume", {"volume_level": _plain(meaning.percent)}) if able else None
    if step := _step(meaning, UP - {"open"}, DOWN - {"close", "dim"}):
        by = meaning.by if meaning.by is not None else {"much": 30}.get(meaning.amount)
        sized = step if by is None else _plain(by if step == "up" else -by)
        return Plan("HassSetVolumeRelative", {"volume_step": sized})
    if meaning.action in ("mute", "off"):
        return Plan("HassMediaPlayerMute")
    return Plan("HassMediaPlayerUnmute") if meaning.action in ("unmute", "on") else None


def _step(meaning: Meaning, up: frozenset[str], down: frozenset[str]) -> str:
    """Return which way a step goes; empty where none is meant."""
    if meaning.compare:
        return DIRECTIONS[meaning.compare]
    return "up" if meaning.action in up else "down" if meaning.action in down else ""


def _sized(step: str, meaning: Meaning, coarse: Mapping[str, float]) -> dict[str, Any]:
    """Return the slots of a step, with its size where it was said."""
    by = meaning.by if meaning.by is not None else coarse.get(meaning.amount)
    return {"step": step} if by is None else {"step": step, "by": _plain(by)}


def _plain(number: float) -> float:
    """Return 50 rather than 50.0."""
    return int(number) if float(number).is_integer() else number


_ON = {"button": "button", "input_button": "button", "scene": "scene", "script": "script"}

_PLANS: Mapping[str, Callable[[Meaning], Plan | None]] = {
    "light": _light,
    "cover": _cover,
    "valve": _valve,
    "lock": _lock,
    "climate": _climate,
    "fan": _fan,
    "vacuum": _robot("clean", "HassVacuumStart", "HassVacuumReturnToBase"),
    "lawn_mower": _robot("mow", "HassLawnMowerStartMowing", "HassLawnMowerDock"),
    "media_player": _player,
    **{d: _pressed(r) for d, r in _ON.items()},
    **dict.fromkeys(
        ("switch", "input_boolean", "humidifier", "siren", "water_heater", "remote", "automation"),
        _power,
    ),
}
