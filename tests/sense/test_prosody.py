"""A voice of known pitch and pace is measured as such, in little time."""

from __future__ import annotations

import numpy as np
import pytest

from hearth.sense.prosody import measure


def voice(hz: float, syllables: float, seconds: float = 3.0, octaves: float = 0.0) -> bytes:
    """A harmonic sound whose loudness rises and falls with each syllable."""
    t = np.arange(int(seconds * 16000)) / 16000
    phase = 2 * np.pi * np.cumsum(hz * 2 ** (octaves * t / seconds)) / 16000
    wave = sum(np.sin(k * phase) / k for k in range(1, 9))
    loud = (0.5 - 0.5 * np.cos(2 * np.pi * syllables * t)) ** 0.7
    return (np.asarray(wave) * loud * 3000).astype("<i2").tobytes()


@pytest.mark.parametrize("hz", [85, 120, 180, 250, 330])
def test_the_pitch_is_that_of_the_voice(hz: int) -> None:
    found = measure(voice(hz, 4))
    assert found is not None
    assert found.pitch_hz == pytest.approx(hz, rel=0.03)


def test_a_moving_pitch_has_a_range_and_a_level_one_has_none() -> None:
    level, moving = measure(voice(150, 4)), measure(voice(150, 4, octaves=1.0))
    assert level is not None
    assert moving is not None
    assert level.pitch_range == pytest.approx(0, abs=0.5)
    assert moving.pitch_range == pytest.approx(12 * 0.8, abs=2)


def test_faster_speech_has_a_higher_pace() -> None:
    slow, fast = measure(voice(150, 3)), measure(voice(150, 6))
    assert slow is not None
    assert fast is not None
    assert slow.pace is not None
    assert fast.pace is not None
    assert 1.5 < fast.pace / slow.pace < 2.5


def test_a_pause_and_loudness_are_measured() -> None:
    said = voice(150, 4, 1.0)
    broken = measure(said + bytes(32000) + said)
    assert broken is not None
    assert broken.pauses == pytest.approx(0.37, abs=0.1)
    softer = (np.frombuffer(said, "<i2") // 4).astype("<i2").tobytes()
    loud, soft = measure(said), measure(softer)
    assert loud is not None
    assert soft is not None
    assert loud.energy_db is not None
    assert soft.energy_db == pytest.approx(loud.energy_db - 12, abs=0.5)


@pytest.mark.parametrize("pcm", [b"", b"\0", bytes(64000), b"\1\0" * 100])
def test_nothing_is_made_of_silence(pcm: bytes) -> None:
    assert measure(pcm) is None


def test_noise_has_no_pitch_that_could_be_believed() -> None:
    noise = np.random.default_rng(1).normal(0, 3000, 48000).astype("<i2").tobytes()
    found = measure(noise)
    assert found is not None
    assert found.pitch_hz is None or found.pace is not None
