"""The second stage: what is masked, what is near enough, and when nothing is guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from hearth.error import EngineError
from hearth.event import Health
from hearth.house import Area, Entity, House
from hearth.mind import understanding as stages
from hearth.mind.grammar import Grammar
from hearth.mind.nearest import Masked, Nearest, Sayings
from hearth.mind.understanding import Understanding

HOUSE = House(
    (),
    (Area("den", "Den"),),
    (
        Entity("light.sun", "Sun Lamp", ("helios",), area="den"),
        Entity("light.moon", "Moon Lamp", area="den"),
        Entity("switch.pump", "Pump", area="den"),
        Entity("sensor.level", "Level", area="den"),
    ),
)


class Words:
    """An encoder whose vectors say which of a few words a sentence has."""

    KNOWN = ("lamp", "on", "off", "shine", "please", "machine", "mess", "bedroom", "timer")

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.wait_s = 0.0
        self.away = False

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        self.asked.append(tuple(texts))
        await asyncio.sleep(self.wait_s)
        if self.away:
            raise EngineError("There is no encoder.")
        return tuple(self._vector(text.split()) for text in texts)

    def _vector(self, words: list[str]) -> tuple[float, ...]:
        row = [float(word in words) for word in self.KNOWN] + [0.1]
        length = sum(x * x for x in row) ** 0.5
        return tuple(x / length for x in row)


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
async def nearest(english: Grammar, words: Words) -> Nearest:
    stage = Nearest(Sayings(english.sayings), english.moments, words)
    await stage.prepare()
    return stage


@pytest.mark.parametrize(
    ("text", "masked", "slots"),
    [
        ("let the Sun Lamp shine", "let the lamp shine", {"light": "Sun Lamp"}),
        ("helios on my friend", "lamp on my friend", {"light": "helios"}),
        ("den lights to twenty five", "bedroom lights to 20", {"area": "Den", "number": "25"}),
        (
            "timer six minutes and ten seconds",
            "timer twenty minutes",
            {"duration": "6 minutes 10 seconds"},
        ),
    ],
)
def test_names_numbers_and_durations_are_masked(
    nearest: Nearest, text: str, masked: str, slots: dict[str, str]
) -> None:
    found = nearest.mask(text, HOUSE)
    assert found is not None
    assert (found.text, found.slots) == (masked, slots)


@pytest.mark.parametrize(
    "text",
    [
        "sun lamp",  # said alone, a name asks for nothing
        "tell me a story",  # nothing of the house
        "never let the sun lamp shine",
        "she said let the sun lamp shine",
        "let the sun lamp shine tomorrow",
        "let the sun lamp and the moon lamp shine",  # two of a kind: the grammar's business
        "let the sun lamp " + "very " * 12 + "shine",
    ],
)
async def test_what_may_be_something_else_never_reaches_the_encoder(
    nearest: Nearest, words: Words, text: str
) -> None:
    asked = len(words.asked)
    found = await nearest.find(text, HOUSE)
    assert found is None
    if text != "sun lamp":
        assert len(words.asked) == asked


async def test_the_nearest_command_is_filled_with_the_name(nearest: Nearest) -> None:
    found = await nearest.find("let the sun lamp shine", HOUSE)
    assert found is not None
    assert found.command == "turn on Sun Lamp"


@pytest.mark.parametrize(
    "words_beside",
    [frozenset({"off", "shine"}), frozenset({"retract"}), frozenset({"nothing"}), frozenset()],
)
def test_words_of_the_other_direction_exclude_a_command(
    nearest: Nearest, words_beside: frozenset[str], english: Grammar
) -> None:
    sayings = Sayings(english.sayings)
    nearness = [float(saying.command == "turn on {light}") for saying in sayings.all]
    masked = Masked("lamp", {"light": "Sun Lamp"}, words_beside)
    found = nearest.choose(masked, nearness)
    assert found is None or found.command != "turn on Sun Lamp"


@pytest.mark.parametrize(("others", "chosen"), [(0.7, True), (0.85, False)])
def test_what_is_as_near_to_no_command_is_none(
    nearest: Nearest, english: Grammar, others: float, chosen: bool
) -> None:
    sayings = Sayings(english.sayings)
    nearness = [
        0.9 if saying.command == "turn on {light}" else 0.0 if saying.command else others
        for saying in sayings.all
    ]
    masked = Masked("lamp on", {"light": "Sun Lamp"}, frozenset({"on"}))
    assert (nearest.choose(masked, nearness) is not None) is chosen


async def test_the_vectors_of_the_sayings_are_kept(
    english: Grammar, words: Words, tmp_path: Path
) -> None:
    sayings = Sayings(english.sayings)
    await Nearest(sayings, english.moments, words, tmp_path).prepare()
    encoded = len(words.asked)
    again = Nearest(sayings, english.moments, words, tmp_path)
    await again.prepare()
    assert again.ready
    assert len(words.asked) == encoded + 1  # only whether it is the same model


async def test_the_grammar_comes_first(nearest: Nearest, english: Grammar, words: Words) -> None:
    asked = len(words.asked)
    both = Understanding(english, nearest)
    first = await both.understand("turn on the sun lamp", HOUSE)
    assert (first[0].targets, first[0].confidence, len(words.asked)) == (("light.sun",), 1.0, asked)
    second = await both.understand("let the sun lamp shine please dear helper", HOUSE)
    assert [(c.intent, c.targets) for c in second] == [("HassTurnOn", ("light.sun",))]
    assert second[0].confidence < 1


@pytest.mark.looptime
@pytest.mark.parametrize("fault", ["slow", "away"])
async def test_without_the_encoder_the_grammars_answer_stands(
    nearest: Nearest, english: Grammar, words: Words, fault: str
) -> None:
    words.wait_s = 5.0 if fault == "slow" else 0.0
    words.away = fault == "away"
    began = asyncio.get_running_loop().time()
    both = Understanding(english, nearest)
    assert await both.understand("let the sun lamp shine dear helper", HOUSE) == ()
    assert asyncio.get_running_loop().time() - began <= stages.DEADLINE_S + 0.01


@pytest.mark.looptime
async def test_it_waits_for_the_encoder_to_come(english: Grammar, words: Words) -> None:
    words.away = True
    told: list[Health] = []
    stage = Nearest(Sayings(english.sayings), english.moments, words)
    task = asyncio.create_task(Understanding(english, stage).run(told.append))
    await asyncio.sleep(10)
    assert (stage.ready, told) == (False, [])
    words.away = False
    await asyncio.sleep(60)
    task.cancel()
    assert (stage.ready, [health.state for health in told]) == (True, ["ready"])


def test_a_language_without_sayings_has_no_second_stage() -> None:
    assert Sayings({}).all == ()
