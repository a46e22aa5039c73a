"""Which situation a sentence tells of: by meaning, mood and the words that it needs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hearth.mind.situations.file import Situation
from hearth.mind.situations.matcher import Matcher
from hearth.mind.vectors import Vectors

GOT = Situation("got_it", ("a", "b"), mood="high")
LOST = Situation("lost_it", ("c", "d"), mood="low")
WIDOWED = Situation("widowed", ("e", "f"), re.compile(r"\b(?:died|funeral)\b"), mood="low")
KNOWN = (GOT, LOST, WIDOWED)
DICE = np.random.default_rng(1)


def around(*center: float) -> list[list[float]]:
    """Return two vectors of length 1 near a direction."""
    rows = np.array([center, center]) + DICE.normal(0, 0.05, (2, len(center)))
    return [list(row / np.linalg.norm(row)) for row in rows]


VECTORS: Vectors = np.array(
    [*around(1, 0.3, 0, 0), *around(1, -0.3, 0, 0), *around(0, 0, 1, 0)], np.float32
)
MATCHER = Matcher(KNOWN, VECTORS)


def test_the_nearest_is_found() -> None:
    match = MATCHER.find("I got it", (0.95, 0.31, 0, 0))
    assert match
    assert match.situation is GOT


def test_a_mood_that_contradicts_counts_against() -> None:
    between = (1.0, 0.01, 0.0, 0.0)
    high, low = (MATCHER.scores("that job", between, mood) for mood in ("high", "low"))
    assert high[0] > high[1]
    assert low[1] > low[0]


def test_what_it_needs_has_to_be_said() -> None:
    vector = (0.0, 0.0, 1.0, 0.0)
    assert MATCHER.find("my husband works there", vector) is None
    match = MATCHER.find("my husband DIED", vector)
    assert match
    assert match.situation is WIDOWED


def test_nothing_near_is_nothing() -> None:
    assert MATCHER.find("x", (0, 0, 0, 1)) is None


def test_each_way_of_saying_has_a_vector() -> None:
    with pytest.raises(ValueError, match="6 ways of saying, but 5 vectors"):
        Matcher(KNOWN, VECTORS[:5])
