"""Words in, the things of this house that they mean out: "any window upstairs", "the front door".

A name is looked for first, then a noun with its place ("the bedroom window"), then a name that was
said in part, or heard almost right. Only things count of which can be said what is said of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from hearth.house import Entity, House
from hearth.mind.names import Name, Names
from hearth.mind.rulespeech.pattern import Compiler
from hearth.rule import Which

Fits = Callable[[Entity], int | None]
"""The rank of a thing for what is said of it (0 is the likeliest), or None where it cannot be."""

_ALIKE = 86.0
"""Least likeness (``rapidfuzz.fuzz.ratio``, percent) of a name that was heard almost right."""

_SHORT = 3

KINDS: Mapping[str, tuple[frozenset[str], frozenset[str] | None]] = {
    key: (frozenset(domains.split()), None if classes == "*" else frozenset(classes.split()))
    for key, domains, classes in (
        ("window", "binary_sensor cover", "window opening"),
        ("door", "binary_sensor cover lock", "door opening garage_door garage *"),
        ("garage", "binary_sensor cover", "garage_door garage"),
        ("gate", "binary_sensor cover lock", "gate opening door"),
        ("opening", "binary_sensor", "window door opening garage_door"),
        ("cover", "cover", "*"),
        ("light", "light", "*"),
        ("lock", "lock binary_sensor", "lock"),
        ("switch", "switch", "*"),
        ("fan", "fan", "*"),
        ("media", "media_player", "*"),
        ("climate", "climate water_heater", "*"),
        ("motion", "binary_sensor", "motion occupancy presence moving"),
        ("leak", "binary_sensor", "moisture"),
        ("smoke", "binary_sensor", "smoke"),
        ("gas", "binary_sensor", "gas carbon_monoxide"),
        ("bell", "event button", "doorbell"),
        ("button", "event button input_button", "*"),
        ("vacuum", "vacuum", "*"),
        ("mower", "lawn_mower", "*"),
        ("alarm", "alarm_control_panel", "*"),
        ("siren", "siren", "*"),
        ("person", "person device_tracker", "*"),
    )
}


@dataclass(frozen=True, slots=True)
class Found:
    """What some words mean: the things now, and how a rule names them."""

    which: Which
    things: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """An area or a floor that was said."""

    area: str = ""
    floor: str = ""

    def holds(self, entity: Entity, house: House) -> bool:
        if self.area:
            return entity.area == self.area
        place = house.area(entity.area)
        return place is not None and place.floor == self.floor


@dataclass(frozen=True)
class Nouns:
    """The words of one language for kinds of things, and what stands before a name."""

    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    article: re.Pattern[str]
    place: str
    joined: re.Pattern[str]
    pronoun: re.Pattern[str]
    quantifiers: frozenset[str]

    @classmethod
    def of(cls, table: Mapping[str, Any], compiler: Compiler) -> Nouns:
        """Read the tables ``kinds``, ``it`` and the expansions ``the`` and ``in``."""
        kinds = (table.get("kinds") or {}).items()
        joined = "|".join(re.escape(str(w)) for w in (*table.get("alternatives", ("or", "and")),))
        return cls(
            tuple((key, compiler.pattern(*says)) for key, says in kinds if key in KINDS),
            re.compile(rf"^(?:{compiler.text(['<the>'])})\s+"),
            compiler.text(["<in>"]),
            re.compile(rf"\s+(?:{joined})\s+"),
            compiler.pattern(*(table.get("it") or ("it",))),
            frozenset(table.get("quantifiers") or ()),
        )


@dataclass
class Subjects:
    """Finds things by their words in one house, for a person in ``room`` (an area's id)."""

    nouns: Nouns
    house: House
    names: Names
    room: str | None = None
    _places: list[tuple[re.Pattern[str], re.Pattern[str], _Place]] = field(default_factory=list)

    def __post_init__(self) -> None:
        places = [n for n in self.names.all if n.entity is None and n.folded]
        for name in sorted(places, key=lambda n: -len(n.folded)):
            said = re.escape(name.folded)
            article = self.nouns.article.pattern.lstrip("^")
            after = rf"(?:\s+|^)(?:(?:{self.nouns.place})\s+)?(?:{article})?{said}(?:'s)?$"
            before = rf"^(?:{article})?{said}(?:'s)?\s+"
            place = _Place(name.area or "") if name.kind == "area" else _Place("", name.area or "")
            self._places.append((re.compile(after), re.compile(before), place))

    def without_place(self, text: str) -> tuple[str, _Place | None]:
        """Take "in the bedroom" out of a clause; return what is left and the place."""
        for name in self.names.all:
            if name.entity is not None or name.folded not in text:
                continue
            article = self.nouns.article.pattern.lstrip("^")
            said = rf"\s+(?:{self.nouns.place})\s+(?:{article})?{re.escape(name.folded)}(?=\s|$)"
            if match := re.search(said, f" {text}"):
                place = _Place(name.area or "")
                if name.kind == "floor":
                    place = _Place("", name.area or "")
                rest = f" {text}"[: match.start()] + " " + f" {text}"[match.end() :]
                return " ".join(rest.split()), place
        return text, None

    def find(
        self,
        text: str,
        fits: Fits,
        *,
        kind: str = "",
        place: _Place | None = None,
    ) -> Found | None:
        """Return what ``text`` means; ``kind`` stands in where it names nothing."""
        text = text.strip(" ,")
        if found := self._one(text, fits, kind, place):
            return found
        parts = self.nouns.joined.split(text)
        if len(parts) < 2:
            return None
        each = [self._one(part, fits, kind, place) for part in parts]
        several = [found for found in each if found]
        if len(several) < len(parts):
            return None
        things = unique(e for found in several for e in found.things)
        return Found(Which(tuple(e.id for e in things)), things)

    def place_of(self, text: str) -> tuple[str, _Place | None]:
        """Split "the bedroom window" and "the window upstairs" into the noun and the place."""
        for after, before, place in self._places:
            if match := after.search(text):
                return text[: match.start()].strip(), place
            if match := before.search(text):
                return text[match.end() :].strip(), place
        return text, None

    def _one(self, text: str, fits: Fits, kind: str, place: _Place | None) -> Found | None:
        bare, quantified = self._bare(text)
        if not bare:
            return self._of_kind(kind, fits, place, quantified=False) if kind or place else None
        named = [n for n in self.names.all if n.entity is not None and n.folded == bare]
        if found := self._among((n.entity for n in named), fits, place):
            return found
        noun, said_place = self.place_of(bare)
        where = said_place or place
        noun, _ = self._bare(noun) if said_place else (noun, False)
        if said_place and noun:
            named = [n for n in self.names.all if n.entity is not None and n.folded == noun]
            if found := self._among((n.entity for n in named), fits, where):
                return found
        key = self._kind(noun) or (kind if said_place and not noun else "")
        if key and (found := self._of_kind(key, fits, where, quantified=quantified)):
            return found
        return self._partly(bare, fits, place) or self._alike(bare, fits, place)

    def _bare(self, text: str) -> tuple[str, bool]:
        """Take articles off; tell whether any of several was meant."""
        match = self.nouns.article.match(text + " ")
        if not match:
            return text, False
        said = match.group().split()
        return text[match.end() :].strip(), len(said) > 1 or said[0] in self.nouns.quantifiers

    def _kind(self, noun: str) -> str:
        return next((key for key, said in self.nouns.kinds if said.fullmatch(noun)), "")

    def _of_kind(
        self, key: str, fits: Fits, place: _Place | None, *, quantified: bool
    ) -> Found | None:
        """Return the things of a kind: in a place, in the person's room, or all there are."""
        ranked = [
            (rank, e)
            for e in self.house.entities
            if is_kind(key, e) and (rank := fits(e)) is not None
        ]
        if place:
            ranked = [(r, e) for r, e in ranked if place.holds(e, self.house)]
        elif not quantified and self.room:
            ranked = [(r, e) for r, e in ranked if e.area == self.room] or ranked
        if not ranked:
            return None
        best = min(rank for rank, _ in ranked)
        things = tuple(e for rank, e in ranked if rank == best)
        return Found(self.named(things, place, several=quantified or len(things) > 1), things)

    def named(
        self, things: tuple[Entity, ...], place: _Place | None = None, *, several: bool = False
    ) -> Which:
        """Return how a rule names things: by what they are, so that later ones count too."""
        classes = {str(e.attributes.get("device_class") or "") for e in things}
        domains = {e.domain for e in things}
        ids = tuple(e.id for e in things)
        if not several or len(domains) > 1 or len(classes) > 1:
            return Which(ids)
        which = Which(
            (),
            next(iter(domains)),
            next(iter(classes)),
            place.area if place else "",
            place.floor if place else "",
        )
        return which if {e.id for e in self.matching(which)} == set(ids) else Which(ids)

    def matching(self, which: Which) -> list[Entity]:
        """Return the things that a ``Which`` without ids means now."""
        return [
            e
            for e in self.house.entities
            if (not which.domain or e.domain == which.domain)
            and (not which.device_class or e.attributes.get("device_class") == which.device_class)
            and (not which.area or e.area == which.area)
            and (not which.floor or _Place("", which.floor).holds(e, self.house))
        ]

    def _among(
        self, entities: Iterable[Entity | None], fits: Fits, place: _Place | None
    ) -> Found | None:
        """Return the likeliest of some things with one name; one that is here before others."""
        ranked = [(r, e) for e in entities if e is not None and (r := fits(e)) is not None]
        if place:
            ranked = [(r, e) for r, e in ranked if place.holds(e, self.house)] or [
                (r, e) for r, e in ranked if e.area is None
            ]
        if not ranked:
            return None
        best = min(rank for rank, _ in ranked)
        things = unique(e for rank, e in ranked if rank == best)
        here = tuple(e for e in things if self.room and e.area == self.room)
        things = here if len(here) == 1 else things
        return Found(Which(tuple(e.id for e in things)), things)

    def _partly(self, bare: str, fits: Fits, place: _Place | None) -> Found | None:
        """Return the thing of whose name, with its room's, all words that were said are part."""
        said = [w.removesuffix("'s") for w in bare.split() if not self._is_small(w)]
        if not said or all(len(w) < _SHORT for w in said):
            return None
        scored: list[tuple[int, int, Entity]] = []
        for name in self.names.all:
            entity = name.entity
            if entity is None or (rank := fits(entity)) is None:
                continue
            if place and not place.holds(entity, self.house):
                continue
            own = name.folded.split()
            room = self._room_words(entity)
            if all(w in own or w in room for w in said) and any(w in own for w in said):
                scored.append((rank, len(own), entity))
        return self._best(scored, same_length=len(said) == 1)

    def _alike(self, bare: str, fits: Fits, place: _Place | None) -> Found | None:
        scored = [
            (rank, -round(score), name.entity)
            for name in self.names.all
            if name.entity is not None
            and (score := fuzz.ratio(bare, name.folded)) >= _ALIKE
            and (rank := fits(name.entity)) is not None
            and (place is None or place.holds(name.entity, self.house))
        ]
        return self._best(scored)

    def _best(
        self, scored: list[tuple[int, int, Entity]], *, same_length: bool = False
    ) -> Found | None:
        """Return the one of the best rank and score; None where two are as good."""
        if not scored:
            return None
        scored.sort(key=lambda s: s[:2])
        best = scored[0][0]
        ranked = [s for s in scored if s[0] == best]
        top = ranked if same_length else [s for s in ranked if s[1] == ranked[0][1]]
        things = unique(e for _, _, e in top)
        here = tuple(e for e in things if self.room and e.area == self.room)
        things = here if len(here) == 1 else things
        return Found(Which(tuple(e.id for e in things)), things) if len(things) == 1 else None

    def _room_words(self, entity: Entity) -> frozenset[str]:
        return frozenset(
            word
            for name in self.names.all
            if name.entity is None and name.kind == "area" and name.area == entity.area
            for word in name.folded.split()
        )

    def _is_small(self, word: str) -> bool:
        return bool(
            self.nouns.article.fullmatch(word + " ") or re.fullmatch(self.nouns.place, word)
        )


def unique(things: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return things, each once."""
    return tuple({e.id: e for e in things}.values())


def is_kind(key: str, entity: Entity) -> bool:
    """Return whether a noun may mean a thing."""
    if key not in KINDS:
        return True
    domains, classes = KINDS[key]
    if entity.domain not in domains:
        return False
    if classes is None:
        return True
    device_class = str(entity.attributes.get("device_class") or "")
    return device_class in classes or ("*" in classes and entity.domain == "lock")


def person(names: Iterable[Name], said: str) -> Entity | None:
    """Return the person or tracker with a name, or the one whose name begins with it."""
    people = [
        n for n in names if n.entity is not None and n.entity.domain in ("person", "device_tracker")
    ]
    people.sort(key=lambda n: n.entity is not None and n.entity.domain != "person")
    for name in people:
        if name.folded == said:
            return name.entity
    begins = [n.entity for n in people if n.folded.split()[0] == said]
    return begins[0] if begins else None
