"""Decisions of the voice: how loud, how much was heard, whether it is quiet hours."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np

from hearth.port import Pcm


def louder(pcm: Pcm, percent: int) -> Pcm:
    """Return the sound at ``percent`` (0 to 100) of its level.

    The share is squared, as loudness is heard nearer to the logarithm of the level than to it.
    """
    if percent >= 100:
        return pcm
    samples = np.frombuffer(pcm.data, "<i2").astype(np.float32) * (percent / 100) ** 2
    return Pcm(samples.astype("<i2").tobytes(), pcm.rate_hz)


def heard_part(text: str, heard_ms: float, total_ms: float) -> str:
    """Return the words of ``text`` that had been said after ``heard_ms`` of ``total_ms``.

    Speech is taken to run evenly over the letters; a word that was cut is not counted.
    """
    if total_ms <= 0 or heard_ms <= 0:
        return ""
    if heard_ms >= total_ms:
        return text
    cut = int(len(text) * heard_ms / total_ms)
    if cut >= len(text) or text[cut].isspace():
        return text[:cut].rstrip()
    return text[:cut].rpartition(" ")[0].rstrip()


def quiet_now(now: datetime, quiet: tuple[time, time] | None) -> bool:
    """Return whether ``now`` is within the quiet hours (local), which may span midnight."""
    if quiet is None:
        return False
    start, end = quiet
    at = now.time()
    return start <= at < end if start <= end else at >= start or at < end
