"""The follow-up on something told: "how did the interview go?", on the evening of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hearth.remember import Fact
from hearth.skills.wants.day import YEARLY, Days, whole_day
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "follow_up"
_AFTERNOON_H = 16
"""On its day it is asked from then on, so that the person has come home and sat down."""

_AFTER = timedelta(hours=1)
_BEFORE = timedelta(days=2)
_SURE = 0.5
"""A fact that is less sure is not asked about: it may never have been meant so."""


class FollowUp:
    """Asks how it went, of what the person told that it would come."""

    def __init__(self, words: Wording, days: Days) -> None:
        self._words = words
        self._days = days

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer a question about each thread whose time has passed since yesterday morning."""
        if not moment.present:
            return ()
        now = moment.now
        facts = await self._days.facts(now - _BEFORE, now + timedelta(seconds=1))
        return [self._want(now, f) for f in facts if f.relation not in YEARLY and _ripe(f, now)]

    def _want(self, now: datetime, fact: Fact) -> Want:
        thing = self._words.thing(fact)
        due = (fact.due or now).astimezone(now.tzinfo)
        days = (now.date() - due.date()).days
        return Want(
            key=f"{KIND}/{fact.id}",
            kind=KIND,
            text=self._words.pick("follow_up.ask", now, thing=thing, days=days),
            until=_day(due) + _BEFORE,
            weight=0.8,
            question=self._words.ask(),
            why=self._words.because(fact, now),
        )


def _ripe(fact: Fact, now: datetime) -> bool:
    """Return whether a thread is over, and this is the time to ask."""
    if fact.due is None or fact.confidence < _SURE:
        return False
    due = fact.due.astimezone(now.tzinfo)
    evening = _day(due) + timedelta(hours=_AFTERNOON_H)
    ready = evening if whole_day(due) else max(due + _AFTER, evening)
    return ready <= now < _day(due) + _BEFORE


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
