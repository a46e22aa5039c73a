"""The chances of feelings in, valence and arousal out; and what a mood does to a reply.

Each feeling has its place on the circumplex of affect (Russell 1980, "A circumplex model of
affect"): valence from unpleasant to pleasant, arousal from calm to excited, both from -1 to 1. The
places are ours, rounded, in the octant where Russell (1980) and the norms of Warriner et al. (2013)
have the feeling's name.
"""

from __future__ import annotations

from collections.abc import Mapping

PLACES: Mapping[str, tuple[float, float]] = {
    "anger": (-0.6, 0.7),
    "disgust": (-0.7, 0.3),
    "fear": (-0.7, 0.7),
    "joy": (0.8, 0.4),
    "sadness": (-0.7, -0.4),
    "surprise": (0.1, 0.7),
    "neutral": (0.0, 0.0),
    "tired": (-0.2, -0.8),
    "lonely": (-0.6, -0.4),
    "stressed": (-0.5, 0.7),
    "loving": (0.8, 0.2),
    "grateful": (0.7, 0.1),
    "calm": (0.5, -0.6),
    "content": (0.7, -0.3),
    "proud": (0.7, 0.4),
    "hopeful": (0.6, 0.2),
    "bored": (-0.3, -0.6),
    "ashamed": (-0.6, 0.1),
    "guilty": (-0.6, 0.1),
    "jealous": (-0.6, 0.4),
    "disappointed": (-0.6, -0.2),
    "annoyed": (-0.5, 0.4),
    "worried": (-0.6, 0.5),
    "excited": (0.7, 0.8),
    "ill": (-0.5, -0.5),
}
"""Valence and arousal of each feeling that has a name here."""

_SLOW, _FAST = 0.9, 1.1


def place(chances: Mapping[str, float]) -> tuple[float, float]:
    """Return the mean place of the feelings, each weighing as much as the square of its chance."""
    total = sum(chance**2 for chance in chances.values())
    if not total:
        return 0.0, 0.0
    valence = sum(PLACES[name][0] * chance**2 for name, chance in chances.items()) / total
    arousal = sum(PLACES[name][1] * chance**2 for name, chance in chances.items()) / total
    return round(valence, 3), round(arousal, 3)


def pace(valence: float, arousal: float, confidence: float) -> float:
    """Return how fast Hearth speaks to somebody in this mood, from 0.9 to 1.1.

    Slower for who is low, and for who is upset (to bring calm rather than to join in); a little
    faster for who is glad and lively. An uncertain mood changes little.
    """
    lift = 0.1 * arousal if valence > 0 else -0.1 * abs(arousal) + 0.04 * valence
    return round(min(max(1.0 + lift * confidence, _SLOW), _FAST), 3)
