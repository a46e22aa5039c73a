"""What ties a sentence to another day: a thing or a name that both have, seldom spoken of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth import sentences
from hearth.mind.linking import Linking
from hearth.mind.remembering import Memory, Times

TABLE = sentences.load("en").table("conversation")
LINKING = Linking(TABLE, Times(TABLE))
NOW = datetime(2026, 3, 5, 19, 0, tzinfo=UTC)  # a Thursday


def told(*quotes: str, days: int = 2) -> list[Memory]:
    return [Memory(quote, NOW - timedelta(days=days)) for quote in quotes]


@pytest.mark.parametrize(
    ("text", "quote", "tie"),
    [
        ("The interview went well", "I have an eye on the interview", "the interview on Tuesday"),
        ("my telescope is broken", "we put the telescope up", "the telescope on Tuesday"),
        ("I saw Julia again", "I met Julia at the market", "Julia on Tuesday"),
        ("the interview went well", "I bought new shoes", ""),
        ("my work was fine", "my work is hard", ""),  # everybody's word
        ("I saw Sam again", "I met Sam", ""),  # the person
    ],
)
def test_what_both_name_ties_them(text: str, quote: str, tie: str) -> None:
    line = LINKING.line(text, told(quote), NOW, frozenset({"Sam"}))
    assert tie in line
    assert bool(line) is bool(tie)


def test_what_was_told_today_or_often_is_nothing_to_be_reminded_of() -> None:
    text = "the interview went well"
    assert LINKING.line(text, told("the interview is soon", days=0), NOW, frozenset()) == ""
    often = told("the interview", "the interview again", "my interview", days=4)
    assert LINKING.line(text, often, NOW, frozenset()) == ""


def test_a_language_without_links_ties_nothing() -> None:
    bare = Linking({}, Times({}))
    assert bare.line("the interview", told("the interview"), NOW, frozenset()) == ""
