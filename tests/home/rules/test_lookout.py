"""The lookout alone, on a clock that a test moves: summer time, the sun, clocks that are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hearth.event import Changed
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.lookout import Lookout
from hearth.home.rules.notes import Notes
from hearth.house import Entity, House
from hearth.rule import (
    NumberTrigger,
    Rule,
    SayStep,
    StateTrigger,
    SunTrigger,
    TimeTrigger,
    Trigger,
    Which,
)

BERLIN = ZoneInfo("Europe/Berlin")


class Nothing:
    """A ledger that keeps nothing."""

    async def notes(self) -> Mapping[tuple[str, str], str]:
        return {}

    async def note(self, changes: Mapping[tuple[str, str], str | None]) -> None:
        """Forget."""


class Bench:
    """A lookout with one rule, a sensor and a clock."""

    def __init__(self, trigger: Trigger, start: datetime, where: tuple[float, float] | None = None):
        self.now, self.loop_s = start, 1000.0
        self.thing = Entity("sensor.x", "X", state="20")
        self.notes = Notes(Nothing())
        self.calendar = Calendar(where)
        self.rule = Rule("r", (trigger,), (SayStep("x"),))
        self.restart()

    def restart(self) -> None:
        self.lookout = Lookout(
            self,
            self.calendar,
            self.notes,
            now=lambda: self.now,
            loop_s=self.loop_s,
            catch_up_s=3600,
        )
        self.lookout.set([self.rule])

    def entity(self, entity_id: str) -> Entity | None:
        return self.thing if entity_id == self.thing.id else None

    def house(self) -> House:
        return House(entities=(self.thing,))

    def change(self, state: str | None, *, kept: bool = False, available: bool = True) -> int:
        old, self.thing = self.thing, replace(self.thing, state=state, available=available)
        return len(self.lookout.changed(Changed(old, self.thing, kept), self.loop_s))

    def walk(self, hours: float, step_s: float = 30) -> list[str]:
        """Let time pass, and return when the rule fired."""
        found = []
        for _ in range(int(hours * 3600 / step_s)):
            self.loop_s += step_s
            self.now = (self.now.astimezone(UTC) + timedelta(seconds=step_s)).astimezone(BERLIN)
            found += [f"{self.now:%m-%d %H:%M}" for _ in self.lookout.due(self.loop_s)]
        return found


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 3, 28, 20, tzinfo=BERLIN), ["03-29 03:30", "03-30 02:30"]),
        (datetime(2026, 10, 24, 20, tzinfo=BERLIN), ["10-25 02:30", "10-26 02:30"]),
    ],
)
def test_a_time_comes_once_in_the_nights_of_summer_time(
    start: datetime, expected: list[str]
) -> None:
    assert Bench(TimeTrigger(time(2, 30)), start).walk(32) == expected


def test_days_and_dates() -> None:
    sunday = datetime(2026, 3, 1, 0, 30, tzinfo=BERLIN)
    weekdays = TimeTrigger(time(7), days=("mon", "wed"))
    assert Bench(weekdays, sunday).walk(24 * 7, 300) == ["03-02 07:00", "03-04 07:00"]
    dated = TimeTrigger(time(7), date="03-03")
    assert Bench(dated, sunday).walk(24 * 7, 300) == ["03-03 07:00"]


def test_the_sun_over_the_night_of_summer_time() -> None:
    # Sunrise in Berlin on 2026-03-28 is at 05:51 CET, the day after at 06:49 CEST (timeanddate.com)
    start = datetime(2026, 3, 28, 0, 30, tzinfo=BERLIN)
    found = Bench(SunTrigger("sunrise"), start, (52.52, 13.40)).walk(40, 60)
    assert [each[:8] for each in found] == ["03-28 05", "03-29 06"]


def test_where_the_sun_does_not_set_it_never_fires() -> None:
    start = datetime(2026, 6, 20, 0, 30, tzinfo=BERLIN)
    assert Bench(SunTrigger("sunset"), start, (78.2, 15.6)).walk(48, 300) == []


@pytest.mark.parametrize("jump_h", [-7, -3, -1, 1, 2, 3, 8])
def test_a_clock_that_is_set_never_repeats_a_time(jump_h: float) -> None:
    bench = Bench(TimeTrigger(time(7)), datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    first = bench.walk(2.5)
    assert first == ["05-04 07:00"]
    bench.now += timedelta(hours=jump_h)
    rest = bench.walk(24 - jump_h)
    assert len(rest) == 1
    assert rest[0].startswith("05-05 07:00")


@pytest.mark.parametrize("jump_h", [1, 3, 10])
def test_a_clock_that_is_set_forward_over_a_time_skips_it_not(jump_h: float) -> None:
    bench = Bench(TimeTrigger(time(7)), datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    assert bench.walk(1.5) == []
    bench.now += timedelta(hours=jump_h)
    assert len(bench.walk(1)) == 1


def test_a_clock_that_was_wrong_at_the_start_fires_nothing_of_the_past() -> None:
    bench = Bench(TimeTrigger(time(7)), datetime(2026, 1, 4, 5, 0, tzinfo=BERLIN))
    assert bench.walk(0.05) == []
    bench.now = datetime(2026, 5, 4, 12, 0, tzinfo=BERLIN)
    assert bench.walk(1) == []


def test_a_for_takes_its_time_whatever_the_clock_says() -> None:
    trigger = StateTrigger(Which(entities=("sensor.x",)), to=("on",), for_s=600)
    bench = Bench(trigger, datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    bench.change("on")
    assert bench.walk(0.1) == []
    bench.now += timedelta(hours=2)
    assert bench.walk(0.05) == []
    bench.now -= timedelta(hours=5)
    assert len(bench.walk(0.05)) == 1


def test_to_be_away_and_come_back_is_no_change() -> None:
    bench = Bench(
        StateTrigger(Which(entities=("sensor.x",)), to=("on",)),
        datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN),
    )
    assert bench.change("on") == 1
    assert bench.change("on", available=False) == 0
    assert bench.change("on") == 0
    assert bench.change(None) == 0
    assert bench.change("on") == 0
    assert bench.change("off") == 0
    assert bench.change("on") == 1


def test_what_is_told_again_after_a_restart_is_no_change_but_a_change_is() -> None:
    trigger = StateTrigger(Which(entities=("sensor.x",)), to=("on",))
    bench = Bench(trigger, datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    assert bench.change("on") == 1
    bench.thing = replace(bench.thing, state=None)
    bench.restart()
    assert bench.change("on", kept=True) == 0
    bench.change("off")
    bench.thing = replace(bench.thing, state=None)
    bench.restart()
    assert bench.change("on", kept=True) == 1


def test_was_names_what_it_came_from() -> None:
    trigger = StateTrigger(Which(entities=("sensor.x",)), to=("open",), was=("closed",))
    bench = Bench(trigger, datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    told = [bench.change(s) for s in ("closed", "open", "opening", "open", "closed", "open")]
    assert told == [0, 1, 0, 0, 0, 1]


def test_any_change_counts_where_no_state_is_named() -> None:
    trigger = StateTrigger(Which(entities=("sensor.x",)))
    bench = Bench(trigger, datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    assert [bench.change(s) for s in ("a", "a", "b", None, "b", "c")] == [1, 0, 1, 0, 0, 1]


def test_a_number_between_two_limits() -> None:
    trigger = NumberTrigger(Which(entities=("sensor.x",)), above=21, below=25)
    bench = Bench(trigger, datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN))
    told = [bench.change(s) for s in ("21", "21.1", "24.9", "25", "nan", "inf", "22")]
    assert told == [0, 1, 0, 0, 0, 0, 1]
