"""Which situation a sentence tells of: by meaning, mood and the words that it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hearth.mind import vectors
from hearth.mind.situations.file import Situation, load
from hearth.mind.situations.learned import Learned, learn, learned, mark, ship, shipped
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
PROBE: Vectors = np.array([1, 0, 0, 0], np.float32)
MATCHER = Matcher(KNOWN, learn(KNOWN, VECTORS, PROBE))


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


def test_what_a_talk_is_about_is_likelier_to_go_on() -> None:
    between = (1.0, 0.02, 0.0, 0.0)
    new = MATCHER.find("that job", between)
    going = MATCHER.find("that job", between, going=LOST)
    back = MATCHER.find("that job", (1.0, 0.3, 0.0, 0.0), going=LOST, points_back=True)
    assert new
    assert new.situation is GOT
    assert going
    assert going.situation is LOST
    assert back


def test_nothing_near_is_nothing() -> None:
    assert MATCHER.find("x", (0, 0, 0, 1)) is None


def test_each_way_of_saying_has_a_vector() -> None:
    with pytest.raises(ValueError, match="6 ways of saying, but 5 vectors"):
        learn(KNOWN, VECTORS[:5], PROBE)


class Counting:
    """An encoder that counts what it is asked, and gives ``PROBE`` to everything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        self.asked += texts
        return tuple(tuple(map(float, PROBE)) for _ in texts)


async def test_only_what_was_not_learned_is_encoded() -> None:
    ours = learn(KNOWN, VECTORS, PROBE)
    encoder = Counting()
    changed = replace(LOST, says=("g", "h"))
    known = await learned((GOT, changed), encoder, None, ours)
    assert set(encoder.asked) == {vectors.PROBE, "g", "h"}
    assert known.ids == ("got_it", "lost_it")
    assert np.allclose(known.means[0], ours.means[0])
    assert np.allclose(known.means[1], PROBE)


async def test_with_another_encoder_all_is_encoded() -> None:
    other = replace(learn(KNOWN, VECTORS, PROBE), probe=np.array([0, 1, 0, 0], np.float32))
    encoder = Counting()
    await learned(KNOWN, encoder, None, other)
    assert {"a", "b", "c", "d", "e", "f"} <= set(encoder.asked)


def test_what_ships_is_what_was_learned(tmp_path: Path) -> None:
    ours = learn(KNOWN, VECTORS, PROBE)
    ship(ours, tmp_path / "xx.npz")
    with np.load(tmp_path / "xx.npz") as kept:
        assert tuple(kept["ids"]) == ours.ids
        assert np.allclose(kept["means"], ours.means, atol=1e-3)


def test_what_ships_was_learned_from_the_files_that_ship() -> None:
    known, _ = load("en")
    ours = shipped("en")
    assert isinstance(ours, Learned)
    assert dict(zip(ours.ids, ours.marks, strict=True)) == {one.id: mark(one) for one in known}, (
        "run deploy/train/talk.py after a change of `says`"
    )
