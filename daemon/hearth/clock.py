"""The calendar's time, injected. Sleeping belongs to the event loop."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """Wall-clock time in the zone of the house."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """Return the present moment, aware of its zone."""
        return datetime.now(self._zone) if self._zone else datetime.now().astimezone()


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
