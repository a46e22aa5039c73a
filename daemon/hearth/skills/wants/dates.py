"""Birthdays and anniversaries of people that the person told of: a word, and an idea to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hearth.remember import Fact
from hearth.skills.wants.day import YEARLY, Days
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "date"
_LATEST_H = 20


class Dates:
    """Tells on the day itself whose day it is. One's own is part of the good morning."""

    def __init__(self, words: Wording, days: Days) -> None:
        self._words = words
        self._days = days

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer a word about each such day of today."""
        now = moment.now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        until = midnight + timedelta(hours=_LATEST_H)
        if not moment.present or now >= until:
            return ()
        facts = await self._days.facts(midnight, midnight + timedelta(days=1))
        return [
            self._want(now, fact, until)
            for fact in facts
            if fact.relation in YEARLY and fact.subject.casefold() not in ("me", "i")
        ]

    def _want(self, now: datetime, fact: Fact, until: datetime) -> Want:
        whose = self._words.yours(fact.subject)
        return Want(
            key=f"{KIND}/{fact.id}/{now.year}",
            kind=KIND,
            text=self._words.pick(f"dates.{fact.relation}", now, whose=whose),
            until=until,
            weight=0.7,
            why=self._words.because(fact, now),
        )
