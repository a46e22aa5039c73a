"""One way to explain all words of a sentence in, the question about the house out, or nothing.

A question begins as one ("is", "are there", "which", "how warm is it", "did I leave") and moves
nothing. The intents, slots and replies are Home Assistant's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hearth.house import Entity
from hearth.mind.concepts.acting import Command
from hearth.mind.concepts.kinds import Finder
from hearth.mind.concepts.lexicon import Chunk, Lexicon
from hearth.mind.concepts.meaning import PLACES, Part, part_of, prepositions_fit
from hearth.mind.exact.recognize import Place
from hearth.mind.names import fold
from hearth.mind.targets import Targets

SENSED = {
    "window": ("window", "opening"),
    "door": ("door", "opening", "garage_door"),
    "garage": ("garage_door",),
    "gate": ("opening",),
    "motion": ("motion", "occupancy", "presence", "moving"),
    "smoke": ("smoke",),
    "gas": ("gas", "carbon_monoxide"),
    "leak": ("moisture",),
    "battery": ("battery",),
    "lock": ("lock",),
}
"""The classes of binary sensors that tell the state of a kind of thing."""

ALARMING = frozenset(("motion", "smoke", "gas", "leak"))
"""Kinds that are asked for without a state: "is there any motion in the hall?"."""

READ_AS = {"open": "on", "closed": "off", "unlocked": "on", "locked": "off", "low": "on"}
"""What a binary sensor calls a state."""

FIRST = frozenset(("ask", "be", "which", "gauge"))
ALLOWED = FIRST | {"measure", "state", "quantity", "thing", "name", "prep", *PLACES}
SWITCHED = frozenset(("light", "switch", "fan", "media_player", "input_boolean", "climate")) | {
    "humidifier", "siren", "water_heater", "vacuum", "automation", "remote",
}  # fmt: skip
OPENED = frozenset(("cover", "valve", "binary_sensor"))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: whether or which of some things are in a state, or a reading."""

    form: str
    part: Part
    state: str = ""
    state_said: str = ""
    quantity: str = ""
    measure: str = ""
    score: float = 1.0


class Asking:
    """Turns what is asked into a command of this house."""

    def __init__(self, lexicon: Lexicon, finder: Finder) -> None:
        self._lexicon = lexicon
        self._finder = finder

    def command(self, way: Sequence[Chunk], place: Place) -> Command | None:
        """Return the question that a covering is; None where it is none of this house."""
        question = asked(way)
        if question is None or not place.house.entities:
            return None
        if question.measure:
            return self._reading(question, place)
        targets = self._about(question, place)
        if targets is None:
            return None
        slots = self._slots(question, place)
        slots["state"] = _state(question.state, targets)
        return Command(
            "HassGetState",
            slots,
            Targets(tuple(e.id for e in targets)),
            _response(question, targets),
            score=question.score,
            said={"state": question.state_said} if question.state_said else {},
        )

    def _about(self, question: Question, place: Place) -> list[Entity] | None:
        """Return the things that a question is about; None where it is about nothing known."""
        part = question.part
        areas = self._finder.places(part.where, place.house)
        if part.things:
            found = [n.entity for n in part.things if n.entity is not None]
            found = [e for e in found if _has_state(e, question.state)]
            found = [e for e in found if areas is None or e.area is None or e.area in areas]
            if not all(self._finder.is_kind(k, e) for k in part.kinds for e in found):
                return None
            if len(found) > 1:
                found = [e for e in found if place.area and e.area == place.area] or found
            return found or None
        if len(part.kinds) != 1:
            return None
        kind = next(iter(part.kinds))
        if kind in ALARMING:
            if question.state not in ("", "on"):
                return None
        elif not question.state:
            return None
        classes = SENSED.get(kind, ())
        found = [
            e
            for e in place.house.entities
            if (e.domain == "binary_sensor" and e.attributes.get("device_class") in classes)
            or (e.domain != "binary_sensor" and self._finder.is_kind(kind, e))
        ]
        found = [e for e in found if _has_state(e, question.state)]
        known = bool(found)
        if areas is not None:
            found = [e for e in found if e.area in areas]
        elif part.where.here or not (question.quantity or part.where.everywhere):
            here = [e for e in found if place.area and e.area == place.area]
            found = here if part.where.here else here or found
        return found if found or (known or self._finder.kind(kind).core) else None

    def _reading(self, question: Question, place: Place) -> Command | None:
        """Return the question for a sensor's value."""
        part = question.part
        sensors = [
            e
            for e in place.house.entities
            if e.domain == "sensor" and e.attributes.get("device_class") == question.measure
        ]
        warm = question.measure == "temperature"
        fits = [e for e in place.house.entities if warm and e.domain == "climate"] + sensors
        areas = self._finder.places(part.where, place.house)
        if part.things:
            ids = {n.entity.id for n in part.things if n.entity is not None}
            fits = [e for e in fits if e.id in ids]
            areas = None
        elif part.where.rooms and not areas:
            phrases = [f" {p} " for r in part.where.rooms for p in self._lexicon.phrases("room", r)]
            fits = [e for e in sensors if any(p in f" {fold(e.name)} " for p in phrases)]
            areas = None
        if part.kinds or not fits:
            return None
        if areas is not None:
            fits = [e for e in fits if e.area in areas]
        else:
            fits = [e for e in fits if place.area and e.area == place.area] or fits
            if part.where.here or (len(fits) > 1 and not part.things):
                fits = [e for e in fits if place.area and e.area == place.area]
        if not fits:
            return None
        slots = self._slots(question, place)
        slots.pop("domain", None)
        targets = Targets((fits[0].id,))
        if warm:
            return Command("HassClimateGetTemperature", slots, targets, score=question.score)
        slots |= {"domain": "sensor", "device_class": question.measure}
        return Command("HassGetState", slots, targets, score=question.score)

    def _slots(self, question: Question, place: Place) -> dict[str, Any]:
        slots: dict[str, Any] = {}
        part = question.part
        if part.things:
            slots["name"] = part.things[0].entity.name if part.things[0].entity else ""
        elif part.kinds:
            kind = next(iter(part.kinds))
            known = self._finder.kind(kind)
            if kind in SENSED and kind not in ("lock", "garage", "gate"):
                slots |= {"domain": "binary_sensor", "device_class": SENSED[kind][0]}
            elif known.domains:
                slots["domain"] = known.domains[0]
        for name in part.where.names:
            area = place.house.area(name.area)
            slots[name.kind] = area.name if name.kind == "area" and area else name.text
        return slots


