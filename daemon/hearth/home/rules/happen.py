"""What a trigger found: a rule that is to run, why, since when, and because of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hearth.home.rules.sight import plain
from hearth.house import EMPTY, Entity

Chain = tuple[tuple[str, float], ...]
"""The rules that led here, the first first, each with the loop's time (seconds) of its firing."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A trigger of ``rule`` came. ``values`` are what its speech may name; ``late_s``: how late."""

    rule: str
    because: str
    entity_id: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    site: str = ""
    late_s: float = 0.0
    chain: Chain = ()

    def late(self, seconds: float) -> Firing:
        """Return the same, so many seconds late."""
        return replace(self, late_s=max(0.0, seconds))


def of_thing(rule: str, old: Entity | None, new: Entity, area: str, why: str = "") -> Firing:
    """Return the firing for a thing that changed."""
    state = plain(new.state) if new.available else "unavailable"
    unit = new.attributes.get("unit_of_measurement")
    values = {
        "name": new.name,
        "entity": new.id,
        "state": state,
        "value": f"{state} {unit}" if unit else state,
        "was": plain(old.state) if old else "",
        "area": area,
        "kind": plain(new.attributes.get("event_type", "")),
    }
    return Firing(rule, why or f"{new.id} {state}", new.id, values)


def of_event(rule: str, name: str, fields: Mapping[str, Any]) -> Firing:
    """Return the firing for an event of the bus."""
    values = {key: plain(value) for key, value in fields.items() if _is_plain(value)}
    values |= {key: value for key, value in fields.items() if isinstance(value, str)}
    return Firing(rule, f"event {name}", values=values, site=str(fields.get("site", "")))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
