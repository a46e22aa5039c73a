"""The evening look back: a question about the day, or a good thing of it in the person's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from hearth.mind.initiative.hours import Hours
from hearth.skills.wants.joy import Joys
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "evening"
_BEFORE_BED = timedelta(minutes=30)
"""Nothing new is begun so shortly before the hours of sleep."""

_LASTS = timedelta(hours=3)


class Evening:
    """Asks how the day was.

    Args:
        words: How things are said.
        joys: The glad turns of the day.
        begins: From when on.
        hours: Returns when the person sleeps.
    """

    def __init__(
        self, words: Wording, joys: Joys, begins: time, hours: Callable[[], Hours]
    ) -> None:
        self._words = words
        self._joys = joys
        self._begins = begins
        self._hours = hours

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer the look back at this day."""
        now = moment.now
        start = datetime.combine(now.date(), self._begins, now.tzinfo)
        end = min(start + _LASTS, self._hours().begin(start) - _BEFORE_BED)
        if not moment.present or not start <= now < end:
            return ()
        key, midnight = f"{KIND}/{now.date()}", datetime.combine(now.date(), time(), now.tzinfo)
        if glad := await self._joys.quotes(midnight, now):
            text = self._words.pick("evening.glad", now, quote=glad[0].text.rstrip(" .!"))
            why = self._words.pick("why.joy_today", now)
            return (Want(key, KIND, text, end, weight=0.5, why=why),)
        text = self._words.pick("evening.ask", now)
        return (Want(key, KIND, text, end, weight=0.5, question=self._words.ask()),)
