"""Things in, what a rule sees of them out: their values as text or number, and who is meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Protocol

from hearth.house import Entity, House
from hearth.rule import Which

UNKNOWN, UNAVAILABLE = "unknown", "unavailable"
MOMENTARY = frozenset({"event", "button", "tag", "device_automation"})
"""Domains whose things have no state that lasts: each message is one happening."""

_PEOPLE = frozenset({"person", "device_tracker"})


class Sight(Protocol):
    """The house as it is now."""

    def entity(self, entity_id: str) -> Entity | None:
        """Return one thing, or None."""

    def house(self) -> House:
        """Return the present snapshot."""


def said(entity: Entity, attribute: str = "") -> str:
    """Return a state or an attribute as text, lower case; ``unknown`` where there is none."""
    if not entity.available:
        return UNAVAILABLE
    value = entity.attributes.get(attribute) if attribute else entity.state
    return plain(value)


def plain(value: Any) -> str:
    """Return a value as a person would write it in a rule: on, 21.5, true."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).casefold()


def number(entity: Entity, attribute: str = "") -> float | None:
    """Return a state or an attribute as a finite number, or None."""
    value = entity.attributes.get(attribute) if attribute else entity.state
    if not entity.available or value is None or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def happening(entity: Entity) -> str:
    """Return what an event, a button or a tag last did: its kind, else its state."""
    return plain(entity.attributes.get("event_type", entity.state))


def fits(which: Which, entity: Entity, house: House) -> bool:
    """Tell whether a thing is one of those that are meant."""
    if entity.id in which.entities:
        return True
    if not (which.domain or which.device_class or which.area or which.floor):
        return False
    if (which.domain and entity.domain != which.domain) or (
        which.area and entity.area != which.area
    ):
        return False
    if which.device_class and entity.attributes.get("device_class") != which.device_class:
        return False
    if not which.floor:
        return True
    area = house.area(entity.area)
    return area is not None and area.floor == which.floor


def meant(which: Which, sight: Sight) -> Iterator[Entity]:
    """Yield the things that are meant, as they are now."""
    if not (which.domain or which.device_class or which.area or which.floor):
        for entity_id in which.entities:
            if (entity := sight.entity(entity_id)) is not None:
                yield entity
        return
    house = sight.house()
    for entity in house.entities:
        if fits(which, entity, house):
            yield entity


def is_person(entity: Entity) -> bool:
    """Tell whether a thing says where a person is."""
    return entity.domain in _PEOPLE or (
        entity.domain == "binary_sensor" and entity.attributes.get("device_class") == "presence"
    )


def is_home(entity: Entity) -> bool | None:
    """Tell whether a tracker, a person or a presence sensor says home; None while unknown."""
    state = said(entity)
    if state in (UNKNOWN, UNAVAILABLE):
        return None
    return state in ("home", "on", "true")


def present(who: str, to: str, sight: Sight, *, settled: bool = True) -> bool | None:
    """Tell whether ``who`` (a thing's id, anyone, everyone) is ``to`` (home, away); None: unknown.

    ``settled`` is false shortly after the start, when some have not told yet: then they may still
    decide it.
    """
    if who not in ("anyone", "everyone"):
        entity = sight.entity(who)
        here = is_home(entity) if entity else None
        return None if here is None else here == (to == "home")
    people = [entity for entity in sight.house().entities if is_person(entity)]
    trackers = [entity for entity in people if entity.domain in _PEOPLE]
    said_so = [is_home(entity) for entity in trackers or people]
    known = [here == (to == "home") for here in said_so if here is not None]
    unsure = len(known) < len(said_so) and not settled
    if who == "anyone":
        return True if any(known) else None if unsure or not known else False
    return False if not all(known) else None if unsure or not known else True
