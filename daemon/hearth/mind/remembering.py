"""A sentence in, what the person told about it before out: quotes with their time, and names.

Recall runs beside understanding and has a deadline, so that it never delays a reply. Only what the
person said is a memory; what Hearth said is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hearth.error import HearthError
from hearth.port import Clock
from hearth.remember import HEARTH, Knowledge, Recall

log = logging.getLogger(__name__)

_MOST = 6
_JUST_NOW = timedelta(minutes=2)
_WEEK_DAYS = 6


@dataclass(frozen=True, slots=True)
class Memory:
    """Something that the person said: word for word, when (aware), and how well it fits."""

    quote: str
    told: datetime
    score: float = 1.0


NOTHING: tuple[Memory, ...] = ()


class Remembering:
    """Finds memories within a deadline; without ports there are none.

    Args:
        recall: What was said.
        knowledge: The facts made of it.
        clock: Tells what is just now.
        deadline_s: The longest that a reply waits for a memory.
    """

    def __init__(
        self,
        recall: Recall | None,
        knowledge: Knowledge | None,
        clock: Clock,
        deadline_s: float,
    ) -> None:
        self._recall, self._knowledge = recall, knowledge
        self._clock = clock
        self._deadline_s = deadline_s

    async def look(self, text: str) -> tuple[Memory, ...]:
        """Return what was told about it, the most fitting first; nothing past the deadline."""
        if self._recall is None:
            return NOTHING
        try:
            async with asyncio.timeout(self._deadline_s):
                hits = await self._recall.recall(text, _MOST)
        except TimeoutError:
            log.debug("recall took longer than %s s", self._deadline_s)
            return NOTHING
        except HearthError as error:
            log.warning("recall: %s", error)
            return NOTHING
        now, same = self._clock.now(), text.casefold().strip(" .!?")
        found: list[Memory] = []
        for hit in hits:
            said = hit.utterance
            new = now - said.time < _JUST_NOW
            if said.speaker == HEARTH or (new and said.text.casefold().strip(" .!?") == same):
                continue
            found.append(Memory(said.text.strip(), said.time, hit.score))
        return tuple(found)

    async def name(self, relation: str) -> str:
        """Return what a person of theirs (``sister``) is called, where they told it; else ""."""
        if self._knowledge is None or not relation:
            return ""
        try:
            async with asyncio.timeout(self._deadline_s):
                facts = await self._knowledge.about(relation, _MOST)
        except (TimeoutError, HearthError):
            return ""
        named = (
            fact.value
            for fact in facts
            if fact.relation == relation and 0 < len(fact.value.split()) <= 2  # a name
        )
        return next((name for name in named if name[:1].isupper()), "")


class Times:
    """Says when something was told, in one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Read ``when`` of the table ``conversation``."""
        when = table.get("when") or {}
        self._today = str(when.get("today", "today"))
        self._yesterday = str(when.get("yesterday", "yesterday"))
        self._weekday = str(when.get("weekday", "on {day}"))
        self._date = str(when.get("date", "on {date}"))
        self._days: Sequence[str] = [str(day) for day in when.get("days") or ()]
        self._months: Sequence[str] = [str(month) for month in when.get("months") or ()]

    def told(self, then: datetime, now: datetime) -> str:
        """Return "on Tuesday", "on the 3rd of May" ...; both moments are aware."""
        then = then.astimezone(now.tzinfo)
        days = (now.date() - then.date()).days
        if days <= 0:
            return self._today
        if days == 1:
            return self._yesterday
        if days <= _WEEK_DAYS and self._days:
            return self._weekday.replace("{day}", self._days[then.weekday()])
        month = self._months[then.month - 1] if self._months else str(then.month)
        year = f" {then.year}" if then.year != now.year else ""
        return self._date.replace("{date}", f"{then.day} {month}{year}")
