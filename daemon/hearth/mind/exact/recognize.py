"""A sentence, a house and a room in, the one best reading of it out.

The order of preference is ``hassil.recognize_best``'s with ``best_slot_name="name"``, which is
what Home Assistant uses: a thing's name (the longest), then fewer wildcards, more literal text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hassil import RecognizeResult, recognize_all

from hearth.house import Entity, House
from hearth.mind.exact.guards import Guard
from hearth.mind.exact.templates import HOUSE_LISTS, OWN, Templates
from hearth.mind.names import Names
from hearth.mind.targets import Targets, Wanted, find, strings

ANYWHERE = "\0anywhere"
"""Stands for the room of a person whose room is not known."""

WILDCARD_CONFIDENCE = 0.9
ANYWHERE_CONFIDENCE = 0.9
PURPOSE_CONFIDENCE = 0.85

OPENINGS = frozenset(("cover", "lock", "valve"))
"""Domains of things that open the house."""

MOVING = frozenset(("HassTurnOn", "HassTurnOff"))

PART = "name_part"
"""A slot with words, parted by ``|``, of which one is in the name of the thing that is meant."""

SERVING = frozenset(("switch", "button", "script", "scene", "input_boolean", "input_button"))
"""Domains of things that are known by what they are for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a sentence. ``here``: the area came from the room, not the words."""

    result: RecognizeResult
    slots: dict[str, Any]
    said: dict[str, str]
    targets: Targets
    confidence: float
    here: bool
    own: bool

    @property
    def intent(self) -> str:
        """The intent's name."""
        return str(self.result.intent.name)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and among what a sentence was said."""

    house: House
    names: Names
    area: str | None


class Recognition:
    """Matches sentences exactly, without guessing."""

    def __init__(self, templates: Templates, guard: Guard, domains: dict[str, str]) -> None:
        self._templates = templates
        self._guard = guard
        self._domains = domains

    def read(self, text: str, place: Place, *, nested: bool = False) -> Reading | None:
        """Return the best reading of ``text``, or None where it is no command."""
        lists: dict[str, Any] = place.names.found_in(text)
        named = frozenset(kind for kind in HOUSE_LISTS if lists[kind].values)
        domains = frozenset(v.context["domain"] for v in lists["name"].values)
        words = frozenset(
            word
            for kind in HOUSE_LISTS
            for value in lists[kind].values
            for word in str(value.text_in.text).casefold().split()
        )
        possible = self._templates.possible(text, named, domains, words)
        if not possible:
            return None
        area = place.house.area(place.area)
        here = area.name if area else ANYWHERE
        results = recognize_all(
            text,
            self._templates.intents(possible),
            slot_lists=lists,
            intent_context={"area": {"value": here, "text": here}},
        )

        def understands(words: str) -> bool:
            return not nested and self.read(words, place, nested=True) is not None

        allowed = [r for r in results if self._guard.allows(r, place.house, understands)]
        allowed = [r for r in allowed if not _only_called(r)]
        readings = [self._reading(r, place) for r in preferred(allowed)]
        readings = [r for r in readings if not _blind(r) and PART not in r.slots]
        own = next((r for r in readings if r.own), None)
        best = next((r for r in readings if not r.own), None)
        if best is None:
            return own
        if own is not None and own.intent in MOVING and best.intent == "HassGetState":
            return own  # "all lights off": Home Assistant takes it for a question, too
        if own is not None and own.intent.startswith("Hearth"):  # "stop", and nothing plays
            return own if _idle_media(best, self._domains, place.house) else best
        return best

    def could_name(self, text: str, place: Place) -> bool:
        """Return whether ``text`` has the other words of a template that holds a name."""
        possible = self._templates.possible(text, frozenset(HOUSE_LISTS), place.names.domains)
        return any(t.lists and t.clauses for t in possible)

    def _reading(self, result: RecognizeResult, place: Place) -> Reading:
        """Turn a match into slots and targets."""
        slots = {name: plain(e.value) for name, e in result.entities.items()}
        said = {name: e.text_clean for name, e in result.entities.items() if e.text_clean}
        spoken = result.entities.get("area")
        here = spoken is not None and spoken.text_span is None
        confidence = 1.0
        if slots.get("area") == ANYWHERE:
            del slots["area"]
            said.pop("area", None)
            confidence = ANYWHERE_CONFIDENCE
        if any(e.is_wildcard for e in result.entities.values()):
            confidence = min(confidence, WILDCARD_CONFIDENCE)
        if PART in slots and (thing := serving(str(slots[PART]), place)):
            del slots[PART]
            slots["name"] = thing.name
            said["name"] = thing.name
            confidence = PURPOSE_CONFIDENCE
        opening = (
            confidence == ANYWHERE_CONFIDENCE
            and not OPENINGS.isdisjoint(strings(slots.get("domain")))
            and result.intent.name != "HassGetState"
        )
        domain = result.intent_data.requires_context.get("domain") or ()
        wanted = Wanted(
            result.intent.name,
            self._domains.get(result.intent.name, ""),
            slots,
            frozenset((domain,) if isinstance(domain, str) else domain),
            here,
        )
        targets = find(wanted, place.house, place.area)
        if here and any(e.is_wildcard for e in result.entities.values()):
            targets = Targets()  # free words move nothing that the person has not named
        if opening and len(targets.ids) > 1:
            targets = Targets((), targets.ids)  # from an unknown room, one opening at a time
        own = bool((result.intent_metadata or {}).get(OWN))
        return Reading(result, slots, said, targets, confidence, here, own)


def preferred(results: Iterable[RecognizeResult]) -> Sequence[RecognizeResult]:
    """Return the results, the best first; equal ones stay in their order."""
    return sorted(results, key=_rank)


def serving(words: str, place: Place) -> Entity | None:
    """Return the one thing with one of these words in its name; of several the one here."""
    wanted = set(words.split("|"))
    found = {
        n.entity.id: n.entity
        for n in place.names.all
        if n.entity is not None
        and n.entity.domain in SERVING
        and not wanted.isdisjoint(n.folded.split())
    }
    here = [e for e in found.values() if e.area == place.area]
    fits = here if len(here) == 1 else list(found.values())
    return fits[0] if len(fits) == 1 else None


def plain(value: Any) -> Any:
    """Return a slot's value as JSON would have it: 50 rather than 50.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rank(result: RecognizeResult) -> tuple[bool, int, int, int, int, str]:
    """Return a key that is smaller for the better result (``hassil.recognize_best``)."""
    name = result.entities.get("name")
    is_named = name is not None and not name.is_wildcard
    wild = [e for e in result.entities_list if e.is_wildcard]
    return (
        not is_named,
        -len(name.text) if name is not None and is_named else 0,
        len(wild),
        -result.text_chunks_matched,
        sum(len(e.text or "") for e in wild),
        result.intent.name,
    )


def _only_called(result: RecognizeResult) -> bool:
    """Return whether a thing would be moved because its name of one word was said, and no more."""
    name = result.entities.get("name")
    alone = result.text_chunks_matched == 0 and result.intent.name in MOVING
    return alone and name is not None and len(name.text_clean.split()) == 1


def _blind(reading: Reading) -> bool:
    """Return whether free words were matched in a room that is not known."""
    wild = any(e.is_wildcard for e in reading.result.entities.values())
    area = reading.result.entities.get("area")
    return wild and area is not None and area.value == ANYWHERE


def _idle_media(reading: Reading, domains: dict[str, str], house: House) -> bool:
    """Return whether a reading is about media of which none is playing."""
    players = (house.entity(i) for i in reading.targets.ids)
    return domains.get(reading.intent) == "media_player" and not any(
        p is not None and p.state == "playing" for p in players
    )