def asked(way: Sequence[Chunk]) -> Question | None:  # noqa: PLR0911 - a case a form of question
    """Return what a covering asks, or None where its pieces are no question."""
    pieces = [c for c in way if c.kind not in ("filler", "one")]
    if not pieces or any(c.kind not in ALLOWED for c in pieces):
        return None
    if pieces[0].kind not in FIRST and pieces[0].value != "any":
        return None
    openers = [c for c in pieces if c.kind in ("ask", "which", "gauge")]
    if len(openers) > 1 or not prepositions_fit(pieces):
        return None
    part = part_of(pieces)
    if part is None:
        return None
    score = min(c.score for c in way)
    form = str(openers[0].value) if openers else "whether"
    measures = [str(c.value) for c in pieces if c.kind in ("measure", "gauge")]
    states = [c for c in pieces if c.kind == "state"]
    if measures:
        if len(measures) > 1 or states or form == "whether" or pieces[0].kind == "be":
            return None
        return Question("what", part, measure=measures[0], score=score)
    if form == "what" or len(states) > 1:
        return None
    quantity = next((str(c.value) for c in pieces if c.kind == "quantity"), "")
    if openers and openers[0].kind == "which":
        quantity = form
    if not (part.kinds or part.things):
        return None
    state = str(states[0].value) if states else ""
    if not state and part.things:
        return None
    if part.kinds & ALARMING:
        state, said = "on", "on"
    else:
        said = state
    return Question(form, part, state, said, quantity, score=score)


def _has_state(entity: Entity, state: str) -> bool:
    """Return whether a thing can be in a state that has this word."""
    if entity.domain == "binary_sensor":
        return state in ("", "on", "off", *READ_AS)
    if state in ("locked", "unlocked"):
        return entity.domain == "lock"
    if state in ("open", "closed"):
        return entity.domain in OPENED
    return entity.domain in SWITCHED


def _state(state: str, targets: Sequence[Entity]) -> str:
    """Return the state as the things call it."""
    if targets and all(e.domain == "binary_sensor" for e in targets):
        return READ_AS.get(state, state)
    return state


def _response(question: Question, targets: Sequence[Entity]) -> str:
    """Return the key of the reply."""
    if question.form in ("which", "how_many"):
        return question.form
    if question.quantity == "all":
        return "all"
    single = question.part.things or (len(targets) == 1 and not question.quantity)
    return "one_yesno" if single else "any"
