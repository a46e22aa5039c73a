"""A sentence and its vector in, the situation that it tells of out, or none.

Each situation is the mean of its ways of saying. Means and sentence are compared by cosine after
whitening with the covariance within situations (as in linear discriminant analysis: what varies
from one way of saying to the next says little about which situation it is). A situation that
contradicts the mood of the sentence counts less, and one whose words are not in it not at all:
"I got it" and "I did not get it" are near each other for an encoder, and are not for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hearth.mind.situations.file import Mood, Situation
from hearth.mind.situations.learned import Learned
from hearth.mind.vectors import Vectors

NEAR = 0.36
"""The least score of a situation. Of idiomatic sentences that were written apart from the means,
half are above it, and of those nine in ten are answered as somebody meant them."""

AGAINST = 0.12
"""What a mood that contradicts takes from the score."""

ELSEWHERE = 0.44
"""The least score of another situation than the one that a talk is about: what leads astray in the
middle of a talk is worse than a word that only listens."""

GOES_ON, POINTS_BACK = 0.12, 0.2
"""What the situation that a talk is about gets on top: it is likelier than any other to go on, and
still likelier where a sentence begins with a word that points back ("she", "that")."""

_SIGNS = {"low": -1, "even": 0, "high": 1}


@dataclass(frozen=True, slots=True)
class Match:
    """A situation, and up to 1 how near the sentence is to it."""

    situation: Situation
    score: float


class Matcher:
    """Compares with ``situations``, which ``known`` has in the same order."""

    def __init__(self, situations: Sequence[Situation], known: Learned) -> None:
        self._situations = tuple(situations)
        self._moods = np.array([_SIGNS[one.mood] for one in situations], np.int8)
        self._middle, self._white = known.middle, known.white
        self._means = self._whitened(known.means)

    def scores(self, text: str, vector: Sequence[float], mood: Mood = "even") -> Vectors:
        """Return the score of each situation for a sentence of that mood."""
        mine = self._whitened(np.asarray([vector], np.float32))[0]
        scores: Vectors = self._means @ mine - AGAINST * (self._moods * _SIGNS[mood] < 0)
        plain = text.lower().replace("\u2019", "'")
        for number, one in enumerate(self._situations):
            if not one.may(plain):
                scores[number] = -1.0
        return scores

    def find(
        self,
        text: str,
        vector: Sequence[float],
        mood: Mood = "even",
        going: Situation | None = None,
        *,
        points_back: bool = False,
    ) -> Match | None:
        """Return the situation that the sentence tells of; None where none is near. ``going`` is
        the one that the talk is about."""
        scores = self.scores(text, vector, mood)
        if going in self._situations:
            place = self._situations.index(going)
            scores[place] += POINTS_BACK if points_back else GOES_ON
        best = int(scores.argmax())
        score = float(scores[best])
        found = self._situations[best]
        least = NEAR if going in (None, found) or found.asks else ELSEWHERE
        return Match(found, score) if score >= least else None

    def _whitened(self, rows: Vectors) -> Vectors:
        """Return rows of length 1, whitened."""
        white = (rows - self._middle) @ self._white
        long = np.maximum(np.linalg.norm(white, axis=1, keepdims=True), 1e-9)
        unit: Vectors = (white / long).astype(np.float32)
        return unit
