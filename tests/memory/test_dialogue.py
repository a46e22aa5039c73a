"""Lines of a dialogue are read as people write them, and each fault names its line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hearth.error import HearthError
from hearth.memory.dialogue import read, when
from hearth.remember import Utterance

BERLIN = ZoneInfo("Europe/Berlin")
LINE = {"id": "a", "session": 1, "time": "2026-03-02T08:00:00", "speaker": "Ann", "text": "Hi"}


def line(**other: object) -> str:
    return json.dumps({**LINE, **other})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-08T13:56:00", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("2023-05-08T13:56:00Z", datetime(2023, 5, 8, 13, 56, tzinfo=UTC)),
        ("1:56 pm on 8 May, 2023", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("May 8, 2023 1:56 PM", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("2023/05/08 (Mon) 13:56", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("8th of May 2023, 1.56pm", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("08.05.2023 13:56", datetime(2023, 5, 8, 13, 56, tzinfo=BERLIN)),
        ("2023-05-08", datetime(2023, 5, 8, tzinfo=BERLIN)),
    ],
)
def test_times_are_read_as_they_are_written(text: str, moment: datetime) -> None:
    assert when(text, BERLIN) == moment


@pytest.mark.parametrize("text", ["", "banana", "12:00", "May", "99999999999999999999", "2023"])
def test_what_names_no_day_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        when(text, BERLIN)


def test_a_line_is_an_utterance() -> None:
    first, other = read([line(), "", line(id=2, time=0, text="a\u2028b")], BERLIN)
    moment = datetime(2026, 3, 2, 8, tzinfo=BERLIN)
    assert first == Utterance("a", "1", moment, "Ann", "Hi")
    assert (other.id, other.text, other.time.year) == ("2", "a\u2028b", 1970)


def test_a_number_is_seconds_or_milliseconds() -> None:
    both = read([line(time=1_700_000_000), line(id="b", time=1_700_000_000_000)], UTC)
    assert {each.time for each in both} == {datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)}
    with pytest.raises(HearthError, match=r"line 1: .* no time that can be read"):
        read([line(time=1e20)], UTC)


def test_the_same_line_twice_is_one() -> None:
    assert len(read([line(), line()], BERLIN)) == 1


def test_every_fault_names_its_line() -> None:
    with pytest.raises(HearthError) as raised:
        read(
            [line(), "{bad", "[]", line(text="Bye"), line(id="b", time="noon"), '{"id": "c"}'],
            BERLIN,
        )
    faults = raised.value.what.splitlines()
    assert [fault.split(":")[0] for fault in faults] == [f"line {n}" for n in (2, 3, 4, 5, 6)]
    assert "that of line 1" in faults[2]
    assert 'without "session", "time", "speaker", "text"' in faults[4]
    assert "Nothing was imported" in raised.value.remedy
