"""The sensors of a house in, its nights out; only where sleep may be noticed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from hearth.house import House
from hearth.mind.initiative.hours import Hours
from hearth.mind.initiative.presence import senses
from hearth.skills.wants.nights import Night, night

_EVENING = timedelta(hours=3)
"""So long before the hours of sleep somebody may have gone to bed."""

_LATE = timedelta(hours=4)
"""So long after them somebody may have got up."""


class Stirs(Protocol):
    """When somebody moved or spoke (``memory.stirs.Stirs``)."""

    async def moved(
        self, entities: Collection[str], start: datetime, end: datetime
    ) -> tuple[datetime, ...]:
        """Return when one of these sensors began to see somebody, in order."""

    async def spoke(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """Return when a person spoke, in order."""


async def last_night(stirs: Stirs, house: House, hours: Hours, now: datetime) -> Night | None:
    """Return the night whose hours of sleep ended last before ``now``.

    Speech alone tells too little of a night: without a sensor there is none.
    """
    sensors = [entity.id for entity in house.entities if senses(entity)]
    if not sensors:
        return None
    ended = hours.ended(now)
    asleep = hours.begin(ended - timedelta(days=1))
    start, end = asleep - _EVENING, min(now, ended + _LATE)
    until = end + timedelta(seconds=1)
    seen = [*await stirs.moved(sensors, start, until), *await stirs.spoke(start, until)]
    zone = now.tzinfo
    return night([stir.astimezone(zone) for stir in seen], start, asleep, end)
