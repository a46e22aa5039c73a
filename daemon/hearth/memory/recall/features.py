"""Turns that may answer a question in, the figures out by which they are ranked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hearth.memory.recall.moments import Span
from hearth.memory.recall.question import Question
from hearth.memory.recall.shelf import Shelf
from hearth.memory.recall.words import Found

_TIME_WORDS = """
yesterday today tonight tomorrow last next ago week weeks weekend month months year years day days
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december recently since spring summer autumn fall winter morning
just soon gestern heute morgen letzte letzten letztes letzter vor woche wochen monat monate monaten
jahr jahre jahren seit
"""
_NUMBER_WORDS = "one two three four five six seven eight nine ten twice once couple few dozen"
_OWN_WORDS = "I my me we our ich mein meine meinen meiner meinem wir"
_TIMES = frozenset(_TIME_WORDS.split())
_NUMBERS = frozenset(_NUMBER_WORDS.split())
_OWN = frozenset(_OWN_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+|\"[^\"]+\"")
_MOST, _YEAR = 3, 4
_AFTER_DAYS = 14
"""So long after it happened, something is still told as new."""

NAMES = (
    "words",
    "words before",
    "words after",
    "words 2 before",
    "words 2 after",
    "alike",
    "alike before",
    "alike after",
    "share",
    "meaning",
    "meaning of theirs",
    "theirs",
    "length",
    "length of theirs",
    "asks",
    "answers",
    "first",
    "when and times",
    "times",
    "many and numbers",
    "name and names",
    "names",
    "own",
    "own of theirs",
    "dated",
    "dated lately",
)
"""The figures in their order. ``theirs`` is 1 where the turn is by the one whom the question is
about, -1 where it is by another, 0 where it is about nobody or several."""


def counts(text: str) -> tuple[float, ...]:
    """Return the ``FIGURES`` of a text."""
    times = numbers = own = 0
    for word in _WORD.findall(text):
        own += word in _OWN
        lower = word.lower()
        if lower in _TIMES or (len(word) == _YEAR and word.isdecimal()):
            times += 1
        if word.isdecimal() or lower in _NUMBERS:
            numbers += 1
    names = len(_PROPER.findall(text))
    return (
        float(text.rstrip().endswith("?")),
        *(float(min(_MOST, found)) for found in (times, numbers, names, own)),
    )


def figures(
    shelf: Shelf,
    places: NDArray[np.intp],
    question: Question,
    found: Found,
    meaning: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return a row of ``NAMES`` for each place; ``meaning`` is the cosine to the question."""
    before, after = shelf.beside(places, -1), shelf.beside(places, 1)
    theirs = _theirs(shelf, places, question)
    length = np.log1p(shelf.length[places] / 6)
    own = shelf.seen[places]
    asked = np.where(before >= 0, shelf.seen[before, 0], 0)
    dated, lately = _dated(shelf.day[places], question.spans)

    def of(rows: NDArray[np.float32], there: NDArray[np.intp]) -> NDArray[np.float32]:
        return np.where(there >= 0, rows[there], 0)

    columns: Sequence[NDArray[np.float32]] = (
        found.exact[places],
        of(found.exact, before),
        of(found.exact, after),
        of(found.exact, shelf.beside(places, -2)),
        of(found.exact, shelf.beside(places, 2)),
        found.alike[places],
        of(found.alike, before),
        of(found.alike, after),
        found.share[places],
        meaning,
        theirs * meaning,
        theirs,
        length,
        theirs * length,
        own[:, 0],
        asked,
        shelf.first[places].astype(np.float32),
        own[:, 1] * (question.asks == "when"),
        own[:, 1],
        own[:, 2] * (question.asks == "many"),
        own[:, 3] * (question.asks == "name"),
        own[:, 3],
        own[:, 4],
        own[:, 4] * theirs,
        dated,
        lately,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def ranked(rows: NDArray[np.float32], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the sum of each row's figures by their weights."""
    by_name = np.array([weights.get(name, 0.0) for name in NAMES], np.float32)
    total: NDArray[np.float32] = rows @ by_name
    return total


def _theirs(shelf: Shelf, places: NDArray[np.intp], question: Question) -> NDArray[np.float32]:
    if len(question.about) != 1 or question.about[0] not in shelf.speakers:
        return np.zeros(len(places), np.float32)
    number = shelf.speakers.index(question.about[0])
    return np.where(shelf.speaker[places] == number, 1, -1).astype(np.float32)


def _dated(
    days: NDArray[np.int32], spans: Sequence[Span]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tell which days are in a span, and which come shortly after one."""
    inside, lately = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_)
    for span in spans:
        first, last = span.first.toordinal(), span.last.toordinal()
        at = days.astype(np.float64)
        if span.every_year:  # moved by whole years to where the span is
            at = first + (at - first) % 365.2425
        inside |= (at >= first) & (at <= last)
        lately |= (at > last) & (at <= last + _AFTER_DAYS)
    return inside.astype(np.float32), lately.astype(np.float32)
