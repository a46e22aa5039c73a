"""What one clause says, as a value, and one row of the table of ways to say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hearth.house import Entity
from hearth.mind.rulespeech.pattern import Compiler, slots
from hearth.rule import Condition, Trigger


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause says. ``eventive``: it only happens; ``told`` is how Hearth would tell it."""

    triggers: tuple[Trigger, ...] = ()
    conditions: tuple[Condition, ...] = ()
    eventive: bool = False
    told: str = ""
    things: tuple[Entity, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Row:
    """One way to say something: its expressions, and what the table says of it."""

    patterns: tuple[re.Pattern[str], ...]
    says: Mapping[str, Any] = field(default_factory=dict)

    def match(self, text: str) -> Iterator[dict[str, str]]:
        for pattern in self.patterns:
            if match := pattern.fullmatch(text):
                yield slots(match)


def rows(table: Mapping[str, Any], key: str, compiler: Compiler) -> tuple[Row, ...]:
    """Return the rows of a table, each with its expressions."""
    return tuple(
        Row(tuple(compiler.pattern(s) for s in row["says"]), row) for row in table.get(key) or ()
    )


Keyed = tuple[tuple[str, re.Pattern[str]], ...]


def keyed(table: Mapping[str, Any], key: str, compiler: Compiler) -> Keyed:
    """Return the expressions of a table by their keys."""
    return tuple((k, compiler.pattern(*v)) for k, v in (table.get(key) or {}).items())
