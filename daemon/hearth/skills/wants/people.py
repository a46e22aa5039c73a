"""Somebody whom the person likes in, an idea to call them out: Hearth is no one's only company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hearth.remember import Fact, Knowledge
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "people"
_CLOSE = frozenset(
    (
        *("mother", "father", "mum", "mom", "dad", "parents", "sister", "brother", "son"),
        *("daughter", "friend", "grandmother", "grandfather", "grandma", "grandpa", "aunt"),
        *("uncle", "niece", "nephew", "cousin", "granddaughter", "grandson"),
    )
)
"""Who is glad of a call. Nobody that one lives with or has parted from."""

_SILENT = timedelta(days=21)
"""So long nobody spoke of them."""

_EVERY = 14
_HOURS = (15, 19)


class People:
    """Thinks of one person every other week, of whom nothing was told for a while."""

    def __init__(self, words: Wording, knowledge: Knowledge | None) -> None:
        self._words = words
        self._knowledge = knowledge

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer an idea to call somebody, on one day of a fortnight, in the afternoon."""
        now = moment.now
        turn, day = divmod(now.date().toordinal(), _EVERY)
        first, last = _HOURS
        if self._knowledge is None or not moment.present or day or not first <= now.hour < last:
            return ()
        facts = await self._knowledge.all()
        gone = {f.subject.casefold() for f in facts if f.relation in ("status", "died", "dead")}
        close = [
            fact
            for fact in facts
            if fact.subject.casefold() in ("me", "i")
            and fact.relation in _CLOSE
            and not {fact.value.casefold(), f"my {fact.relation}"} & gone
            and now - self._last(fact, facts) >= _SILENT
        ]
        if not close:
            return ()
        fact = close[turn % len(close)]
        until = now.replace(hour=last, minute=0, second=0, microsecond=0)
        text = self._words.pick("people.call", now, who=fact.value)
        why = self._words.because(fact, now)
        return (Want(f"{KIND}/{turn}", KIND, text, until, weight=0.4, why=why),)

    def _last(self, fact: Fact, facts: Sequence[Fact]) -> datetime:
        """Return when something was last told of somebody."""
        about = {fact.value.casefold(), f"my {fact.relation}"}
        told = [f.told for f in facts if f is fact or f.subject.casefold() in about]
        return max(told)
