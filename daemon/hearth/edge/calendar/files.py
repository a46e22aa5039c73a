"""ICS files and folders in, appointments out; and Hearth's own calendar, which is such a file.

What was read last stays in force where a file is garbage, too large, or gone for a moment.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hearth.agenda import OWN, Appointment
from hearth.edge.calendar import events
from hearth.error import HearthError
from hearth.event import Health
from hearth.port import Clock
from hearth.remember import Gone

if TYPE_CHECKING:
    from icalendar import Calendar

log = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_EVERY_S = 10.0
_MOST_FILES = 200
BACK = timedelta(days=32)
_AHEAD = timedelta(days=400)
"""What is expanded once and kept; the rest is expanded when it is asked for."""


def worker() -> Executor:
    """Return the one thread in which calendars are read: the loop never waits for one."""
    return ThreadPoolExecutor(1, thread_name_prefix="calendar")


@dataclass(frozen=True)
class Expanded:
    """A calendar, and what takes place in the time that is usually asked for."""

    calendar: Calendar | None
    start: datetime
    end: datetime
    appointments: tuple[Appointment, ...] = ()


def expand(calendar: Calendar, now: datetime, name: str) -> Expanded:
    """Return a calendar with its occurrences of about a year. Blocking."""
    start, end = now - BACK, now + _AHEAD
    return Expanded(calendar, start, end, events.occurrences(calendar, start, end, name))


def within(
    expanded: Expanded, start: datetime, end: datetime, name: str
) -> tuple[Appointment, ...]:
    """Return what takes place between two moments. Blocking where that is far off."""
    if start < expanded.start or end > expanded.end:
        return events.occurrences(expanded.calendar, start, end, name) if expanded.calendar else ()
    return tuple(a for a in expanded.appointments if a.start < end and _lasts_until(a, start))


def _lasts_until(one: Appointment, start: datetime) -> bool:
    return one.end > start or (one.end == one.start and one.start >= start)


class IcsFiles:
    """Reads the files and folders of ``[calendar] sources`` (the port ``Agenda``)."""

    def __init__(
        self,
        paths: Sequence[Path],
        clock: Clock,
        tell: Callable[[Health], None],
        executor: Executor | None = None,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._tell = tell
        self._executor = executor or worker()
        self._read: dict[Path, tuple[tuple[float, int], Expanded | None]] = {}
        self._day = clock.now().date()

    async def run(self) -> None:
        """Look for changed files every few seconds until cancelled."""
        while self._paths:
            await self.refresh()
            await asyncio.sleep(_LOOK_EVERY_S)
        await asyncio.Event().wait()

    async def refresh(self) -> None:
        """Read what changed since the last look, and tell what is wrong with it."""
        faults = await self._in_thread(self._refreshed, self._clock.now())
        if faults:
            self._tell(
                Health("calendar files", "degraded", faults[0], "It is read again when it changes.")
            )
        elif self._paths:
            self._tell(Health("calendar files", "ready", f"{len(self._read)} files"))

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, the next first."""

        def work() -> tuple[Appointment, ...]:
            found: list[Appointment] = []
            for path, (_, expanded) in self._read.items():
                if expanded is not None:
                    found += within(expanded, start, end, path.stem)
            return tuple(sorted(found, key=lambda a: a.start))

        return await self._in_thread(work)

    def _refreshed(self, now: datetime) -> list[str]:
        """Read each file that is new or changed; blocking."""
        faults: list[str] = []
        if now.date() != self._day:  # the year ahead is another one
            self._day = now.date()
            self._read = {path: ((0.0, 0), kept) for path, (_, kept) in self._read.items()}
        files = [file for path in self._paths for file in _files(path, faults)]
        for gone in set(self._read) - set(files):
            del self._read[gone]
        for file in files[:_MOST_FILES]:
            try:
                stat = file.stat()
                stamp = (stat.st_mtime, stat.st_size)
                old = self._read.get(file, ((0.0, -1), None))
                if old[0] == stamp:
                    continue
                self._read[file] = (stamp, old[1])
                if stat.st_size > events.LARGEST_BYTES:
                    raise HearthError(f"{file.name} is too large.")
                self._read[file] = (stamp, expand(events.read(file.read_bytes()), now, file.stem))
            except (HearthError, OSError) as error:
                faults.append(f"{file.name}: {error}")
        return faults

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)


