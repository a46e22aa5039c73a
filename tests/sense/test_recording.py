"""A whole recording becomes what was heard in it, with no silence needed at its end."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sense.test_listener import NAME, QUIET, WORDS, House, sound, wav
from tests.support.ports import Words

from hearth.event import Heard, Unheard, Woken
from hearth.sense.frame import FrameError
from hearth.sense.recording import heard, whole

pytestmark = pytest.mark.looptime


async def facts(home: House, *sounds: bytes, wake: bool = True) -> list[str]:
    pcm = b"".join(sounds)
    found = [fact async for fact in heard(home.listener, home.bus, pcm, wake=wake)]
    home.listener.close()
    return [
        f.text if isinstance(f, Heard) else f.reason if isinstance(f, Unheard) else f.word
        for f in found
        if isinstance(f, Woken | Heard | Unheard)
    ]


def home(*texts: str) -> House:
    return House(Words(*texts), always=True, late_ms=0, sites=32)


async def test_two_commands_in_their_order_and_the_last_without_silence() -> None:
    told = await facts(
        home("lamp on", "lamp off"), sound(QUIET, 500), sound(NAME, 600), sound(WORDS, 900),
        sound(QUIET, 1500), sound(NAME, 600), sound(WORDS, 907),
    )  # fmt: skip

    assert told == ["samantha", "lamp on", "samantha", "lamp off"]


async def test_without_the_name_every_sentence_is_taken() -> None:
    told = await facts(
        home("one", "two"), sound(WORDS, 900), sound(QUIET, 1500), sound(WORDS, 900), wake=False
    )

    assert told == ["one", "two"]


async def test_a_recording_of_nothing_is_nothing() -> None:
    assert await facts(home(), sound(QUIET, 3000)) == []


def test_a_file_of_48_khz_stereo_that_ends_early_is_read() -> None:
    payload = bytearray(wav(np.zeros(2 * 48_000, "<i2").tobytes()))
    payload[22:34] = (
        np.array([2, 0], "<i2").tobytes()[:2]
        + np.array([48_000, 192_000], "<u4").tobytes()
        + b"\4\0"
    )

    pcm, truncated = whole(bytes(payload)[:-1000])

    assert truncated
    assert 15_500 < len(pcm) // 2 < 16_000


def test_a_file_that_is_no_recording_is_refused() -> None:
    with pytest.raises(FrameError):
        whole(b"#!/bin/sh")
