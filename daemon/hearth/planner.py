"""Ports in, what keeps a person's times out: reminders, alarms and the calendar.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import cast

from hearth.bus import Bus
from hearth.dates import dates
from hearth.home.rules.calendar import Calendar as SunCalendar
from hearth.kit import Kit
from hearth.memory import reminders
from hearth.memory.reminders import StoredReminders
from hearth.mind.planning.ringing import ringing_words
from hearth.ports import Ports
from hearth.remember import Knowledge
from hearth.rule import SunEvent, SunTrigger
from hearth.sections import Config
from hearth.skills.agenda import Agenda
from hearth.skills.appointments import Appointments
from hearth.skills.calendar import Calendar
from hearth.skills.days import Days
from hearth.skills.reminders import Reminders
from hearth.skills.ringing import Ringing


class Planner(Kit):
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
        super().__init__()
        agenda = ports.calendar
        language = config.hearth.language
        times = dates(language)
        store = StoredReminders(ports.store, ports.clock)
        ringing = Ringing(
            bus,
            store,
            ports.clock,
            ports.phraser,
            words=partial(ringing_words, language),
            config=config.reminders,
        )
        named = Days(times, agenda, _sun(config), knowledge).named
        telling = Agenda(agenda, ports.clock, ports.phraser, dates=times, named=named)
        self.skills += (
            Reminders(
                store,
                ports.clock,
                ports.phraser,
                ports.answers,
                look=ringing.look,
                dates=times,
                named=named,
                config=config.reminders,
            ),
            telling,
            Calendar(agenda, telling, ports.clock, ports.phraser, ports.answers),
        )
        self.guardians.append(ringing)
        self.wants.append(Appointments(agenda, ports.phraser, config.calendar))
        self.rooms["skill reminders"] = ringing.run
        self.tables.append(reminders.erase)
        held = [ringing, agenda, telling]
        self.erasers += [each for each in held if hasattr(each, "erase")]


def _sun(config: Config) -> Callable[[str, datetime], datetime | None]:
    """Return what tells when the sun does something next, in the house's place."""
    home = config.home
    placed = home.latitude != "" and home.longitude != ""
    calendar = SunCalendar((float(home.latitude), float(home.longitude)) if placed else None)

    def sun(event: str, now: datetime) -> datetime | None:
        return calendar.next(SunTrigger(cast(SunEvent, event)), now, 2)

    return sun
