"""What is left of a name at the start of a sentence goes; everything else stays."""

from __future__ import annotations

import pytest

from hearth.sense.wake import is_tail, without_name


@pytest.mark.parametrize(
    ("text", "word", "left"),
    [
        ("samantha turn on the lamp", "samantha", "turn on the lamp"),
        ("Samanta, turn on the lamp", "samantha", "turn on the lamp"),
        ("sam antha turn on the lamp", "samantha", "turn on the lamp"),
        ("antha turn on the lamp", "samantha", "turn on the lamp"),
        ("okay nabu what time is it", "okay nabu", "what time is it"),
        ("nabu what time is it", "okay nabu", "what time is it"),
        ("okay what time is it", "okay nabu", "okay what time is it"),
        ("turn on the lamp", "samantha", "turn on the lamp"),
        ("a lamp", "samantha", "a lamp"),
        ("samantha", "samantha", ""),
        ("", "samantha", ""),
        ("turn on the lamp", "", "turn on the lamp"),
        ("the lamp", "athena", "the lamp"),
        ("commute time", "computer", "commute time"),
    ],
)
def test_the_name_goes_and_the_command_stays(text: str, word: str, left: str) -> None:
    assert without_name(text, word) == left


@pytest.mark.parametrize(
    ("text", "audio_ms", "tail"),
    [("you", 320, True), ("stop", 400, False), ("off", 900, False), ("turn on", 400, False)],
)
def test_a_short_sound_right_after_the_name_is_its_tail(
    text: str, audio_ms: int, tail: bool
) -> None:
    assert is_tail(text, audio_ms) == tail
