"""What is in the calendar, told: a day, what is next, when something is, whether there is time.

Titles come from outside: they are said, and never understood.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from hearth.agenda import Agenda as AgendaPort
from hearth.agenda import Appointment
from hearth.dates import Dates, Named, When
from hearth.port import Clock, Phraser
from hearth.remember import Gone
from hearth.skill import Reply, Request, intent
from hearth.skills.telling import clock as clock_words
from hearth.skills.when import day_words, moment_words, when_words

MOST_TOLD = 6
LENGTH = timedelta(hours=1)
"""How long a new appointment is where nobody said."""

_YEAR = timedelta(days=366)
_ANY = frozenset(
    (
        *("appointment", "appointments", "meeting", "meetings", "event", "events", "entry", "plan"),
        *("plans", "thing", "things", "activities", "engagement", "schedule", "termin", "termine"),
    )
)
"""Words for every appointment."""

Resolver = Callable[[datetime], Awaitable[Named]]


class Agenda:
    """Tells of appointments, and finds those that a person means."""

    def __init__(
        self,
        agenda: AgendaPort,
        clock: Clock,
        phraser: Phraser,
        *,
        dates: Dates,
        named: Resolver,
    ) -> None:
        self._agenda = agenda
        self._clock = clock
        self._phraser = phraser
        self._say = phraser.phrase
        self._dates = dates
        self._named = named
        self._last: dict[str, Appointment] = {}

    # --- telling -------------------------------------------------------------------------------

    @intent("HearthAgendaTell")
    async def tell(self, request: Request) -> Reply:
        """Tell what takes place in a time; today where none was said."""
        now = self._clock.now()
        words = str(request.command.slots.get("when", ""))
        when = await self.read(words) if words else None
        if when is None:
            coming = await self._coming(now)
            if not coming:
                return Reply(self._say("calendar.nothing_ahead"))
            self.spoke_of(request.site, coming)
            return Reply(self._list(coming[:MOST_TOLD], now, len(coming)))
        start, end = stretch(when)
        found = list(await self._agenda.between(start, end))
        found = _about(found, str(request.command.slots.get("kind", "")))
        if not found:
            return Reply(self._say("calendar.nothing", when=self._stretch_words(when, now)))
        self.spoke_of(request.site, found)
        return Reply(self._list(found[:MOST_TOLD], now, len(found)))

    @intent("HearthAgendaNext")
    async def next(self, request: Request) -> Reply:
        """Tell what comes next, of all or of a kind."""
        now = self._clock.now()
        kind = str(request.command.slots.get("kind", ""))
        coming = _about([a for a in await self._coming(now) if a.start > now], kind)
        if not coming:
            key = "calendar.not_found" if kind else "calendar.nothing_ahead"
            return Reply(self._say(key, title=kind))
        self.spoke_of(request.site, coming[:1])
        return Reply(self._one(coming[0], now))

    @intent("HearthAgendaWhen")
    async def when(self, request: Request) -> Reply:
        """Tell when an appointment is."""
        now = self._clock.now()
        about = str(request.command.slots.get("about", ""))
        found = await self.meant(about, str(request.command.slots.get("when", "")))
        if not found:
            return Reply(self._say("calendar.not_found", title=about))
        self.spoke_of(request.site, found[:1])
        return Reply(self._one(found[0], now))

    @intent("HearthAgendaFree")
    async def free(self, request: Request) -> Reply:
        """Tell whether nothing takes place in a time."""
        now = self._clock.now()
        when = await self.read(str(request.command.slots.get("when", "")))
        if when is None:
            when = self._dates.read(self._say("calendar.today"), now)
        if when is None:
            return Reply(self._say("calendar.when"), "failed")
        start, end = stretch(when)
        end = end if end > start else start + LENGTH
        busy = [a for a in await self._agenda.between(start, end) if not a.whole_day]
        told = self._stretch_words(when, now)
        if not busy:
            return Reply(self._say("calendar.free", when=told))
        items = [self._item(a, a.start.date() == start.date()) for a in busy[:MOST_TOLD]]
        return Reply(self._say("calendar.busy", items=items))

    @intent("HearthDateTell")
    async def date(self, request: Request) -> Reply:
        """Tell which day a time is."""
        now = self._clock.now()
        when = await self.read(str(request.command.slots.get("when", "")))
        if when is None:
            return Reply(self._say("calendar.unknown"), "failed")
        told = day_words(self._phraser, when.start.date(), now, exact=True)
        return Reply(self._say("calendar.date", when=told))

    @intent("HearthDateUntil")
    async def until(self, request: Request) -> Reply:
        """Tell how many days are left."""
        now = self._clock.now()
        slots = request.command.slots
        when = await self.read(str(slots.get("when") or slots.get("about") or ""))
        if when is None:
            return Reply(self._say("calendar.unknown"), "failed")
        if when.grain == "moment" and when.start.date() == now.date():
            seconds = max(0.0, when.start.timestamp() - now.timestamp())
            return Reply(self._say("plans.in", seconds=seconds))
        days = (when.start.date() - now.date()).days
        return Reply(self._say("calendar.until", n=days))

    # --- for who writes, too

    def spoke_of(self, site: str, found: Sequence[Appointment]) -> None:
        """Note what "it" means from now on in a room; nothing where several were told."""
        self._last.pop(site, None)
        if len({each.uid for each in found}) == 1:
            self._last[site] = found[0]

    def last(self, site: str) -> Appointment | None:
        """Return the appointment that was spoken of last in a room."""
        return self._last.get(site)

    async def erase(self, gone: Gone) -> None:
        """Drop what was spoken of (an ``Eraser``), whatever is being forgotten."""
        self._last.clear()

    async def meant(self, about: str, words: str) -> list[Appointment]:
        """Return what is to come and fits the words and the time, the next first."""
        now = self._clock.now()
        when = await self.read(words) if words else None
        start, end = stretch(when) if when else (now, now + _YEAR)
        if when and when.grain == "moment":
            end = start + timedelta(minutes=1)
        found = list(await self._agenda.between(start, end))
        if when and when.grain == "moment":
            found = [a for a in found if a.start == start] or found
        return _about(found, about)

    async def _coming(self, now: datetime) -> list[Appointment]:
        return list(await self._agenda.between(now, now + _YEAR))

    async def read(self, words: str) -> When | None:
        now = self._clock.now()
        named = await self._named(now)
        whole = self._dates.read(words, now, named=named)
        if whole is not None:
            return whole
        found = self._dates.find(words, now, named=named)
        timed = [f.when for f in found if f.when.timed]
        return next(iter(timed), found[0].when if found else None)

    def plainly(self, words: str) -> When | None:
        found = self._dates.find(words, self._clock.now())
        return found[0].when if found else None

    def _list(self, found: Sequence[Appointment], now: datetime, total: int) -> str:
        days: dict[datetime, list[Appointment]] = {}
        for each in found:
            day = max(each.start, now.replace(hour=0, minute=0, second=0, microsecond=0))
            key = day.replace(hour=0, minute=0, second=0, microsecond=0)
            days.setdefault(key, []).append(each)
        told = [
            self._say(
                "calendar.day_list",
                day=day_words(self._phraser, day.date(), now),
                items=[self._item(a, True) for a in several],
            )
            for day, several in sorted(days.items())
        ]
        if total > len(found):
            told.append(self._say("calendar.more", n=total - len(found)))
        return " ".join(told)

    def _item(self, one: Appointment, same_day: bool) -> str:
        if one.whole_day:
            return self._say("calendar.listed", time="", title=one.title)
        if not same_day:
            when = moment_words(self._phraser, one.start, self._clock.now())
            return f"{one.title} {when}"
        return self._say("calendar.listed", time=clock_words(one.start.time()), title=one.title)

    def _one(self, one: Appointment, now: datetime) -> str:
        return self._say("calendar.next", title=one.title, when=self.at(one, now), place=one.place)

    def at(self, one: Appointment, now: datetime) -> str:
        if one.whole_day:
            return day_words(self._phraser, one.start.date(), now)
        told = moment_words(self._phraser, one.start, now)
        if one.start.date() == now.date():
            return f"{day_words(self._phraser, now.date(), now)} {told}"
        return told

    def _stretch_words(self, when: When, now: datetime) -> str:
        return when_words(self._phraser, when, now)


def stretch(when: When) -> tuple[datetime, datetime]:
    if when.end > when.start:
        return when.start, when.end
    if not when.timed:
        return when.start, when.start + timedelta(days=1)
    return when.start, when.start + timedelta(minutes=1)


def _about(found: Sequence[Appointment], about: str) -> list[Appointment]:
    """Return those that the words fit; words for any appointment fit all."""
    words = [w for w in re.findall(r"[^\W_]+", about.casefold()) if w not in _ANY]
    words = [
        w for w in words if len(w) > 2 and w not in ("the", "with", "for", "and", "next", "all")
    ]
    if not words:
        return list(found)

    def hits(one: Appointment) -> int:
        known = re.findall(r"[^\W_]+", f"{one.title} {one.place}".casefold())
        return sum(any(k.startswith(w[:5]) or w.startswith(k[:5]) for k in known) for w in words)

    best = max((hits(a) for a in found), default=0)
    enough = best == len(words) or (len(words) > 1 and best >= len(words) * 0.5)
    return [a for a in found if hits(a) == best] if best and enough else []
