"""What a question looks for: words, persons, times."""

from __future__ import annotations

from datetime import date

import pytest

from hearth.memory.recall.moments import Span, spans
from hearth.memory.recall.question import read
from hearth.remember import HEARTH, PERSON

TODAY = date(2026, 6, 10)  # a Wednesday
ALL = ("Ann Lee", "Ben", PERSON, HEARTH)


@pytest.mark.parametrize(
    ("query", "about", "told", "asks"),
    [
        ("When did Ann buy the boat?", ("Ann Lee",), "I buy the boat", "when"),
        ("What is Ben's dog called?", ("Ben",), "my dog called", ""),
        ("What did Ann and Ben paint?", ("Ann Lee", "Ben"), "I and I paint", ""),
        ("Who is my sister?", (PERSON,), "my sister", "name"),
        ("What did you tell them?", (HEARTH,), "you tell them", ""),
        ("How many bees are there?", (), "bees are there", "many"),
        ("What?", (), "What", ""),
    ],
)
def test_a_question_is_turned_to_the_one_who_knows(
    query: str, about: tuple[str, ...], told: str, asks: str
) -> None:
    found = read(query, ALL, TODAY)
    assert (found.about, found.told, found.asks) == (about, told, asks)


def test_a_name_is_a_word_only_where_nobody_bears_it() -> None:
    assert read("Where does Ben live?", ALL, TODAY).words == ("live",)
    assert read("Where does Carlos live?", ALL, TODAY).words == ("carlos", "live")
    assert read("What about the Benelux?", ALL, TODAY).about == ()


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("yesterday", date(2026, 6, 9), date(2026, 6, 9)),
        ("the day before yesterday", date(2026, 6, 8), date(2026, 6, 8)),
        ("two weeks ago", date(2026, 5, 24), date(2026, 5, 30)),
        ("a couple of days ago", date(2026, 6, 8), date(2026, 6, 8)),
        ("last week", date(2026, 6, 1), date(2026, 6, 7)),
        ("last weekend", date(2026, 6, 6), date(2026, 6, 7)),
        ("last Tuesday", date(2026, 6, 9), date(2026, 6, 9)),
        ("last month", date(2026, 5, 1), date(2026, 5, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("last spring", date(2026, 3, 1), date(2026, 5, 31)),
        ("last winter", date(2025, 12, 1), date(2026, 3, 2)),
        ("in May 2023", date(2023, 5, 1), date(2023, 5, 31)),
        ("in 2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("on 8 May 2023", date(2023, 5, 8), date(2023, 5, 8)),
        ("on May 8th, 2023", date(2023, 5, 8), date(2023, 5, 8)),
        ("on 2023-05-08", date(2023, 5, 8), date(2023, 5, 8)),
    ],
)
def test_words_of_a_time_are_days(words: str, first: date, last: date) -> None:
    assert spans(f"what did she do {words}?", TODAY) == (Span(first, last),)


def test_a_day_without_a_year_is_one_of_each_year() -> None:
    assert spans("on the 5th of April", TODAY) == (
        Span(date(2024, 4, 5), date(2024, 4, 5), every_year=True),
    )
    assert spans("in august", TODAY)[0].every_year


@pytest.mark.parametrize("words", ["may I come in", "31 February", "2023-13-45", "a week", ""])
def test_other_words_are_no_time(words: str) -> None:
    assert spans(words, TODAY) == ()
