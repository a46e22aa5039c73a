"""Politeness goes, the command stays."""

from __future__ import annotations

import pytest

from hearth.mind.frames import Frames

FRAMES = Frames(
    {
        "spelling": {"colour": "color"},
        "before": ["(hey|ok)", "[please] (can|could) you"],
        "after": ["please", "for me"],
        "between": ["(um|please)"],
        "asking": ["would you mind"],
        "after_asking": {"turning": "turn"},
    }
)


@pytest.mark.parametrize(
    ("said", "shorter"),
    [
        ("turn it on", ()),
        ("Hey, could you turn it on for me, please?", ("turn it on",)),
        ("ok turn um it please on", ("turn um it please on", "turn it on")),
        ("would you mind turning it on", ("turn it on",)),
        ("would you mind flying", ()),
        ("what colour is it", ("what color is it",)),
        ("please", ()),
        ("heyday for mere mortals", ()),
    ],
)
def test_what_is_left_of_a_sentence(said: str, shorter: tuple[str, ...]) -> None:
    assert FRAMES.peeled(said) == shorter


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("twenty two and a half degrees please", "twenty two point five degrees please"),
        ("set it to 22 and a half degrees", "set it to 22.5 degrees"),
        ("one and a half hours", "one and a half hours"),
    ],
)
def test_a_half_behind_a_number(said: str, known: str) -> None:
    halves = {"and a half degrees": ["point five degrees", ".5 degrees"]}
    assert Frames({"halves": halves}).numbered(said) == known


def test_a_language_without_frames_strips_nothing() -> None:
    assert Frames({}).peeled("please turn it on") == ()
