"""Keeping the beginning that prompts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import torch

from hearth.brain.prefix import PrefixCache, Stopped
from hearth.brain.shelf import Shelf


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

    def pack(self, cache: list[int], ids: Sequence[int]) -> dict[str, torch.Tensor]:
        return {"ids": torch.tensor(cache[: len(ids)])}

    def unpack(self, kept: Mapping[str, torch.Tensor], ids: Sequence[int]) -> list[int]:
        return [int(number) for number in kept["ids"]]

    def wipe(self, cache: list[int]) -> None:
        cache.clear()


def never() -> bool:
    return False


def fed(prefixes: PrefixCache, echo: Echo, prompt: list[int], lasting: int = 0) -> list[int]:
    """Return what was computed for this prompt; its scores have to be right."""
    echo.computed.clear()
    scores, _ = prefixes.feed(prompt, never, lasting)
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


SELF, PERSONA = [1, 2, 3, 4, 5, 6], 6


def talk(room: int, turns: int) -> list[int]:
    """A prompt of one room: the lasting beginning, and what was said there."""
    return [*SELF, *range(100 * room, 100 * room + turns)]


def test_many_rooms_share_the_lasting_beginning_and_keep_their_own() -> None:
    prefixes = PrefixCache(echo := Echo(), slots=3)
    assert fed(prefixes, echo, talk(1, 5), PERSONA) == talk(1, 5)
    assert fed(prefixes, echo, talk(2, 5), PERSONA) == talk(2, 5)[PERSONA:]
    assert fed(prefixes, echo, talk(3, 5), PERSONA) == talk(3, 5)[PERSONA:]
    for room in (1, 2, 3):
        assert fed(prefixes, echo, talk(room, 7), PERSONA) == talk(room, 7)[-2:]


def test_the_lasting_beginning_stays_when_every_prompt_has_made_room() -> None:
    prefixes = PrefixCache(echo := Echo(), slots=2)
    fed(prefixes, echo, talk(1, 5), PERSONA)
    for other in range(20, 24):
        fed(prefixes, echo, [other] * 8)
    assert fed(prefixes, echo, talk(2, 5), PERSONA) == talk(2, 5)[PERSONA:]


def test_it_is_there_after_a_restart_and_nothing_else_is(tmp_path: Path) -> None:
    before = PrefixCache(echo := Echo(), shelf=Shelf(tmp_path / "shelf", "a model"))
    fed(before, echo, talk(1, 5), PERSONA)
    before.write()
    after = PrefixCache(echo := Echo(), shelf=Shelf(tmp_path / "shelf", "a model"))
    assert fed(after, echo, talk(1, 5), PERSONA) == talk(1, 5)[PERSONA:]


def test_another_model_begins_anew(tmp_path: Path) -> None:
    before = PrefixCache(echo := Echo(), shelf=Shelf(tmp_path / "shelf", "a model"))
    fed(before, echo, talk(1, 5), PERSONA)
    before.write()
    other = PrefixCache(echo := Echo(), shelf=Shelf(tmp_path / "shelf", "another model"))
    assert fed(other, echo, talk(1, 5), PERSONA) == talk(1, 5)


def test_forgetting_leaves_nothing_in_memory_and_nothing_on_disk(tmp_path: Path) -> None:
    prefixes = PrefixCache(echo := Echo(), shelf=Shelf(tmp_path / "shelf", "a model"))
    _, sequel = prefixes.feed(talk(1, 5), never, PERSONA)
    prefixes.write()
    prefixes.forget()
    assert sequel._cache == []
    assert list((tmp_path / "shelf").iterdir()) == []
    assert fed(prefixes, echo, talk(1, 5), PERSONA) == talk(1, 5)
