"""What is said in a home becomes intents, slots and targets."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hassil import TextSlotList, recognize_best
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import IntentData, Intents, RangeSlotList, WildcardSlotList

from hearth.house import Area, Entity, House
from hearth.mind.exact.recognize import plain
from hearth.mind.exact.templates import intent_data
from hearth.mind.grammar import Grammar
from hearth.port import Schedule

LIVING = ("light.reading",)
UNITS_S = {"hours": 3600, "minutes": 60, "seconds": 1}
ALL_LIGHTS = ("light.kitchen", "light.counter", "light.reading", "light.bed", "light.desk")


def said(grammar: Grammar, house: House, text: str, area: str | None = "living") -> tuple[str, ...]:
    """Return the intent and the targets that a sentence is understood as; empty for none."""
    commands = grammar.understand(text, house, area)
    return tuple(part for c in commands for part in (c.intent, *c.targets))


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("turn on the reading lamp", ("HassTurnOn", "light.reading")),
        ("switch off the sofa lamp", ("HassTurnOff", "light.reading")),
        ("turn on the lights", ("HassTurnOn", *LIVING)),
        ("turn off the lights in the kitchen", ("HassTurnOff", "light.kitchen", "light.counter")),
        ("turn off all the lights everywhere", ("HassTurnOff", *ALL_LIGHTS)),
        ("turn on the lights upstairs", ("HassTurnOn", "light.bed", "light.desk")),
        ("open the curtains", ("HassTurnOn", "cover.left", "cover.right")),
        ("lock the front door", ("HassTurnOn", "lock.front")),
        ("is the front door locked", ("HassGetState", "lock.front")),
        ("is the front door open", ("HassGetState", "binary_sensor.front")),
        ("set the reading lamp to 40 percent", ("HassLightSet", "light.reading")),
        ("make the kitchen red", ("HassLightSet", "light.kitchen", "light.counter")),
        ("set the temperature to 21 degrees", ("HassClimateSetTemperature", "climate.living")),
        ("how warm is it in the bedroom", ("HassClimateGetTemperature", "sensor.bed")),
        ("clean the kitchen", ("HassVacuumCleanArea", "vacuum.robby")),
        ("start robby", ("HassVacuumStart", "vacuum.robby")),
        ("where is ada", ("HassGetState", "person.ada")),
        ("set a timer for five minutes", ("HassStartTimer",)),
        ("what time is it", ("HassGetCurrentTime",)),
        ("never mind", ("HassNevermind",)),
        ("stop", ("HearthStop",)),
        ("what did you say", ("HearthRepeat",)),
        ("what can you do", ("HearthHelp",)),
        ("dim the lights a little", ("HearthLightStep", *LIVING)),
    ],
)
def test_a_command_is_understood(
    english: Grammar, house: House, text: str, understood: tuple[str, ...]
) -> None:
    assert said(english, house, text) == understood


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("set the reading lamp to 40 percent", {"name": "Reading Lamp", "brightness": 40}),
        ("set the reading lamp to forty percent", {"name": "Reading Lamp", "brightness": 40}),
        ("set the temperature to 21.5 degrees", {"temperature": 21.5, "area": "Living Room"}),
        ("set a pizza timer", {}),
        ("set a 90 second timer called pizza", {"seconds": 90, "name": "pizza"}),
        ("turn the volume up", {"volume_step": "up", "area": "Living Room"}),
        ("turn on the lights", {"domain": "light", "area": "Living Room"}),
    ],
)
def test_slots_bear_the_names_and_values_of_home_assistant(
    english: Grammar, house: House, text: str, slots: dict[str, object]
) -> None:
    commands = english.understand(text, house, "living")
    assert [dict(c.slots) for c in commands] == ([slots] if slots else [])


@pytest.mark.parametrize(
    "text",
    [
        "could you please turn on the reading lamp for me",
        "hey, would you mind turning on the reading lamp?",
        "I'd like you to turn on the reading lamp, please",
        "um turn on uh the reading lamp",
        "alexa turn on the reading lamp",
    ],
)
def test_politeness_and_hesitation_change_nothing(
    english: Grammar, house: House, text: str
) -> None:
    assert said(english, house, text) == ("HassTurnOn", "light.reading")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "how do I make lasagna for dinner",
        "who is the queen of england",
        "I have a meeting in ten minutes",
        "could you have a taxi be at my house in ten minutes",
        "I left the reading lamp on the table yesterday",
        "don't turn on the reading lamp",
        "do not lock the front door",
        "what would happen if I turn off the lights",
        "the lights are beautiful tonight",
        "tell me about the front door of the white house",
        "set my heart on fire",
        "turn on the charm",
        "brighten my day",
        "kill the president",
        "what is the temperature in paris",
        "open your mind " * 60,
    ],
)
def test_what_is_not_about_the_home_moves_nothing(
    english: Grammar, house: House, text: str
) -> None:
    assert english.understand(text, house, "living") == ()


def test_free_words_move_nothing_that_was_not_named(english: Grammar, house: House) -> None:
    named = english.understand("play pink floyd in the living room", house, "kitchen")
    here = english.understand("play pink floyd", house, "living")
    assert [c.targets for c in (*named, *here)] == [("media_player.tv",), ()]


def test_of_two_things_with_one_name_the_one_in_the_room_is_meant(
    english: Grammar, house: House
) -> None:
    assert said(english, house, "turn on the fan", "office") == ("HassTurnOn", "fan.office")


def test_two_things_that_fit_equally_well_are_a_choice(english: Grammar, house: House) -> None:
    (command,) = english.understand("turn on fan", house, "kitchen")
    assert (command.targets, command.choices) == ((), ("fan.bed", "fan.office"))


def test_a_thing_without_a_place_is_meant_wherever_it_is_said_to_be(english: Grammar) -> None:
    areas = (Area("kitchen", "Kitchen"), Area("bed", "Bedroom"))
    house = House((), areas, (Entity("light.a", "Lamp A"), Entity("light.b", "Lamp B", area="bed")))
    assert said(english, house, "turn on lamp a in the kitchen") == ("HassTurnOn", "light.a")
    assert said(english, house, "turn on lamp b in the kitchen") == ("HassTurnOn",)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("make me a cup of coffee", "switch.coffee"),
        ("could I have an espresso please", "switch.coffee"),
        ("make me some tea", None),
        ("how do you make coffee", None),
    ],
)
def test_a_thing_is_known_by_what_it_is_for(
    english: Grammar, house: House, text: str, target: str | None
) -> None:
    targets = [t for c in english.understand(text, house, "kitchen") for t in c.targets]
    assert targets == ([target] if target else [])


def test_without_a_room_the_lights_are_those_of_the_house(english: Grammar, house: House) -> None:
    (command,) = english.understand("turn off the lights", house, None)
    assert (command.targets, dict(command.slots)) == (ALL_LIGHTS, {"domain": "light"})


def test_a_new_name_is_known_at_once_and_a_new_state_costs_nothing(
    english: Grammar, house: House
) -> None:
    lamp = house.by_id["light.reading"]
    renamed = type(lamp)(lamp.id, "Moonbeam", area=lamp.area)
    changed = type(lamp)(lamp.id, lamp.name, lamp.aliases, area=lamp.area, state="on")
    english.understand("turn on the reading lamp", house, "living")
    names = english._names_of(house)
    assert english._names_of(house.replaced([changed])) is names
    assert said(english, house.replaced([renamed]), "turn on moonbeam") == ("HassTurnOn", lamp.id)


def test_home_assistants_own_sentences_are_understood_as_it_does(
    english: Grammar, house: House
) -> None:
    """Given samples of every block of templates, when hassil itself, with all templates and none
    of our filters, reads them too, then both agree."""
    data = intent_data("en")
    intents = Intents.from_dict(data)
    lists = {
        "name": TextSlotList.from_tuples(
            [
                (name, name, {"domain": e.domain})
                for e in house.entities
                for name in (e.name, *e.aliases)
            ],
            allow_template=False,
        ),
        "area": TextSlotList.from_strings([a.name for a in house.areas], allow_template=False),
        "floor": TextSlotList.from_strings([f.name for f in house.floors], allow_template=False),
    }
    dice = random.Random(7)  # noqa: S311 - a sample, no secret
    different = []
    for text in _samples(intents, lists, dice):
        theirs = recognize_best(
            text,
            intents,
            slot_lists=dict(lists),
            intent_context={"area": "Living Room"},
            best_slot_name="name",
        )
        ours = english.understand(text, house, "living")
        expected = theirs and (
            theirs.intent.name,
            {k: plain(v.value) for k, v in theirs.entities.items()},
            theirs.response,
        )
        got = ours and (ours[0].intent, dict(ours[0].slots), ours[0].response)
        if expected and "conversation_command" in expected[1]:  # Hearth reads the words at once
            later = expected[1].pop("conversation_command")
            (now,) = english.understand(str(later), house, "living")
            after_s = sum(expected[1].pop(k, 0) * s for k, s in UNITS_S.items())
            expected = (now.intent, dict(now.slots), now.response)
            assert [c.schedule for c in ours] == [Schedule(after_s=after_s)], text
        if expected and got != expected:
            different.append((text, expected, got))
    assert different == []


@pytest.mark.parametrize("area", [None, "bed", "no such area"])
def test_every_template_is_answered_in_any_room_and_in_none(
    english: Grammar, house: House, area: str | None
) -> None:
    """Given a sentence for each block and a room, when it is read, then nothing is raised, and
    only things of this house are meant."""
    intents = Intents.from_dict(intent_data("en"))
    names = TextSlotList.from_tuples(
        [(e.name, e.name, {"domain": e.domain}) for e in house.entities], allow_template=False
    )
    lists = {
        "name": names,
        "area": TextSlotList.from_strings([a.name for a in house.areas], allow_template=False),
        "floor": TextSlotList.from_strings([f.name for f in house.floors], allow_template=False),
    }
    meant = {
        target
        for text in _samples(intents, lists, random.Random(3))  # noqa: S311 - a sample, no secret
        for command in english.understand(text, house, area)
        for target in (*command.targets, *command.choices)
    }
    assert meant
    assert meant <= house.by_id.keys()


def _samples(
    intents: Intents, lists: dict[str, TextSlotList], dice: random.Random
) -> Iterator[str]:
    """Yield a sentence for one template of each block, with things of the right kind."""
    for intent in intents.intents.values():
        for block in intent.data:
            sentence = dice.choice(block.sentences)
            text = " ".join(_sample(sentence.expression, block, intents, lists, dice).split())
            if "nobody" not in text:
                yield text


def _sample(  # noqa: PLR0911 - one case for each kind of expression
    part: Expression,
    block: IntentData,
    intents: Intents,
    lists: dict[str, TextSlotList],
    dice: random.Random,
) -> str:
    def more(inner: Expression) -> str:
        return _sample(inner, block, intents, lists, dice)

    match part:
        case TextChunk():
            return str(part.original_text)
        case RuleReference():
            return more(intents.expansion_rules[part.rule_name].expression)
        case ListReference(list_name="name"):
            kinds = block.requires_context.get("domain")
            fit = [
                v for v in lists["name"].values if not kinds or (v.context or {})["domain"] in kinds
            ]
            return more(dice.choice(fit).text_in) if fit else "nobody"
        case ListReference():
            values = lists.get(part.list_name) or intents.slot_lists[part.list_name]
            if isinstance(values, RangeSlotList):
                return str(dice.randrange(values.start, values.stop + 1, values.step))
            if isinstance(values, WildcardSlotList):
                wild = {"zone": "home", "timer_command": "turn on the lights"}
                return wild.get(part.list_name, "red roses")
            return more(dice.choice(values.values).text_in)
        case Alternative():
            return more(dice.choice(part.items))
        case Permutation():
            return " ".join(more(item) for item in dice.sample(part.items, len(part.items)))
        case Group():
            return "".join(more(item) for item in part.items)
    raise AssertionError(part)
