"""Situations and an encoder in, what tells them apart out: a mean for each, and the whitening.

What comes with Hearth was learned by ``deploy/train/talk.py`` from ``configs/talk`` with
all-MiniLM-L6-v2. A situation that was changed or added since is encoded here, and its vectors kept;
with another encoder all are.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from hearth.mind.situations.file import Situation
from hearth.mind.vectors import PROBE, Vectors, vectors_of
from hearth.port import Encoder

_SAME = 0.99
"""The least cosine of two vectors of the probe by the same encoder; rounding differs by machine."""

_SHRINK = 5.0
"""How much of the mean variance is added to each direction before whitening."""

_REST_S = 0.1


@dataclass(frozen=True, slots=True)
class Learned:
    """For each situation by its ``ids`` the mean of its vectors (a row of ``means``) and the
    ``marks`` of its ways of saying; ``white`` (width x width) and ``middle`` (width) are of all,
    ``probe`` is the encoder's vector of ``PROBE``."""

    ids: tuple[str, ...]
    marks: tuple[str, ...]
    means: Vectors
    white: Vectors
    middle: Vectors
    probe: Vectors


def mark(situation: Situation) -> str:
    """Return what tells whether the ways of saying are the same as when they were encoded."""
    return hashlib.sha256("\n".join(situation.says).encode()).hexdigest()[:12]


def learn(situations: Sequence[Situation], vectors: Vectors, probe: Vectors) -> Learned:
    """Return what the vectors tell, a row for each of the ``says``, in order.

    Raises ValueError where there are not as many rows.
    """
    means, of = _means(situations, vectors)
    return Learned(
        tuple(one.id for one in situations),
        tuple(mark(one) for one in situations),
        means,
        _whitening(vectors - means[of]),
        vectors.mean(axis=0),
        probe,
    )


async def learned(
    situations: Sequence[Situation],
    encoder: Encoder,
    folder: Path | None,
    shipped: Learned | None,
) -> Learned:
    """Return what is known of these situations; what ``shipped`` lacks is encoded, and kept in
    ``folder``. Raises EngineError."""
    probe = np.array((await encoder.encode([PROBE]))[0], np.float32)
    if shipped is None or len(probe) != len(shipped.probe) or probe @ shipped.probe < _SAME:
        says = [text for one in situations for text in one.says]
        vectors = await vectors_of(says, encoder, "talk", folder, _REST_S)
        return learn(situations, vectors, probe)
    known = dict(zip(zip(shipped.ids, shipped.marks, strict=True), shipped.means, strict=True))
    new = [one for one in situations if (one.id, mark(one)) not in known]
    if new:
        says = [text for one in new for text in one.says]
        means, _ = _means(new, await vectors_of(says, encoder, "talk", folder, _REST_S))
        known |= {(one.id, mark(one)): mean for one, mean in zip(new, means, strict=True)}
    return Learned(
        tuple(one.id for one in situations),
        tuple(mark(one) for one in situations),
        np.stack([known[one.id, mark(one)] for one in situations]),
        shipped.white,
        shipped.middle,
        shipped.probe,
    )


def shipped(language: str) -> Learned | None:
    """Return what comes with Hearth for a language; None where nothing does."""
    file = resources.files("hearth.mind.situations") / f"{language}.npz"
    if not file.is_file():
        return None
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as kept:
        floats = (kept[key].astype(np.float32) for key in ("means", "white", "middle", "probe"))
        return Learned(tuple(map(str, kept["ids"])), tuple(map(str, kept["marks"])), *floats)


def ship(known: Learned, path: Path) -> None:
    """Write what comes with Hearth, in half precision."""
    np.savez_compressed(
        path,
        ids=np.array(known.ids),
        marks=np.array(known.marks),
        means=known.means.astype(np.float16),
        white=known.white.astype(np.float16),
        middle=known.middle.astype(np.float16),
        probe=known.probe.astype(np.float16),
    )


def _means(
    situations: Sequence[Situation], vectors: Vectors
) -> tuple[Vectors, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return the mean of each situation, and to which each vector belongs."""
    of = np.array([number for number, one in enumerate(situations) for _ in one.says], np.intp)
    if len(of) != len(vectors):
        raise ValueError(f"{len(of)} ways of saying, but {len(vectors)} vectors")
    means = np.zeros((len(situations), vectors.shape[1]), np.float32)
    np.add.at(means, of, vectors)
    means /= np.bincount(of)[:, None]
    return means, of


def _whitening(within: Vectors) -> Vectors:
    """Return what makes every direction of these differences vary alike, shrunk."""
    spread = within.T @ within / len(within)
    more = _SHRINK * np.trace(spread) / len(spread) + 1e-9
    spread += np.eye(len(spread), dtype=np.float32) * np.float32(more)
    sizes, axes = np.linalg.eigh(spread.astype(np.float64))
    white = (axes * sizes**-0.5) @ axes.T
    made: Vectors = (white / np.abs(white).max()).astype(np.float32)  # only directions count
    return made
