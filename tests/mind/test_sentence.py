"""Sentences of several clauses, and what they leave out, take back and put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from hearth.house import Area, Entity, House
from hearth.mind.grammar import Grammar
from hearth.port import Command, Schedule
from support.grammars import grammar

ALL = {"light.kitchen", "light.counter", "light.reading", "light.bed", "light.desk"}


@pytest.fixture(scope="session")
def german() -> Grammar:
    return grammar("de")


def told(commands: tuple[Command, ...]) -> list[tuple[str, ...]]:
    """Return what each command does, and to what."""
    return [(c.intent.removeprefix("Hass"), *c.targets) for c in commands]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "turn off the reading lamp and the coffee machine",
            [("TurnOff", "light.reading"), ("TurnOff", "switch.coffee")],
        ),
        (
            "turn on the reading lamp, the countertop and the coffee machine",
            [("TurnOn", "light.reading"), ("TurnOn", "light.counter"), ("TurnOn", "switch.coffee")],
        ),
        (
            "turn on the kitchen and the bedroom lights",
            [("TurnOn", "light.kitchen", "light.counter"), ("TurnOn", "light.bed")],
        ),
        (
            "turn on the reading lamp for ten minutes then turn it off",
            [("TurnOn", "light.reading")],
        ),
        (
            "switch the reading lamp and the television off",
            [("TurnOff", "light.reading"), ("TurnOff", "media_player.tv")],
        ),
        (
            "turn off the lights then close the curtains",
            [("TurnOff", "light.reading"), ("TurnOff", "cover.left", "cover.right")],
        ),
        (
            "would you mind turning off the television and closing the left curtain",
            [("TurnOff", "media_player.tv"), ("TurnOff", "cover.left")],
        ),
        (
            "turn off the reading lamp turn on the television",
            [("TurnOff", "light.reading"), ("TurnOn", "media_player.tv")],
        ),
        (
            "turn on the fan and the lights in the bedroom",
            [("TurnOn", "fan.bed"), ("TurnOn", "light.bed")],
        ),
        (
            "set a timer for five minutes and ten seconds and turn off the coffee machine",
            [("StartTimer",), ("TurnOff", "switch.coffee")],
        ),
        (
            "turn on the reading lamp and make it blue",
            [("TurnOn", "light.reading"), ("LightSet", "light.reading")],
        ),
        (
            "turn off the reading lamp because i am going to bed",
            [("TurnOff", "light.reading")],
        ),
    ],
)
def test_each_clause_is_a_command(
    english: Grammar, house: House, text: str, commands: list[tuple[str, ...]]
) -> None:
    assert told(english.understand(text, house, "living")) == commands


def test_a_value_goes_with_its_clause(english: Grammar, house: House) -> None:
    text = "dim the reading lamp to 20 and the bedside lamp to 50 percent"
    commands = english.understand(text, house, "living")
    assert [c.slots["brightness"] for c in commands] == [20, 50]


def test_a_name_may_hold_the_word_that_joins(english: Grammar) -> None:
    lamp, fan = Entity("light.sp", "Salt and Pepper Lamp"), Entity("fan.f", "Fan")
    house = House((), (Area("a", "Attic"),), (lamp, fan))
    commands = english.understand("turn on the salt and pepper lamp and the fan", house)
    assert told(commands) == [("TurnOn", "light.sp"), ("TurnOn", "fan.f")]


def test_free_words_stay_whole(english: Grammar, house: House) -> None:
    (command,) = english.understand("add milk and eggs to my chores list", house, "living")
    assert command.slots["item"] == "milk and eggs"


@pytest.mark.parametrize(
    ("text", "but"),
    [
        ("turn off all the lights except the desk lamp", {"light.desk"}),
        ("turn off all the lights except the reading lamp", {"light.reading"}),
        (
            "turn off all lights apart from the ones in the kitchen",
            {"light.kitchen", "light.counter"},
        ),
        ("turn off all lights but not the bedroom and the office", {"light.bed", "light.desk"}),
        ("except for the bedside lamp turn off all the lights", {"light.bed"}),
        ("turn off all the lights but leave the reading lamp on", {"light.reading"}),
    ],
)
def test_all_but_these(english: Grammar, house: House, text: str, but: set[str]) -> None:
    named = house.replaced([replace(house.by_id["light.desk"], name="Desk Lamp")])
    (command,) = english.understand(text, named, "living")
    assert (command.intent, {*command.targets}) == ("HassTurnOff", ALL - but)


def test_an_exception_that_is_not_understood_moves_nothing(english: Grammar, house: House) -> None:
    assert english.understand("turn off all the lights except mine", house, "living") == ()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("turn on the kitchen, no, the bedroom lights", ("TurnOn", "light.bed")),
        ("turn on the reading lamp no wait the bedside lamp", ("TurnOn", "light.bed")),
        ("turn on, sorry, turn off the reading lamp", ("TurnOff", "light.reading")),
        ("turn on the reading lamp I mean off", ("TurnOff", "light.reading")),
        ("turn off the uh the the reading lamp", ("TurnOff", "light.reading")),
        ("no wait actually turn on the television", ("TurnOn", "media_player.tv")),
        ("open the left curtain actually the right one", ("TurnOn", "cover.right")),
        ("open the left curtain no close it", ("TurnOff", "cover.left")),
        ("turn off the reading lamp, no don't", ("Nevermind",)),
    ],
)
def test_what_is_taken_back_is_not_done(
    english: Grammar, house: House, text: str, command: tuple[str, ...]
) -> None:
    assert told(english.understand(text, house, "living")) == [command]


def test_a_number_is_put_right(english: Grammar, house: House) -> None:
    text = "set the reading lamp to twenty I mean twenty two percent"
    (command,) = english.understand(text, house, "living")
    assert command.slots["brightness"] == 22


@pytest.mark.parametrize(
    ("before", "text", "commands"),
    [
        ("turn on the bedside lamp", "turn it off again", [("TurnOff", "light.bed")]),
        ("turn on the bedside lamp", "make it red", [("LightSet", "light.bed")]),
        ("turn on the bedside lamp", "a bit brighter", [("HearthLightStep", "light.bed")]),
        ("turn on the bedside lamp", "off again", [("TurnOff", "light.bed")]),
        ("turn on the bedside lamp", "and the reading lamp too", [("TurnOn", "light.reading")]),
        ("turn on the lights", "what about the bedroom", [("TurnOn", "light.bed")]),
        (
            "turn on the lights",
            "same in the kitchen",
            [("TurnOn", "light.kitchen", "light.counter")],
        ),
        ("open the left curtain", "and the other one", [("TurnOn", "cover.right")]),
        ("open the left curtain", "the right one as well", [("TurnOn", "cover.right")]),
        ("open the left curtain", "both", [("TurnOn", "cover.left", "cover.right")]),
        ("is the front door locked", "unlock it", [("TurnOff", "lock.front")]),
        (
            "turn on the lights in the kitchen",
            "make them red",
            [("LightSet", "light.kitchen", "light.counter")],
        ),
        (
            "turn on the bedside lamp and the television",
            "turn them off",
            [("TurnOff", "light.bed"), ("TurnOff", "media_player.tv")],
        ),
    ],
)
def test_what_is_left_out_was_said_before(
    english: Grammar, house: House, before: str, text: str, commands: list[tuple[str, ...]]
) -> None:
    lately = english.understand(before, house, "living")
    assert told(english.understand(text, house, "living", lately)) == commands


@pytest.mark.parametrize(
    "text", ["turn it off", "and the other one too", "same in the kitchen", "both", "make them red"]
)
def test_nothing_is_meant_where_nothing_was_said_before(
    english: Grammar, house: House, text: str
) -> None:
    assert not [t for c in english.understand(text, house, None) for t in c.targets]


@pytest.mark.parametrize(
    "text",
    [
        "it is raining",
        "that was nice thank you",
        "what about dinner",
        "they are both in the kitchen",
        "and then we went home",
        "the kitchen is lovely in the morning",
        "the other one was better",
        "for years",
    ],
)
def test_talk_after_a_command_moves_nothing(english: Grammar, house: House, text: str) -> None:
    lately = english.understand("turn on the bedside lamp", house, "living")
    assert not [t for c in english.understand(text, house, "living", lately) for t in c.targets]


@pytest.mark.parametrize(
    ("text", "schedules"),
    [
        ("turn off the reading lamp in ten minutes", [Schedule(after_s=600)]),
        ("turn on the television for a quarter of an hour", [Schedule(for_s=900)]),
        (
            "in ten minutes turn on the television for five minutes",
            [Schedule(after_s=600, for_s=300)],
        ),
        (
            "at sunrise open the left curtain and turn off the reading lamp",
            [Schedule(sun="sunrise"), Schedule(sun="sunrise")],
        ),
        (
            "turn on the television and turn it off in an hour",
            [None, Schedule(after_s=3600)],
        ),
        (
            "turn off the reading lamp at ten pm and the television at eleven pm",
            [Schedule(at=time(22)), Schedule(at=time(23))],
        ),
    ],
)
def test_a_clause_has_its_time(
    english: Grammar, house: House, text: str, schedules: list[Schedule | None]
) -> None:
    commands = english._plain(text, house, "living")  # what makes no rule
    assert [c.schedule for c in commands] == schedules


@pytest.mark.parametrize(
    "text",
    [
        "I told him to turn on the light and he did",
        "he said turn off the lights and everyone laughed",
        "everyone was there except my brother",
        "I was in the kitchen and he was in the bedroom",
        "no I meant the other day",
        "turn off the reading lamp and tell me a joke",
        "the reading lamp and the television were expensive",
        "we had bread and butter in the kitchen for an hour",
        "no need to turn the television on",
        "all but the reading lamp",
        "see you at seven or at half past",
    ],
)
def test_talk_with_the_same_words_moves_nothing(english: Grammar, house: House, text: str) -> None:
    assert not [t for c in english.understand(text, house, "living") for t in c.targets]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "schalte die Reading Lamp und die Bedside Lamp aus",
            [("TurnOff", "light.reading"), ("TurnOff", "light.bed")],
        ),
        (
            "mach die Reading Lamp aus und die Bedside Lamp an",
            [("TurnOff", "light.reading"), ("TurnOn", "light.bed")],
        ),
        ("schalte die Reading Lamp ein nein die Bedside Lamp", [("TurnOn", "light.bed")]),
        ("mach äh die Reading Lamp an", [("TurnOn", "light.reading")]),
        ("er hat gesagt mach das Licht an und dann ist er gegangen", []),
    ],
)
def test_german_joins_clauses_too(
    german: Grammar, house: House, text: str, commands: list[tuple[str, ...]]
) -> None:
    assert told(german.understand(text, house, "living")) == commands


def test_german_leaves_out_and_puts_off(german: Grammar, house: House) -> None:
    lately = german.understand("schalte die Reading Lamp ein", house, "bed")
    again = german.understand("mach sie wieder aus", house, "bed", lately)
    later = german.understand("schalte die Reading Lamp in fünf Minuten aus", house, "bed")
    assert told(again) == told(later) == [("TurnOff", "light.reading")]
    assert [c.schedule for c in later] == [Schedule(after_s=300)]


def test_any_words_after_a_command_are_survived(english: Grammar, house: House) -> None:
    """Given the words that join, take back and leave out, in any order, nothing is raised."""
    lately = english.understand("turn on the bedside lamp", house, "living")
    words = [
        "and",
        "no",
        "it",
        "the",
        "except",
        "in",
        "ten",
        "both",
        "then",
        ",",
        "at",
        "sorry",
        "lamp",
        "off",
        "other",
        "too",
    ]
    for start in range(len(words)):
        text = " ".join(words[start:] + words[:start])
        english.understand(text, house, "living", lately)
        english.understand(text, House(), None)
