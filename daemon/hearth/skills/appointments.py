"""Appointments in, wants out: each is told some time ahead, an early one on the evening before.

They were asked for (``[calendar] remind_minutes``), so they are a duty and pass the budget.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hearth.agenda import Agenda, Appointment
from hearth.port import Phraser
from hearth.sections.companion import CalendarConfig
from hearth.skills.telling import clock
from hearth.want import Moment, Want

_EVENING = time(19)
_EVENING_ENDS = time(22)


class Appointments:
    """Tells of appointments ahead (a source of wants)."""

    def __init__(self, agenda: Agenda, phraser: Phraser, config: CalendarConfig) -> None:
        self._agenda = agenda
        self._say = phraser.phrase
        self._ahead = timedelta(minutes=config.remind_minutes)
        self._early = time.fromisoformat(config.early_before)

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Return what is to be told now."""
        now = moment.now
        if not self._ahead:
            return ()
        found: list[Want] = []
        for each in await self._agenda.between(now, now + self._ahead):
            if not each.whole_day and each.start > now:
                found.append(self._soon(each, now))
        if _EVENING <= now.time() < _EVENING_ENDS:
            found += [self._tomorrow(a, now) for a in await self._early_ones(now)]
        return found

    async def _early_ones(self, now: datetime) -> list[Appointment]:
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until = midnight.replace(hour=self._early.hour, minute=self._early.minute)
        found = await self._agenda.between(midnight, until)
        return [a for a in found if not a.whole_day and midnight <= a.start < until]

    def _soon(self, one: Appointment, now: datetime) -> Want:
        seconds = max(60.0, round((one.start.timestamp() - now.timestamp()) / 60) * 60.0)
        text = self._say("calendar.ahead", seconds=seconds, title=one.title, place=one.place)
        return Want(_key(one, "ahead"), "appointment", text, one.start, 0.9, duty=True)

    def _tomorrow(self, one: Appointment, now: datetime) -> Want:
        at = clock(one.start.time())
        text = self._say("calendar.early", time=at, title=one.title, place=one.place)
        until = now.replace(hour=_EVENING_ENDS.hour, minute=0, second=0, microsecond=0)
        return Want(_key(one, "eve"), "appointment", text, until, 0.8, duty=True)


def _key(one: Appointment, when: str) -> str:
    """Name a want without a word of its title."""
    digest = hashlib.sha256(one.uid.encode()).hexdigest()[:12]
    return f"appointment:{digest}:{one.start:%Y%m%dT%H%M}:{when}"
