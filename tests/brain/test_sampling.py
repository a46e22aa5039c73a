"""Choosing the next token."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from hearth.brain.reply import Taste
from hearth.brain.sampling import Sampler

SCORES = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))


def draw(taste: Taste, times: int = 300) -> Counter[int]:
    sampler = Sampler(taste, seed=1)
    return Counter(sampler.choose(SCORES, []) for _ in range(times))


def test_without_temperature_the_best_is_taken() -> None:
    assert draw(Taste(temperature=0)) == {0: 300}


def test_top_p_keeps_the_fewest_that_have_the_share() -> None:
    assert set(draw(Taste(temperature=1, top_p=0.75))) == {0, 1}
    assert set(draw(Taste(temperature=1, top_p=1))) == {0, 1, 2, 3}


def test_tokens_come_as_often_as_their_share_says() -> None:
    drawn = draw(Taste(temperature=1, top_p=1), times=4000)
    assert drawn[0] / 4000 == pytest.approx(0.5, abs=0.03)
    assert drawn[2] / 4000 == pytest.approx(0.15, abs=0.03)


def test_what_was_said_becomes_less_likely() -> None:
    taste = Taste(temperature=0, repetition_penalty=2)
    scores = torch.tensor([2.0, 1.5, -1.0])
    assert Sampler(taste).choose(scores, []) == 0
    assert Sampler(taste).choose(scores, [0]) == 1
    assert scores.tolist() == [2.0, 1.5, -1.0]


def test_a_seed_repeats_and_no_seed_does_not() -> None:
    taste = Taste(temperature=1, top_p=1)
    flat = torch.zeros(50)

    def twenty(seed: int | None) -> list[int]:
        sampler = Sampler(taste, seed)
        return [sampler.choose(flat, []) for _ in range(20)]

    assert twenty(7) == twenty(7)
    assert twenty(None) != twenty(None)


@pytest.mark.parametrize(
    "wrong", [{"temperature": -0.1}, {"top_p": 0}, {"top_p": 1.1}, {"repetition_penalty": 3}]
)
def test_a_wrong_taste_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="temperature is 0 to 2"):
        Taste(**wrong)
