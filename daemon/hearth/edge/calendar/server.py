"""A CalDAV server in, appointments out, and what was changed here written to it (port ``Diary``).

The third door (``design.md``): what leaves the house goes through a person. This server is named in
the configuration, and only ``skills/calendar.py`` writes to it, after the change was read back and
a person said yes, by voice or at the terminal. Nothing else ever does.

It is read in the background; while the server is away the last copy, which is also on disk, is what
there is. A write names the version that it changes (``If-Match``): what was changed on the server
meanwhile is never overwritten.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from hearth.agenda import Appointment
from hearth.backoff import Backoff
from hearth.edge.calendar import events
from hearth.edge.calendar.files import BACK, Expanded, expand, within, worker
from hearth.error import HearthError
from hearth.event import Health
from hearth.port import Clock
from hearth.remember import Gone, plain
from hearth.sections.companion import CalendarConfig

log = logging.getLogger(__name__)

T = TypeVar("T")

_TIMEOUT_S = 15
_CONFLICT = (409, 412)
_PAUSES_S = (5.0, 300.0, 3600.0)
_PART = "calendar server"


@dataclass(frozen=True, slots=True)
class _Kept:
    """One object of the server: its version, and its ICS."""

    etag: str
    ics: str


class CaldavCalendar:
    """One calendar of a CalDAV server (the port ``Diary``)."""

    name = "caldav"

    def __init__(
        self,
        config: CalendarConfig,
        password: Callable[[], str],
        *,
        cache: Path,
        clock: Clock,
        tell: Callable[[Health], None],
        executor: Executor | None = None,
    ) -> None:
        self._config = config
        self._password = password
        self._cache = cache
        self._clock = clock
        self._tell = tell
        self._executor = executor or worker()
        self._objects: dict[str, _Kept] = {}
        self._expanded: Expanded | None = None
        self._remote: Any = None
        self._client: Any = None
        self._loaded = False
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Keep the copy like the server's until cancelled; a visible reconnect loop."""
        pauses = Backoff(*_PAUSES_S)
        while True:
            pauses.begin()
            try:
                await self.sync()
                pauses = Backoff(*_PAUSES_S)
                wait_s = self._config.sync_minutes * 60
            except HearthError as error:
                wait_s = pauses.next_s()
                self._tell(Health(_PART, "down", error.what, error.remedy))
            self._wanted.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wanted.wait()

    async def sync(self) -> None:
        """Read what is new on the server. Raises HearthError: away, refused."""
        count = await self._in_thread(self._synced)
        self._tell(Health(_PART, "ready", f"{count} entries"))

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, as far as is known here."""

        def work() -> tuple[Appointment, ...]:
            self._load()
            if (
                self._expanded is None
                or (self._clock.now() - self._expanded.start).days > BACK.days
            ):
                self._expand()
            return within(self._expanded, start, end, self.name) if self._expanded else ()

        return await self._in_thread(work)

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        """Write a new one; return it as kept. Raises HearthError."""

        def work() -> Appointment:
            calendar = events.empty()
            event = events.new_event(replace(appointment, uid=""), rule)
            calendar.add_component(event)
            uid = str(event["UID"])
            url = f"{str(self._calendar().url).rstrip('/')}/{uid}.ics"
            self._put(url, calendar.to_ical().decode(), {"If-None-Match": "*"})
            return replace(appointment, uid=uid, calendar=self.name, recurring=bool(rule))

        return await self._in_thread(work)

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        """Put one occurrence to another time. Raises HearthError."""

        def work() -> None:
            url, kept, calendar = self._of(appointment)
            events.moved(calendar, appointment, start, end)
            self._put(url, calendar.to_ical().decode(), {"If-Match": kept.etag})

        await self._in_thread(work)

    async def remove(self, appointment: Appointment) -> None:
        """Take one occurrence out. Raises HearthError."""

        def work() -> None:
            url, kept, calendar = self._of(appointment)
            if not events.removed(calendar, appointment):
                self._put(url, calendar.to_ical().decode(), {"If-Match": kept.etag})
                return
            self._answer(url, "DELETE", "", {"If-Match": kept.etag})
            del self._objects[url]
            self._changed()

        await self._in_thread(work)

    async def erase(self, gone: Gone) -> None:
        """Drop the copies that hold words of what is being forgotten.

        The server is the person's own and keeps what it has; it is read again with the next sync,
        and what it still holds is known again then.
        """

        def work() -> None:
            self._load()
            known = {u: k for u, k in self._objects.items() if not gone.touches(plain(k.ics))}
            if len(known) != len(self._objects) or gone.unsure:
                self._objects = {} if gone.unsure else known
                self._remote = None
                self._changed()

        await self._in_thread(work)

    # --- in the calendar's thread ----------------------------------------------------------------

    def _synced(self) -> int:
        """Fetch what changed since the last time, by the server's sync token; all at first."""
        self._load()
        calendar = self._calendar()
        try:
            if self._remote is None:
                self._remote = calendar.get_objects_by_sync_token(load_objects=True)
            else:
                self._remote.sync()
            found = {str(each.url): each for each in self._remote}
        except Exception as error:  # the wall of this edge: whatever the library raises
            self._remote = None
            raise _fault(error) from error
        objects: dict[str, _Kept] = {}
        for url, each in found.items():
            data = each.data
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data or "")
            if text and len(text) <= events.LARGEST_BYTES:
                objects[url] = _Kept(str(each.props.get("{DAV:}getetag", "")), text)
        if objects != self._objects:
            self._objects = objects
            self._changed()
        return len(objects)

    def _calendar(self) -> Any:
        """Return the configured calendar of the server; the library is imported when first used."""
        from caldav.davclient import DAVClient  # noqa: PLC0415 - a start need not wait for it

        config = self._config
        try:
            client: Any = DAVClient(
                url=config.caldav_url,
                username=config.username or None,
                password=self._password() or None,
                timeout=_TIMEOUT_S,
                enable_rfc6764=False,
            )
            self._client = client
            calendars = client.principal().calendars()
            wanted = config.caldav_calendar.casefold()
            for each in calendars:
                if not wanted or str(each.get_display_name() or "").casefold() == wanted:
                    return each
        except Exception as error:  # the wall of this edge: whatever the library raises
            raise _fault(error) from error
        raise HearthError(
            f"The calendar server has no calendar {config.caldav_calendar!r}.",
            "Name one of it in [calendar] caldav_calendar.",
        )

    def _of(self, one: Appointment) -> tuple[str, _Kept, Any]:
        """Return where an appointment stands, its version, and its calendar."""
        self._calendar()
        for again in (False, True):
            if again:  # its copy may have been forgotten
                self._wanted_soon()
            for url, kept in self._objects.items():
                if one.uid not in kept.ics:
                    continue
                calendar = events.read(kept.ics.encode())
                if any(str(part.get("UID", "")) == one.uid for part in calendar.walk("VEVENT")):
                    return url, kept, calendar
        raise HearthError("That appointment is not in the calendar any more.", "Look at it again.")

    def _put(self, url: str, ics: str, headers: dict[str, str]) -> None:
        """Write one object, and take over the version that it has then."""
        self._answer(url, "PUT", ics, {**headers, "Content-Type": "text/calendar; charset=utf-8"})
        got = self._answer(url, "GET", "", {})
        self._objects[url] = _Kept(str(got.headers.get("ETag", "")), ics)
        self._changed()

    def _answer(self, url: str, method: str, body: str, headers: dict[str, str]) -> Any:
        try:
            answer = self._client.request(url, method, body, headers)
        except Exception as error:  # the wall of this edge: whatever the library raises
            raise _fault(error) from error
        if answer.status in _CONFLICT:
            self._wanted_soon()
            raise HearthError("That was changed on the server meanwhile.", "Look at it again.")
        if answer.status >= 400:
            raise HearthError(
                f"The calendar server refused it ({answer.status}).",
                "See whether the account may write to that calendar.",
            )
        return answer

    def _wanted_soon(self) -> None:
        """What is known is old: read it again before anything else is written."""
        self._remote = None
        with suppress(HearthError):
            self._synced()

    def _changed(self) -> None:
        """Expand anew and keep a copy on disk, for a start without the server."""
        self._expand()
        body = {url: [kept.etag, kept.ics] for url, kept in self._objects.items()}
        part = self._cache.with_suffix(".part")
        try:
            part.write_text(json.dumps(body), "utf-8")
            part.chmod(0o600)
            part.replace(self._cache)
        except OSError as error:
            log.warning("the calendar's copy cannot be written: %s", error.strerror)

    def _expand(self) -> None:
        whole = events.empty()
        for kept in self._objects.values():
            with suppress(HearthError):
                whole.subcomponents += events.read(kept.ics.encode()).subcomponents
        self._expanded = expand(whole, self._clock.now(), self.name)

    def _load(self) -> None:
        """Read the copy of the last run, once."""
        if self._loaded:
            return
        self._loaded = True
        with suppress(OSError, ValueError, TypeError, AttributeError):
            kept = json.loads(self._cache.read_text("utf-8"))
            self._objects = {str(u): _Kept(str(e), str(i)) for u, (e, i) in kept.items()}

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _fault(error: Exception) -> HearthError:
    """Say what is wrong without the words of what was sent."""
    if isinstance(error, HearthError):
        return error
    kind = type(error).__name__
    if kind == "AuthorizationError":
        return HearthError(
            "The calendar server refused the password.",
            "Check [calendar] username and password_file.",
        )
    if isinstance(error, OSError):
        return HearthError("The calendar server does not answer.", "See whether it runs.")
    return HearthError(
        f"The calendar server answered nonsense ({kind}).", "Check [calendar] caldav_url."
    )
