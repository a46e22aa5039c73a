"""Words of a time, and what they mean on a Wednesday in March."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from hearth.dates import Dates, When, dates

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 18, 10, tzinfo=BERLIN)
FOLDER = Path(__file__).parent


def named(words: str) -> datetime | date | None:
    known: dict[str, datetime | date] = {
        "mum's birthday": date(2026, 4, 9),
        "mamas geburtstag": date(2026, 4, 9),
        "my dentist appointment": datetime(2026, 3, 20, 15, tzinfo=BERLIN),
    }
    return known.get(words.lower())


def told(when: When | None) -> str:
    """Write a time as the files do."""
    if when is None:
        return "-"
    if when.grain == "day":
        text = f"{when.start:%Y-%m-%d}"
    elif when.grain == "span":
        text = f"{when.start:%Y-%m-%d %H:%M} to {when.end:%Y-%m-%d %H:%M}"
    else:
        text = f"{when.start:%Y-%m-%d %H:%M}"
    return f"{text} {when.rule}".strip()


def rows(name: str, language: str) -> list[tuple[str, str]]:
    data = yaml.safe_load((FOLDER / name).read_text("utf-8"))[language]
    return [
        (say, f"{is_:%Y-%m-%d}" if isinstance(is_, date) else str(is_)) for say, is_ in data.items()
    ]


def found(language: str, say: str) -> str:
    """The whole phrase's time, or "-" where it holds none."""
    whole = dates(language).read(say, NOW, named=named)
    some = dates(language).find(say, NOW, named=named)
    return told(whole) if whole or not some else f"only {told(some[0].when)}"


@pytest.mark.parametrize(
    ("language", "say", "means"),
    [(lang, *row) for lang in ("en", "de") for row in rows("dev.yaml", lang)],
)
def test_a_phrase_means_its_time(language: str, say: str, means: str) -> None:
    assert found(language, say) == means


@pytest.mark.parametrize(("language", "least"), [("en", 0.85), ("de", 0.8)])
def test_most_of_what_was_not_looked_at_is_read(language: str, least: float) -> None:
    held_out = rows("heldout.yaml", language)

    right = [say for say, means in held_out if found(language, say) == means]

    assert len(right) / len(held_out) >= least


def test_a_time_is_found_within_a_sentence() -> None:
    text = "remind me to buy milk tomorrow at seven pm, please"

    (hit,) = dates("en").find(text, NOW)

    assert text[hit.start : hit.end] == "tomorrow at seven pm"
    assert hit.when == When(
        datetime(2026, 3, 19, 19, tzinfo=BERLIN), datetime(2026, 3, 19, 19, tzinfo=BERLIN)
    )


def test_in_the_past_friday_was_the_last_one() -> None:
    when = dates("en").read("on friday", NOW, prefer="past")

    assert told(when) == "2026-03-13"


def test_an_alarm_at_six_is_in_the_morning() -> None:
    when = dates("en").read("at half past six on weekdays", NOW, morning=True)

    assert told(when) == "2026-03-19 06:30 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def test_seven_may_be_twelve_hours_later() -> None:
    when = dates("en").read("on friday at seven", NOW)

    assert when
    assert when.half_day
    assert when.other_half().start == datetime(2026, 3, 20, 19, tzinfo=BERLIN)


def test_in_an_hour_is_an_hour_later_over_a_change_of_clocks() -> None:
    night = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)

    when = dates("en").read("in an hour", night)

    assert when
    assert when.start.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=1)


def test_a_language_without_a_table_tells_no_time() -> None:
    assert Dates("nl").find("morgen om zeven uur", NOW) == ()
