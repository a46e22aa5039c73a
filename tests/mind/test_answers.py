"""Short answers: yes and no, which of them, and digits, in two languages."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.house import Area, Entity, Floor, House
from hearth.mind.answers import Answers

HOUSE = House(
    floors=(Floor("up", "Upper floor", ("upstairs",)),),
    areas=(
        Area("kitchen", "Kitchen"),
        Area("bedroom", "Bedroom", floor="up"),
        Area("hall", "Hall"),
    ),
    entities=(
        Entity("light.a", "Ceiling light", area="kitchen"),
        Entity("light.b", "Left lamp", area="bedroom"),
        Entity("light.c", "Lamp 3", ("reading light",), area="hall"),
    ),
)


@cache
def answers(language: str = "en") -> Answers:
    return Answers(language)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("yes", "yes"),
        ("Yes, please.", "yes"),
        ("yeah sure go ahead", "yes"),
        ("please do", "yes"),
        ("ok", "yes"),
        ("that's right", "yes"),
        ("no", "no"),
        ("no thank you", "no"),
        ("nope, leave it", "no"),
        ("please don't", "no"),
        ("no keep it closed", "no"),
        ("yes no wait", "no"),
        ("never mind", "no"),
        ("yes but only the back door", "starts_yes"),
        ("yesterday", ""),
        ("the front door", ""),
        ("what time is it", ""),
        ("", ""),
        ("please", ""),
    ],
)
def test_a_yes_is_nothing_but_a_yes(text: str, meant: str) -> None:
    assert answers().yes(text) == meant


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("the ceiling light", "a"),
        ("ceiling", "a"),
        ("the one in the kitchen", "a"),
        ("the kitchen one please", "a"),
        ("left", "b"),
        ("the left one", "b"),
        ("the one upstairs", "b"),
        ("lamp three", "c"),
        ("the reading light", "c"),
        ("the reeding light", "c"),
        ("the second one", "b"),
        ("number three", "c"),
        ("the last one", "c"),
        ("both", "abc"),
        ("all of them please", "abc"),
        ("this one", "c"),
        ("lamp", "bc"),
        ("the garden one", ""),
        ("turn on the ceiling light", ""),
        ("the", ""),
    ],
)
def test_which_of_them_is_told_by_name_place_or_order(text: str, ids: str) -> None:
    found = answers().which(text, HOUSE.entities, HOUSE, "hall")
    assert "".join(e.id[-1] for e in found) == ids


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("en", "one two three four", "1234"),
        ("en", "twelve thirty four", "1234"),
        ("en", "twelve thirty-four", "1234"),
        ("en", "1234", "1234"),
        ("en", "1 2 3 4", "1234"),
        ("en", "12-34", "1234"),
        ("en", "my pin is oh oh seven five", "0075"),
        ("en", "double two four for please", "2244"),
        ("en", "one thousand two hundred thirty four", "1234"),
        ("en", "one thousand two hundred and thirty four", "1234"),
        ("en", "won to three for", "1234"),
        ("en", "ninety nine eighty one", "9981"),
        ("en", "open the door", ""),
        ("en", "one two three bananas", ""),
        ("en", "", ""),
        ("de", "eins zwei drei vier", "1234"),
        ("de", "zwölf vierunddreißig", "1234"),
        ("de", "eintausendzweihundertvierunddreißig", "1234"),
        ("de", "die PIN ist null zwo fünf fünf", "0255"),
    ],
)
def test_a_spoken_pin_becomes_digits(language: str, text: str, digits: str) -> None:
    assert answers(language).digits(text) == digits


@pytest.mark.parametrize(("text", "meant"), [("Ja, bitte", "yes"), ("nein danke", "no")])
def test_german(text: str, meant: str) -> None:
    assert answers("de").yes(text) == meant


def test_a_language_without_words_of_its_own_takes_english() -> None:
    assert answers("nl").yes("yes") == "yes"


@given(st.text(max_size=60))
def test_anything_is_survived(text: str) -> None:
    assert answers().yes(text) in ("yes", "no", "starts_yes", "")
    assert all(e in HOUSE.entities for e in answers().which(text, HOUSE.entities, HOUSE, None))
    digits = answers().digits(text)
    assert not digits or digits.isdecimal()
