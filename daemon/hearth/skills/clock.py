"""Tells the time and the date."""

from __future__ import annotations

from hearth.port import Clock, Phraser
from hearth.skill import Reply, Request, intent


class TimeAndDate:
    """Reads the clock of the house."""

    def __init__(self, clock: Clock, phraser: Phraser) -> None:
        self._clock = clock
        self._phraser = phraser

    @intent("HassGetCurrentTime")
    async def time(self, request: Request) -> Reply:
        """Say the time of day."""
        values = {"slots": {"time": self._clock.now().time()}}
        return Reply(self._phraser.respond(request.command, request.house, values))

    @intent("HassGetCurrentDate")
    async def date(self, request: Request) -> Reply:
        """Say the date."""
        values = {"slots": {"date": self._clock.now().date()}}
        return Reply(self._phraser.respond(request.command, request.house, values))
