"""Whether a sentence sounds unfinished, on sentences of our own and on classes of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.sense.finished import unfinished
from hearth.sense.turns import TurnWords, load

EN = load("en")
LABELLED = Path(__file__).parent / "labelled"


def lines(name: str) -> list[str]:
    rows = (LABELLED / f"{name}.en.txt").read_text("utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


@pytest.mark.parametrize("text", lines("unfinished"))
def test_these_sound_unfinished(text: str) -> None:
    assert unfinished(text, EN)


@pytest.mark.parametrize("text", lines("whole"))
def test_these_sound_whole(text: str) -> None:
    assert not unfinished(text, EN)


def test_it_holds_on_sentences_that_were_never_looked_at() -> None:
    opened = [unfinished(text, EN) for text in lines("heldout.unfinished")]
    whole = [unfinished(text, EN) for text in lines("heldout.whole")]
    assert sum(opened) / len(opened) >= 0.75
    assert sum(whole) / len(whole) <= 0.07


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mach das Licht in der", True),
        ("ich war heute bei", True),
        ("kannst du bitte", True),
        ("wenn es regnet", True),
        ("mach das Licht an", False),
        ("wie geht es dir", False),
        ("erinnere mich daran", True),
        ("gute Nacht", False),
    ],
)
def test_german(text: str, expected: bool) -> None:
    assert unfinished(text, load("de")) is expected


def test_without_words_and_without_a_language_nothing_is_unfinished() -> None:
    assert not unfinished("", EN)
    assert not unfinished("turn on the", TurnWords())
