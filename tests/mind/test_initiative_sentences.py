"""What a person says to a Hearth that speaks up by itself, and what is not meant so."""

from __future__ import annotations

import pytest

from hearth.house import Area, Entity, House
from hearth.mind.grammar import Grammar
from support.grammars import grammar

HOUSE = House(
    areas=(Area("kitchen", "Kitchen"),),
    entities=(
        Entity("light.kitchen_lamp", "Kitchen lamp", area="kitchen"),
        Entity("media_player.radio", "Radio", area="kitchen"),
    ),
)

MEANT = {
    "not now": ("HearthNotNow", {}),
    "ask me another time": ("HearthNotNow", {}),
    "less of that": ("HearthLess", {}),
    "a bit less of that please": ("HearthLess", {}),
    "more of that": ("HearthMore", {}),
    "you can greet me again": ("HearthMore", {"want_kind": "morning"}),
    "don't greet me in the mornings": ("HearthNoMore", {"want_kind": "morning"}),
    "stop saying good morning": ("HearthNoMore", {"want_kind": "morning"}),
    "stop the evening question": ("HearthNoMore", {"want_kind": "evening"}),
    "don't ask me how my day was": ("HearthNoMore", {"want_kind": "evening"}),
    "no more birthdays": ("HearthNoMore", {"want_kind": "date"}),
    "stop saying that": ("HearthNoMore", {}),
    "be quiet until six": ("HearthQuiet", {"quiet_hour": 6}),
    "be quiet until half past two": ("HearthQuiet", {"quiet_hour": 2, "quiet_minute": 30}),
    "be quiet for two hours": ("HearthQuiet", {"quiet_hours": 2}),
    "don't disturb me for 45 minutes": ("HearthQuiet", {"quiet_minutes": 45}),
    "be quiet today": ("HearthQuiet", {"quiet_for": "today"}),
    "stay silent until tomorrow": ("HearthQuiet", {"quiet_for": "tomorrow"}),
    "only speak when i ask you": ("HearthQuiet", {"quiet_for": "always"}),
    "you may speak again": ("HearthSpeakAgain", {}),
    "why did you say that": ("HearthWhySaid", {}),
    "why didn't you say anything today": ("HearthWhySilent", {}),
    "good morning": ("HearthBriefing", {"greeting": "morning"}),
    "brief me please": ("HearthBriefing", {}),
    "give me my morning briefing": ("HearthBriefing", {}),
}

OTHER = {
    "be quiet": "HearthStop",
    "stop": "HearthStop",
    "why did you turn on the kitchen lamp": "HearthWhy",
    "good morning, turn on the kitchen lamp": "HassTurnOn",
    "maybe later": "",
    "i'm busy": "",
    "i am in a good mood this morning": "",
    "my sister said good morning to me": "",
    "he never asked me how my day was": "",
    "it was quiet until six": "",
    "i was quiet all day": "",
    "why did she say that": "",
    "translate good morning into portuguese": "",
    "there were less people today": "",
    "i don't like birthdays that much": "",
}

GERMAN = {
    "guten morgen": "HearthBriefing",
    "weniger davon": "HearthLess",
    "begrüß mich nicht mehr am morgen": "HearthNoMore",
    "keine abendfragen mehr": "HearthNoMore",
    "sei still bis 18 uhr": "HearthQuiet",
    "sei heute still": "HearthQuiet",
    "du darfst wieder sprechen": "HearthSpeakAgain",
    "warum hast du das gesagt": "HearthWhySaid",
    "warum hast du nichts gesagt": "HearthWhySilent",
    "was steht heute an": "HearthAgendaTell",
}


@pytest.fixture(scope="module")
def german() -> Grammar:
    return grammar("de")


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant_for_it(english: Grammar, text: str) -> None:
    (command,) = english.understand(text, HOUSE, "kitchen")
    assert (command.intent, dict(command.slots)) == MEANT[text]
    assert command.schedule is None


@pytest.mark.parametrize("text", OTHER)
def test_what_is_not(english: Grammar, text: str) -> None:
    intents = [command.intent for command in english.understand(text, HOUSE, "kitchen")]
    assert intents == ([OTHER[text]] if OTHER[text] else [])


@pytest.mark.parametrize("text", GERMAN)
def test_the_same_in_german(german: Grammar, text: str) -> None:
    intents = [command.intent for command in german.understand(text, HOUSE, "kitchen")]
    assert intents == [GERMAN[text]]
