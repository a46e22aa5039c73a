"""Several calendars in, one out: all are read, one is written to (the port ``Diary``)."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hearth.agenda import Agenda, Appointment, Diary
from hearth.edge.calendar.files import IcsFiles, OwnCalendar
from hearth.edge.calendar.server import CaldavCalendar
from hearth.error import HearthError
from hearth.event import Health
from hearth.port import Clock
from hearth.remember import Gone
from hearth.sections.companion import CalendarConfig

log = logging.getLogger(__name__)


class Calendars:
    """All calendars of the house.

    Args:
        diaries: Those that can be written to, by their name; new appointments go into the first.
        others: Those that are only read.
    """

    def __init__(self, diaries: dict[str, Diary], others: Sequence[Agenda] = ()) -> None:
        self._diaries = diaries
        self._others = others

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, the next first."""
        sources = (*self._diaries.values(), *self._others)
        found = await asyncio.gather(*(each.between(start, end) for each in sources))
        every = [one for several in found for one in several]
        return tuple(sorted(every, key=lambda a: (a.start, a.title)))

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        """Write a new one into the first calendar that takes it. Raises HearthError.

        Where a server does not, Hearth's own calendar keeps it, so that it is not lost.
        """
        first, *rest = self._diaries.values()
        try:
            return await first.add(appointment, rule)
        except HearthError as error:
            if not rest:
                raise
            log.warning("an appointment is kept aside: %s", error)
            return replace(await rest[0].add(appointment, rule), aside=error.what)

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        """Put one occurrence to another time. Raises HearthError."""
        await self._of(appointment).move(appointment, start, end)

    async def remove(self, appointment: Appointment) -> None:
        """Take one occurrence out. Raises HearthError."""
        await self._of(appointment).remove(appointment)

    def _of(self, appointment: Appointment) -> Diary:
        diary = self._diaries.get(appointment.calendar)
        if diary is None:
            raise HearthError("I can only read that calendar.", "Change it where it comes from.")
        return diary

    async def erase(self, gone: Gone) -> None:
        """Drop the words of what is being forgotten from what is kept here (an ``Eraser``)."""
        for diary in self._diaries.values():
            if isinstance(diary, OwnCalendar | CaldavCalendar):
                await diary.erase(gone)


def open_calendars(
    config: CalendarConfig, state: Path, clock: Clock, tell: Callable[[Health], None]
) -> tuple[Calendars, dict[str, Callable[[], Awaitable[None]]]]:
    """Return the calendars of a configuration, and the rooms that keep them up to date.

    Hearth's own file in the state directory is there always; a server that is configured comes
    first: new appointments go there.
    """
    diaries: dict[str, Diary] = {}
    rooms: dict[str, Callable[[], Awaitable[None]]] = {}
    if config.caldav_url:
        server = CaldavCalendar(
            config,
            lambda: read_password(config),
            cache=state / "caldav.json",
            clock=clock,
            tell=tell,
        )
        diaries[server.name] = server
        rooms["calendar server"] = server.run
    own = OwnCalendar(state / "calendar.ics", clock, tell=tell)
    diaries[own.name] = own
    others: list[Agenda] = []
    if config.sources:
        files = IcsFiles([Path(each).expanduser() for each in config.sources], clock, tell)
        others.append(files)
        rooms["calendar files"] = files.run
    return Calendars(diaries, others), rooms


def read_password(config: CalendarConfig) -> str:
    """Return the password of ``password_file``, or of systemd's credential ``caldav-password``.

    Raises HearthError where the file cannot be read.
    """
    path = Path(config.password_file).expanduser() if config.password_file else None
    if path is None and (folder := os.environ.get("CREDENTIALS_DIRECTORY")):
        credential = Path(folder) / "caldav-password"
        path = credential if credential.exists() else None
    if path is None:
        return ""
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise HearthError(
            f"The calendar's password file {path} cannot be read ({error.strerror}).",
            "Check [calendar] password_file, and that Hearth's user may read it.",
        ) from error
