"""Texts that never change in, their vectors out: encoded once, then read from disk."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hearth.port import Encoder

Vectors = NDArray[np.float32]

_BATCH = 32
PROBE = "is this the same model"


async def vectors_of(
    texts: Sequence[str], encoder: Encoder, name: str, folder: Path | None, rest_s: float = 0.0
) -> Vectors:
    """Return a row of length 1 for each text.

    They are kept in ``folder`` under ``name`` and the hash of model and texts; what was kept for
    other texts goes. ``rest_s`` is waited between two batches of 32, for whoever else needs the
    encoder. Raises EngineError.
    """
    probe = np.round(np.array(await encoder.encode([PROBE]), np.float32), 2)
    mark = hashlib.sha256(probe.tobytes() + json.dumps(list(texts)).encode()).hexdigest()[:16]
    kept = folder / f"{name}-{mark}.npy" if folder else None
    if kept and (found := await asyncio.to_thread(_read, kept)) is not None:
        return found
    rows: list[tuple[float, ...]] = []
    for at in range(0, len(texts), _BATCH):
        rows += await encoder.encode(texts[at : at + _BATCH])
        await asyncio.sleep(rest_s)
    made = np.array(rows, np.float32)
    if kept:
        await asyncio.to_thread(_write, kept, name, made)
    return made


def _read(path: Path) -> Vectors | None:
    try:
        found: Vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError):  # not there, or cut off by a power cut: made again
        return None
    return found


def _write(path: Path, name: str, made: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{name}-*.npy"):
        old.unlink(missing_ok=True)
    np.save(path, made)
