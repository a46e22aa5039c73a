"""The good morning: how the night was, what the day holds, something to look forward to.

It comes when the person gets up, which is the first sign of them after the hours of sleep, and not
at a fixed time; or when they say good morning first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from hearth.agenda import Appointment
from hearth.house import House
from hearth.mind.initiative.hours import Hours
from hearth.skills.wants.day import YEARLY, Day, Days, due, whole_day
from hearth.skills.wants.nights import Night
from hearth.skills.wants.sleep import Stirs, last_night
from hearth.skills.wants.weather import weather
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "morning"
_LATEST = timedelta(hours=5)
"""So long after the hours of sleep it is still the morning of somebody who sleeps long."""

_MOST_TOLD = 3
_RESTLESS = 3
"""So often up in the night is worth a word."""


class Morning:
    """Greets the person who gets up.

    Args:
        words: How things are said.
        days: What the day holds.
        stirs: When somebody moved, for the night.
        hours: Returns when the person sleeps.
        spent: Tells whether a key was said already: the night need not be read again.
    """

    def __init__(
        self,
        words: Wording,
        days: Days,
        stirs: Stirs,
        hours: Callable[[], Hours],
        spent: Callable[[str], bool] = lambda key: False,
    ) -> None:
        self._words = words
        self._days = days
        self._stirs = stirs
        self._hours = hours
        self._spent = spent

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer the greeting of this morning, once somebody is there."""
        now = moment.now
        ended = self._hours().ended(now)
        if not moment.present or now - ended > _LATEST or self._spent(self.key(now)):
            return ()
        text = await self.brief(now, moment.house)
        return (Want(self.key(now), KIND, text, ended + _LATEST, weight=0.9),)

    def key(self, now: datetime) -> str:
        """Return under which key this morning's greeting is said."""
        return f"{KIND}/{self._hours().ended(now).date()}"

    async def brief(self, now: datetime, house: House, *, greet: bool = True) -> str:
        """Say the day: a greeting, the night, the appointments, the weather, what is near."""
        day = await self._days.day(now)
        parts = [self._words.pick("morning.hello", now)] if greet else []
        if greet and not self._words.little:
            parts.append(await self._night(now, house))
        parts += [self._own_date(now, day), self._appointments(now, day)]
        outside = weather(house)
        if outside.known:
            celsius = None if outside.celsius is None else round(outside.celsius)
            parts.append(self._words.pick("weather", now, celsius=celsius, rain=outside.rain))
        if not self._words.little:
            parts.append(self._near(now, day))
        told = [part for part in parts if part]
        if not greet and not told:
            return self._words.pick("morning.nothing", now)
        return " ".join(told)

    async def _night(self, now: datetime, house: House) -> str:
        """Say how the night was, where that may be noticed and the house could tell."""
        if not self._words.may_notice("sleep"):
            return ""
        found = await last_night(self._stirs, house, self._hours(), now)
        return "" if found is None else self._of_night(now, found)

    def _of_night(self, now: datetime, found: Night) -> str:
        key = "night.restless" if found.stirred >= _RESTLESS else "night.calm"
        return self._words.pick(
            key,
            now,
            bed=self._words.clock(found.bed, about=True),
            up=self._words.clock(found.up, about=True),
            times=found.stirred,
            hours=round(found.length.total_seconds() / 1800) / 2,
        )

    def _own_date(self, now: datetime, day: Day) -> str:
        """Wish the person well on their own day; those of others are a want of their own."""
        own = [f for f in day.dates if f.subject.casefold() in ("me", "i")]
        return self._words.pick(f"dates.own_{own[0].relation}", now) if own else ""

    def _appointments(self, now: datetime, day: Day) -> str:
        told = [self._of_appointment(each) for each in day.appointments]
        told += [self._of_thread(now, fact.due, self._words.thing(fact)) for fact in day.threads]
        told = list(dict.fromkeys(told))
        if not told:
            return ""
        more = max(0, len(told) - _MOST_TOLD)
        return self._words.pick("morning.today", now, told=told[:_MOST_TOLD], more=more)

    def _of_appointment(self, each: Appointment) -> str:
        if each.whole_day:
            return each.title
        clock = self._words.clock(each.start)
        return self._words.pick("at_time", each.start, what=each.title, clock=clock)

    def _of_thread(self, now: datetime, moment: datetime | None, thing: str) -> str:
        local = moment.astimezone(now.tzinfo) if moment else None
        if local is None or whole_day(local):
            return thing
        return self._words.pick("at_time", now, what=thing, clock=self._words.clock(local))

    def _near(self, now: datetime, day: Day) -> str:
        """Say the next thing of the week, as something to look forward to."""
        event = day.soon
        moment = due(event) if event else None
        if event is None or moment is None:
            return ""
        if isinstance(event, Appointment):
            what = event.title
        elif event.relation in YEARLY:
            whose = self._words.yours(event.subject)
            if event.subject.casefold() in ("me", "i"):
                what = self._words.pick(f"dates.name_own_{event.relation}", now)
            else:
                what = self._words.pick(f"dates.name_{event.relation}", now, whose=whose)
        else:
            what = self._words.thing(event)
        days = (moment.astimezone(now.tzinfo).date() - now.date()).days
        return self._words.pick("morning.near", now, what=what, days=days, moment=moment)
