"""The present moment in, the times and sun events that came since the last one out.

Each moment is told once, whatever the clock does: it is known by its trigger and its day, so a
clock that is set back does not repeat it, and one that is set forward over it makes it late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hearth.home.rules.calendar import Calendar
from hearth.home.rules.happen import Firing
from hearth.home.rules.notes import Notes
from hearth.rule import SunTrigger, TimeTrigger

TOLD, CLOCK, WALKED = "told", "clock", "walked"

_REMEMBERED = 8
"""Days that are remembered of each trigger: as far as a clock may be set back."""

_LOOK_DAYS = 2
_WALKED_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Timed:
    """A trigger of a rule that waits for a time; ``key`` names it over restarts."""

    rule: str
    trigger: TimeTrigger | SunTrigger
    key: str


class Timetable:
    """Every trigger of time and sun.

    Args:
        calendar: Knows when they come.
        notes: Keeps what was told over a restart.
        now: The time at which it begins to look, aware.
    """

    def __init__(self, calendar: Calendar, notes: Notes, now: datetime) -> None:
        self._calendar = calendar
        self._notes = notes
        self._timed: tuple[Timed, ...] = ()
        self._walked = self._read(now)
        self._noted = now
        self._next: datetime | None = now

    def away_s(self, now: datetime) -> float:
        """Return how long ago the last look was, in seconds; never negative."""
        return max(0.0, (now - self._walked).total_seconds())

    def set(self, timed: Iterable[Timed], now: datetime) -> None:
        """Wait for these from now on; forget what was told of others."""
        self._timed = tuple(timed)
        known = {each.key for each in self._timed}
        for key in self._notes.of(TOLD):
            if key not in known:
                self._notes.put(TOLD, key, None)
        self._next = now

    def due(self, now: datetime, reach_s: float) -> list[Firing]:
        """Return what came since the last look, the earliest first.

        What is more than ``reach_s`` late is left out.
        """
        if now < self._walked:
            self._walked, self._next = now, now
        found: list[tuple[datetime, Firing]] = []
        if self._next is not None and now >= self._next:
            since = max(self._walked, now - timedelta(seconds=reach_s))
            for timed in self._timed:
                found += self._of(timed, since, now)
            self._next = self._soonest(now)
        self._walked = now
        if found or abs((now - self._noted).total_seconds()) >= _WALKED_EVERY_S:
            self._noted = now
            self._notes.put(CLOCK, WALKED, now.astimezone(UTC).isoformat(), lazy=not found)
        return [firing for _, firing in sorted(found, key=lambda pair: pair[0])]

    def next(self) -> datetime | None:
        """Return when to look again at the latest; None: not for days."""
        return self._next

    def look_again(self, now: datetime) -> None:
        """The clock was set: what comes next has to be found anew."""
        self._next = now

    def _of(self, timed: Timed, since: datetime, now: datetime) -> list[tuple[datetime, Firing]]:
        told = self._notes.get(TOLD, timed.key)
        told = list(told) if isinstance(told, list) else []
        found = []
        for day, moment in self._calendar.moments(timed.trigger, since, now):
            if day in told:
                continue
            told.append(day)
            self._notes.put(TOLD, timed.key, told[-_REMEMBERED:])
            firing = Firing(timed.rule, _because(timed.trigger, moment))
            found.append((moment, firing.late((now - moment).total_seconds())))
        return found

    def _soonest(self, now: datetime) -> datetime | None:
        coming = (self._calendar.next(t.trigger, now, _LOOK_DAYS) for t in self._timed)
        soonest = min((moment for moment in coming if moment), default=None)
        if soonest is None and self._timed:
            return now + timedelta(days=_LOOK_DAYS - 1)
        return soonest

    def _read(self, now: datetime) -> datetime:
        try:
            walked = datetime.fromisoformat(self._notes.get(CLOCK, WALKED))
            return min(walked.astimezone(now.tzinfo), now)
        except (TypeError, ValueError):
            return now


def _because(trigger: TimeTrigger | SunTrigger, moment: datetime) -> str:
    name = trigger.sun if isinstance(trigger, SunTrigger) else "time"
    return f"{name} {moment:%H:%M}"
