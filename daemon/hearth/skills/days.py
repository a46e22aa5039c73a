"""What a person calls a day in, the day out: "Mum's birthday", "my dentist appointment", "sunset".

They come from the calendar, from what the person told (``remember.Knowledge``), and from the sun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from hearth.agenda import Agenda
from hearth.dates import Dates, Named
from hearth.remember import Knowledge, plain

_AHEAD = timedelta(days=366)
_SMALL = frozenset(
    ("my", "the", "our", "a", "an", "mein", "meine", "meinem", "meiner", "der", "die", "das", "dem")
)
_SUNS: Mapping[str, str] = {
    "sunset": "sunset",
    "sundown": "sunset",
    "sunrise": "sunrise",
    "sunup": "sunrise",
    "dusk": "dusk",
    "nightfall": "dusk",
    "dawn": "dawn",
    "sonnenuntergang": "sunset",
    "sonnenaufgang": "sunrise",
}

Sun = Callable[[str, datetime], datetime | None]
"""Tells when the sun does something next; None where the house's place is not known."""


class Days:
    """Knows the days that a person may name."""

    def __init__(
        self, dates: Dates, agenda: Agenda, sun: Sun, knowledge: Callable[[], Knowledge | None]
    ) -> None:
        self._dates = dates
        self._agenda = agenda
        self._sun = sun
        self._knowledge = knowledge

    async def named(self, now: datetime) -> Named:
        """Return what resolves a name at ``now``; the calendar comes before what was told."""
        known: dict[frozenset[str], datetime | date] = {}
        if knowledge := self._knowledge():
            for fact in await knowledge.all():
                day = fact.due or self._read(fact.value, now)
                if day is not None:
                    for words in (f"{fact.subject} {fact.relation}", fact.quote):
                        known.setdefault(_bag(words), day)
        for each in await self._agenda.between(now, now + _AHEAD):
            start = each.start.date() if each.whole_day else each.start
            known.setdefault(_bag(each.title), start)

        def resolve(words: str) -> datetime | date | None:
            bare = " ".join(w for w in words.lower().split() if w not in _SMALL)
            if sun := _SUNS.get(bare):
                return self._sun(sun, now)
            wanted = _bag(words)
            if not wanted:
                return None
            if wanted in known:
                return known[wanted]
            fits = [day for bag, day in known.items() if wanted <= bag]
            return fits[0] if fits else None

        return resolve

    def _read(self, value: str, now: datetime) -> date | None:
        found = self._dates.find(value, now)
        return found[0].when.start.date() if found else None


def _bag(words: str) -> frozenset[str]:
    """Return the words that tell a name from others."""
    text = plain(re.sub(r"['\u2019]s\b", "", words))
    return frozenset(w for w in text.split() if w not in _SMALL and w != "appointment")
