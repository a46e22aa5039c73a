"""A reminder's value: what ringing, insisting, snoozing and a power cut make of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hearth.mind.planning.ringing import Said, ringing_words
from hearth.reminder import Reminder, due_now

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 2, 9, tzinfo=BERLIN)


def pills(rule: str = "", insist_s: float = 600, most: int = 3) -> Reminder:
    made = Reminder(
        1, "reminder", "pills", "Pills.", "den", NINE, rule, insist_s=insist_s, most=most
    )
    return made.begun()


def test_it_insists_so_many_times_and_then_waits_for_the_next_day() -> None:
    one = pills("FREQ=DAILY")
    dues = []
    for _ in range(3):
        assert one.due
        one = one.rang(one.due)
        dues.append(one.due)

    assert dues == [
        NINE + timedelta(minutes=10),
        NINE + timedelta(minutes=20),
        NINE + timedelta(days=1),
    ]
    assert not one.ringing


def test_what_is_done_rings_no_more() -> None:
    assert pills().rang(NINE).done(NINE).due is None
    assert pills("FREQ=DAILY").rang(NINE).done(NINE).due == NINE + timedelta(days=1)


def test_a_snoozed_time_of_a_series_is_one_more_and_the_series_stays() -> None:
    series = pills("FREQ=DAILY", insist_s=0, most=1)
    until = NINE + timedelta(minutes=5)

    again = series.rang(NINE).snoozed(until)

    assert (again.id, again.rule, again.due) == (0, "", until)


def test_several_times_that_were_missed_are_told_once_as_the_last() -> None:
    now = NINE + timedelta(days=3, minutes=30)

    (rung,) = due_now([pills("FREQ=DAILY")], now, 60)

    assert (rung.reminder.at, rung.late_s) == (NINE + timedelta(days=3), 1800)
    assert due_now([pills()], NINE - timedelta(seconds=1), 60) == ()


@pytest.mark.parametrize(
    ("said", "meant", "minutes"),
    [
        ("ten more minutes", "later", 10),
        ("snooze", "later", None),
        ("another five minutes please", "later", 5),
        ("I took them", "done", None),
        ("done", "done", None),
        ("not today", "skip", None),
        ("stop", "stop", None),
        ("okay", "heard", None),
        ("yes I'm awake thank you", "stop", None),
        ("be quiet I'm getting up", "stop", None),
        ("okay okay ten more minutes", "later", 10),
        ("I can't right now", "later", None),
        ("I already did that", "done", None),
    ],
)
def test_an_answer_while_it_rings(said: str, meant: str, minutes: int | None) -> None:
    found = ringing_words("en").read(said, NINE)

    assert found
    assert found.meant == meant
    assert found.until == (NINE + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    "said", ["turn on the light", "what time is it", "stop the vacuum", "I did the shopping today"]
)
def test_what_is_about_something_else_is_no_answer(said: str) -> None:
    assert ringing_words("en").read(said, NINE) is None


def test_what_was_done_answers_what_rings_and_nothing_else() -> None:
    words = ringing_words("en")

    assert words.read("I've taken my pills", NINE, ["take your pills"]) == Said("done")
    assert words.read("I took the bus", NINE, ["take your pills"]) is None
