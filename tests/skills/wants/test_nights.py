"""When somebody stirred, and the night that it tells of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hearth.skills.wants.nights import Night, night

EVENING = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: float) -> datetime:
    """Return an hour counted from the midnight before the evening; 31 is seven in the morning."""
    return EVENING + timedelta(hours=hour)


def up(start: float, end: float) -> list[datetime]:
    """Return stirs every quarter of an hour."""
    return [at(start + n / 4) for n in range(int((end - start) * 4) + 1)]


CASES = {
    "an undisturbed night": ([*up(20, 23), *up(31, 31.5)], Night(at(23), at(31))),
    "the first stir of the morning": ([*up(20, 23), at(31)], Night(at(23), at(31))),
    "once up": ([*up(20, 23), at(26), at(26.1), *up(31, 31.5)], Night(at(23), at(31), 1)),
    "twice up": ([*up(20, 23), at(26), at(29), *up(31, 31.5)], Night(at(23), at(31), 2)),
    "an hour up is an hour up": (
        [*up(20, 23), *up(25, 26), *up(31, 31.5)],
        Night(at(26), at(31)),
    ),
    "home late": ([at(20), *up(25, 25.5), at(32)], Night(at(25.5), at(32))),
    "an evening with a book": ([*up(19.5, 20), at(22.5), at(31)], Night(at(22.5), at(31))),
    "nobody was seen in the evening": ([at(31)], None),
    "nobody was seen at all": ([], None),
    "up all night": (up(20, 31), None),
    "away for days": ([at(19.5), at(34)], None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_night_is_the_longest_stillness(case: str) -> None:
    stirs, expected = CASES[case]
    assert night(stirs, begins=at(19), asleep=at(22.5), now=at(35)) == expected


def test_what_comes_after_now_is_not_known_yet() -> None:
    assert night([*up(20, 23), at(31)], begins=at(19), asleep=at(22), now=at(30)) is None
