"""A day in, what it holds out: appointments, and threads and dates that a person told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hearth.agenda import Agenda, Appointment
from hearth.remember import Fact, Knowledge

YEARLY = ("birthday", "anniversary")
_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """What a day holds: appointments from ``now`` on, open threads of the day, and what is near.

    ``dates`` are birthdays and anniversaries of today, ``soon`` the next thing of the week.
    """

    appointments: tuple[Appointment, ...] = ()
    threads: tuple[Fact, ...] = ()
    dates: tuple[Fact, ...] = ()
    soon: Fact | Appointment | None = None


class Days:
    """Reads the calendar and what is known; what is not there tells nothing."""

    def __init__(self, agenda: Agenda | None, knowledge: Knowledge | None) -> None:
        self._agenda = agenda
        self._knowledge = knowledge

    async def day(self, now: datetime) -> Day:
        """Return what the rest of this day holds, and the next thing of the week."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        appointments = await self.appointments(now, tomorrow)
        facts = await self.facts(midnight, tomorrow)
        told = {appointment.title.casefold() for appointment in appointments}
        threads = [f for f in facts if f.relation not in YEARLY and not _in(f.value, told)]
        return Day(
            appointments,
            tuple(fact for fact in threads if not fact.due or _ahead(fact.due, now)),
            tuple(fact for fact in facts if fact.relation in YEARLY),
            await self._soon(tomorrow),
        )

    async def appointments(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return the appointments that begin between two moments, or last the whole day."""
        if self._agenda is None:
            return ()
        found = await self._agenda.between(start, end)
        return tuple(a for a in found if a.whole_day or start <= a.start < end)

    async def facts(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        """Return the open threads and dates between two moments."""
        return () if self._knowledge is None else await self._knowledge.open(start, end)

    async def _soon(self, tomorrow: datetime) -> Fact | Appointment | None:
        """Return the next thing after today, within a week; what comes every week is no event."""
        end = tomorrow + _SOON - timedelta(days=1)
        events: list[Fact | Appointment] = [*await self.facts(tomorrow, end)]
        events += [a for a in await self.appointments(tomorrow, end) if not a.recurring]
        return min(events, key=lambda each: due(each) or end, default=None)


def due(event: Fact | Appointment) -> datetime | None:
    """Return when something is."""
    return event.start if isinstance(event, Appointment) else event.due


def whole_day(moment: datetime) -> bool:
    """Return whether a fact's moment names a day and no hour."""
    return (moment.hour, moment.minute) == (0, 0)


def _ahead(moment: datetime, now: datetime) -> bool:
    return whole_day(moment.astimezone(now.tzinfo)) or moment > now


def _in(value: str, titles: set[str]) -> bool:
    words = {word for word in value.casefold().split() if len(word) > 3}
    return any(words & set(title.split()) for title in titles)
