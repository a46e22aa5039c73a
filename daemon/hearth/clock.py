"""The calendar's time, injected. Sleeping belongs to the event loop."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOCALTIME = Path("/etc/localtime")


class SystemClock:
    """Wall-clock time in the zone of the house."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        self._zone = zone or machine_zone()

    def now(self) -> datetime:
        """Return the present moment, aware of its zone and so of its summer time."""
        return datetime.now(self._zone)


class LoopClock:
    """A calendar that starts at ``start`` (aware) and moves with the running loop's time."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs a moment with a time zone")
        self._start = start
        self._origin = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        """Return ``start`` plus what has passed on the loop since."""
        passed = asyncio.get_running_loop().time() - self._origin
        # Through UTC, so that a change to summer time moves the wall clock and not the moment.
        utc = self._start.astimezone(ZoneInfo("UTC")) + timedelta(seconds=passed)
        return utc.astimezone(self._start.tzinfo)

    def jump(self, seconds: float) -> None:
        """Set the calendar forward (or back); the loop's time goes on as it was."""
        moved = self._start.astimezone(ZoneInfo("UTC")) + timedelta(seconds=seconds)
        self._start = moved.astimezone(self._start.tzinfo)


def machine_zone() -> ZoneInfo:
    """Return the zone of this machine: TZ, else /etc/localtime, else UTC.

    A zone rather than today's distance from UTC, because a rule has to know next week's, too.
    """
    try:
        if name := os.environ.get("TZ", "").removeprefix(":"):
            return ZoneInfo(name)
        with _LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file, key="localtime")
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")
