"""Turns that may answer a question in, the figures out by which they are ranked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hearth.memory.recall.moments import Span
from hearth.memory.recall.question import Question
from hearth.memory.recall.shelf import Places, Shelf
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
_MOST, _YEAR, _NEAR = 3, 4, 5
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
    "meaning around",
    "nearest",
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
about, -1 where it is by another, 0 where it is about nobody or several. ``nearest`` is 1 for the
turn whose meaning is the nearest, and the less the more are nearer."""


def counts(text: str) -> tuple[float, ...]:
    """Return the ``FIGURES`` of a text."""
    words = _WORD.findall(text)
    lower = _WORD.findall(text.lower())
    digits = [word for word in words if word.isdecimal()]
    times = sum(map(_TIMES.__contains__, lower)) + sum(len(word) == _YEAR for word in digits)
    numbers = sum(map(_NUMBERS.__contains__, lower)) + len(digits)
    own = sum(map(_OWN.__contains__, words))
    names = len(_PROPER.findall(text))
    return tuple(float(min(_MOST, found)) for found in (times, numbers, names, own))


@dataclass(frozen=True, slots=True)
class Near:
    """How near in meaning turns are to a question: the cosine of each, the cosine of its sum with
    half of its neighbours (what is said is often only clear from what it answers), and its rank as
    1 / (1 + rank / 5)."""

    meaning: NDArray[np.float32]
    around: NDArray[np.float32]
    nearest: NDArray[np.float32]

    def of(self, some: NDArray[np.intp]) -> Near:
        """Return that of some of the turns; their ranks stay."""
        return Near(self.meaning[some], self.around[some], self.nearest[some])


def near(shelf: Shelf, places: Places, found: Found, about: bytes | None) -> Near:
    """Return how near these turns are to the vector of a question; 0 where none has a vector.

    Of a turn that has none yet, the words have to tell: with all of them it is as near as any.
    """
    known = shelf.known[places]
    if not about or not known.any():
        nothing = np.zeros(len(places), np.float32)
        return Near(nothing, nothing, nothing)
    mine = np.frombuffer(about, np.int8).astype(np.float32)
    mine /= max(float(np.linalg.norm(mine)), 1e-9)
    rows = _vectors(shelf, places)
    sums = rows + sum(_vectors(shelf, shelf.beside(places, step)) / 2 for step in (-1, 1))
    meaning = rows @ mine
    around = sums @ mine / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
    if not known.all():
        share = found.share[places]
        meaning = np.where(known, meaning, share * meaning.max())
        around = np.where(known, around, share * around.max())
    ranks = np.argsort(np.argsort(-meaning))
    nearest = (1 / (1 + ranks / _NEAR)).astype(np.float32)
    return Near(meaning, around, nearest)


def _vectors(shelf: Shelf, places: Places) -> NDArray[np.float32]:
    """Return the vectors of turns as rows of length 1; of one that has none, or where there is no
    turn (-1), zeros."""
    rows = np.zeros((len(places), shelf.vectors.shape[1]), np.float32)
    there = (places >= 0) & shelf.known[places]
    some = shelf.vectors[places[there]].astype(np.float32)
    rows[there] = some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-9)
    return rows


def _scaled(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    largest = float(rows.max()) if len(rows) else 0.0
    return rows / largest if largest else rows


def figures(
    shelf: Shelf,
    places: Places,
    question: Question,
    found: Found,
    near: Near,
) -> NDArray[np.float32]:
    """Return a row of ``NAMES`` for each place."""
    before, after = shelf.beside(places, -1), shelf.beside(places, 1)
    theirs = _theirs(shelf, places, question)
    length = np.log1p(shelf.length[places] / 6)
    own = shelf.seen[places]
    asks = shelf.asks.astype(np.float32)
    exact, alike = _scaled(found.exact), _scaled(found.alike)
    dated, lately = _dated(shelf.day[places], question.spans)

    def of(rows: NDArray[np.float32], there: Places) -> NDArray[np.float32]:
        return np.where(there >= 0, rows[there], 0)

    columns: Sequence[NDArray[np.float32]] = (
        exact[places],
        of(exact, before),
        of(exact, after),
        of(exact, shelf.beside(places, -2)),
        of(exact, shelf.beside(places, 2)),
        alike[places],
        of(alike, before),
        of(alike, after),
        found.share[places],
        near.meaning,
        theirs * near.meaning,
        near.around,
        near.nearest,
        theirs,
        length,
        theirs * length,
        asks[places],
        of(asks, before),
        shelf.first[places].astype(np.float32),
        own[:, 0] * (question.asks == "when"),
        own[:, 0],
        own[:, 1] * (question.asks == "many"),
        own[:, 2] * (question.asks == "name"),
        own[:, 2],
        own[:, 3],
        own[:, 3] * theirs,
        dated,
        lately,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def ranked(rows: NDArray[np.float32], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the sum of each row's figures by their weights."""
    by_name = np.array([weights.get(name, 0.0) for name in NAMES], np.float32)
    total: NDArray[np.float32] = rows @ by_name
    return total


def _theirs(shelf: Shelf, places: Places, question: Question) -> NDArray[np.float32]:
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
