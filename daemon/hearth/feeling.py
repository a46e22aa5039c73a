"""How a person seems to feel, as values and ports: moods, the person's own usual, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hearth.event import Heard, Mood


@dataclass(frozen=True, slots=True)
class Felt:
    """A mood at a time (aware); ``replaced`` where the person has put it right since."""

    id: int
    time: datetime
    mood: Mood
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Usual:
    """A running mean and spread of one measure of somebody's voice (Welford 1962)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def with_value(self, value: float) -> Usual:
        """Return it with one more value."""
        count = self.count + 1
        step = value - self.mean
        mean = self.mean + step / count
        return Usual(count, mean, self.squares + step * (value - mean))

    @property
    def spread(self) -> float:
        """The standard deviation; 0 for fewer than two values."""
        return (self.squares / (self.count - 1)) ** 0.5 if self.count > 1 else 0.0


class Moods(Protocol):
    """Knows how a person seems to feel."""

    async def feel(self, heard: Heard) -> Mood | None:
        """Return the mood of a sentence within 60 ms; None where it is not to be noticed."""

    def latest(self, site: str) -> Mood | None:
        """Return the last mood in a room that is not long ago; None where there is none."""


class MoodLog(Protocol):
    """Keeps moods on disk, and what was learned of the person's way of telling them."""

    async def add(self, felt: Felt, replaces: int = 0) -> int:
        """Keep a mood and return its id; ``replaces`` names the one that the person put right."""

    async def between(self, start: datetime, end: datetime) -> tuple[Felt, ...]:
        """Return the moods of a time, the first first; those that were put right are marked."""

    async def biases(self) -> Mapping[str, float]:
        """Return how much more (logits) each feeling is meant than it sounds."""

    async def lean(self, changes: Mapping[str, float]) -> None:
        """Keep what a correction taught: add to the biases, each within one either way."""

    async def usual(self) -> Mapping[tuple[str, str], Usual]:
        """Return what is usual, by room and measure."""

    async def note(self, usual: Mapping[tuple[str, str], Usual]) -> None:
        """Keep what is usual."""

    async def clear(self) -> int:
        """Delete every mood and all that was learned; return how many moods went."""
