"""How answers of the set-up are read, generously, and remarks, strictly; where its course goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hearth import sentences
from hearth.error import ConfigError
from hearth.mind import personas
from hearth.mind.answers import Answers
from hearth.mind.personas import Cast, Wish
from hearth.mind.sentence.moment import Moments
from hearth.mind.setup import file
from hearth.mind.setup.course import Taken
from hearth.mind.setup.hours import Hours
from hearth.mind.setup.reading import Reading, reading
from hearth.mind.setup.step import PARENT, STEPS, Course
from hearth.persona import Profile, Trusted

EXAMPLE = Path(__file__).parents[2] / "configs" / "setup.example.toml"


@cache
def cast() -> Cast:
    return personas.load(folders=[personas.directories()[0]])


@cache
def answers() -> Answers:
    return Answers("en")


@cache
def read() -> Reading:
    moments = Moments(sentences.load("en").table("discourse")["time"], "en")
    return reading("en", cast(), moments, answers().digits)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm Anna", "Anna"),
        ("call me Anna", "Anna"),
        ("Anna please", "Anna"),
        ("you can call me anna", "Anna"),
        ("Hi, I'm Anna.", "Anna"),
        ("well, my name is Anna Schmidt", "Anna Schmidt"),
        ("everybody calls me Joe", "Joe"),
        ("it's Tom, but call me Tommy", "Tommy"),
        ("My name is Robert but please call me Bob", "Bob"),
        ("Jean-Luc", "Jean-Luc"),
        ("McKenzie", "McKenzie"),
        ("I will not tell you that story about my life", ""),
        ("42", ""),
        ("", ""),
    ],
)
def test_a_name_in_an_answer(text: str, name: str) -> None:
    assert read().words.names.own(text) == name


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("skip", "skip"),
        ("um, skip that", "skip"),
        ("I'd rather not say", "skip"),
        ("what do you mean?", "why"),
        ("why do you ask", "why"),
        ("stop", "later"),
        ("later please", "later"),
        ("let's do this another time", "later"),
        ("yes", ""),
        ("Anna", ""),
        ("I skip breakfast", ""),
    ],
)
def test_what_is_said_instead_of_an_answer(text: str, aside: str) -> None:
    assert read().words.aside(text) == aside


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("between eleven and seven", Hours(time(23), time(7))),
        ("half past ten till six", Hours(time(22, 30), time(6))),
        ("from 11 pm to 7 am", Hours(time(23), time(7))),
        ("22:30 to 6:30", Hours(time(22, 30), time(6, 30))),
        ("from midnight until eight", Hours(time(0), time(8))),
        ("10-6", Hours(time(22), time(6))),
        (
            "we go to bed at eleven and get up at half past six",
            Hours(time(23), time(6, 30)),
        ),
        ("at ten", Hours(time(22), None)),
        ("until seven", Hours(None, time(7))),
        ("when we are tired", None),
    ],
)
def test_the_hours_of_the_night(text: str, hours: Hours | None) -> None:
    assert read().words.nights.hours(text) == hours


@pytest.mark.parametrize(
    ("text", "trusted"),
    [
        ("my sister Mara, 0151 234 567", Trusted("Mara", "0151 234 567")),
        ("mara", Trusted("Mara")),
        ("my sister mara oh one five one two three four", Trusted("Mara", "0151234")),
        ("call my brother Tom at 555-1234", Trusted("Tom", "555-1234")),
        ("my mother", Trusted("your mother")),
        ("it would be Jim Beam, his number is +49 151 2345", Trusted("Jim Beam", "+49 151 2345")),
        ("Tom, tom@example.org", Trusted("Tom", "tom@example.org")),
    ],
)
def test_a_trusted_person(text: str, trusted: Trusted) -> None:
    assert read().words.people.trusted(text) == trusted


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("all", {"mood", "presence", "sleep"}),
        ("yes please", {"mood", "presence", "sleep"}),
        ("all of it, my voice too", {"mood", "voice", "presence", "sleep"}),
        ("none", set()),
        ("no", set()),
        ("my mood in my voice", {"voice"}),
        ("just my mood in my words", {"mood"}),
        ("everything except my sleep", {"mood", "presence"}),
        ("my words but not my voice", {"mood"}),
        ("blue", None),
    ],
)
def test_what_may_be_noticed(text: str, what: set[str] | None) -> None:
    found = read().words.consents.notice(text)
    assert (found.what if found else None) == (None if what is None else frozenset(what))


@pytest.mark.parametrize(
    ("text", "call_me", "call_you"),
    [
        ("call me Sam", "Sam", ""),
        ("my name is Anna", "Anna", ""),
        ("call me a taxi", "", ""),
        ("call me later", "", ""),
        ("call me when you are done", "", ""),
        ("I'm tired", "", ""),
        ("change your name to Ada", "", "Ada"),
        ("your name is now Otto", "", "Otto"),
        ("I'll call you later", "", ""),
        ("I will call you tomorrow", "", ""),
    ],
)
def test_names_said_at_any_time_are_read_strictly(text: str, call_me: str, call_you: str) -> None:
    remarks = read().remarks
    assert (remarks.call_me(text), remarks.call_you(text)) == (call_me, call_you)


@pytest.mark.parametrize(
    ("text", "sign", "temper"),
    [
        ("be more cheerful", 1, "cheerful"),
        ("be warmer", 1, "warm"),
        ("be more like Sebastian", 1, "dry"),
        ("be a bit less cheerful", -1, "cheerful"),
        ("be quiet", 0, ""),
        ("be quieter", 0, ""),
        ("I'd like you to be quiet", 0, ""),
        ("be more like my mother", 0, ""),
        ("could you be more specific", 0, ""),
        ("be nice to your sister", 0, ""),
    ],
)
def test_how_it_shall_be(text: str, sign: int, temper: str) -> None:
    found = read().remarks.be(text, cast())
    assert (found[0] if found else 0) == sign
    assert not found or temper in found[1].tempers


# --- the course ------------------------------------------------------------------------------


def take(course: Course, text: str, profile: Profile | None = None) -> Taken:
    return read().questions.take(course, text, answers().yes(text), profile or Profile())


def test_skipping_everything_asks_each_question_once_and_ends() -> None:
    course: Course | None = Course()
    steps, persona = [], ""
    while course:
        steps.append(course.step)
        taken = take(course, "skip")
        course, persona = taken.course, taken.persona or persona
    assert tuple(steps) == STEPS
    assert persona == "warm"


def test_an_answer_changes_one_thing_and_opens_the_next_question() -> None:
    taken = take(Course(), "I'm Anna")
    assert dict(taken.change) == {"call_me": "Anna"}
    assert [key for key, _ in taken.said] == ["setup.kept.name", "setup.questions.brings"]


def test_what_was_wished_for_decides_who_offers_itself() -> None:
    asked = take(Course("voice"), "somebody calm, with a woman's voice").course
    assert asked is not None
    offer = take(replace(asked, step="notice"), "none")
    assert (offer.persona, offer.sex) == ("dry", "female")
    assert offer.said[-1][1]["name"] == "Henrietta"


def test_somebody_else_can_be_had_and_no_asks_for_a_name() -> None:
    named = Course("named", tempers=("calm",))
    other = take(named, "somebody else please")
    assert other.persona not in ("", "dry")
    again = take(named, "no")
    assert again.course is not None
    assert again.course.step == "rename"
    assert take(again.course, "Ada").name == "Ada"
    assert take(named, "yes").name == ""
    for pleased in ("that's a nice name", "lovely", "I like it", "sounds good to me"):
        assert take(named, pleased).name == ""
    assert take(named, "Hope would be nice").name == "Hope"


def test_any_sentence_at_any_step_ends_in_a_word() -> None:
    said = ("", "?", "yes", "no", "blue elephants", "0151", "at", "🙂", "x" * 5000, "until")
    for step in (*STEPS, *PARENT):
        for text in said:
            taken = take(Course(step, trusted=Trusted("Mara"), start=time(22)), text)
            assert taken.said, (step, text)


# --- the file --------------------------------------------------------------------------------


def test_the_example_file_is_right_and_shows_every_key() -> None:
    told = file.read(EXAMPLE, cast())
    made = file.parse(told, cast())
    assert made.trusted == file.TrustedFile("Mara", "0151 234567")
    assert set(told) == set(file.SetUpFile.__dataclass_fields__)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"talk": "x", "nam": "y"}, ["talk = 'x'", "unknown key 'nam'"]),
        ({"persona": "nobody"}, ["there are bright, dry"]),
        ({"sleeps_from": "22:00"}, ["belong together"]),
        ({"country": "Germany"}, ["country = 'Germany'"]),
        ({"notice": ["mood", "phone"]}, ["notice"]),
    ],
)
def test_every_fault_of_a_file_is_told(data: dict[str, Any], told: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        file.parse(data, cast(), "my.toml")
    for part in told:
        assert any(part in fault for fault in caught.value.faults)


def test_who_does_not_mind_gets_a_wish_without_words() -> None:
    assert read().words.wishes.wish("I don't mind", cast()) == Wish()
    assert read().words.wishes.wish("elephants", cast()) is None


# --- in German -------------------------------------------------------------------------------


@cache
def german() -> Reading:
    moments = Moments(sentences.load("de").table("discourse")["time"], "de")
    cast_ = personas.load("de", folders=[personas.directories()[0]])
    return reading("de", cast_, moments, Answers("de").digits)


def test_the_same_in_german() -> None:
    words, remarks = german().words, german().remarks
    assert words.names.own("du kannst mich Anna nennen") == "Anna"
    assert words.names.own("ich heiße Anna") == "Anna"
    assert words.aside("das möchte ich lieber nicht sagen") == "skip"
    assert words.aside("warum fragst du das") == "why"
    assert words.nights.hours("von halb elf bis sieben") == Hours(time(22, 30), time(7))
    assert words.people.trusted("meine Schwester Mara, 0151 234567") == Trusted(
        "Mara", "0151 234567"
    )
    assert words.countries.code("in Österreich") == "AT"
    allowed = words.consents.notice("alles außer meinem Schlaf")
    assert allowed is not None
    assert allowed.what == {"mood", "presence"}
    assert remarks.call_me("nenn mich Sam") == "Sam"
    assert remarks.call_you("du heißt ab jetzt Ada") == "Ada"
    assert remarks.call_me("nenn mich nicht so") == ""
    found = remarks.be("sei etwas fröhlicher", personas.load("de"))
    assert found is not None
    assert "cheerful" in found[1].tempers
