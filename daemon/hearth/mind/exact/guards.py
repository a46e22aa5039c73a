"""What a template matched in, whether a person can have meant it out.

Some templates take any words (``{zone}``, ``{timer_command}``, ``{search_query}``): they match
"who is the queen of spades" and "I have a meeting in ten minutes". These checks let pass only what
makes sense in this house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hassil import RecognizeResult

from hearth.house import House
from hearth.mind.exact.templates import OWN, Template
from hearth.mind.names import fold

ACTIONS = frozenset(
    (
        "HassTurnOn",
        "HassTurnOff",
        "HassLightSet",
        "HassSetPosition",
        "HassFanSetSpeed",
        "HassClimateSetTemperature",
        "HassSetVolume",
        "HassMediaPause",
        "HassMediaUnpause",
        "HassMediaSearchAndPlay",
        "HassVacuumStart",
        "HassBroadcast",
    )
)
"""Intents that a delayed command may be about."""

NEEDED = {
    "media_player": "media_player",
    "todo": "todo",
    "vacuum": "vacuum",
    "lawn_mower": "lawn_mower",
}
"""What a house with things has to have among them for an intent of a domain to make sense."""

HEARTHS_OWN = frozenset(
    ("HassSetVolume", "HassSetVolumeRelative", "HassMediaPlayerMute", "HassMediaPlayerUnmute")
)
"""Intents that Hearth's own voice can carry out, where no media player does."""


class Guard:
    """Knows which words a language's commands begin and end with."""

    def __init__(self, templates: Iterable[Template], domains: Mapping[str, str]) -> None:
        acting = [
            t for t in templates if t.intent in ACTIONS and OWN not in (t.block.metadata or {})
        ]
        self._starts = frozenset(w for t in acting for w in t.literal_start)
        self._ends = frozenset(w for t in acting for w in t.literal_end)
        self._domains = domains

    @property
    def verbs(self) -> frozenset[str]:
        """Words that an action begins with and does not end with: "turn", not "lights"."""
        return self._starts - self._ends

    def allows(
        self, result: RecognizeResult, house: House, understands: Callable[[str], bool]
    ) -> bool:
        """Return whether the match makes sense; ``understands`` tells it of another sentence."""
        slots = {name: entity.value for name, entity in result.entities.items()}
        if not self._possible_here(result.intent.name, house):
            return False
        if slots.get("domain") == "person" or "person" in _domains(result):
            state = result.entities.get("state")
            if state is not None and state.is_wildcard and not _is_place(str(state.value), house):
                return False
        if command := slots.get("conversation_command"):
            return self._is_command(str(command), house, understands)
        return True

    def _possible_here(self, intent: str, house: House) -> bool:
        """Return whether this house has what the intent is about; an empty one does not tell."""
        needed = NEEDED.get(self._domains.get(intent, ""))
        if needed is None or intent in HEARTHS_OWN or not house.entities:
            return True
        return any(e.domain == needed for e in house.entities)

    def _is_command(self, text: str, house: House, understands: Callable[[str], bool]) -> bool:
        """Return whether words that shall be obeyed later are something that can be obeyed."""
        folded = fold(text)
        words = folded.split()
        if not words:
            return False
        names = [fold(e.name) for e in house.entities] + [fold(a.name) for a in house.areas]
        ends = words[-1] in self._ends and any(name in folded for name in names)
        return words[0] in self._starts or ends or understands(text)


def _domains(result: RecognizeResult) -> Iterable[str]:
    """Return the domains that the matched block asks of a name."""
    domain: Any = result.intent_data.requires_context.get("domain") or ()
    return (domain,) if isinstance(domain, str) else tuple(domain)


def _is_place(text: str, house: House) -> bool:
    """Return whether a person of this house can be there: a zone, a room, or a state of theirs."""
    people = [e for e in house.entities if e.domain in ("person", "device_tracker")]
    if not people:
        return False
    wanted = fold(text)
    places: list[str] = ["home", "house", "not_home", "away", "work", "school"]
    places += [e.state for e in people if e.state]
    for area in house.areas:
        places += [area.name, *area.aliases]
    for floor in house.floors:
        places += [floor.name, *floor.aliases]
    for entity in house.entities:
        if entity.domain == "zone":
            places += [entity.name, *entity.aliases]
    return any(wanted == fold(place) for place in places)
