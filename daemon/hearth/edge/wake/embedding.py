"""Sound in, what it sounds like out: Google's speech embedding, 96 numbers each 80 ms.

The model was made to tell short words apart with few examples (Lin et al. 2020, "Training keyword
spotters with limited and synthesized speech data"); `pyopen-wakeword` carries and runs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pyopen_wakeword import OpenWakeWordFeatures

Floats = np.ndarray[Any, np.dtype[np.float32]]

WINDOW = 3
"""Embeddings that are looked at together: each sees 775 ms, three in a row 935 ms."""

SIZE = 96 * WINDOW
_OVERHANG = 480  # samples that one step of the spectrogram (1,760) looks beyond the 1,280 it takes


class Embedding:
    """One stream of sound; costs about a tenth of a core while it is fed."""

    def __init__(self) -> None:
        self._features = OpenWakeWordFeatures.from_builtin()
        self._last: list[Floats] = []
        self._fed = 0
        self.reset(0)

    def reset(self, at: int) -> None:
        """Begin a new stretch of sound at sample ``at``."""
        self._features.reset()
        self._features.new_audio_samples = 0  # else eight seconds of silence are gone through first
        self._last.clear()
        self._fed = at

    def feed(self, pcm: bytes) -> Iterator[tuple[int, Floats]]:
        """Take 16 kHz PCM and yield windows: the sample at which each ends, and its 288 numbers."""
        self._fed += len(pcm) // 2
        for embedding in self._features.process_streaming(pcm):
            self._last = [*self._last[1 - WINDOW :], embedding[0, 0, -1].copy()]
            if len(self._last) == WINDOW:
                end = self._fed - self._features.new_audio_samples + _OVERHANG
                yield end, np.concatenate(self._last)

    def close(self) -> None:
        """Release the model."""
        self._features.close()
