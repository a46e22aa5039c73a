"""An intent and its slots in, the entities that it is about out.

The rules are those of Home Assistant (``homeassistant.helpers.intent.async_match_targets``): name,
area, floor, domain and device class narrow the house; of several things with one name the one in
the person's room is meant. Where Home Assistant gives up with an error, ``choices`` says between
what a person would have to choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth.house import Area, Entity, Floor, House

CONTROLLABLE = {
    "light": frozenset(("light",)),
    "climate": frozenset(("climate",)),
    "fan": frozenset(("fan",)),
    "vacuum": frozenset(("vacuum",)),
    "lawn_mower": frozenset(("lawn_mower",)),
    "media_player": frozenset(("media_player",)),
    "weather": frozenset(("weather",)),
    "todo": frozenset(("todo",)),
}
"""The entity domains that an intent's own domain (``intents.json``) is carried out by."""

POSITION = frozenset(("cover", "valve"))
ELSEWHERE = frozenset(("climate", "vacuum", "lawn_mower", "weather"))
"""Domains of which the only one in the house is meant, in whatever room the person speaks."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The entities meant; or ``choices`` that fit equally well, and then none is meant yet."""

    ids: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the slots of a command ask for; ``here`` where the area came from the room."""

    intent: str
    intent_domain: str
    slots: Mapping[str, Any]
    name_domains: frozenset[str] = frozenset()
    here: bool = False


def find(wanted: Wanted, house: House, room: str | None) -> Targets:
    """Return the entities that a command is about; ``room`` is the id of the person's area."""
    domains = _domains(wanted)
    slots = wanted.slots
    if not domains and not {"name", "area", "floor", "device_class"} & slots.keys():
        return Targets()
    if "Timer" in wanted.intent or wanted.intent == "HassBroadcast":
        return Targets()
    fits = [e for e in house.entities if not domains or e.domain in domains]
    if name := slots.get("name"):
        fits = [e for e in fits if named(e, str(name))]
    elif wanted.intent != "HassGetState":
        # A device's own settings ("enable child lock") are no things that "all switches" means.
        fits = [e for e in fits if not e.attributes.get("entity_category")]
    if classes := strings(slots.get("device_class")):
        fits = [e for e in fits if e.attributes.get("device_class") in classes]
    everywhere = fits
    fits = _placed(fits, wanted, house)
    if not fits and name:  # a thing that has a name, but no place yet
        fits = [e for e in everywhere if e.area is None]
    if not fits and wanted.here and len(everywhere) == 1 and everywhere[0].domain in ELSEWHERE:
        fits = everywhere
    if wanted.intent == "HassClimateGetTemperature" and not fits and not slots.get("name"):
        fits = _placed(_thermometers(house), wanted, house)
    if name and len(fits) > 1:
        return _one_of(fits, house, room, question=wanted.intent == "HassGetState")
    if wanted.intent == "HassGetWeather":
        fits = fits[:1]
    return Targets(tuple(e.id for e in fits))


def named(thing: Entity | Area | Floor, name: str) -> bool:
    """Return whether ``name`` is the thing's id, its name or one of its aliases."""
    wanted = name.strip().casefold()
    return thing.id == name or any(
        wanted == known.strip().casefold() for known in (thing.name, *thing.aliases)
    )


def _domains(wanted: Wanted) -> frozenset[str]:
    """Return the domains among which to look; empty for all."""
    if wanted.name_domains and "name" in wanted.slots:
        return wanted.name_domains
    if domain := strings(wanted.slots.get("domain")):
        return frozenset(domain)
    if wanted.intent == "HassSetPosition":
        return POSITION
    return CONTROLLABLE.get(wanted.intent_domain, frozenset())


def _placed(fits: Iterable[Entity], wanted: Wanted, house: House) -> list[Entity]:
    """Return those that stand in the area and on the floor that the slots name."""
    found = list(fits)
    if floor := wanted.slots.get("floor"):
        floors = {f.id for f in house.floors if named(f, str(floor))}
        areas = {a.id for a in house.areas if a.floor in floors}
        found = [e for e in found if e.area in areas]
    area = wanted.slots.get("area")
    if area and wanted.intent != "HassVacuumCleanArea":
        areas = {a.id for a in house.areas if named(a, str(area))}
        found = [e for e in found if e.area in areas]
    return found


def _one_of(fits: list[Entity], house: House, room: str | None, *, question: bool) -> Targets:
    """Return the one thing of several with the same name that a person in ``room`` means."""
    here = [e for e in fits if room and e.area == room]
    if not here and room and (place := house.area(room)) and place.floor:
        near = {a.id for a in house.areas if a.floor == place.floor}
        here = [e for e in fits if e.area in near]
    if len(here) == 1:
        return Targets((here[0].id,))
    ids = tuple(e.id for e in here or fits)
    return Targets(ids) if question else Targets((), ids)


def _thermometers(house: House) -> list[Entity]:
    """Return the temperature sensors, for rooms without a thermostat."""
    return [
        e
        for e in house.entities
        if e.domain == "sensor" and e.attributes.get("device_class") == "temperature"
    ]


def strings(value: object) -> Collection[str]:
    """Return a slot that may be one word or several as a collection."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple, set)) else ()
