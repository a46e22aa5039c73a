"""An action in, the tier that it belongs to out: what it takes before the home's door lets it by.

The tiers come from ``[door.tiers]``. What counts is the direction of an action: whether it opens
(unlocks, disarms, sounds, lets water flow) or does the reverse. A toggle opens, and so does a
position above 0, since the state that Hearth knows may be an old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from hearth.event import Act
from hearth.house import Entity
from hearth.sections.house import DoorConfig, Tier

Way = Literal["open", "close", ""]

_CLOSING: Mapping[str, frozenset[str]] = {
    "lock": frozenset(("lock", "turn_on")),
    "cover": frozenset(
        (
            "close", "close_cover", "turn_off", "stop", "stop_cover", "close_tilt",
            "close_cover_tilt", "stop_tilt", "stop_cover_tilt",
        )
    ),
    "valve": frozenset(("close", "close_valve", "turn_off", "stop", "stop_valve")),
    "siren": frozenset(("turn_off",)),
}  # fmt: skip
"""The services of the things that open the house which close it again; any other one opens it."""

_SWITCHED = frozenset(("switch", "button", "scene", "script", "input_boolean", "input_button"))
"""Things that may open a gate without saying so: only their names tell."""

_WORD = re.compile(r"[^\W_]+")


class Risk:
    """Knows the tier of each action; pure."""

    def __init__(self, config: DoorConfig) -> None:
        self._tiers = config.tiers
        self._openers = tuple(_folded(words) for words in config.openers)
        self._unattended = frozenset(config.unattended)

    def tier(self, act: Act, entity: Entity) -> Tier:
        """Return the tier of an action: the entity's, its device class's, its domain's, or free."""
        way = way_of(act, entity)
        kind = entity.attributes.get("device_class")
        places = [entity.id, *([f"{entity.domain}.{kind}"] if kind else [])]
        for place in places:
            if (tier := self._at(place, way)) is not None:
                return tier
        if way != "close" and self._opener(entity):
            return self._tiers.get("cover.gate:open", "confirm")
        return self._at(entity.domain, way) or "free"

    def unattended(self, act: Act) -> bool:
        """Return whether the configuration lets a rule do this, or to this thing, unasked."""
        maker = act.because.split(" ", 1)[0]
        rule = act.origin == "hearth" and maker.startswith("rule:") and maker in self._unattended
        return rule or act.entity_id in self._unattended

    def _at(self, place: str, way: Way) -> Tier | None:
        return (self._tiers.get(f"{place}:{way}") if way else None) or self._tiers.get(place)

    def _opener(self, entity: Entity) -> bool:
        """Return whether a thing's name says that it opens the house, and nothing else tells."""
        if entity.domain not in _SWITCHED and (
            entity.domain != "cover" or entity.attributes.get("device_class")
        ):
            return False
        if entity.attributes.get("entity_category"):
            return False
        names = (entity.name, *entity.aliases, entity.id.partition(".")[2])
        return any(opener in _folded(name) for name in names for opener in self._openers)


def way_of(act: Act, entity: Entity) -> Way:
    """Return whether an action opens the house, closes it, or has nothing to do with that."""
    domain, service = entity.domain, act.service
    if domain == "alarm_control_panel":
        arms = service.removeprefix("alarm_").startswith("arm_")
        return "close" if arms else "open"
    if domain in _SWITCHED:
        return "close" if service == "turn_off" else "open"
    if domain not in _CLOSING:
        return ""
    if "position" in service:
        return "close" if any(_shut(v) for k, v in act.data.items() if "position" in k) else "open"
    return "close" if service in _CLOSING[domain] else "open"


def _shut(value: Any) -> bool:
    try:
        return float(value) <= 0
    except (TypeError, ValueError):
        return False


def _folded(text: str) -> str:
    """Return the words of a name, casefolded, each between single blanks."""
    words: Iterator[str] = (match.group().casefold() for match in _WORD.finditer(text))
    return f" {' '.join(words)} "
