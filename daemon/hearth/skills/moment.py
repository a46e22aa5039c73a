"""A schedule and the present moment in, the trigger of it out, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hearth.port import Phraser, Schedule
from hearth.rule import Day, SunTrigger, TimeTrigger, Trigger
from hearth.skills.telling import Telling, clock

_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7
_HALF = timedelta(hours=12)


def begins(schedule: Schedule) -> bool:
    """Return whether a schedule says when to begin."""
    return bool(schedule.after_s or schedule.at is not None or schedule.sun)


def due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the moment that a schedule means; None for one of the sun.

    ``now`` is aware, in the house's zone; "in an hour" is an hour later over a change of clocks.
    """
    if schedule.after_s:
        later = now.astimezone(UTC) + timedelta(seconds=schedule.after_s)
        return later.astimezone(now.tzinfo)
    if schedule.at is None:
        return None
    day = now.date()
    if schedule.days_ahead is not None:
        day += timedelta(days=schedule.days_ahead)
    elif schedule.weekday is not None:
        day += timedelta(days=(schedule.weekday - now.weekday()) % _WEEK)
    first = datetime.combine(day, schedule.at, now.tzinfo)
    fits: Sequence[datetime] = (first, first + _HALF) if schedule.half_day else (first,)
    for moment in fits:
        if moment > now:
            return moment
    ahead = _WEEK if schedule.weekday is not None else 1
    return datetime.combine(day + timedelta(days=ahead), schedule.at, now.tzinfo)


def trigger(schedule: Schedule, now: datetime) -> TimeTrigger | SunTrigger:
    """Return what fires at that moment. Raises ValueError where the schedule tells none."""
    if schedule.sun:
        days: tuple[Day, ...] = ()
        if schedule.days_ahead is not None:
            days = (_DAYS[(now.weekday() + schedule.days_ahead) % _WEEK],)
        elif schedule.weekday is not None:
            days = (_DAYS[schedule.weekday],)
        return SunTrigger(schedule.sun, schedule.offset_s, days)
    moment = due(schedule, now)
    if moment is None:
        raise ValueError("the schedule tells no moment")
    at = time(moment.hour, moment.minute, moment.second)
    return TimeTrigger(at, date=moment.date().isoformat())


class Whens:
    """Says when something planned will be, in the language of its phraser."""

    def __init__(self, phraser: Phraser) -> None:
        self._say = phraser.phrase
        self._telling = Telling(phraser)

    def tell(self, when: Trigger, now: datetime, after_s: float = 0.0) -> str:  # noqa: PLR0911 - a day a case
        """Return "at 19:30", "tomorrow at 7:00", "in 5 minutes", "at sunset"."""
        if after_s:
            return self._say("plans.in", seconds=after_s)
        if isinstance(when, SunTrigger):
            days = self._telling.days(when.days)
            return self._say("plans.at_sun", sun=self._telling.sun(when), day=days)
        if not isinstance(when, TimeTrigger):
            return ""
        at = clock(when.at)
        if not when.date:
            return self._say("plans.today", time=at)
        day = date.fromisoformat(when.date)
        ahead = (day - now.date()).days
        if ahead == 0:
            return self._say("plans.today", time=at)
        if ahead == 1:
            return self._say("plans.tomorrow", time=at)
        named = self._say(f"plans.day{day.weekday()}") if 0 < ahead < _WEEK else when.date
        return self._say("plans.on_day", day=named, time=at)
