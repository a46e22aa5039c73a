"""A sentence that the rules do not know in, a likely danger out: what the encoder makes of it.

Three linear heads on the sentence's vector, one for each kind, trained by ``deploy/train/mood.py``
on sentences that the project wrote against a public set and its own ordinary ones. It only adds to
the rules: what it finds is asked about, never taken for sure. Without the encoder, or where that is
too slow, it says nothing and the rules stand alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hearth.error import EngineError
from hearth.mind.crisis.detector import Finding
from hearth.port import Encoder

DEADLINE_S = 0.08
"""The longest that the encoder may take."""

_FROM = 0.7
"""The chance from which on it is asked about: 1 in 600 ordinary sentences of public sets."""

_FEWEST = 4
_ABOUT_ME = re.compile(
    r"(?<!\w)(?:i|i'm|im|i've|i'd|i'll|me|my|myself|we|us|our)(?!\w)", re.IGNORECASE
)


class Near:
    """Feels danger by meaning (``guardian.Sensing``)."""

    def __init__(self, encoder: Encoder, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._encoder = encoder
        self._kinds = tuple(str(kind) for kind in weights["dangers"])
        self._weights = np.asarray(weights["danger"], np.float32)
        self._bias = np.asarray(weights["danger_bias"], np.float32)

    async def sense(self, text: str) -> Finding | None:
        """Return what a sentence about the speaker may tell of; None where it cannot say."""
        if len(text.split()) < _FEWEST or not _ABOUT_ME.search(text.replace("\u2019", "'")):
            return None
        try:
            async with asyncio.timeout(DEADLINE_S):
                vectors = await self._encoder.encode((text,))
        except (EngineError, TimeoutError):
            return None
        if not vectors or len(vectors[0]) != len(self._weights):
            return None
        scores = np.asarray(vectors[0], np.float32) @ self._weights + self._bias
        best = int(scores.argmax())
        chance = float(1 / (1 + np.exp(-scores[best])))
        return Finding(self._kinds[best], sure=False) if chance >= _FROM else None
