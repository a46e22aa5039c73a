"""What one form says, before it is put together with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hearth.dates.words import Part


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence: the parts of an RRULE."""

    freq: str
    interval: int = 1
    more: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The value of an RRULE."""
        interval = (f"INTERVAL={self.interval}",) if self.interval > 1 else ()
        return ";".join((f"FREQ={self.freq}", *interval, *self.more))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of: a day, a stretch of days, a clock, a part of the day, a moment, a recurrence.

    ``clock`` is minutes after midnight, ``sure`` that its half of the day is known, ``clock_end``
    where a stretch of hours was told. ``weak`` means nothing by itself ("the second", "morning").
    """

    day: date | None = None
    stretch: tuple[date, date] | None = None
    clock: int | None = None
    clock_end: int | None = None
    sure: bool = False
    part: Part | None = None
    moment: datetime | None = None
    every: Every | None = None
    until: date | None = None
    weak: bool = False
    weekday: int | None = field(default=None)

    def joined(self, other: Piece) -> Piece | None:
        """Return both as one; None where both say the same kind of thing."""
        if self == NOTHING:
            return other
        if self.moment or other.moment or self._clashes(other):
            return None
        day = self.day or other.day
        every = self.every or other.every
        part = self.part or other.part
        told = self if self.clock is not None else other
        return replace(
            self,
            day=day,
            stretch=self.stretch or other.stretch,
            clock=told.clock,
            clock_end=told.clock_end,
            sure=told.sure,
            part=part,
            every=every,
            until=self.until or other.until,
            weak=self.weak and other.weak,
            weekday=self.weekday if self.weekday is not None else other.weekday,
        )

    def _clashes(self, other: Piece) -> bool:
        """Whether both tell the same kind of thing, differently."""
        halves = {p.half for p in (self.part, other.part) if p}
        return bool(
            (self.day and other.day and self.day != other.day)
            or (self.every and other.every)
            or (self.clock is not None and other.clock is not None)
            or (self.stretch and other.stretch)
            or (len(halves) > 1 and halves != {"pm", "night"})
        )


NOTHING = Piece(weak=True)
"""Before the first piece."""
