"""Statistics of measured values, and whether the target was met."""

from __future__ import annotations

import pytest

from hearth.cli.figure import Figure


def test_statistics_are_nearest_ranks() -> None:
    told = Figure("x", "ms", tuple(float(n) for n in range(1, 101)), 95).told()
    assert (told["min"], told["median"], told["p95"], told["met"]) == (1, 50, 95, True)


@pytest.mark.parametrize(
    ("unit", "target", "met"), [("ms", 4.0, False), ("ms", 5.0, True), ("tokens/s", 4.0, True)]
)
def test_a_pace_has_to_be_reached_and_a_time_to_be_kept(
    unit: str, target: float, met: bool
) -> None:
    assert Figure("x", unit, (5.0,), target, "median").told()["met"] is met
