"""What has been read of a sentence that makes a rule: its hinges, and its parts."""

from __future__ import annotations

from dataclasses import dataclass, field

from hearth.mind.rulespeech.deeds import Deeds
from hearth.rule import Condition, Rule, Trigger


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it was understood; its id and room are the keeper's business."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Problem:
    """It was meant as a rule, but something is missing: a thing, a time, which one of several."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Hinge:
    """A word that joins a clause: where it begins and ends, and how it joins."""

    start: int
    end: int
    kind: str


@dataclass
class Parts:
    """What has been read of a sentence so far."""

    triggers: list[Trigger] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    deeds: Deeds = field(default_factory=Deeds)
    told: str = ""
    once: bool = False
    asking: bool = False
    missing: str = ""
    moving: bool = False
    """Whether what was to be done with the missing thing was understood."""
