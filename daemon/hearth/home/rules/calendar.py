"""Times of the clock and of the sun in, moments out: summer time neither doubles nor skips one.

A time that the clock leaps over in spring (02:30) comes at the moment at which it would have been
without the leap, 03:30; one that comes twice in autumn counts the first time (PEP 495, fold 0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import get_args

from astral import Observer
from astral import sun as astral_sun

from hearth.rule import Day, SunEvent, SunTrigger, TimeTrigger

DAYS: tuple[str, ...] = get_args(Day)
"""The days of the week, Monday first."""

_HORIZON = -0.833
"""The height of the sun's middle when its upper edge is on the horizon, in degrees."""

_YEAR_DAYS = 366


class Calendar:
    """Knows when times and the sun's events come.

    Args:
        where: Latitude and longitude of the house in degrees; None where they are not configured:
            then the sun never does anything.
    """

    def __init__(self, where: tuple[float, float] | None = None) -> None:
        self.where = where
        self._observer = Observer(*where) if where else None
        self._sun = lru_cache(maxsize=256)(self._sun_at)

    def moments(
        self, trigger: TimeTrigger | SunTrigger, after: datetime, until: datetime
    ) -> Iterator[tuple[str, datetime]]:
        """Yield each moment in (``after``, ``until``] with the day that names it, ISO 8601.

        Both bounds are aware; the zone of ``until`` is that of the house.
        """
        zone = until.tzinfo or UTC
        if isinstance(trigger, TimeTrigger):
            margin = 1
        else:
            margin = 1 + int(abs(trigger.offset_s) // 86_400) + 1
        try:
            day = after.astimezone(zone).date() - timedelta(days=margin)
            last = until.date() + timedelta(days=margin)
            while day <= last:
                moment = self._moment(trigger, day, zone)
                if moment is not None and after < moment <= until:
                    yield day.isoformat(), moment
                day += timedelta(days=1)
        except OverflowError:
            return

    def next(
        self, trigger: TimeTrigger | SunTrigger, now: datetime, days: int = _YEAR_DAYS
    ) -> datetime | None:
        """Return the next moment within ``days``, or None."""
        for ahead in range(0, days, 7):
            begin = now + timedelta(days=ahead)
            end = begin + timedelta(days=min(7, days - ahead))
            if found := [moment for _, moment in self.moments(trigger, begin, end)]:
                return min(found)
        return None

    def sun_is_up(self, now: datetime, offset_s: float = 0.0) -> bool | None:
        """Tell whether the sun is up; None where the house's place is not known.

        ``offset_s`` moves sunrise and sunset: -1800 lets both come half an hour earlier.
        """
        if self._observer is None:
            return None
        at = now - timedelta(seconds=offset_s)
        return bool(astral_sun.elevation(self._observer, at, with_refraction=False) > _HORIZON)

    def _moment(
        self, trigger: TimeTrigger | SunTrigger, day: date, zone: tzinfo
    ) -> datetime | None:
        if trigger.days and DAYS[day.weekday()] not in trigger.days:
            return None
        if isinstance(trigger, TimeTrigger):
            if trigger.date and not day.isoformat().endswith(trigger.date):
                return None
            at = trigger.at.replace(tzinfo=None)
            return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
        rises = self._sun(trigger.sun, day, zone)
        return rises + timedelta(seconds=trigger.offset_s) if rises else None

    def _sun_at(self, event: SunEvent, day: date, zone: tzinfo) -> datetime | None:
        """Return the sun's event of a day; None near the poles where there is none that day."""
        if self._observer is None:
            return None
        ask: Callable[..., datetime] = getattr(astral_sun, event)
        try:
            return ask(self._observer, day, tzinfo=zone)
        except ValueError:
            return None
