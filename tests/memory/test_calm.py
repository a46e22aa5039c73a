"""What the journal keeps of a sensor that tells a figure many times a second."""

from __future__ import annotations

from hearth.event import Changed, Woken
from hearth.house import Entity
from hearth.memory.calm import Calm


def told(before: str, after: str, id_: str = "sensor.x", *, available: bool = True) -> Changed:
    return Changed(
        Entity(id_, "X", state=before), Entity(id_, "X", state=after, available=available)
    )


def test_of_a_flood_the_first_and_the_last_are_kept() -> None:
    calm = Calm(1.0)
    assert list(calm.take(told("1", "2"), 10.0)) == [told("1", "2")]
    for step in range(2, 9):
        assert list(calm.take(told(str(step), str(step + 1)), 10.0 + step / 20)) == []
    assert list(calm.due(10.9)) == []
    assert calm.wait_s(10.9) < 0.11
    assert list(calm.due(11.0)) == [told("2", "9")]
    assert list(calm.due(99.0)) == []


def test_whatever_is_no_figure_of_a_sensor_is_kept_at_once_and_in_order() -> None:
    calm = Calm(1.0)
    list(calm.take(told("1", "2"), 10.0))
    list(calm.take(told("2", "3"), 10.1))
    gone = told("3", "3", available=False)
    assert list(calm.take(gone, 10.2)) == [told("2", "3"), gone]
    for event in (told("off", "on", "switch.x"), Woken("hall", "samantha")):
        assert list(calm.take(event, 10.3)) == [event]
        assert list(calm.take(event, 10.3)) == [event]


def test_without_an_interval_everything_is_kept() -> None:
    calm = Calm(0)
    for _ in range(3):
        assert list(calm.take(told("1", "2"), 10.0)) == [told("1", "2")]
