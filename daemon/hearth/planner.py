"""Ports in, what keeps a person's times out: reminders, alarms and the calendar.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import cast

from hearth.bus import Bus
from hearth.dates import dates
from hearth.home.rules.calendar import Calendar as SunCalendar
from hearth.memory import reminders
from hearth.memory.reminders import StoredReminders
from hearth.mind.planning.ringing import ringing_words
from hearth.ports import Ports
from hearth.remember import Eraser, Knowledge, TableEraser
from hearth.rule import SunEvent, SunTrigger
from hearth.sections import Config
from hearth.skill import Guardian, Skill
from hearth.skills.agenda import Agenda
from hearth.skills.appointments import Appointments
from hearth.skills.calendar import Calendar
from hearth.skills.days import Days
from hearth.skills.reminders import Reminders
from hearth.skills.ringing import Ringing
from hearth.want import Wanting


class Planner:
    """Reminders, alarms and the calendar.

    Args:
        config: Its sections ``reminders``, ``calendar``, ``home``.
        ports: ``calendar`` is the diary that is read and written.
        bus: Where what rings is said.
        knowledge: What the person told, for "the day before Mum's birthday".
    """

    def __init__(
        self, config: Config, ports: Ports, bus: Bus, knowledge: Callable[[], Knowledge | None]
    ) -> None:
        self.agenda = ports.calendar
        language = config.hearth.language
        times = dates(language)
        store = StoredReminders(ports.store, ports.clock)
        self._ringing = Ringing(
            bus,
            store,
            ports.clock,
            ports.phraser,
            words=partial(ringing_words, language),
            config=config.reminders,
        )
        named = Days(times, self.agenda, _sun(config), knowledge).named
        telling = Agenda(self.agenda, ports.clock, ports.phraser, dates=times, named=named)
        self.skills: tuple[Skill, ...] = (
            Reminders(
                store,
                ports.clock,
                ports.phraser,
                ports.answers,
                look=self._ringing.look,
                dates=times,
                named=named,
                config=config.reminders,
            ),
            telling,
            Calendar(self.agenda, telling, ports.clock, ports.phraser, ports.answers),
        )
        self.guardians: tuple[Guardian, ...] = (self._ringing,)
        self.wants: tuple[Wanting, ...] = (
            Appointments(self.agenda, ports.phraser, config.calendar),
        )
        self.rooms: dict[str, Callable[[], Awaitable[None]]] = {
            "skill reminders": self._ringing.run
        }
        self.tables: tuple[TableEraser, ...] = (reminders.erase,)
        held = [self._ringing, self.agenda]
        self.erasers: tuple[Eraser, ...] = tuple(e for e in held if hasattr(e, "erase"))


def _sun(config: Config) -> Callable[[str, datetime], datetime | None]:
    """Return what tells when the sun does something next, in the house's place."""
    home = config.home
    placed = home.latitude != "" and home.longitude != ""
    calendar = SunCalendar((float(home.latitude), float(home.longitude)) if placed else None)

    def sun(event: str, now: datetime) -> datetime | None:
        return calendar.next(SunTrigger(cast(SunEvent, event)), now, 2)

    return sun
