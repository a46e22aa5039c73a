"""The house as values: floors, areas and the entities in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Floor:
    """A storey of the house."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A room or a part of the grounds; ``floor`` is the id of a Floor, or None."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that can be read or moved.

    ``id`` is ``<domain>.<object>``; ``state`` and ``attributes`` bear Home Assistant's names
    (``on``, ``open``, ``brightness`` 0 to 255, ``device_class``, ``unit_of_measurement`` ...).
    ``state`` is None while it is unknown; ``available`` follows the device's own word.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domain: str = ""
    area: str | None = None
    state: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    available: bool = True

    def __post_init__(self) -> None:
        if not self.id or not self.name:
            raise ValueError("an entity needs an id and a name")
        if not self.domain:
            object.__setattr__(self, "domain", self.id.partition(".")[0])


@dataclass(frozen=True)
class House:
    """A snapshot of floors, areas and entities; ids are unique within each kind."""

    floors: tuple[Floor, ...] = ()
    areas: tuple[Area, ...] = ()
    entities: tuple[Entity, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Entity]:
        """Entities by their id."""
        return {entity.id: entity for entity in self.entities}

    def entity(self, entity_id: str) -> Entity | None:
        """Return the entity with that id, or None."""
        return self.by_id.get(entity_id)

    def area(self, area_id: str | None) -> Area | None:
        """Return the area with that id, or None."""
        return next((area for area in self.areas if area.id == area_id), None)

    def replaced(self, entities: Iterable[Entity]) -> House:
        """Return the same house with these entities put in place of those with their ids."""
        new = {entity.id: entity for entity in entities}
        return House(self.floors, self.areas, tuple(new.get(e.id, e) for e in self.entities))
