"""What a person said is said again to them: persons swapped, nothing added."""

from __future__ import annotations

import pytest

from hearth import sentences
from hearth.mind.written.plain import Plain
from hearth.mind.written.reflect import Reflector

TABLE = sentences.load("en").table("conversation")
PLAIN, REFLECTOR = Plain(TABLE), Reflector(TABLE["reflect"])


@pytest.mark.parametrize(
    ("said", "reflected"),
    [
        ("I had a fight with my brother.", "You and your brother had a fight."),
        ("We had an argument with our landlord", "You and your landlord had an argument."),
        (
            "My boss yelled at me in front of everyone.",
            "Your boss yelled at you in front of everyone.",
        ),
        ("me and my sister went to the sea", "You and your sister went to the sea."),
        ("I've been learning the guitar", "You've been learning the guitar."),
        ("my neighbours are having a party again", "Your neighbours are having a party."),
        ("I was at the doctor's today", "You were at the doctor's today."),
        ("I can't find my keys", "You can't find your keys."),
        ("I'm moving to a new flat next month", "You're moving to a new flat next month."),
        ("nobody came to my birthday", "Nobody came to your birthday."),
        ("Well, honestly, I forgot my mother's birthday", "You forgot your mother's birthday."),
        ("I finally finished my thesis because I stayed up", "You finished your thesis."),
    ],
)
def test_persons_are_swapped(said: str, reflected: str) -> None:
    assert REFLECTOR.reflect(PLAIN.words(said)).replace(
        "mother's", "mother's"
    ) == reflected.replace("mother's", "mother's")


@pytest.mark.parametrize(
    "said",
    [
        "I think you are wrong",
        "you told me so",
        "why did I do that",
        "I am sad",
        "I don't know",
        "it rained",
        "I want to kill myself",
        "what is this",
        "I went there and everybody in that room looked at me in such a way for so long a time",
    ],
)
def test_what_is_not_surely_about_them_is_not_reflected(said: str) -> None:
    assert REFLECTOR.reflect(PLAIN.words(said)) == ""


def test_a_language_without_the_table_reflects_nothing() -> None:
    assert Reflector({}).reflect("i had a fight with my brother") == ""
