"""How loud, how much was heard, whether it is quiet."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.port import Pcm
from hearth.voice.sound import heard_part, louder, quiet_now


def test_volume_scales_by_the_square() -> None:
    pcm = Pcm(struct.pack("<3h", 1000, -1000, 32767))
    assert struct.unpack("<3h", louder(pcm, 50).data) == (250, -250, 8191)
    assert louder(pcm, 100) is pcm


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, ""), (0.3, "The"), (0.45, "The lamp"), (0.7, "The lamp is"), (1, "The lamp is on now.")],
)
def test_only_whole_words_that_were_heard_count(share: float, said: str) -> None:
    assert heard_part("The lamp is on now.", share * 1000, 1000) == said


@given(st.text(), st.floats(0, 2000), st.floats(0, 2000))
def test_the_heard_part_begins_the_text(text: str, heard: float, total: float) -> None:
    assert text.startswith(heard_part(text, heard, total))


@pytest.mark.parametrize(
    ("hour", "quiet"), [(23, True), (3, True), (7, False), (12, False), (22, True)]
)
def test_quiet_hours_span_midnight(hour: int, quiet: bool) -> None:
    now = datetime(2026, 1, 1, hour, tzinfo=UTC)
    assert quiet_now(now, (time(22), time(7))) is quiet
    assert not quiet_now(now, None)
