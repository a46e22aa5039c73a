"""A clause with a time in, what is to come out: appointments, visits, trips, and habits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from hearth.memory.facts.subjects import Who
from hearth.memory.facts.terms import OPEN
from hearth.memory.facts.vocabulary import EVENTS
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


_HAVE = re.compile(
    r"^(?:(?:also|still|just|actually) )?(?:have got|'ve got|has got|'s got|have|has|'ve|'s|got|booked|have booked"
    r"|scheduled|(?:am|are|is|'s) having|(?:am|are|is|'s) (?:going to|attending)|will have"
    r"|(?:am|are|is|'s) going to have) "
    r"(?P<v>(?:(?:a|an|my|our|his|her|the|another|this|some|two|that) )?(?:[^\s,@]+ ){0,5}?(?:"
    + "|".join(sorted(map(re.escape, EVENTS), key=len, reverse=True))
    + r")(?:s)? (?:(?:with|at|for|about|in|of|to) (?:[^\s,@]+ ){1,4}?)?)(?=@|,|$|on |and |coming up|soon|then )"
)
_DOING = re.compile(
    r"^(?:am|are|is|'s|will be) (?:(?:also|finally|actually|still) )?(?P<v>(?:going|flying|meeting|seeing|visiting"
    r"|coming|leaving|moving|starting|travelling|traveling|driving|taking|picking|celebrating|hosting"
    r"|getting|arriving|returning|running|giving|playing|throwing|staying|having|cooking|throwing"
    r"|graduating|performing|singing|marrying|retiring|joining|attending|doing|finishing|turning"
    r"|presenting|babysitting|hiking|camping) (?:[^\s@]+ ){0,8}?)(?:on |at |by |in |from )?@"
)
_WILL = re.compile(
    r"^(?:will|'ll|(?:am|are|is|'s) going to|plan to|plans to|have to|has to|need to|needs to) (?P<v>"
    r"(?!be able|not |always |never |remember |miss |love |be there |see what )[a-z]+ (?:[^\s@]+ ){0,8}?)(?:on |at |by |in )?@"
)
_SIMPLE = re.compile(
    r"^(?P<v>(?:start|starts|leave|leaves|fly|flies|move|moves|finish|finishes|arrive|arrives|return"
    r"|returns|land|lands|get back|gets back|turn|turns|graduate|graduates|retire|retires|come|comes"
    r"|is due|am due) (?:[^\s@]+ ){0,6}?)(?:on |at |by |in )?@"
)
_IS = re.compile(
    r"^(?P<v>(?:[^\s,@]+ ){0,4}?(?:"
    + "|".join(sorted(map(re.escape, EVENTS), key=len, reverse=True))
    + r")s? (?:(?:with|at|for|in|to) (?:[^\s,@]+ ){1,4}?)?)(?:is|'s|are|will be|starts|takes place|has been moved to"
    r"|got moved to|is now|was moved to) (?:now )?(?:on |at |scheduled for |set for )?@"
)
_THERE = re.compile(
    r"^there (?:is|'s|are|will be) (?P<v>(?:a|an|the|my|our|this) .+?)(?:on |at )?@"
)
_THE_EVENT = re.compile(r"^the " + _IS.pattern[1:])
_OFTEN = re.compile(
    r"\b(?:always|usually|often|normally|regularly|every|twice|once a|on weekends)\b"
)
_HABIT = re.compile(
    r"^(?:always |usually |often |normally |regularly |mostly )?(?P<v>(?!am|is|are|was|were|will|would|have|has|had"
    r"|do|did|does|need|want|think|feel|know|can|could|'|not|love|like|hate|got|just|never|take)"
    r"[a-z]+ (?:[^\s,]+ ){0,9})"
)
_ROUTINE = re.compile(
    r"\b(?:every (?:single )?(?:day|morning|evening|night|week|weekend|month|year|summer|winter|"
    r"\w+day)|(?:once|twice|three times) a (?:day|week|month|year)|on weekends|at weekends)\b"
)


def plans(clause: Clause, who: Who, make: Make, now: datetime) -> Iterator[Fact]:
    """Yield what the subject has, does or will do at a time that is to come."""
    rest = clause.norm(who.next)
    for pattern in (_HAVE, _DOING, _WILL, _SIMPLE):
        match = pattern.match(rest)
        if not match:
            continue
        start = clause.index(match.start("v"), who.next)
        end = clause.index(match.end("v"), who.next)
        token = _coming(clause, now)
        soon = pattern is _HAVE and re.search(r"\b(?:coming up|soon)\b", rest[match.end() :])
        if token is None and not soon:
            continue
        value = clause.said(start, end)
        if pattern is _HAVE:
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
