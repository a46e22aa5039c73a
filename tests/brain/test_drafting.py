"""Several replies to one prompt: when each is whole, how they differ, what becomes of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from tokenizers import Tokenizer, decoders, models

from hearth.brain.drafting import Limits, drafts, tastes
from hearth.brain.reply import Counts, Taste

WORDS = ["<end>", " I", " am", " here", ".", " Where", " are", " you", "?", " the", " and", "\n"]
END = 0


def backend() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, WORDS[0]))
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens(["<end>"])
    return tokenizer


def scores(*words: str) -> torch.Tensor:
    """Scores for which these words are equally likely, and no other is."""
    table = torch.full((len(WORDS),), -50.0)
    table[[WORDS.index(word) for word in words]] = 1.0
    return table


class Scripted:
    """Rows that go on as a table of words tells: what comes after a word."""

    def __init__(self, after: dict[str, str]) -> None:
        self.after = after
        self.rows = 0
        self.steps = 0

    def split(self, rows: int) -> Scripted:
        self.rows = rows
        return self

    def step(self, tokens: Sequence[int]) -> torch.Tensor:
        assert len(tokens) == self.rows
        self.steps += 1
        return torch.stack([scores(self.after[WORDS[token]]) for token in tokens])

    def keep(self, rows: Sequence[int]) -> None:
        self.rows = len(rows)


def made(
    script: Scripted,
    first: torch.Tensor,
    *,
    most: int = 2,
    sentences: int = 2,
    tokens: int = 20,
    stopped: Callable[[], bool] = lambda: False,
) -> list[str]:
    found = drafts(
        first,
        script.split,
        most,
        taste=Taste(),
        limits=Limits({END}, sentences, tokens),
        backend=backend(),
        counts=Counts(),
        seed=1,
        stopped=stopped,
    )
    return [text for text, _ in found]


TALK = {" I": " am", " am": " here", " here": ".", ".": "<end>"} | {
    " Where": " are",
    " are": " you",
    " you": "?",
    "?": " I",
}


def test_they_begin_differently_and_each_ends_where_it_is_whole() -> None:
    found = made(Scripted(TALK), scores(" I", " Where"))
    assert found == ["I am here.", "Where are you? I am here."]


def test_as_many_sentences_as_are_asked_for() -> None:
    assert set(made(Scripted(TALK), scores(" Where", " I"), sentences=1)) == {
        "I am here.",
        "Where are you?",
    }


def test_what_is_said_twice_is_told_once() -> None:
    assert made(Scripted(TALK), scores(" I"), most=4) == ["I am here."]


def test_what_was_cut_off_is_left_out_where_another_is_whole() -> None:
    endless = TALK | {" Where": " the", " the": " and", " and": " the"}
    assert made(Scripted(endless), scores(" I", " Where"), tokens=6) == ["I am here."]


def test_of_what_was_cut_off_its_whole_sentences_are_told_where_there_is_no_other() -> None:
    endless = TALK | {"?": " the", " the": " and", " and": " the"}
    assert made(Scripted(endless), scores(" Where"), tokens=9) == ["Where are you?"]


def test_a_new_line_ends_a_reply() -> None:
    lines = TALK | {".": "\n", "\n": " I"}
    assert made(Scripted(lines), scores(" I"), most=1, sentences=5) == ["I am here."]


def test_a_stop_is_heeded() -> None:
    script = Scripted(TALK)
    assert made(script, scores(" I"), stopped=lambda: script.steps >= 2) == []
    assert script.steps == 2


def test_the_surer_reply_has_the_higher_score() -> None:
    script = Scripted(TALK)
    sure, torn = scores(" I"), scores(" I", " Where", " the", " and")
    limits = Limits({END}, 2, 20)

    def first(table: torch.Tensor) -> float:
        found = drafts(
            table,
            script.split,
            1,
            taste=Taste(temperature=0),
            limits=limits,
            backend=backend(),
            counts=Counts(),
        )
        return next(iter(found))[1]

    assert first(sure) > first(torn)
    assert first(sure) == pytest.approx(0, abs=1e-3)


def test_the_first_is_the_tamest_and_one_alone_has_the_usual_taste() -> None:
    usual = Taste(temperature=0.7)
    assert tastes(usual, 1) == [usual]
    temperatures = [taste.temperature for taste in tastes(usual, 4)]
    assert temperatures == sorted(temperatures)
    assert temperatures[0] < 0.7 < temperatures[-1]
