"""Words about time become schedules."""

from __future__ import annotations

from datetime import time

import pytest

from hearth import sentences
from hearth.mind.sentence.moment import Moments
from hearth.port import Schedule

LANGUAGES = ("en", "de")


@pytest.fixture(scope="session")
def moments() -> dict[str, Moments]:
    return {
        language: Moments(sentences.load(language).table("discourse")["time"], language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize(
    ("language", "text", "schedule"),
    [
        ("en", "in five minutes", Schedule(after_s=300)),
        ("en", "in 1 hour and 30 minutes", Schedule(after_s=5400)),
        ("en", "in two and a half hours", Schedule(after_s=9000)),
        ("en", "an hour and a half from now", Schedule(after_s=5400)),
        ("en", "after a couple of minutes", Schedule(after_s=120)),
        ("en", "for a quarter of an hour", Schedule(for_s=900)),
        ("en", "for half an hour", Schedule(for_s=1800)),
        ("en", "at seven", Schedule(at=time(7), half_day=True)),
        ("en", "at 7:30", Schedule(at=time(7, 30), half_day=True)),
        ("en", "at 19:30", Schedule(at=time(19, 30))),
        ("en", "at seven thirty in the morning", Schedule(at=time(7, 30))),
        ("en", "at twelve thirty am", Schedule(at=time(0, 30))),
        ("en", "at quarter to eight pm", Schedule(at=time(19, 45))),
        ("en", "at half past six", Schedule(at=time(6, 30), half_day=True)),
        ("en", "at twenty five past six", Schedule(at=time(6, 25), half_day=True)),
        ("en", "at midnight", Schedule(at=time(0))),
        ("en", "tonight at nine", Schedule(at=time(21))),
        ("en", "tomorrow at 8", Schedule(at=time(8), half_day=True, days_ahead=1)),
        ("en", "tomorrow morning", Schedule(at=time(8), days_ahead=1)),
        ("en", "on friday at eight pm", Schedule(at=time(20), weekday=4)),
        ("en", "at sunset", Schedule(sun="sunset")),
        ("en", "half an hour before sunrise", Schedule(sun="sunrise", offset_s=-1800)),
        ("en", "ten minutes after sunset", Schedule(sun="sunset", offset_s=600)),
        ("en", "until ten pm", Schedule(until=Schedule(at=time(22)))),
        ("en", "till sunrise", Schedule(until=Schedule(sun="sunrise"))),
        ("de", "in einer Stunde und zehn Minuten", Schedule(after_s=4200)),
        ("de", "anderthalb Stunden lang", Schedule(for_s=5400)),
        ("de", "um halb acht", Schedule(at=time(7, 30), half_day=True)),
        ("de", "um dreiviertel acht abends", Schedule(at=time(19, 45))),
        ("de", "um sieben Uhr dreißig", Schedule(at=time(7, 30), half_day=True)),
        ("de", "morgen früh um sieben", Schedule(at=time(7), days_ahead=1)),
        ("de", "eine halbe Stunde vor Sonnenaufgang", Schedule(sun="sunrise", offset_s=-1800)),
        ("de", "bis zehn Uhr abends", Schedule(until=Schedule(at=time(22)))),
    ],
)
def test_words_about_time_are_a_schedule(
    moments: dict[str, Moments], language: str, text: str, schedule: Schedule
) -> None:
    said = f"xyz {text} xyz"
    (found,) = moments[language].find(said)
    assert (said[found.start : found.end], found.schedule) == (text, schedule)


def test_from_and_to_have_one_end(moments: dict[str, Moments]) -> None:
    (found,) = moments["en"].find("from seven to nine in the evening")
    assert found.schedule == Schedule(at=time(19), until=Schedule(at=time(21)))


@pytest.mark.parametrize(
    "text",
    [
        "set the light to 50 percent",
        "turn it to twenty",
        "i was there for years",
        "at home",
        "in the kitchen",
        "in a minute way",
        "for zero minutes",
        "seven nation army",
        "",
    ],
)
def test_other_words_are_not_about_time(moments: dict[str, Moments], text: str) -> None:
    found = [f for f in moments["en"].find(text) if f.schedule != Schedule(after_s=60)]
    assert found == []


def test_a_language_without_the_words_has_no_times() -> None:
    assert Moments({}, "fr").find("dans cinq minutes") == ()
