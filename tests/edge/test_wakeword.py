"""The end of a name is where the sound pauses, else a usual while ago."""

from __future__ import annotations

from hearth.edge.wake.shipped import end_of_name


def test_the_last_gap_is_the_end() -> None:
    assert end_of_name([-20.0] * 8 + [-60.0] * 4 + [-25.0] * 8) == 8 * 256


def test_silence_until_now_ends_now() -> None:
    assert end_of_name([-20.0] * 10 + [-60.0] * 10) == 0


def test_without_a_gap_it_ended_150_ms_ago() -> None:
    assert end_of_name([-20.0] * 20) == 2400
