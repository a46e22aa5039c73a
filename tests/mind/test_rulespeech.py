"""What people say about when and if becomes rules, and nothing else does."""

from __future__ import annotations

from datetime import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.homefile import read
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.mind.rulespeech.moments import Moments
from hearth.rule import load
from hearth.sentences import load as sentences
from support.grammars import grammar
from support.rules import FOLDER, made, score


@pytest.fixture(scope="module")
def german() -> Grammar:
    return grammar("de")


@cache
def _home() -> House:
    return read(FOLDER / "home-a.yaml")


@pytest.fixture(scope="module")
def home() -> House:
    return _home()


@pytest.fixture(scope="module")
def moments() -> Moments:
    table = sentences("en").table("rules")
    return Moments("en", table["times"], table["expansions"])


def test_the_sentences_that_were_looked_at_make_their_rules(english: Grammar) -> None:
    found = score("dev.yaml", english)
    assert found.false == ()
    assert found.right / found.asked >= 0.95, found.wrong


def test_of_those_that_nobody_looked_at_most_do_and_no_story_is_a_rule(english: Grammar) -> None:
    found = score("heldout.yaml", english)
    assert found.false == ()
    assert found.right / found.asked >= 0.8


def test_german_rules(german: Grammar) -> None:
    found = score("dev-de.yaml", german)
    assert found.false == ()
    assert found.wrong == ()


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("half past seven", time(7, 30)),
        ("quarter to six in the evening", time(17, 45)),
        ("ten at night", time(22)),
        ("7 am", time(7)),
        ("twelve am", time(0)),
        ("midnight", time(0)),
        ("noon", time(12)),
        ("nineteen thirty", time(19, 30)),
        ("twenty past eight", time(8, 20)),
        ("twenty five", None),
        ("lamp", None),
    ],
)
def test_the_clock(moments: Moments, said: str, at: time | None) -> None:
    assert moments.clock(said) == at


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("half an hour", 1800),
        ("an hour and ten minutes", 4200),
        ("two and a half hours", 9000),
        ("ninety seconds", 90),
        ("an hour and a half", 5400),
        ("a lamp", None),
    ],
)
def test_lengths_of_time(moments: Moments, said: str, seconds: float | None) -> None:
    assert moments.duration(said) == seconds


@pytest.mark.parametrize(
    ("said", "number"),
    [("two hundred and five", 205), ("21.5", 21.5), ("twenty one point five", 21.5), ("x", None)],
)
def test_numbers(moments: Moments, said: str, number: float | None) -> None:
    assert moments.number(said) == number


def test_then_first_and_then_last_are_the_same_rule(english: Grammar, home: House) -> None:
    one = made("when the back door opens turn on the hall light", home, "living", english)
    other = made("turn on the hall light when the back door opens", home, "living", english)
    assert one == other == "back:on |  | turn_on hall"


def test_the_one_meant_is_the_one_in_the_room(english: Grammar, home: House) -> None:
    here = made("when the window opens turn on the porch light", home, "bed", english)
    assert here == "wbed:on |  | turn_on porch"


def test_what_is_not_there_is_named(english: Grammar, home: House) -> None:
    said = "when the cellar door opens turn on the hall light"
    (command,) = english.understand(said, home, "living")
    assert (command.intent, command.targets) == ("HearthRuleUnclear", ())
    assert command.slots["words"] == "cellar door"


def test_a_new_window_counts_among_any_window(english: Grammar, home: House) -> None:
    (command,) = english.understand("when any window opens tell me", home, "living")
    (trigger,) = load(command.slots["rule"]).when
    which = trigger.which  # type: ignore[union-attr]  # a state trigger
    assert (which.entities, which.domain, which.device_class) == ((), "binary_sensor", "window")


def test_a_time_that_comes_once_makes_no_rule(english: Grammar, home: House) -> None:
    for said in ("turn on the hall light at seven", "at sunset turn on the hall light"):
        (command,) = english.understand(said, home, "living")
        assert (command.intent, command.schedule is None) == ("HassTurnOn", False)


@pytest.mark.parametrize(
    ("said", "told", "when"),
    [
        ("remind me in ten minutes to feed my cat", "Remember to feed your cat.", "in ten minutes"),
        ("in an hour remind me to call Mum", "Remember to call Mum.", "in an hour"),
        ("remind me in one hour that I have a meeting", "You have a meeting.", "in one hour"),
        ("remind me to buy milk", "Remember to buy milk.", ""),
        ("remind me every evening at nine to eat", "Remember to eat.", "every evening at nine"),
    ],
)
def test_reminders(english: Grammar, home: House, said: str, told: str, when: str) -> None:
    (command,) = english.understand(said, home, "living")
    assert (command.intent, command.slots["told"]) == ("HearthRemind", told)
    assert command.slots.get("when", "") == when


_WORDS = st.sampled_from(
    """when if unless every day at seven sunset turn on off the hall light front door opens and or
    tell me say that for ten minutes , only after is open remind to nobody home any window 25
    degrees {name} % : -""".split()  # noqa: SIM905 - a list of words is longer than its words
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_WORDS, max_size=16).map(" ".join))
def test_no_sentence_breaks_it(said: str) -> None:
    for command in grammar().understand(said, _home(), "living"):
        if command.intent == "HearthRuleMake":
            assert load(command.slots["rule"]).then
