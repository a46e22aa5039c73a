"""The course of a talk: taken in, a beat a turn, no third question, and on to something else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hearth.mind.situations.file import Situation
from hearth.mind.situations.matcher import Match
from hearth.mind.situations.teller import Course, Teller
from hearth.mind.written.reading import Reading

TODAY = date(2026, 3, 5)
KEYS = Situation(
    "lost_keys",
    ("I lost my keys",),
    mood="low",
    first=("Where did you have them last?",),
    tell=("Keys know how to hide.",),
    then=(("Mm. And then?", "Mm, I see."), ("They will turn up.",)),
    unsure=("It will come back to you.",),
    advice=("Look in the fridge.",),
)
RAIN = Situation("rain", ("it rains",), first=("Wet, then?",), tell=("Rain it is.",))
SONG = Situation("song", ("do you sing",), asks=True, first=("La.",), tell=("La.",))
NO_ACT: Mapping[str, str] = {}


def said(
    teller: Teller,
    course: Course,
    text: str,
    match: Match | None,
    act: str = "statement",
    **how: str | bool,
) -> str:
    """Return what is said to a sentence of that act, and go on with the course."""
    quiet = bool(how.pop("quiet", False))
    reading = Reading(act, text, text, **how)  # type: ignore[arg-type]  # flags alone
    step = teller.step(match, reading, course, NO_ACT, TODAY, quiet=quiet)
    if step is None:
        return ""
    teller.follow(course, step)
    return step.line


def test_it_is_taken_in_and_gone_on_with() -> None:
    teller, course = Teller(), Course()
    near = Match(KEYS, 0.6)
    assert said(teller, course, "my keys are gone", near) == KEYS.first[0]
    assert said(teller, course, "in the car", None, "answer") in KEYS.then[0]
    assert said(teller, course, "I looked there", near) == KEYS.then[1][0]
    assert said(teller, course, "and there", near) == ""  # the written lines go on


def test_after_two_questions_it_only_listens() -> None:
    teller, course = Teller(), Course()
    near = Match(KEYS, 0.6)
    assert said(teller, course, "my keys are gone", near, quiet=True) == KEYS.tell[0]
    assert said(teller, course, "really gone", near, quiet=True) == "Mm, I see."


def test_not_knowing_and_asking_for_advice_have_lines_of_their_own() -> None:
    teller, course = Teller(), Course()
    said(teller, course, "my keys are gone", Match(KEYS, 0.6))
    assert said(teller, course, "no idea", None, "dont_know") == KEYS.unsure[0]
    assert said(teller, course, "what should I do", None, "advice") == KEYS.advice[0]


def test_it_turns_to_something_else_where_that_is_told() -> None:
    teller, course = Teller(), Course()
    said(teller, course, "my keys are gone", Match(KEYS, 0.6))
    assert said(teller, course, "it rains", Match(RAIN, 0.5)) == RAIN.first[0]
    assert course.situation is RAIN


def test_what_is_near_nothing_is_only_listened_to() -> None:
    teller, course = Teller(), Course()
    said(teller, course, "my keys are gone", Match(KEYS, 0.6))
    assert said(teller, course, "I will cook", None) == ""
    assert said(teller, course, "do you think I should sell the old house", None, "advice") == ""
    assert said(teller, course, "in the car", None, "answer") in KEYS.then[0]


def test_no_line_is_said_twice_in_a_day() -> None:
    teller = Teller()
    for expected in (KEYS.first[0], ""):
        assert said(teller, Course(), "my keys are gone", Match(KEYS, 0.6)) == expected


def test_a_few_words_turn_to_something_else_only_surely() -> None:
    teller, course = Teller(), Course()
    said(teller, course, "my keys are gone", Match(KEYS, 0.6))
    assert said(teller, course, "wet there", Match(RAIN, 0.4), "answer") in KEYS.then[0]
    assert said(teller, course, "rain", Match(RAIN, 0.8), "answer") == RAIN.first[0]


def test_a_question_about_oneself_gets_what_was_written_as_advice() -> None:
    teller, course = Teller(), Course()
    said(teller, course, "my keys are gone", Match(KEYS, 0.6))
    assert said(teller, course, "how am I to find them", None, "world", own=True) == KEYS.advice[0]
    assert said(teller, course, "where are keys made", None, "world") == ""


def test_a_question_is_answered_only_by_what_is_asked_of_hearth() -> None:
    teller = Teller()
    assert said(teller, Course(), "where are keys made", Match(KEYS, 0.9), "world") == ""
    assert said(teller, Course(), "would you sing", Match(SONG, 0.9), "world") == "La."


def test_a_few_words_begin_nothing_and_a_goodbye_is_not_for_it() -> None:
    teller = Teller()
    assert said(teller, Course(), "the keys", Match(KEYS, 0.6), "answer") == ""
    assert said(teller, Course(), "bye", Match(KEYS, 0.9), "goodbye") == ""
