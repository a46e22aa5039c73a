"""Voice probabilities in, four states out: quiet, starting, speaking, stopping.

Before the voice activity model stands a cheap gate on the energy, because the model costs a
millisecond or two for each 32 ms and a room is quiet most of the day.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Literal, Protocol

import numpy as np

from hearth.port import RATE_HZ
from hearth.sections.engines import HearingConfig

CHUNK_SAMPLES = 512
CHUNK_BYTES = CHUNK_SAMPLES * 2
CHUNK_MS = CHUNK_SAMPLES * 1000 // RATE_HZ
"""Silero's step: 512 samples at 16 kHz, 32 ms."""

State = Literal["quiet", "starting", "speaking", "stopping"]

_HYSTERESIS = 0.15  # Silero's own: speech ends at threshold - 0.15 (get_speech_timestamps)


class Voice(Protocol):
    """Tells how likely 512 samples are speech; it remembers what came before."""

    def __call__(self, pcm: bytes) -> float:
        """Return the probability from 0 to 1 for 1,024 bytes of 16 kHz PCM."""

    def reset(self) -> None:
        """Forget what came before."""


def level_db(pcm: bytes) -> float:
    """Return the loudness in dB below full scale (RMS), without the microphone's DC offset."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    deviation = float(samples.std()) if len(samples) else 0.0
    return 20 * math.log10(max(deviation, 0.01) / 32768)


class Gate:
    """Opens when the loudness rises above the room's own noise, which it learns.

    The floor follows a room that grows quieter within 0.1 s and one that grows louder within about
    a second, but never while there is speech. The margin of 4 dB is far below the 10 dB and more
    that intelligible speech stands above its noise; the gate stays open for ``hold`` chunks.
    """

    margin_db = 4.0
    lowest_db = -72.0

    def __init__(self, hold: int = 12) -> None:
        self._hold = hold
        self._left = 32  # the first second is always asked: nothing is known about the room yet
        self._floor_db: float | None = None

    def step(self, level: float, speech: float | None) -> bool:
        """Return whether to ask the model; ``speech`` is its last answer, or None if not asked."""
        if self._floor_db is None:
            self._floor_db = level
        over = level - self._floor_db
        if over < 0:
            self._floor_db += 0.3 * over
        elif speech is None or speech < 0.15:
            self._floor_db += 0.04 * over
        self._floor_db = max(self._floor_db, self.lowest_db)
        if level > self._floor_db + self.margin_db:
            self._left = max(self._left, self._hold)
        elif self._left:
            self._left -= 1
        return self._left > 0


class Endpoint:
    """Where speech begins and ends, chunk by chunk of 32 ms.

    ``starting`` holds until ``start_ms`` of speech in a row, ``stopping`` until ``silence_ms``
    without any; both fall back when it was only a click, or only a pause.
    """

    def __init__(self, config: HearingConfig) -> None:
        self._threshold = config.speech_threshold
        self._low = max(config.speech_threshold - _HYSTERESIS, 0.01)
        self._start_ms = config.start_ms
        self._silence_ms = config.silence_ms
        self._passed_ms = 0
        self.state: State = "quiet"

    def reset(self) -> None:
        """Be quiet again."""
        self.state, self._passed_ms = "quiet", 0

    def step(self, probability: float) -> State:
        """Take the next chunk's probability of speech and return the state after it."""
        if self.state in ("quiet", "starting"):
            if probability >= (self._threshold if self.state == "quiet" else self._low):
                self._passed_ms += CHUNK_MS
                self.state = "speaking" if self._passed_ms >= self._start_ms else "starting"
            else:
                self.state, self._passed_ms = "quiet", 0
        elif probability >= self._low:
            self.state, self._passed_ms = "speaking", 0
        else:
            self._passed_ms = self._passed_ms + CHUNK_MS if self.state == "stopping" else CHUNK_MS
            self.state = "stopping"
            if self._passed_ms >= self._silence_ms:
                self.state, self._passed_ms = "quiet", 0
        if self.state == "speaking":
            self._passed_ms = 0
        return self.state


class VoiceActivity:
    """The gate, the model and the endpoint of one site: chunks in, states out."""

    _WARM_UP = 3  # chunks from before the gate opened, so that the model knows the room

    def __init__(self, config: HearingConfig, voice: Voice) -> None:
        self._voice = voice
        self._gate = Gate()
        self._endpoint = Endpoint(config)
        self._missed: deque[bytes] = deque(maxlen=self._WARM_UP)
        self._last: float | None = None
        self.asked = 0

    @property
    def state(self) -> State:
        """The present state."""
        return self._endpoint.state

    def reset(self) -> None:
        """The sound broke off: what comes next does not follow on."""
        self._endpoint.reset()
        self._voice.reset()

    def step(self, chunk: bytes) -> State:
        """Take 512 samples of 16 kHz PCM and return the state after them."""
        was_asked = self._last is not None
        is_open = self._gate.step(level_db(chunk), self._last) or self.state != "quiet"
        if not is_open:
            self._missed.append(chunk)
            self._last = None
            return self._endpoint.step(0.0)
        if not was_asked:
            for missed in self._missed:
                self._voice(missed)
                self.asked += 1
            self._missed.clear()
        self._last = self._voice(chunk)
        self.asked += 1
        return self._endpoint.step(self._last)
