"""How a sentence was said and the person's own usual in, a shift of arousal and valence out.

Only the difference from the person's usual tells something: voices differ more than moods do. It
is silent until enough sentences were heard. What goes up with arousal (pitch, its range, loudness,
pace, fewer pauses) is as in Scherer (2003, "Vocal communication of emotion", table 2); valence is
hardly heard in a voice, so only the flat and slow voice of low spirits moves it, and little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import log2

from hearth.event import Prosody
from hearth.feeling import Usual

ENOUGH = 15
"""How many sentences make a usual."""

MOST = 400
"""A usual counts no more sentences than this, so that it moves with the person."""

_AROUSAL = {"pace": 0.6, "pitch_hz": 1.0, "pitch_range": 0.6, "energy_db": 0.9, "pauses": -0.5}
_LOW = {"pace": 0.8, "pitch_hz": 0.4, "pitch_range": 1.0, "energy_db": 0.6, "pauses": -0.8}
_FLOOR = {"pace": 0.4, "pitch_hz": 0.05, "pitch_range": 0.6, "energy_db": 1.5, "pauses": 0.05}
"""The least spread that a measure is taken to have, so that a few like sentences make no alarm."""

_NOTICED = 0.8
"""A mean shift of less than so many standard deviations is not noticed."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a voice is from its usual: from -1 to 1 each, and how sure that is (0 to 1)."""

    valence: float
    arousal: float
    confidence: float


def measures(prosody: Prosody) -> dict[str, float]:
    """Return what was measured; the pitch in octaves, as it is heard."""
    found = {
        field.name: value
        for field in fields(prosody)
        if (value := getattr(prosody, field.name)) is not None
    }
    if found.get("pitch_hz", 0) > 0:
        found["pitch_hz"] = log2(found["pitch_hz"])
    return found


def learned(
    prosody: Prosody, usual: Mapping[tuple[str, str], Usual], site: str
) -> dict[tuple[str, str], Usual]:
    """Return the usual of a room with one more sentence."""
    return {
        (site, name): _faded(usual.get((site, name), Usual())).with_value(value)
        for name, value in measures(prosody).items()
    }


def shift(prosody: Prosody, usual: Mapping[tuple[str, str], Usual], site: str) -> Shift | None:
    """Return how a voice differs from its usual; None before there is one, or where it does not."""
    off: dict[str, float] = {}
    for name, value in measures(prosody).items():
        known = usual.get((site, name))
        if known and known.count >= ENOUGH and name in _AROUSAL:
            spread = max(known.spread, _FLOOR[name])
            off[name] = min(max((value - known.mean) / spread, -3.0), 3.0)
    if len(off) < 3:
        return None
    arousal = _mean(off, _AROUSAL)
    low = _mean(off, _LOW)
    if abs(arousal) < _NOTICED and low > -_NOTICED:
        return None
    valence = min(low + _NOTICED, 0.0) / 3 if low < -_NOTICED else 0.0
    size = max(abs(arousal), -low)
    return Shift(
        round(max(valence, -1.0), 3),
        round(min(max(arousal / 2.5, -1.0), 1.0), 3),
        round(min(0.3 + 0.15 * size, 0.7), 3),
    )


def _mean(off: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(abs(weights[name]) for name in off)
    return sum(weights[name] * value for name, value in off.items()) / total


def _faded(usual: Usual) -> Usual:
    """Return a usual that weighs as ``MOST`` sentences at most."""
    if usual.count < MOST:
        return usual
    return Usual(MOST - 1, usual.mean, usual.squares * (MOST - 2) / max(usual.count - 1, 1))
