"""The mirror of use: minutes, late ones, days without another person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth.memory.use import Mirror, Sentence, mirror

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def people(text: str) -> bool:
    return "sister" in text


def talk(days_ago: float, minutes: int, text: str = "hello", hour: int = 12) -> list[Sentence]:
    """A talk of so many minutes, a sentence and an answer a minute."""
    day = (NOW - timedelta(days=days_ago)).replace(hour=hour)
    told = []
    for minute in range(minutes + 1):
        told.append(Sentence(day + timedelta(minutes=minute), text))
        told.append(Sentence(day + timedelta(minutes=minute, seconds=5), person=False))
    return told


def test_a_week_of_talks() -> None:
    told = [*talk(8, 20), *talk(3, 10), *talk(2, 10, "my sister came"), *talk(1, 20, hour=23)]
    seen = mirror(told, NOW, people)
    assert seen.minutes == pytest.approx(40, abs=0.5)
    assert seen.late_share == pytest.approx(0.5, abs=0.01)
    assert (seen.days, seen.alone_days) == (3, 2)
    assert seen.before_minutes == pytest.approx(20, abs=0.5)


def test_one_sentence_is_half_a_minute_and_what_hearth_says_alone_is_nothing() -> None:
    at = NOW - timedelta(hours=1)
    assert mirror([Sentence(at, "hi")], NOW, people).minutes == 0.5
    assert mirror([Sentence(at, person=False)], NOW, people) == Mirror(0, 0, 0, 0)


def test_nothing_said_is_an_empty_mirror() -> None:
    assert mirror([], NOW, people) == Mirror(0.0, 0.0, 0, 0, None)
