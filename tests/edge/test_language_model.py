"""Sentences in, a language model out: its figures are probabilities."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from hearth.edge.speech import language_model

SENTENCES = [
    ["turn", "on", "[name]"],
    ["turn", "off", "[name]"],
    ["turn", "on", "the", "light"],
    ["say", "<gap>", "in", "[place]"],
]


def chance(model: dict[tuple[str, ...], tuple[float, float]], *gram: str) -> float:
    """P(last word | words before) by the rule of back-off."""
    if gram in model:
        return 10 ** model[gram][0]
    assert len(gram) > 1, gram
    weight = 10 ** model[gram[:-1]][1] if gram[:-1] in model else 1.0
    return weight * chance(model, *gram[1:])


@pytest.mark.parametrize(
    "history", [("<s>",), ("turn",), ("<s>", "turn"), ("turn", "on"), ("light",), ("in",)]
)
def test_what_may_follow_adds_up_to_one(history: tuple[str, ...]) -> None:
    model = language_model.train(SENTENCES)
    words = [gram[0] for gram in model if len(gram) == 1 and gram != ("<s>",)]
    # One share of the uniform distribution is kept for words that were never seen.
    unseen = 1 - sum(chance(model, word) for word in words)
    assert 0 < unseen < 0.06
    total = sum(chance(model, *history, word) for word in words)
    assert total == pytest.approx(1, abs=0.07)
    assert total < 1


def test_a_probability_by_hand() -> None:
    # c(turn on) = 2 of 3 after "turn", two different words follow it; 17 words were counted, of
    # ten kinds: P(on) = (2 + 10/11) / (17 + 10), P(on | turn) = (2 + 2 P(on)) / (3 + 2).
    model = language_model.train(SENTENCES)
    on = (2 + 10 / 11) / 27
    assert chance(model, "turn", "on") == pytest.approx((2 + 2 * on) / 5)


def test_free_text_is_neither_predicted_nor_remembered() -> None:
    model = language_model.train(SENTENCES)
    assert not any("<gap>" in gram for gram in model)
    assert ("say", "in") not in model
    assert ("in", "[place]") in model


def test_the_file_is_what_was_trained(tmp_path: Path) -> None:
    model = language_model.train(SENTENCES)
    path = tmp_path / "home.arpa"
    language_model.write(model, path)
    text = path.read_text()
    assert text.startswith("\\data\\\nngram 1=")
    assert text.endswith("\\end\\\n")
    expected = f"{model['turn', 'on'][0]:.4f}\tturn on\t{model['turn', 'on'][1]:.4f}"
    assert expected in text.splitlines()
    assert language_model.vocabulary_of(path) == {"turn", "on", "off", "the", "light", "say", "in"}
    assert list(tmp_path.iterdir()) == [path]
    assert math.isclose(model["<s>",][0], -99)
