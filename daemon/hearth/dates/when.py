"""What words of a time mean, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Grain = Literal["moment", "day", "span"]
"""A point of time, a whole day (or several), or a stretch of hours, days, months or years."""

HALF = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class When:
    """From ``start`` to ``end`` (aware, the end excluded; equal for a moment).

    With a ``rule`` (the value of an RRULE, RFC 5545) it recurs, and ``start`` is the first time.
    ``half_day``: the clock was told without its half of the day, and ``other_half`` fits as well.
    ``timed``: an hour was told, or a part of the day, not only a day. ``dated``: a day was told.
    """

    start: datetime
    end: datetime
    grain: Grain = "moment"
    rule: str = ""
    half_day: bool = False
    timed: bool = True
    dated: bool = True

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end < self.start:
            raise ValueError("a time is aware and does not end before it begins")

    @property
    def recurs(self) -> bool:
        """Whether it comes again and again."""
        return bool(self.rule)

    def at(self, hour: int, minute: int = 0) -> When:
        """Return the same day, or days, as a moment at that hour."""
        start = self.start.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return replace(self, start=start, end=start, grain="moment", timed=True, half_day=False)

    def other_half(self) -> When:
        """Return it twelve hours later or earlier on the same day: "at seven" as 7:00 or 19:00."""
        by = HALF if self.start.hour < 12 else -HALF
        start = (self.start.replace(tzinfo=None) + by).replace(tzinfo=self.start.tzinfo)
        return replace(self, start=start, end=start + (self.end - self.start))
