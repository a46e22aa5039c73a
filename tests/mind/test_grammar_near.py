"""Names that were said or heard almost right, and those that are too far off."""

from __future__ import annotations

import pytest

from hearth.house import Area, Entity, House
from hearth.mind.grammar import Grammar


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("turn on the reeding lamp", "light.reading"),
        ("turn on the read ing lamp", "light.reading"),
        ("turn off the counter-top", "light.counter"),
        ("turn on the desk lamp", "light.desk"),
        ("switch on the coffee", "switch.coffee"),
        ("turn off the light in the bed room", "light.bed"),
        ("please turn on the coffe machine for me", "switch.coffee"),
    ],
)
def test_a_name_that_is_almost_right_is_understood_with_less_confidence(
    english: Grammar, house: House, text: str, target: str
) -> None:
    (command,) = english.understand(text, house, "living")
    assert command.targets == (target,)
    assert 0.7 < command.confidence < 1


@pytest.mark.parametrize(
    "text",
    [
        "turn on the lamp post",  # no thing of this home
        "turn on the heading",
        "turn on the living",  # a room's name does not tell a thing in it
        "reeding lamp",  # only a name, and not even that
        "is the reeding lamp made of glass",
        "the reading was great",
        "turn on the lamp",  # several
    ],
)
def test_what_is_not_near_enough_is_not_guessed(english: Grammar, house: House, text: str) -> None:
    commands = english.understand(text, house, "kitchen")
    assert [c.targets for c in commands if c.confidence < 1] == []


def test_of_two_near_names_neither_is_guessed(english: Grammar) -> None:
    house = House(
        (), (Area("a", "Attic"),), (Entity("light.a", "Lamp One"), Entity("light.b", "Lamp Ore"))
    )
    assert english.understand("turn on lamp ofe", house, None) == ()
