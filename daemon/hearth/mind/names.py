"""The names in a house in, the lists that a sentence template draws on out.

Built once for a house's names and kept while only states change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hassil import TextSlotList, Trie
from hassil.expression import TextChunk
from hassil.intents import TextSlotValue
from hassil.util import normalize_for_matching

from hearth.house import Area, Entity, Floor, House

_BREAK = str.maketrans("-_", "  ")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of something in the house: as given, as compared, and what it names."""

    text: str
    folded: str
    kind: str
    entity: Entity | None = None
    area: str | None = None


def signature(house: House) -> tuple[Any, ...]:
    """Return a value that changes exactly when a name, alias, area or class does."""
    return (
        house.floors,
        house.areas,
        tuple(
            (e.id, e.name, e.aliases, e.domain, e.area, e.attributes.get("device_class"))
            for e in house.entities
        ),
    )


def fold(text: str) -> str:
    """Return text as names are compared: no punctuation, one blank, no case."""
    return str(normalize_for_matching(text).text).casefold()


@dataclass
class _Index:
    """Values of one list, found by the places at which they occur in a sentence."""

    name: str
    trie: Trie = field(default_factory=Trie)
    values: list[TextSlotValue] = field(default_factory=list)

    def add(self, text: str, value: str, context: Mapping[str, Any] | None) -> None:
        """Add one name; an empty one is left out."""
        clean = str(normalize_for_matching(text).text)
        if not clean:
            return
        slot = TextSlotValue(TextChunk(clean), value, dict(context) if context else None)
        self.values.append(slot)
        self.trie.insert(clean.casefold(), slot)

    def found_in(self, text: str) -> TextSlotList:
        """Return the list of those names that occur in the folded ``text``."""
        hits = {id(v): v for _, _, v in self.trie.find(text)}
        if "-" in text or "_" in text:
            hits |= {id(v): v for _, _, v in self.trie.find(text.translate(_BREAK))}
        return TextSlotList(self.name, [v for v in self.values if id(v) in hits])


class Names:
    """What can be named in one house."""

    def __init__(self, house: House, *, whole_lists: bool = False) -> None:
        """Index the house; ``whole_lists`` for languages that are written without blanks."""
        self._whole = whole_lists
        self._lists = {kind: _Index(kind) for kind in ("name", "area", "floor")}
        self.all: tuple[Name, ...] = tuple(self._read(house))
        self.domains = frozenset(n.entity.domain for n in self.all if n.entity is not None)

    def found_in(self, text: str) -> dict[str, TextSlotList]:
        """Return the house's lists, each with only the names that occur in ``text``."""
        if self._whole:
            return {k: TextSlotList(k, index.values) for k, index in self._lists.items()}
        folded = str(normalize_for_matching(text).text).casefold()
        return {kind: index.found_in(folded) for kind, index in self._lists.items()}

    def _read(self, house: House) -> Iterable[Name]:
        """Fill the lists as Home Assistant does: values are the names as they were given."""
        for floor in house.floors:
            yield from self._place(floor, floor.name, "floor")
        for area in house.areas:
            yield from self._place(area, None, "area")
        for entity in house.entities:
            context = {"domain": entity.domain}
            if device_class := entity.attributes.get("device_class"):
                context["device_class"] = str(device_class)
            for text in dict.fromkeys((entity.name, *entity.aliases)):
                self._lists["name"].add(text, text.strip(), context)
                yield Name(text.strip(), fold(text), "name", entity, entity.area)

    def _place(self, place: Floor | Area, value: str | None, kind: str) -> Iterable[Name]:
        for text in dict.fromkeys((place.name, *place.aliases)):
            self._lists[kind].add(text, (value or text).strip(), None)
            yield Name(text.strip(), fold(text), kind, None, place.id)
