"""Sentences in people's own words become what they mean, and stories nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hearth.house import Area, House
from support.grammars import grammar
from support.spoken_home import ENGLISH, GERMAN, thing

HOMES = {"en": ENGLISH, "de": GERMAN}


def sentences(language: str) -> dict[str, list[Any]]:
    text = (Path(__file__).parent / "loose" / f"{language}.yaml").read_text("utf-8")
    found: dict[str, list[Any]] = yaml.safe_load(text)
    return found


def commands() -> Iterator[tuple[str, str | None, str, str, list[str], dict[str, Any]]]:
    for language in HOMES:
        for room, rows in sentences(language).items():
            for row in rows if room not in ("nowhere", "nothing") else ():
                said, intent, targets, *slots = row
                yield language, room, said, intent, targets, slots[0] if slots else {}


@pytest.mark.parametrize(("language", "room", "said", "intent", "targets", "slots"), [*commands()])
def test_what_people_say_is_understood(  # noqa: PLR0917 - the columns of the table
    language: str,
    room: str | None,
    said: str,
    intent: str,
    targets: list[str],
    slots: dict[str, Any],
) -> None:
    (command,) = grammar(language).understand(said, HOMES[language], room)
    told = {name: command.slots.get(name) for name in slots}
    assert (command.intent, [*command.targets], told) == (intent, targets, slots)


@pytest.mark.parametrize(
    ("language", "said"),
    [(language, said) for language in HOMES for said in sentences(language)["nothing"]],
)
def test_what_is_no_request_moves_nothing(language: str, said: str) -> None:
    home = HOMES[language]
    for room in (None, home.areas[1].id):
        assert grammar(language).understand(said, home, room) == ()


@pytest.mark.parametrize("said", ["I'm cold", "it's too dark", "too bright", "it's stuffy"])
def test_a_complaint_from_nowhere_moves_at_most_one_thing(said: str) -> None:
    found = grammar("en").understand(said, ENGLISH, None)
    assert sum(len(c.targets) for c in found) <= 1


def test_a_complaint_is_left_to_conversation_where_nothing_can_help() -> None:
    house = House((), (Area("a", "Attic"),), (thing("switch.a", "Radio", "a"),))
    said = ("I'm cold", "it's too dark in here", "the sun is blinding me", "it's stuffy in here")
    assert [grammar("en").understand(s, house, "a") for s in said] == [()] * 4


def test_a_home_command_for_what_is_not_there_is_understood_and_moves_nothing() -> None:
    said = ("turn on the lights in the attic", "start the lawn mower", "lower the awning")
    found = [grammar("en").understand(s, ENGLISH, "living") for s in said]
    assert [[(c.targets, c.choices) for c in commands] for commands in found] == [[((), ())]] * 3


def test_of_several_locks_that_fit_one_is_asked_for() -> None:
    (command,) = grammar("en").understand("keep the door locked", ENGLISH, "living")
    assert (command.targets, command.choices) == ((), ("lock.front", "lock.back"))


def test_the_only_one_of_a_kind_is_meant_from_any_room() -> None:
    found = {
        room: grammar("en").understand("turn on the fan", ENGLISH, room)[0].targets
        for room in ("living", "bed", "hall")
    }
    assert found == dict.fromkeys(("living", "bed", "hall"), ("fan.bed",))


def test_a_name_in_part_is_asked_for_where_two_fit() -> None:
    house = House(
        (),
        (Area("a", "Attic"), Area("b", "Barn")),
        (thing("light.l", "Left Reading Spot", "a"), thing("light.r", "Right Reading Spot", "a")),
    )
    (command,) = grammar("en").understand("switch the reading spot off", house, "b")
    assert (command.targets, set(command.choices)) == ((), {"light.l", "light.r"})
