"""A kind of thing ("the blinds", "the telly") and a place in, the things of the house meant out.

What the kinds are called is data (``thing`` in ``concepts``); here stands what they are: domains
and device classes of Home Assistant, and how near a thing without a class comes to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from hearth.house import Area, Entity, House
from hearth.mind.concepts.lexicon import Lexicon
from hearth.mind.concepts.meaning import Part, Where
from hearth.mind.names import fold
from hearth.mind.targets import Targets

MAX_CHOICES = 6
"""Between more things nobody chooses by voice."""

SHADING = ("blind", "shade", "shutter", "curtain")
POWERED = ("switch", "input_boolean")
SERVING = (*POWERED, "button", "input_button", "script", "scene")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of thing is: its ``domains`` with its ``classes`` (none: any).

    ``akin`` are classes that stand in where none of its own is there; a thing of a domain in
    ``called`` belongs to it by its name. ``core``: where there is none, Hearth says so.
    """

    domains: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    akin: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    core: bool = False


KINDS = {
    "light": Kind(("light",), called=POWERED, core=True),
    "blind": Kind(("cover",), ("blind",), SHADING, ("cover",), core=True),
    "shutter": Kind(("cover",), ("shutter",), SHADING, ("cover",), core=True),
    "curtain": Kind(("cover",), ("curtain",), SHADING, ("cover",), core=True),
    "shade": Kind(("cover",), ("shade",), SHADING, ("cover",), core=True),
    "awning": Kind(("cover",), ("awning",), (), ("cover",), core=True),
    "garage": Kind(("cover",), ("garage",), ("garage_door",), ("cover",), core=True),
    "gate": Kind(("cover",), ("gate",), (), ("cover", "lock"), core=True),
    "window": Kind(("cover",), ("window",), (), ("cover",)),
    "door": Kind(("lock", "cover"), ("", "door"), (), ("cover", "lock")),
    "lock": Kind(("lock",), core=True),
    "heating": Kind(("climate",), called=(*POWERED, "climate"), core=True),
    "cooling": Kind(("climate",), called=(*POWERED, "climate"), core=True),
    "fan": Kind(("fan",), called=POWERED, core=True),
    "vacuum": Kind(("vacuum",), called=POWERED, core=True),
    "mower": Kind(("lawn_mower",), called=POWERED, core=True),
    "humidifier": Kind(("humidifier",), ("humidifier", ""), (), (*POWERED, "fan"), core=True),
    "dehumidifier": Kind(("humidifier",), ("dehumidifier",), (), (*POWERED, "fan"), core=True),
    "siren": Kind(("siren",)),
    "boiler": Kind(("water_heater",), called=POWERED, core=True),
    "outlet": Kind(("switch",), ("outlet",), (), POWERED, core=True),
    "switch": Kind(POWERED, ("switch", "")),
    "tv": Kind(("media_player",), ("tv",), (), ("media_player", *POWERED, "remote"), core=True),
    "speaker": Kind(("media_player",), ("speaker",), ("receiver",), ("media_player", *POWERED)),
    "anything": Kind(("light", "switch", "fan", "media_player")),
    "scene": Kind(("scene", "script")),
    "coffee": Kind(called=SERVING, core=True),
    "kettle": Kind(called=SERVING, core=True),
}
"""The kinds that are more than a word in a name; any other is found by that word alone."""

BY_NAME = Kind(called=(*POWERED, "light", "fan", "media_player", "climate", "humidifier", "vacuum"))


class Finder:
    """Finds the things of a kind in a place."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def kind(self, name: str) -> Kind:
        """Return what a kind is."""
        return KINDS.get(name, BY_NAME)

    def places(self, where: Where, house: House) -> frozenset[str] | None:
        """Return the ids of the areas meant; empty for one that is not here, None for no place."""
        if where.everywhere or not where.said:
            return None
        found: set[str] | None = None
        for name in where.names:
            areas = (
                {name.area or ""}
                if name.kind == "area"
                else {a.id for a in house.areas if a.floor == name.area}
            )
            found = areas if found is None else found & areas
        for room in where.rooms:
            areas = self._rooms(room, house)
            found = areas if found is None else found & areas
        return frozenset(found or ())

    def find(
        self, name: str, part: Part, house: House, room: str | None, fits: Callable[[Entity], bool]
    ) -> Targets:
        """Return the things of one kind that ``part`` is about; ``fits`` says which could be."""
        tiers = [
            tier
            for rule in self._tiers(name)
            if (tier := [e for e in house.entities if rule(e) and fits(e) and not _setting(e)])
        ]
        areas = self.places(part.where, house)
        if areas is not None:
            return Targets(_first([e.id for e in t if e.area in areas] for t in tiers))
        if part.where.everywhere or not tiers:
            return Targets(_first([e.id for e in t] for t in tiers))
        if room is not None:
            if here := _first([e.id for e in tier if e.area == room] for tier in tiers):
                return Targets(here)
            if part.where.here:
                return Targets()
        ids = tuple(e.id for e in tiers[0])
        if len(ids) == 1 or (room is None and tiers[0][0].domain == "light") or part.all:
            return Targets(ids)
        return Targets((), ids) if len(ids) <= MAX_CHOICES else Targets()

    def is_kind(self, name: str, entity: Entity) -> bool:
        """Return whether a thing is of a kind, by what it is or by its name."""
        return any(rule(entity) for rule in self._tiers(name))

    def _tiers(self, name: str) -> list[Callable[[Entity], bool]]:
        """Return what makes a thing one of a kind, the surest first."""
        kind = self.kind(name)
        phrases = [f" {phrase} " for phrase in self._lexicon.phrases("thing", name)]

        def is_called(entity: Entity) -> bool:
            if entity.domain not in kind.called:
                return False
            known = [_padded(name) for name in (entity.name, *entity.aliases)]
            return any(phrase in name for phrase in phrases for name in known)

        def is_one(entity: Entity) -> bool:
            own = str(entity.attributes.get("device_class") or "")
            return entity.domain in kind.domains and (not kind.classes or own in kind.classes)

        def is_akin(entity: Entity) -> bool:
            own = str(entity.attributes.get("device_class") or "")
            return entity.domain in kind.domains and own in kind.akin

        tiers: list[Callable[[Entity], bool]] = [is_one] if kind.domains else []
        if name == "cooling":
            tiers.insert(0, is_called)
        else:
            tiers.append(is_called)
        return [*tiers, is_akin] if kind.akin else tiers

    def _rooms(self, room: str, house: House) -> set[str]:
        """Return the area that a common room stands for, where it can be but one."""
        said = set(self._lexicon.phrases("room", room))
        exact = {a.id for a in house.areas if said & {_padded(n).strip() for n in _names(a)}}
        if exact:
            return exact if len(exact) == 1 else set()
        padded = [f" {phrase} " for phrase in said]
        part = {
            a.id for a in house.areas if any(p in f" {fold(n)} " for p in padded for n in _names(a))
        }
        return part if len(part) == 1 else set()


@lru_cache(maxsize=8192)
def _padded(name: str) -> str:
    """Return a name as phrases are looked for in it: whole words."""
    return f" {fold(name).replace('-', ' ')} "


def _names(area: Area) -> tuple[str, ...]:
    return (area.name, *area.aliases)


def _setting(entity: Entity) -> bool:
    """Return whether it is a device's own setting ("child lock"), which no kind means."""
    return bool(entity.attributes.get("entity_category"))


def _first(found: Iterable[list[str]]) -> tuple[str, ...]:
    """Return the first that is not empty."""
    return tuple(next((ids for ids in found if ids), ()))
