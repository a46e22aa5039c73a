"""Texts in, their vectors as bytes out: the one thread in which the sentence encoder works.

It runs beside the language model's, so that a command never waits behind a long answer.
"""

from __future__ import annotations

import array
import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hearth.brain.encoder import SentenceEncoder

log = logging.getLogger(__name__)


class Encoding:
    """Loads the encoder in ``folder`` at once and encodes what is asked, one after the other.

    ``importing`` is held while torch is imported: two threads that import it at once may each see
    the half of it.
    """

    def __init__(self, folder: Path, importing: Lock) -> None:
        self._folder = folder
        self._importing = importing
        self._pool = ThreadPoolExecutor(1, "encoder")
        self._encoder = self._pool.submit(self._load)

    async def encode(self, texts: Sequence[str]) -> bytes:
        """Return the vectors one after the other, little-endian float32.

        Raises RuntimeError where the encoder could not be loaded.
        """
        return await asyncio.wrap_future(self._pool.submit(self._vectors, texts))

    def state(self) -> str:
        """Return ``loading``, ``ready``, or why it failed."""
        if not self._encoder.done():
            return "loading"
        fault = self._encoder.exception()
        return f"{type(fault).__name__}: {fault}" if fault else "ready"

    def _vectors(self, texts: Sequence[str]) -> bytes:
        fault = self._encoder.exception()
        if fault:
            raise RuntimeError(f"the encoder cannot be loaded: {fault}")
        floats = array.array("f")
        for vector in self._encoder.result().encode(texts):
            floats.extend(vector)
        return floats.tobytes()

    def _load(self) -> SentenceEncoder:
        with self._importing:
            import torch  # noqa: PLC0415  # takes seconds, in this thread

            from hearth.brain.encoder import SentenceEncoder  # noqa: PLC0415  # imports torch
        torch.set_num_threads(1)  # this thread's: a sentence is too short to be shared
        encoder = SentenceEncoder(self._folder)
        encoder.encode(["good morning"])  # the first is slow
        log.info("the sentence encoder is ready")
        return encoder
