"""Reminders, alarms and the calendar as many people put them, and what only sounds like them."""

from __future__ import annotations

import pytest

from hearth.house import House
from hearth.mind.grammar import Grammar

HOUSE = House()

MEANT = {
    "tell me in ten minutes to put the kettle on": ("in ten minutes", "put the kettle on"),
    "shout at me in fifteen minutes so I don't miss the bus": (
        "in fifteen minutes",
        "don't miss the bus",
    ),
    "on Saturday I have to bring Grandma's chair back, remind me please": (
        "on Saturday",
        "bring Grandma's chair back",
    ),
    "every other Thursday recycling has to go out, remind me at six in the evening": (
        "every other Thursday at six in the evening",
        "recycling has to go out",
    ),
    "I've got the vet on Friday at four, remind me an hour before": (
        "an hour before on Friday at four",
        "you've got the vet on Friday at four",
    ),
    "I shouldn't forget to water the tomatoes tonight": ("tonight", "water the tomatoes"),
    "make sure I ring the garage tomorrow at ten": ("tomorrow at ten", "ring the garage"),
    "do you mind reminding me at eight to feed the cat": ("at eight", "feed the cat"),
    "remind me about the soup when it's six": ("at six", "the soup"),
}

PLAIN = [
    "that smell reminds me of my grandmother",
    "remind me why I married him",
    "tell me a story at bedtime about a dragon",
    "I was supposed to call her on Sunday and didn't",
    "make sure to be kind to yourself",
    "I have to remember that I'm only human",
    "we moved the wedding to June and everyone is upset",
    "that's too much for me today",
    "move it to five",
    "I told him to leave me alone",
]


@pytest.mark.parametrize("text", MEANT)
def test_a_reminder_by_any_other_name(english: Grammar, text: str) -> None:
    (command,) = english.understand(text, HOUSE)
    assert command.intent == "HearthRemind"
    assert (command.slots["when"], command.slots["text"]) == MEANT[text]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_only_told_is_none(english: Grammar, text: str) -> None:
    own = ("HearthRemind", "HearthAlarm", "HearthAgenda", "HearthLess", "HearthQuiet")
    assert not [c for c in english.understand(text, HOUSE) if c.intent.startswith(own)]


@pytest.mark.parametrize(
    ("before", "text", "intent", "slots"),
    [
        ("remind me at six to feed the dog", "make it seven", "HearthReminderMove", "at seven"),
        (
            "remind me at six to feed the dog",
            "no, at half six",
            "HearthReminderMove",
            "at half six",
        ),
        ("remind me at six to feed the dog", "cancel that", "HearthReminderCancel", ""),
        ("wake me at six tomorrow", "sorry I meant seven", "HearthAlarmMove", "at seven"),
        ("when is my dentist appointment", "move it to Friday", "HearthAgendaMove", "Friday"),
    ],
)
def test_it_is_what_was_spoken_of_last(
    english: Grammar, before: str, text: str, intent: str, slots: str
) -> None:
    lately = english.understand(before, HOUSE)
    (command,) = english.understand(text, HOUSE, None, lately)
    assert (command.intent, command.slots.get("when", "")) == (intent, slots)
    assert command.slots["last"] == "yes"


def test_an_hour_earlier_is_a_length_and_a_way(english: Grammar) -> None:
    (command,) = english.understand("push the dentist back an hour", HOUSE)
    assert (command.intent, command.slots["by"], command.slots["way"]) == (
        "HearthAgendaMove",
        "an hour",
        "later",
    )
