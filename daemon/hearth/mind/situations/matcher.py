"""A sentence and its vector in, the situation that it tells of out, or none.

Each situation is the mean of its ways of saying. Means and sentence are compared by cosine after
whitening with the covariance within situations (as in linear discriminant analysis: what varies
from one way of saying to the next says little about which situation it is). A situation that
contradicts the mood of the sentence counts less, and one whose ``needs`` are not in it not at all:
"I got it" and "I did not get it" are near each other for an encoder, and are not for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hearth.mind.situations.file import Mood, Situation
from hearth.mind.vectors import Vectors

NEAR = 0.36
"""The least score of a situation; below it nothing is known well enough to be answered by name."""

AGAINST = 0.12
"""What a mood that contradicts takes from the score."""

_SHRINK = 5.0
"""How much of the mean variance is added to each direction before whitening."""

_SIGNS = {"low": -1, "even": 0, "high": 1}


@dataclass(frozen=True, slots=True)
class Match:
    """A situation, and up to 1 how near the sentence is to it."""

    situation: Situation
    score: float


class Matcher:
    """Compares with ``situations``; ``vectors`` holds a row for each of their ``says``, in order.

    Raises ValueError where there are not as many rows.
    """

    def __init__(self, situations: Sequence[Situation], vectors: Vectors) -> None:
        of = np.array([number for number, one in enumerate(situations) for _ in one.says], np.intp)
        if len(of) != len(vectors):
            raise ValueError(f"{len(of)} ways of saying, but {len(vectors)} vectors")
        self._situations = tuple(situations)
        self._moods = np.array([_SIGNS[one.mood] for one in situations], np.int8)
        means = np.zeros((len(situations), vectors.shape[1]), np.float32)
        np.add.at(means, of, vectors)
        means /= np.bincount(of)[:, None]
        self._middle = vectors.mean(axis=0)
        self._white = _whitening(vectors - means[of])
        self._means = _unit((means - self._middle) @ self._white)

    def scores(self, text: str, vector: Sequence[float], mood: Mood = "even") -> Vectors:
        """Return the score of each situation for a sentence of that mood."""
        mine = _unit((np.asarray(vector, np.float32) - self._middle)[None, :] @ self._white)[0]
        scores: Vectors = self._means @ mine - AGAINST * (self._moods * _SIGNS[mood] < 0)
        plain = text.lower().replace("\u2019", "'")
        for number, one in enumerate(self._situations):
            if one.needs and not one.needs.search(plain):
                scores[number] = -1.0
        return scores

    def find(self, text: str, vector: Sequence[float], mood: Mood = "even") -> Match | None:
        """Return the situation that the sentence tells of; None where none is near."""
        scores = self.scores(text, vector, mood)
        best = int(scores.argmax())
        score = float(scores[best])
        return Match(self._situations[best], score) if score >= NEAR else None


def _whitening(within: Vectors) -> Vectors:
    """Return what makes every direction of these differences vary alike, shrunk."""
    spread = within.T @ within / len(within)
    spread += np.eye(len(spread), dtype=np.float32) * (_SHRINK * np.trace(spread) / len(spread))
    sizes, axes = np.linalg.eigh(spread.astype(np.float64))
    made: Vectors = ((axes * sizes**-0.5) @ axes.T).astype(np.float32)
    return made


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
