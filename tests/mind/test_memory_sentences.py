"""What is to be kept, told and forgotten, and what only sounds like it."""

from __future__ import annotations

import pytest

from hearth.house import Area, Entity, House
from support.grammars import grammar

HOUSE = House(
    areas=(Area("office", "Office"),),
    entities=(Entity("light.office", "Office Lamp", area="office"),),
)


def read(text: str, language: str = "en") -> list[str]:
    return [c.intent for c in grammar(language).understand(text, HOUSE, "office")]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("remember that the spare key is under the pot", "HearthRemember"),
        ("please keep in mind that Tom hates onions", "HearthRemember"),
        ("remember my locker number is 12", "HearthRemember"),
        ("what do you know about Mara", "HearthKnowAbout"),
        ("do you remember anything about my trip", "HearthKnowAbout"),
        ("what did I tell you about the interview", "HearthToldAbout"),
        ("how do you know that", "HearthHowKnown"),
        ("when did I tell you that", "HearthHowKnown"),
        ("who told you that", "HearthHowKnown"),
        ("forget that", "HearthForgetThat"),
        ("please forget what I just told you", "HearthForgetThat"),
        ("forget that my sister is called Mara", "HearthForgetFact"),
        ("forget everything about Tom", "HearthForgetAbout"),
        ("forget everything I told you about my boss", "HearthForgetAbout"),
        ("erase everything you know about Tom", "HearthForgetAbout"),
        ("forget everything", "HearthForgetAll"),
        ("forget what I said last night", "HearthForgetPeriod"),
        ("forget everything I said today", "HearthForgetPeriod"),
        ("forget what we talked about this morning", "HearthForgetPeriod"),
    ],
)
def test_what_is_kept_told_and_forgotten(text: str, intent: str) -> None:
    assert read(text) == [intent]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("merk dir dass der Schlüssel unter dem Topf liegt", "HearthRemember"),
        ("was weißt du über Mara", "HearthKnowAbout"),
        ("woher weißt du das", "HearthHowKnown"),
        ("vergiss das wieder", "HearthForgetThat"),
        ("vergiss alles über Tom", "HearthForgetAbout"),
        ("vergiss alles was ich heute gesagt habe", "HearthForgetPeriod"),
    ],
)
def test_in_german(text: str, intent: str) -> None:
    assert read(text, "de") == [intent]


@pytest.mark.parametrize(
    "text",
    [
        "forget it",
        "I will never forget that day",
        "did you forget the milk",
        "remember the titans",
        "I forget everything these days",
        "do you remember",
        "how do you know when pasta is done",
        "I remember that summer",
        "don't forget to turn off the light",
        "what do you think about jazz",
        "who said romeo and juliet is boring",
    ],
)
def test_what_only_sounds_like_it_changes_no_memory(text: str) -> None:
    own = ("HearthRemember", "HearthForget", "HearthKnow", "HearthTold", "HearthHow")
    assert not [intent for intent in read(text) if intent.startswith(own)]
