"""When what recurs takes place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hearth.dates import recurrence
from hearth.error import HearthError

BERLIN = ZoneInfo("Europe/Berlin")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def test_nine_stays_nine_over_a_change_of_clocks() -> None:
    first = at(3, 27, 9)

    three = [*recurrence.times("FREQ=DAILY", first, first, at(3, 31, 0))]

    assert [m.hour for m in three] == [9, 9, 9, 9]
    assert three[2].astimezone(UTC) - three[1].astimezone(UTC) == timedelta(hours=23)


def test_an_hour_that_is_leapt_over_comes_once_and_later() -> None:
    first = at(3, 28, 2, 30)

    found = recurrence.after("FREQ=DAILY", first, at(3, 28, 12))

    assert found == at(3, 29, 3, 30)
    assert recurrence.after("FREQ=DAILY", first, at(3, 29, 12)) == at(3, 30, 2, 30)


def test_an_hour_that_comes_twice_counts_once() -> None:
    first = at(10, 24, 2, 30)
    day = [*recurrence.times("FREQ=DAILY", first, at(10, 25, 0), at(10, 26, 0))]

    assert [m.fold for m in day] == [0]


def test_every_second_week_counts_from_the_first() -> None:
    first = at(3, 24, 9)

    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"

    assert recurrence.after(rule, first, first) == at(4, 7, 9)


def test_what_ends_comes_no_more() -> None:
    first = at(3, 24, 9)

    assert recurrence.after("FREQ=DAILY;COUNT=2", first, at(3, 25, 9)) is None
    assert recurrence.after("", first, first) is None


def test_a_rule_that_cannot_be_read_says_so() -> None:
    with pytest.raises(HearthError, match="cannot be read"):
        recurrence.check("FREQ=SOMETIMES", at(3, 24, 9))
