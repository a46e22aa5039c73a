"""Facts and what answers a question in, the first words of the answer out: "In Hamburg."."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hearth.dates import When
from hearth.memory.facts.extracting import Found
from hearth.memory.facts.labels import Labels, bare
from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import JOBS
from hearth.port import Clock, Phraser
from hearth.remember import Fact, plain
from hearth.skills.when import moment_words, when_words

_PLACED = ("in", "near", "on", "at", "with", "into", "to", "from")
_YEAR_DAYS, _MONTH_DAYS, _WEEK_DAYS = range(364, 368), range(28, 32), 7
_WEEKEND = timedelta(days=2)


class Spoken:
    """Says in a language what answers a question; ``table`` holds how persons are turned."""

    def __init__(self, table: Mapping[str, Any], clock: Clock, phraser: Phraser) -> None:
        self._turn = {str(key): str(value) for key, value in (table.get("turn") or {}).items()}
        self._clock, self._phraser = clock, phraser

    def facts(self, facts: Sequence[Fact]) -> str:
        """Return what these facts tell: "Lia and Ben.", "In Hamburg.", "On Friday at 10:00."."""
        values = dict.fromkeys(self.value(one) for one in facts)
        return self.sentence(self.listing([value for value in values if value]))

    def found(self, found: Found, labels: Labels) -> str:
        """Return what was extracted; "" where the quote says it all."""
        match found.sort:
            case "time" if found.when and found.claim:
                return self.sentence(self.time(found.when, found.text))
            case "yes" | "no":
                return self._phraser.phrase(f"memory.{found.sort}")
            case "person":
                named = labels.one(found.text) or found.text
                return self.sentence(self.who(named))
            case "quote":
                return ""
        return self.sentence(self.turned(found.text))

    def before(self, one: Fact) -> str:
        """Return what held before: "Before that it was Hamburg."."""
        return self._phraser.phrase("memory.before", was=_capital(self.turned(bare(one.value))))

    def years(self, since: datetime) -> str:
        """Return how old somebody is who was born then."""
        now = self._clock.now()
        early = (now.month, now.day) < (since.month, since.day)
        return f"{now.year - since.year - early}."

    def yes(self, *, agrees: bool) -> str:
        """Return a yes or a no."""
        return self._phraser.phrase("memory.yes" if agrees else "memory.no")

    def who(self, label: str) -> str:
        """Return a person: "you", "Mara", "your neighbour"."""
        if label == ME:
            return self._phraser.phrase("memory.you")
        return label.title() if label.islower() and " " not in label else self.turned(label)

    def value(self, one: Fact) -> str:
        """Return what one fact tells."""
        if one.due is not None and one.relation in ("open", "birthday", "anniversary"):
            return self._due(one)
        value = self.turned(bare(one.value))
        if one.relation == "works_as":
            return _with_article(value)
        if one.relation in ("lives_in", "works_at", "works_in", "from", "born_in", "grew_up_in"):
            usual = {"works_at": "at", "from": "from"}.get(one.relation, "in")
            return f"{_placed(one.quote, one.value) or usual} {_capital(value)}"
        return value

    def time(self, when: When, said: str) -> str:
        """Return a time as it is seen from now."""
        now = self._clock.now()
        days = (when.end - when.start).days
        if when.recurs:
            return (
                said
                if said.split(maxsplit=1)[0].casefold() in ("every", "on", "at")
                else f"on {said}"
            )
        if days in _YEAR_DAYS:
            return self._phraser.phrase("memory.in_year", year=when.start.year)
        if days in _MONTH_DAYS and when.start.day == 1:
            other = when.start.year != now.year and not timedelta() < when.start - now < _HALF_YEAR
            year = when.start.year if other else 0
            return self._phraser.phrase("memory.in_month", month=when.start.month, year=year)
        if days > max(_MONTH_DAYS):
            return said
        if days == _WEEK_DAYS and when.start.weekday() == 0:
            monday = (now - timedelta(days=now.weekday())).date()
            weeks = (when.start.date() - monday).days // _WEEK_DAYS
            return self._phraser.phrase(
                "memory.week",
                weeks=weeks,
                day=when_words(
                    self._phraser,
                    When(when.start, when.start + timedelta(days=1), "day", timed=False),
                    now,
                ),
            )
        return when_words(self._phraser, when, now)

    def listing(self, values: Sequence[str]) -> str:
        """Return "a, b and c"."""
        return self._phraser.phrase("memory.listing", values=list(values))

    def turned(self, text: str) -> str:
        """Return a person's words as the one who listens says them: "my bag" is "your bag"."""
        return re.sub(r"[A-Za-z']+", lambda word: self._turn.get(word[0].casefold(), word[0]), text)

    def sentence(self, text: str) -> str:
        """Return a text as a sentence."""
        text = text.strip(" ,;:.!")
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    def _due(self, one: Fact) -> str:
        now = self._clock.now()
        due = (one.due or now).astimezone(now.tzinfo)
        if one.relation != "open":
            return self._phraser.phrase("memory.on_date", month=due.month, day=due.day)
        if (due.hour, due.minute) == (0, 0):
            day = When(due, due + timedelta(days=1), "day", timed=False)
            return when_words(self._phraser, day, now)
        return moment_words(self._phraser, due, now)


_HALF_YEAR = timedelta(days=200)


def _with_article(value: str) -> str:
    first = value.split(maxsplit=1)[0].casefold() if value else ""
    job = next((word for word in value.casefold().split() if word in JOBS), "")
    if not job or first in ("a", "an", "the", "your", "his", "her") or plain(value).endswith("s"):
        return value
    return f"{'an' if first[:1] in 'aeiou' else 'a'} {value}"


def _placed(quote: str, value: str) -> str:
    """Return the word before a place in what was said: "with" her mother, "near" Cork."""
    before = quote.casefold().partition(value.casefold())[0].split()[-1:]
    word = before[0] if before else ""
    if word in ("to", "into"):
        return "in"
    return word if word in _PLACED else ""


def _capital(value: str) -> str:
    """Return the name of a place with its capitals, where a recognizer wrote one word small."""
    return value if not value.islower() or " " in value else value.capitalize()