def _files(path: Path, faults: list[str]) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.ics"))
    if not path.exists():
        faults.append(f"{path} is not there")
        return []
    return [path]


class OwnCalendar:
    """Hearth's own calendar, an ICS file in the state directory (the port ``Diary``).

    It holds words of a person: it is an ``Eraser``. Each write is on disk before it returns. A file
    that cannot be understood is kept beside it, told of, and a new one is begun.
    """

    name = OWN

    def __init__(
        self,
        path: Path,
        clock: Clock,
        executor: Executor | None = None,
        tell: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._clock = clock
        self._tell = tell
        self._executor = executor or worker()
        self._kept: Expanded | None = None

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, the next first."""
        return await self._in_thread(lambda: within(self._expanded(), start, end, self.name))

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        """Write a new one; return it as it is kept. Raises HearthError."""

        def work() -> Appointment:
            calendar = self._load()
            event = events.new_event(replace(appointment, uid=""), rule)
            calendar.add_component(event)
            self._save(calendar)
            return replace(
                appointment, uid=str(event["UID"]), calendar=self.name, recurring=bool(rule)
            )

        return await self._in_thread(work)

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        """Put one occurrence to another time. Raises HearthError."""

        def work() -> None:
            calendar = self._load()
            events.moved(calendar, appointment, start, end)
            self._save(calendar)

        await self._in_thread(work)

    async def remove(self, appointment: Appointment) -> None:
        """Take one occurrence out. Raises HearthError."""

        def work() -> None:
            calendar = self._load()
            events.removed(calendar, appointment)
            self._save(calendar)

        await self._in_thread(work)

    async def put(self, data: bytes) -> int:
        """Take over all events of an ICS file; return how many. Raises HearthError."""

        def work() -> int:
            calendar, new = self._load(), events.read(data)
            added = [part for part in new.subcomponents if part.name == "VEVENT"]
            uids = {str(part.get("UID", "")) for part in added}
            calendar.subcomponents = [
                part for part in calendar.subcomponents if str(part.get("UID", "-")) not in uids
            ]
            calendar.subcomponents += new.subcomponents
            self._save(calendar)
            return len(added)

        return await self._in_thread(work)

    async def erase(self, gone: Gone) -> None:
        """Drop the appointments that hold words of what is being forgotten."""

        def work() -> None:
            if not self._path.exists():
                return
            calendar = self._load()
            keep = [p for p in calendar.subcomponents if not _touched(p, gone)]
            if len(keep) != len(calendar.subcomponents):
                calendar.subcomponents = keep
                self._save(calendar)

        await self._in_thread(work)

    # --- the file (in its thread) ----------------------------------------------------------------

    def _load(self) -> Calendar:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return events.empty()
        except OSError as error:
            raise HearthError(f"{self._path} cannot be read ({error.strerror}).") from error
        try:
            return events.read(data)
        except HearthError as error:
            aside = self._path.with_name(
                f"{self._path.stem}.broken-{self._clock.now():%Y%m%d-%H%M%S}"
            )
            with suppress(OSError):
                self._path.replace(aside)
            log.warning("%s is kept as %s: %s", self._path, aside.name, error)
            self._tell(
                Health(
                    "calendar",
                    "degraded",
                    f"{self._path.name} cannot be understood",
                    f"It is kept as {aside.name}; mend it and read it in with 'hearth calendar'.",
                )
            )
            return events.empty()

    def _save(self, calendar: Calendar) -> None:
        """Write the whole file anew, so that a power cut leaves the old one or the new one."""
        data = calendar.to_ical()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._path.parent, delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            with suppress(OSError):
                os.fsync(folder)
            os.close(folder)
        except OSError as error:
            raise HearthError(
                f"{self._path} cannot be written ({error.strerror}).", "Make room on the disk."
            ) from error
        self._kept = expand(calendar, self._clock.now(), self.name)

    def _expanded(self) -> Expanded:
        now = self._clock.now()
        if self._kept is None or (now - self._kept.start - BACK).days >= 1:
            if not self._path.exists():  # nothing to read, and nothing to import for it
                return Expanded(None, now - BACK, now + _AHEAD)
            self._kept = expand(self._load(), now, self.name)
        return self._kept

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _touched(part: Any, gone: Gone) -> bool:
    words = " ".join(str(part.get(key, "")) for key in ("SUMMARY", "LOCATION", "DESCRIPTION"))
    return bool(part.name == "VEVENT" and gone.touches(words))
