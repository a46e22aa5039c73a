"""Probabilities become states, and the gate saves the model's time without losing speech."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hearth.sections.engines import HearingConfig
from hearth.sense.endpoint import CHUNK_BYTES, Endpoint, Gate, VoiceActivity, level_db

CONFIG = HearingConfig(start_ms=96, silence_ms=160)


def states(*probabilities: float) -> str:
    endpoint = Endpoint(CONFIG)
    return " ".join(endpoint.step(p)[:2] for p in probabilities)


def sound(amplitude: float, chunks: int, seed: int = 0) -> list[bytes]:
    samples = np.random.default_rng(seed).normal(0, amplitude, chunks * 512)
    pcm = np.clip(samples, -32768, 32767).astype("<i2").tobytes()
    return [pcm[i : i + CHUNK_BYTES] for i in range(0, len(pcm), CHUNK_BYTES)]


class Threshold:
    """A voice activity model for which everything loud enough is speech."""

    def __init__(self, amplitude: float) -> None:
        self.limit = level_db(sound(amplitude, 1)[0])
        self.asked = 0

    def __call__(self, pcm: bytes) -> float:
        self.asked += 1
        return 0.9 if level_db(pcm) > self.limit else 0.01

    def reset(self) -> None:
        pass


def test_speech_starts_and_stops() -> None:
    assert states(0, 0.9, 0.9, 0.9, 0.9, 0, 0, 0, 0, 0, 0) == "qu st st sp sp st st st st qu qu"


def test_a_click_is_no_speech() -> None:
    assert states(0.9, 0.9, 0, 0) == "st st qu qu"


def test_a_short_pause_does_not_end_a_sentence() -> None:
    assert states(0.9, 0.9, 0.9, 0, 0, 0, 0.9, 0, 0, 0, 0, 0) == (
        "st st sp st st st sp st st st st qu"
    )


@given(st.lists(st.floats(0, 1), max_size=200))
def test_every_path_is_one_of_the_four_states_and_silence_ends_it(path: list[float]) -> None:
    endpoint = Endpoint(CONFIG)
    for probability in path:
        assert endpoint.step(probability) in ("quiet", "starting", "speaking", "stopping")
    for _ in range(CONFIG.silence_ms // 32 + 1):
        endpoint.step(0.0)
    assert endpoint.state == "quiet"


def test_the_model_rests_in_a_quiet_room_and_in_steady_noise() -> None:
    for amplitude in (0.0, 20.0, 800.0):
        voice = Threshold(30_000)
        activity = VoiceActivity(CONFIG, voice)
        for chunk in sound(amplitude, 600):
            activity.step(chunk)
        assert voice.asked < 60


def test_speech_6_db_above_the_noise_is_heard_at_once_and_to_its_end() -> None:
    activity = VoiceActivity(CONFIG, Threshold(150))
    for chunk in sound(100, 600):
        assert activity.step(chunk) == "quiet"

    heard = [activity.step(chunk) for chunk in sound(200, 150, seed=1)]

    assert heard[:3] == ["starting", "starting", "speaking"]
    assert set(heard[3:]) == {"speaking"}


def test_the_gate_learns_a_new_noise_and_hears_above_it() -> None:
    gate, last = Gate(), None
    for level in [-60.0] * 200 + [-40.0] * 200:
        last = 0.02 if gate.step(level, last) else None

    assert last is None
    assert gate.step(-34.0, last)


def test_the_gate_stays_open_through_quiet_speech_that_the_model_confirms() -> None:
    gate = Gate()
    for _ in range(200):
        gate.step(-60.0, None)
    gate.step(-50.0, None)

    assert all(gate.step(-55.0, 0.9) for _ in range(400))


def test_the_level_ignores_an_offset_and_bears_silence() -> None:
    offset = np.full(512, 3000, "<i2").tobytes()

    assert level_db(offset) == level_db(bytes(1024)) < -100
