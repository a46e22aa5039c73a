"""A clause with a time in, what is to come out: appointments, visits, trips, and habits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from hearth.memory.facts.people import Who
from hearth.memory.facts.terms import OPEN
from hearth.memory.facts.vocabulary import EVENTS, pattern
from hearth.memory.facts.words import TIME, Clause, Token
from hearth.remember import Fact


class Make(Protocol):
    """Makes a fact of the clause that is being read."""

    def __call__(
        self,
        subject: str,
        relation: str,
        value: str,
        *,
        due: datetime | None = None,
        since: datetime | None = None,
        confidence: float = 0.9,
    ) -> Fact:
        """Return the fact."""


_HAVE = pattern("have")
_DOING = pattern("doing")
_WILL = pattern("will")
_SIMPLE = pattern("simple")
_IS = pattern("is")
_AT = pattern("at")
_THERE = pattern("there")
_THE_EVENT = pattern("the_event")
_OFTEN = pattern("often")
_HABIT = pattern("habit")
_ROUTINE = pattern("routine")


def plans(clause: Clause, who: Who, make: Make, now: datetime) -> Iterator[Fact]:
    """Yield what the subject has, does or will do at a time that is to come."""
    rest = clause.norm(who.next)
    for form in (_HAVE, _DOING, _WILL, _SIMPLE):
        match = form.match(rest)
        if not match:
            continue
        start = clause.index(match.start("v"), who.next)
        end = clause.index(match.end("v"), who.next)
        token = _coming(clause, now)
        soon = form is _HAVE and re.search(r"\b(?:coming up|soon)\b", rest[match.end() :])
        if token is None and not soon:
            continue
        value = clause.said(start, end)
        if form is _HAVE:
            value = re.sub(r"^(?:an?|the|my|our|this|some)\s", "", value, flags=re.IGNORECASE)
        yield make(who.label, OPEN, _neat(value), due=_due(token))
        return


def of_owner(clause: Clause, who: Who, make: Make, now: datetime) -> Iterator[Fact]:
    """Yield "my interview is on Friday"."""
    rest = clause.norm(who.next)
    if (match := _IS.match(rest)) and (token := _coming(clause, now)):
        start = clause.index(match.start("v"), who.next)
        end = clause.index(match.end("v"), who.next)
        yield make(who.label, OPEN, _neat(clause.said(start, end)), due=_due(token))


def there_is(clause: Clause, at: int, make: Make, now: datetime) -> Iterator[Fact]:
    """Yield "there is a party on Saturday", "the wedding is in June"."""
    rest = clause.norm(at)
    match = _THERE.match(rest) or _THE_EVENT.match(rest)
    token = _coming(clause, now)
    if match and token and any(w.removesuffix("s") in EVENTS for w in match["v"].split()):
        start = clause.index(match.start("v"), at)
        value = clause.said(start, clause.index(match.end("v"), at))
        value = re.sub(r"^(?:an?|the|my|our|this)\s", "", value, flags=re.IGNORECASE)
        yield make("me", OPEN, _neat(value), due=_due(token))


def it_is(clause: Clause, who: Who, make: Make, now: datetime) -> Iterator[Fact]:
    """Yield when the event is that was spoken of: "it's on Friday"."""
    if _AT.match(clause.norm(who.next)) and (token := _coming(clause, now)):
        value = re.sub(r"^(?:an?|the|my|our|this)\s", "", who.label, flags=re.IGNORECASE)
        yield make("me", OPEN, _neat(value), due=_due(token), confidence=0.8)


def habit(clause: Clause, who: Who, make: Make) -> Fact | None:
    """Return what somebody does again and again; None where no such word stands there."""
    rest = clause.norm(who.next)
    recurs = any(token.when is not None and token.when.recurs for token in clause.tokens)
    words = clause.said(who.next, len(clause.tokens))
    usual = re.match(r"^(?:always|usually|normally|regularly) ", rest)
    if not (recurs or usual or _ROUTINE.search(words.casefold())) or not _HABIT.match(rest):
        return None
    verb = (_HABIT.match(rest) or [""])[0].split() or [""]
    if any(word.endswith("ed") for word in verb[:2]):
        return None
    return make(who.label, "habit", _neat(words), confidence=0.8)


def _coming(clause: Clause, now: datetime) -> Token | None:
    """Return the first time of the clause that is to come, or is on."""
    for token in clause.tokens:
        if token.norm == TIME and token.when and not token.when.recurs and token.when.end > now:
            return token
    return None


def _due(token: Token | None) -> datetime | None:
    return token.when.start if token and token.when else None


def _neat(text: str) -> str:
    return re.sub(r"(?:\s(?:on|at|by|in|and|then|,))+$", "", text.strip(" ,;:.!")).strip(" ,;:.!")
