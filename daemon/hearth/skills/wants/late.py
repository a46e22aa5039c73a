"""Three nights in, a careful word out: "you have been up late". Only where sleep may be noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from hearth.mind.initiative.hours import Hours
from hearth.skills.wants.nights import Night
from hearth.skills.wants.sleep import Stirs, last_night
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "notice"
_NIGHTS = 3
_LATE = timedelta(minutes=75)
"""So long after the person's own hour of sleep is late; a sensor's "about" is smaller than that."""

_FROM_H, _TO_H = 10, 20


class UpLate:
    """Notices that somebody was up late several nights in a row, and says it once a week.

    It tells what it saw and asks nothing of it: no reason, no advice, no diagnosis.
    """

    def __init__(self, words: Wording, stirs: Stirs, hours: Callable[[], Hours]) -> None:
        self._words = words
        self._stirs = stirs
        self._hours = hours
        self._found: tuple[str, tuple[Night, ...]] = ("", ())

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer a word by day, after the third late night."""
        now = moment.now
        if not self._words.may_notice("sleep") or not moment.present:
            return ()
        if not _FROM_H <= now.hour < _TO_H:
            return ()
        nights = await self._nights(moment)
        if len(nights) < _NIGHTS or not all(self._late(night) for night in nights):
            return ()
        year, week, _ = now.isocalendar()
        until = now.replace(hour=_TO_H, minute=0, second=0, microsecond=0)
        text = self._words.pick("notice.late", now, nights=_NIGHTS)
        why = self._words.pick("why.late", now, hour=self._words.clock(_hour(self._hours(), now)))
        return (Want(f"{KIND}/late/{year}-{week}", KIND, text, until, weight=0.6, why=why),)

    async def _nights(self, moment: Moment) -> tuple[Night, ...]:
        """Return the last nights; read once a day."""
        day = str(moment.now.date())
        if self._found[0] != day:
            found = [
                await last_night(
                    self._stirs, moment.house, self._hours(), moment.now - timedelta(days=ago)
                )
                for ago in range(_NIGHTS)
            ]
            self._found = (day, tuple(each for each in found if each is not None))
        return self._found[1]

    def _late(self, night: Night) -> bool:
        """Return whether bed time was well after the hour at which the person means to sleep."""
        hours = self._hours()
        meant = hours.begin(night.up - timedelta(days=1))
        if meant > night.up:  # they slept past the hour that comes next
            meant -= timedelta(days=1)
        return night.bed - meant >= _LATE


def _hour(hours: Hours, now: datetime) -> datetime:
    return datetime.combine(now.date(), hours.start, now.tzinfo)
