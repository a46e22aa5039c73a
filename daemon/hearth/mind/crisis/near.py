"""A sentence that the rules do not know in, a likely danger out: what its meaning and words tell.

Three heads, one for each kind, linear in the encoder's vector and in the buckets of the sentence's
words; trained by ``deploy/train/crisis.py``. They only add to the rules: what they find is asked
about, never taken for sure. Without the encoder, or where it is too slow, the words alone count.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from hearth.error import EngineError
from hearth.mind.crisis.detector import Finding
from hearth.mind.mood.features import buckets
from hearth.port import Encoder

DEADLINE_S = 0.08
"""The longest that the encoder may take."""

_FEWEST, _FEWEST_ALONE = 3, 5
"""Words of a sentence that can be judged with its vector, and by its words alone."""

_MARKS = re.compile(r"[^\w' ]+")


class Near:
    """Feels danger by meaning (``guardian.Sensing``)."""

    def __init__(self, encoder: Encoder | None, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._encoder = encoder
        self._kinds = tuple(str(kind) for kind in weights["dangers"])
        self._vector = np.asarray(weights["vector"], np.float32)
        self._bias = np.asarray(weights["bias"], np.float32)
        self._words = np.asarray(weights["words"])
        self._scale = np.asarray(weights["scale"], np.float32)
        self._limits = np.asarray(weights["limit"], np.float32)

    async def sense(self, text: str) -> Finding | None:
        """Return what a sentence may tell of; None where it cannot say."""
        said = " ".join(_MARKS.sub(" ", text.lower().replace("\u2019", "'")).split())
        if len(said.split()) < _FEWEST:
            return None
        return self.judge(said, await self._encode(said))

    def judge(self, said: str, vector: Sequence[float] | None) -> Finding | None:
        """Return what a sentence (lower case, no punctuation) tells with its vector, if any."""
        if vector is None and len(said.split()) < _FEWEST_ALONE:
            return None
        found = list(buckets(said))
        scores = self._words[found].astype(np.float32).sum(0) * self._scale
        scores = scores / np.sqrt(np.float32(max(len(found), 1))) + self._bias
        if vector is not None:
            scores = scores + np.asarray(vector, np.float32) @ self._vector
        best = int(scores.argmax())
        limit = self._limits[0 if vector is not None else 1]
        return Finding(self._kinds[best], sure=False) if scores[best] > limit else None

    async def _encode(self, said: str) -> Sequence[float] | None:
        if self._encoder is None:
            return None
        try:
            async with asyncio.timeout(DEADLINE_S):
                vectors = await self._encoder.encode((said,))
        except (EngineError, TimeoutError):
            return None
        return vectors[0] if vectors and len(vectors[0]) == len(self._vector) else None


@cache
def heads() -> Mapping[str, NDArray[np.generic]]:
    """Return the weights that come with Hearth."""
    with resources.as_file(resources.files("hearth.mind.crisis") / "weights.npz") as path:
        return dict(np.load(path, allow_pickle=False))
