"""A question in, what to look for out: its words, whom it is about, when, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hearth.memory.recall.moments import Span, spans, without
from hearth.remember import HEARTH, PERSON

_ENGLISH = """
a about all also am an and any are aren as at be because been being both but by can could couldn
did didn do does doesn don during else ever few for from had hadn has hasn have haven having he
her here hers him his how i if in into is isn it its just kind let like ll may me might more
most much must my no nor not of off oh ok okay on one or other our out over own really s said
say says she should shouldn so some sort still such t than that the their theirs them then there
these they this those to too type up us ve very was wasn we well were weren what when where
which while who whom whose why will with won would wouldn yeah yes you your yours
"""
_GERMAN = """
aber als am auch auf aus bei bin bist da das dass dein dem den der des die dir doch du ein eine
einem einen einer er es für hab habe haben hast hat hatte ich ihm ihn ihr im in ist ja kann man
mein meine mich mir mit nach nicht noch nun oder schon sein seine sich sie sind so und uns vom
von vor war waren warum was wann welche welcher welches wem wen wer wie wir wo wurde zu zum zur
über
"""
STOP = frozenset(f"{_ENGLISH} {_GERMAN}".split())
"""Words that say nothing of what is asked for."""

_WORD = re.compile(r"[^\W_]+")
_ASKING = re.compile(
    r"^(?:so|and|hey|please|tell me|do you (?:know|remember)|can you tell me|what|when|where|who"
    r"|whom|whose|which|why|how|did|does|do|is|are|was|were|has|have|had|would|could|can|will"
    r"|might|should|long|many|much|often|kinds?|types?|of)\b[\s,]*",
    re.IGNORECASE,
)
_HELPING = re.compile(r"\b(?:did|does|do) ", re.IGNORECASE)
_WHEN = re.compile(
    r"^when\b|\bhow (?:long|old|recently)\b|\b(?:what|which) (?:year|month|date|day|week|time)\b"
    r"|\bwann\b|\bwie lange\b",
    re.IGNORECASE,
)
_MANY = re.compile(r"\bhow (?:many|much|often)\b|\bwie (?:viele?|oft)\b", re.IGNORECASE)
_NAME = re.compile(
    r"^(?:who|where)\b|\bwhich\b|\bname\b|\bwhat (?:book|song|movie|film|game|city|country|state"
    r"|band|place|company|restaurant|brand)|^(?:wer|wo|wohin)\b",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:i|me|my|mine|we|our|ich|mir|mich|mein\w*)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|du|dir|dich|dein\w*)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r",\s+|\s+(?:who|whom|whose|which|that|where|when|after|before|while|because)\s+",
    re.IGNORECASE,
)
_LEAST_WORDS = 1
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][^\W_]+")

Asks = Literal["", "when", "many", "name"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a query looks for.

    ``words`` are those that say something, in lower case, without the names in ``about``: the
    speakers that it names. ``told`` is the query as the person who knows may have said it, ``asks``
    what kind of thing it wants, ``spans`` the times that it names, ``parts`` its clauses where it
    has several, each a question of its own.
    """

    text: str
    words: tuple[str, ...]
    about: tuple[str, ...]
    told: str
    asks: Asks
    spans: tuple[Span, ...]
    parts: tuple[str, ...]


def read(query: str, speakers: Sequence[str], today: date) -> Question:
    """Return what a query looks for; ``today`` is the day that "yesterday" is seen from."""
    names = {name: _naming(name) for name in speakers if name not in (PERSON, HEARTH)}
    about = [name for name, pattern in names.items() if pattern.search(query)]
    if not about:
        about += [PERSON] if PERSON in speakers and _ME.search(query) else []
        about += [HEARTH] if HEARTH in speakers and not about and _YOU.search(query) else []
    rest = query
    for name in about:
        if name in names:
            rest = names[name].sub(" ", rest)
    return Question(
        query,
        content(without(rest)) or content(rest),
        tuple(about),
        _told(query, [names[name] for name in about if name in names]),
        _asks(query),
        spans(query, today),
        _parts(query),
    )


def content(text: str) -> tuple[str, ...]:
    """Return the words of a text that say something, each once, in lower case."""
    words = (word.lower() for word in _WORD.findall(text))
    return tuple(dict.fromkeys(word for word in words if word not in STOP and len(word) > 1))


def names_in(text: str, question: Question, speakers: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a turn that neither the question has nor a speaker bears."""
    taken = {word.lower() for each in (question.text, *speakers) for word in _WORD.findall(each)}
    found = (name.lower() for name in _PROPER.findall(text))
    return tuple(dict.fromkeys(n for n in found if n not in taken and n not in STOP))


def _naming(name: str) -> re.Pattern[str]:
    """Return what finds a speaker in a question: the whole name, or the first of several."""
    first = name.split(maxsplit=1)[0]
    either = "|".join(map(re.escape, dict.fromkeys((name, first))))
    return re.compile(rf"\b(?:{either})\b(?:['\u2019]s\b)?", re.IGNORECASE)


def _told(query: str, names: Sequence[re.Pattern[str]]) -> str:
    """Return the question as the one who is asked about would say it: "did Ann buy" -> "I buy"."""
    text = query.strip().rstrip("?!. ")
    while (shorter := _ASKING.sub("", text, count=1)) not in ("", text):
        text = shorter
    for name in names:
        text = name.sub(lambda found: "my" if found[0][-2:].lower() == "'s" else "I", text)
    return _HELPING.sub("", text) or query


def _asks(query: str) -> Asks:
    if _WHEN.search(query):
        return "when"
    if _MANY.search(query):
        return "many"
    return "name" if _NAME.search(query) else ""


def _parts(query: str) -> tuple[str, ...]:
    """Return the clauses of a question that joins several things, each with words enough."""
    parts = [part.strip() for part in _CLAUSE.split(query.strip(" ?"))]
    full = tuple(part for part in parts if len(content(part)) >= _LEAST_WORDS)
    return full if len(full) > 1 else ()
