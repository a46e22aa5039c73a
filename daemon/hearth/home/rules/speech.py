"""The words of a rule and what set it off in, what is said out.

``{name}`` and its like are looked up among the values of what happened, ``{sensor.kitchen}`` is
that thing's state. Only names in braces mean something: nothing is evaluated, and what is put in is
not looked at again, so a device's name cannot do anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from hearth.home.rules.sight import Sight, plain

MAX_CHARACTERS = 500

FIELDS = (
    "name",
    "entity",
    "state",
    "value",
    "was",
    "area",
    "kind",
    "topic",
    "payload",
    "time",
    "late",
    "mode",
)
"""What a text may name, beside a thing's id and the fields of one of Hearth's own events."""

FIELD = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)?)\}")


def filled(text: str, values: Mapping[str, str], sight: Sight, now: datetime) -> str:
    """Return the text with its fields filled in; one that is not known becomes nothing."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in values:
            return values[name]
        if name == "time":
            return f"{now:%H:%M}"
        entity = sight.entity(name) if "." in name else None
        if entity is None:
            return ""
        unit = entity.attributes.get("unit_of_measurement")
        state = plain(entity.state) if entity.available else ""
        return f"{state} {unit}" if unit and state else state

    return " ".join(FIELD.sub(value, text).split())[:MAX_CHARACTERS]
