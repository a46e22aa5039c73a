"""A sentence's sound in, how it was said out: pace, pitch, loudness and pauses; a few milliseconds.

- Pitch: the normalised autocorrelation of 40 ms windows, 100 a second at most, as in Boersma (1993,
  "Accurate short-term analysis of the fundamental frequency"), without his path through candidates:
  the median of a sentence does not need it. The sound is read at 4 kHz, which holds 60 to 400 Hz.
- Syllables: peaks of the loudness that stand out by 2 dB and are voiced, as in de Jong and Wempe
  (2009, "Praat script to detect syllable nuclei").
- Pauses: the share of 10 ms frames between the first and last speech that lie 25 dB below the loud.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hearth.event import Prosody
from hearth.port import RATE_HZ

Floats = NDArray[np.float32]

_RATE_HZ = 4_000
_STEP = RATE_HZ // _RATE_HZ
_FRAME = RATE_HZ // 100
_WINDOW, _HOP = 160, 80  # 40 ms and 20 ms at 4 kHz
_LOWEST_HZ, _HIGHEST_HZ = 60, 400
_VOICED = 0.5
"""The normalised autocorrelation from which on a window is voiced (Praat's default is 0.45)."""

_BELOW_DB = 25.0
_DIP_DB = 2.0
_SHORTEST_MS = 400
_LONGEST_S = 20
_SILENCE_DB = -65.0
_PER_OCTAVE = 12.0


def measure(pcm: bytes) -> Prosody | None:
    """Return how a sentence was said; None where it is too short or silent.

    ``pcm`` is 16-bit mono at 16 kHz, of which 20 s are read.
    """
    pcm = pcm[: len(pcm) // 2 * 2][: _LONGEST_S * RATE_HZ * 2]
    sound = np.asarray(np.frombuffer(pcm, "<i2") / np.float32(32768), np.float32)
    if len(sound) < _SHORTEST_MS * RATE_HZ // 1000:
        return None
    loud = _loudness(sound)
    peak = float(np.percentile(loud, 95))
    spoken = np.flatnonzero(loud > max(peak - _BELOW_DB, _SILENCE_DB))
    if not len(spoken):
        return None
    first, last = int(spoken[0]), int(spoken[-1]) + 1
    pauses = 1 - len(spoken) / (last - first)
    pitch, voiced = _pitch(sound[first * _FRAME : last * _FRAME])
    syllables = _nuclei(loud[first:last], voiced, peak)
    seconds = len(spoken) / 100
    heard = pitch[voiced]
    if len(heard):
        middle = float(np.median(heard))
        semitones = _PER_OCTAVE * np.log2(heard / middle)
        spread = float(np.percentile(semitones, 90) - np.percentile(semitones, 10))
    return Prosody(
        pace=round(syllables / seconds, 2) if syllables and seconds else None,
        pitch_hz=round(middle, 1) if len(heard) else None,
        pitch_range=round(spread, 2) if len(heard) else None,
        energy_db=round(float(np.mean(loud[spoken])), 1),
        pauses=round(pauses, 3),
    )


def _loudness(sound: Floats) -> Floats:
    """Return the loudness of each 10 ms, in decibels below full scale."""
    whole = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(10 * np.log10(np.mean(whole**2, axis=1) + 1e-9), np.float32)


def _pitch(sound: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the pitch of each 20 ms in hertz, and whether it is voiced."""
    # The mean of each four samples: a low-pass that is good enough below 400 Hz.
    low = sound[: len(sound) // _STEP * _STEP].reshape(-1, _STEP).mean(axis=1)
    if len(low) < _WINDOW:
        return np.zeros(0, np.float32), np.zeros(0, bool)
    windows = np.lib.stride_tricks.sliding_window_view(low, _WINDOW)[::_HOP]
    windows = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(_WINDOW)
    spectrum = np.abs(np.fft.rfft(windows, 2 * _WINDOW, axis=1)) ** 2
    alike = np.fft.irfft(spectrum, axis=1)[:, :_WINDOW]
    shape = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_WINDOW), 2 * _WINDOW)) ** 2)[:_WINDOW]
    # Divided by the window's own, so that a longer lag is not weaker for being longer.
    alike = alike / (alike[:, :1] + 1e-9) / (shape / shape[0])
    lags = np.arange(_RATE_HZ // _HIGHEST_HZ, _RATE_HZ // _LOWEST_HZ + 1)
    # A little against the octave below: of two peaks as high, the shorter lag is the pitch.
    part = alike[:, lags] - 0.06 * np.log2(lags / lags[0])
    best = part.argmax(axis=1)
    row = np.arange(len(part))
    inner = np.clip(best, 1, len(lags) - 2)
    before, here, after = part[row, inner - 1], part[row, inner], part[row, inner + 1]
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    lag = lags[inner] + np.clip(shift, -0.5, 0.5)
    energy = np.mean(windows**2, axis=1)
    loud = energy > np.percentile(energy, 95) * 10 ** (-_BELOW_DB / 10)
    voiced = (alike[row, lags[best]] > _VOICED) & loud & (best > 0) & (best < len(lags) - 1)
    return np.asarray(_RATE_HZ / lag, np.float32), voiced


def _nuclei(loud: Floats, voiced: NDArray[np.bool_], peak: float) -> int:
    """Return how many syllables were spoken: voiced peaks of the loudness with a dip between."""
    smooth = np.convolve(loud, np.ones(5) / 5, "same")
    count, top, bottom = 0, -np.inf, np.inf
    rising = True
    for at, level in enumerate(smooth.tolist()):
        if rising:
            if level >= top:
                top, where = level, at
            elif top - level >= _DIP_DB:
                window = min(where // 2, len(voiced) - 1)
                near = voiced[max(window - 1, 0) : window + 2]
                count += int(top > peak - _BELOW_DB and bool(near.any()))
                rising, bottom = False, level
        elif level <= bottom:
            bottom = level
        elif level - bottom >= _DIP_DB:
            rising, top, where = True, level, at
    return count
