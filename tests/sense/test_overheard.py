"""What is heard while Hearth speaks: its own voice, a nod, a stop, or talk."""

from __future__ import annotations

import pytest

from hearth.sense.overheard import Said, is_echo, overheard
from hearth.sense.turns import TurnWords, load

EN = load("en")
STORY = "Once upon a time there was a fox that lived in a dark wood."


@pytest.mark.parametrize(
    ("heard", "partly", "finally_"),
    [
        ("there was a fox that lived", "echo", "echo"),
        ("their was a fox that lift in a dark would", "echo", "echo"),
        ("fox", "echo", "echo"),
        ("mm hm", "nod", "nod"),
        ("yeah", "nod", "nod"),
        ("oh really", "nod", "nod"),
        ("oh", "nod", "nod"),
        ("stop", "stop", "stop"),
        ("wait a minute", "stop", "stop"),
        ("what happened then", "talk", "talk"),
        ("yeah but what about the bear", "talk", "talk"),
        ("turn on the light", "talk", "talk"),
        ("lights", "", ""),
        ("of course", "nod", "nod"),
        ("", "", ""),
    ],
)
def test_each_is_told_apart(heard: str, partly: str, finally_: str) -> None:
    assert overheard(heard, STORY, EN, over=False) == partly
    assert overheard(heard, STORY, EN, over=True) == finally_


def test_what_may_still_become_a_nod_is_left_open() -> None:
    known = TurnWords(backchannels=frozenset({("how", "very", "nice", "indeed")}))
    assert overheard("how very nice", STORY, known, over=False) == ""
    assert overheard("how very nice", STORY, known, over=True) == "talk"


def test_two_words_alone_do_not_interrupt_before_they_are_over() -> None:
    """An echo's first words may be misheard."""
    assert overheard("come here", STORY, EN, over=False) == ""
    assert overheard("come here", STORY, EN, over=True) == "talk"


def test_a_word_that_it_says_itself_does_not_stop_it() -> None:
    assert overheard("stop", "You may say stop at any time.", EN, over=False) == "echo"


def test_more_than_was_said_is_not_an_echo() -> None:
    assert not is_echo("good morning to you and a very happy birthday", "Good morning.")
    assert not is_echo("good morning", "")


def test_its_own_voice_is_heard_a_moment_longer_than_it_speaks() -> None:
    said = Said()
    said.begin("Good morning.")
    assert said.speaking
    assert said.text(now=100.0) == "Good morning."
    said.end(now=100.0)
    assert not said.speaking
    assert said.text(now=101.0) == "Good morning."
    assert said.text(now=110.0) == ""
    assert said.sounds_at(100.2)
    assert not said.sounds_at(101.0)
