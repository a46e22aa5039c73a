"""What people say of names and places, and what only sounds like it."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.house import Area, Entity, House
from support.grammars import grammar

HOUSE = House(
    areas=(Area("office", "Office"), Area("buero", "Büro")),
    entities=(
        Entity("light.office", "Office Lamp", area="office"),
        Entity("light.desk", "Desk Lamp"),
        Entity("light.kitchen", "Kitchen Light", ("my reading light", "reading light")),
        Entity("light.tisch", "Tischlampe", ("leselicht",)),
        Entity("vacuum.robby", "Robby"),
    ),
)
DESK, OFFICE = ("light.desk",), ("light.office",)


def read(text: str, language: str = "en") -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    commands = grammar(language).understand(text, HOUSE, "office")
    return [(c.intent, dict(c.slots), c.targets) for c in commands]


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("the new lamp is in the kitchen", "light", "Kitchen"),
        ("I've put the new bulb in the hallway", "light", "Hallway"),
        ("the new plug goes into the garage", "plug", "Garage"),
        ("my new motion sensor is in the guest room now", "sensor", "Guest room"),
        ("please move the new thermostat to the office", "heating", "Office"),
    ],
)
def test_the_new_thing_is_somewhere(text: str, kind: str, place: str) -> None:
    assert read(text) == [("HearthPlace", {"kind": kind, "place": place, "which": "new"}, ())]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("put the desk lamp into the office", "Office"),
        ("the desk lamp is in the living room", "Living room"),
        ("desk lamp belongs in the bedroom", "Bedroom"),
        ("the desk lamp was moved to the attic", "Attic"),
        ("could you assign the desk lamp to the office", "Office"),
    ],
)
def test_a_thing_is_somewhere(text: str, place: str) -> None:
    assert read(text) == [("HearthPlace", {"name": "Desk Lamp", "place": place}, DESK)]


@pytest.mark.parametrize(
    ("text", "alias", "targets"),
    [
        ("call the office lamp my reading lamp", "my reading lamp", OFFICE),
        ("could you please call the office lamp sunshine", "sunshine", OFFICE),
        ("from now on call the desk lamp otto", "otto", DESK),
        ("from now on the desk lamp is called otto", "otto", DESK),
        ("give the desk lamp a nickname otto", "otto", DESK),
        ("otto is another name for the desk lamp", "otto", DESK),
        ("the desk lamp's name is otto", "otto", DESK),
    ],
)
def test_a_thing_gets_a_name(text: str, alias: str, targets: tuple[str, ...]) -> None:
    ((intent, slots, found),) = read(text)
    assert (intent, slots["alias"], found) == ("HearthName", alias, targets)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("that lamp is called Otto", "HearthName"),
        ("the new lamp is called Otto", "HearthName"),
        ("rename the desk lamp to otto", "HearthRename"),
        ("forget the name my reading light", "HearthForgetName"),
        ("don't call it reading light anymore", "HearthForgetName"),
        ("forget that the kitchen light is called reading light", "HearthForgetName"),
        ("you're in the kitchen", "HearthPlaceSelf"),
        ("this room is the office", "HearthPlaceSelf"),
    ],
)
def test_the_rest_in_english(text: str, intent: str) -> None:
    assert [found for found, _, _ in read(text)] == [intent]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("die neue Lampe ist in der Küche", "HearthPlace"),
        ("die Tischlampe steht im Büro", "HearthPlace"),
        ("nenn die Tischlampe Otto", "HearthName"),
        ("die neue Lampe heißt Otto", "HearthName"),
        ("benenne die Tischlampe in Otto um", "HearthRename"),
        ("vergiss den Namen Leselicht", "HearthForgetName"),
        ("du bist in der Küche", "HearthPlaceSelf"),
    ],
)
def test_in_german(text: str, intent: str) -> None:
    assert [found for found, _, _ in read(text, "de")] == [intent]


@pytest.mark.parametrize(
    "text",
    [
        "my mother is in the kitchen",
        "robby is in the kitchen",
        "the new movie is in the cinema",
        "you are in trouble",
        "we are in the kitchen",
        "this is the end",
        "the phone is called an iphone",
        "call me a taxi",
        "call the police",
        "we are going to call the baby otto",
        "forget the name of that actor",
        "what is the desk lamp called",
        "is the desk lamp in the office",
        "call it a day",
        "a new lamp is called for",
        "the new office is in berlin",
        "put the milk in the kitchen",
        "she moved to the garden",
    ],
)
def test_what_only_sounds_like_it_names_and_places_nothing(text: str) -> None:
    assert not [i for i, _, _ in read(text) if i.startswith(("HearthPlace", "HearthName"))]


@pytest.mark.parametrize(
    "text", ["put the desk lamp on", "put the desk lamp in the office on", "turn on the desk lamp"]
)
def test_what_moves_a_thing_still_does(text: str) -> None:
    assert read(text) == [("HassTurnOn", {"name": "Desk Lamp"}, DESK)]
