"""A sentence and its vector in, how somebody feels out: plain numpy, well under a millisecond.

For each feeling a small network on the sentence's vector, plus a weight for each bucket of its
words; trained by ``deploy/train/mood.py``. Without a vector (no encoder, or it was too slow) the
words alone still tell something, and the confidence says how little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from hearth.mind.mood.circumplex import PLACES, place
from hearth.mind.mood.features import buckets

Floats = NDArray[np.float32]

EKMAN = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
"""Ekman's six basic feelings (1992) and none of them: what public sets measure."""

CERTAIN = 0.45
"""Below this confidence the answer is "uncertain": no feeling is named."""

_BLIND = 0.75
"""What the confidence is multiplied by where there is no vector."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence tells: a chance from 0 to 1 for each feeling, and what follows from them.

    ``valence`` and ``arousal`` from -1 to 1; ``confidence`` is the chance that the surest of
    Ekman's feelings is the right one, as measured on sentences that were held out. ``surest`` is
    that feeling, neutral included; ``named`` what is sure enough to be named, the surest first.
    """

    chances: Mapping[str, float]
    valence: float
    arousal: float
    confidence: float
    surest: str
    named: tuple[tuple[str, float], ...]


class Classifier:
    """Reads the feelings in a sentence."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        def floats(name: str) -> Floats:
            return np.asarray(weights[name], np.float32)

        self.feelings = tuple(str(name) for name in weights["feelings"])
        self._words = np.asarray(weights["words"])
        self._scale = floats("scale")
        self._up, self._up_bias = floats("up"), floats("up_bias")
        self._down, self._down_bias = floats("down"), floats("down_bias")
        self._mean, self._prior = floats("mean"), floats("prior")
        self._core = [self.feelings.index(name) for name in EKMAN]
        self._more = frozenset(self.feelings) - frozenset(EKMAN)
        self._limits = dict(zip(self.feelings, floats("limits").tolist(), strict=True))
        self._sure = floats("sure")

    @property
    def width(self) -> int:
        """How many numbers a vector has to have."""
        return int(self._up.shape[0])

    def limit(self, feeling: str) -> float:
        """Return the chance from which on a feeling counts."""
        return float(self._limits[feeling])

    def read(
        self,
        text: str,
        vector: Sequence[float] | None,
        bias: Mapping[str, float] | None = None,
    ) -> Reading:
        """Return what a sentence tells; ``vector`` is the encoder's (384 numbers, length 1).

        ``bias`` is what is added for a person who feels otherwise than they sound (logits).
        """
        scores = self._scores(text, vector)
        for name, more in (bias or {}).items():
            if name in self.feelings:
                scores[self.feelings.index(name)] += more
        chances = dict(zip(self.feelings, _squash(scores).tolist(), strict=True))
        core = scores[self._core] - self._prior
        surest = EKMAN[int(core.argmax())]
        confidence = float(_squash(self._sure[0] * core.max() + self._sure[1]))
        if vector is None:
            confidence *= _BLIND
        if not buckets(text):
            confidence = 0.0
        valence, arousal = place({name: chances[name] for name in PLACES if name in chances})
        named = self._named(chances, surest, confidence)
        return Reading(chances, valence, arousal, round(confidence, 3), surest, named)

    def _scores(self, text: str, vector: Sequence[float] | None) -> Floats:
        """Return the logit of each feeling."""
        if vector is None:
            scores = self._mean.copy()
        else:
            hidden = np.asarray(vector, np.float32) @ self._up + self._up_bias
            scores = _gelu(hidden) @ self._down + self._down_bias
        found = list(buckets(text))
        if found:
            words = self._words[found].astype(np.float32).sum(0) * self._scale
            scores = scores + words / np.sqrt(np.float32(len(found)))
        return np.asarray(scores, np.float32)

    def _named(
        self, chances: Mapping[str, float], surest: str, confidence: float
    ) -> tuple[tuple[str, float], ...]:
        """Return the feelings that are sure enough, the surest first; neutral is none."""
        certain = confidence >= CERTAIN and surest != "neutral"
        found = [
            (name, round(chance, 3))
            for name, chance in chances.items()
            if (name == surest and certain)
            or (name in self._more and chance >= self._limits[name])
            or (name != "neutral" and certain and chance >= self._limits[name])
        ]
        return tuple(sorted(found, key=lambda each: -each[1]))


@cache
def shipped_weights() -> Mapping[str, NDArray[np.generic]]:
    """Return the weights that come with Hearth."""
    with resources.as_file(resources.files("hearth.mind.mood") / "weights.npz") as path:
        return dict(np.load(path, allow_pickle=False))


def _squash(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)


def _gelu(x: Floats) -> Floats:
    """Return GELU by its usual tanh approximation (Hendrycks and Gimpel 2016)."""
    inner = np.float32(0.7978845608) * (x + np.float32(0.044715) * x**3)
    return np.asarray(0.5 * x * (1 + np.tanh(inner)), np.float32)
