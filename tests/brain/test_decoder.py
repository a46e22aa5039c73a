"""Keeping the beginning that prompts share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from hearth.brain.decoder import PrefixCache, Stopped


class Echo:
    """A decoder that keeps its tokens in a list and scores by their sum, so a wrong cache shows."""

    def __init__(self) -> None:
        self.computed: list[int] = []

    def blank(self) -> list[int]:
        return []

    def fork(self, cache: list[int], length: int) -> list[int]:
        return cache[:length]

    def forward(self, ids: Sequence[int], cache: list[int], start: int) -> torch.Tensor:
        assert len(cache) >= start
        cache[start:] = ids
        self.computed += ids
        return torch.tensor([float(sum(cache))])


def never() -> bool:
    return False


def fed(prefixes: PrefixCache, echo: Echo, prompt: list[int]) -> list[int]:
    """Return what was computed for this prompt; its scores have to be right."""
    echo.computed.clear()
    scores, _ = prefixes.feed(prompt, never)
    assert scores.tolist() == [sum(prompt)]
    return list(echo.computed)


def test_only_what_is_new_is_computed() -> None:
    prefixes = PrefixCache(echo := Echo())
    assert fed(prefixes, echo, [1, 2, 3, 4]) == [1, 2, 3, 4]
    assert fed(prefixes, echo, [1, 2, 3, 9, 8]) == [9, 8]
    assert fed(prefixes, echo, [1, 2, 3, 9, 8]) == [8]


def test_a_reply_belongs_to_the_beginning() -> None:
    prefixes = PrefixCache(echo := Echo())
    _, sequel = prefixes.feed([1, 2], never)
    sequel.extend([5])
    assert sequel.extend([6]).tolist() == [14]
    assert fed(prefixes, echo, [1, 2, 5, 6, 7]) == [7]


def test_two_conversations_side_by_side_keep_theirs() -> None:
    prefixes = PrefixCache(echo := Echo(), slots=2)
    one, two = [1, 2, *range(10, 30)], [1, 2, *range(30, 50)]
    fed(prefixes, echo, one)
    assert fed(prefixes, echo, two) == two[2:]
    assert fed(prefixes, echo, [*one, 7]) == [7]
    assert fed(prefixes, echo, [*two, 8]) == [8]


def test_a_third_conversation_takes_the_place_of_the_oldest() -> None:
    prefixes = PrefixCache(echo := Echo(), slots=2)
    talks = [[100 * n + k for k in range(10)] for n in range(3)]
    for talk in talks:
        assert fed(prefixes, echo, talk) == talk
    assert fed(prefixes, echo, talks[1]) == talks[1][-1:]
    assert fed(prefixes, echo, talks[0]) == talks[0]


def test_a_stop_is_heeded_between_pieces() -> None:
    prefixes = PrefixCache(echo := Echo(), piece=4)
    answers = iter([False, True])
    with pytest.raises(Stopped):
        prefixes.feed(list(range(12)), lambda: next(answers))
    assert echo.computed == [0, 1, 2, 3]
    assert fed(prefixes, echo, list(range(12))) == list(range(4, 12))
