"""When somebody stirred in, how the night was out: bed time, wake time and how often up.

From motion, speech and a bed's sensor, so everything is "about" and "as far as I could tell". There
are no stages of sleep and no judgement in it: a house that does not stir tells nothing of sleep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

_STILL = timedelta(minutes=60)
"""So long without a stir: somebody has gone to bed, or back to it."""

_UP = timedelta(minutes=40)
"""Stirs that are closer than this to one another are one stretch of being up."""

_BRIEF = timedelta(minutes=20)
"""A stretch that is shorter, between two still ones, is getting up in the night."""

_EARLY = timedelta(minutes=30)
"""So long before the hours of sleep, stillness is an evening with a book."""

_TWO = 2
_SHORTEST, _LONGEST = timedelta(hours=2), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Night:
    """One night: when it seems to have begun and ended, and how often somebody was up in it."""

    bed: datetime
    up: datetime
    stirred: int = 0

    @property
    def length(self) -> timedelta:
        """From bed time to wake time; not how long somebody slept."""
        return self.up - self.bed


def night(
    stirs: Sequence[datetime], begins: datetime, asleep: datetime, now: datetime
) -> Night | None:
    """Return the night that ended before ``now``; None where the house tells too little.

    ``stirs`` are the moments at which somebody moved or spoke, ``begins`` when the night may have
    begun at the earliest, ``asleep`` when the person means to sleep. It is the longest stillness,
    with those beside it that only a short getting up divides from it. Without a stir before it
    there is no bed time, and so no night.
    """
    stretches = _stretches(sorted(stir for stir in stirs if begins <= stir <= now))
    if len(stretches) < _TWO:
        return None
    pairs = list(pairwise(stretches))
    core = max(range(len(pairs)), key=lambda n: pairs[n][1][0] - pairs[n][0][1])
    first, last = core, core + 1
    while first > 0 and _in_bed(stretches[first - 1], stretches[first]):
        if stretches[first - 1][1] < asleep - _EARLY:
            break
        first -= 1
    while last + 1 < len(stretches) and _in_bed(stretches[last], stretches[last + 1], before=True):
        last += 1
    found = Night(stretches[first][1], stretches[last][0], last - first - 1)
    return found if _SHORTEST <= found.length <= _LONGEST else None


def _stretches(seen: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Return the stretches of being up, each as its first and last stir."""
    found: list[tuple[datetime, datetime]] = []
    for stir in seen:
        if found and stir - found[-1][1] < _UP:
            found[-1] = (found[-1][0], stir)
        else:
            found.append((stir, stir))
    return found


def _in_bed(
    one: tuple[datetime, datetime], other: tuple[datetime, datetime], *, before: bool = False
) -> bool:
    """Return whether the stretch next to the stillness was a short one, with stillness beyond."""
    short = one if before else other
    return short[1] - short[0] < _BRIEF and other[0] - one[1] >= _STILL
