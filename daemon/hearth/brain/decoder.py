"""Token ids in, scores of the next token out, with a memory of what came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from torch import Tensor


class Decoder(Protocol):
    """A causal language model with a key-value cache that is owned by the caller."""

    def blank(self) -> Any:
        """Return an empty cache."""

    def fork(self, cache: Any, length: int) -> Any:
        """Return a copy of the first ``length`` positions of a cache."""

    def forward(self, ids: Sequence[int], cache: Any, start: int) -> Tensor:
        """Put ``ids`` at position ``start`` and return the next token's scores, float32 (vocab,).

        What the cache held from ``start`` on is forgotten.
        """


class Stopped(Exception):  # noqa: N818  # not an error: somebody asked to stop
    """The work was given up because ``stopped`` said so."""


class PrefixCache:
    """Keeps the caches of the last prompts, so that a beginning they share is computed once.

    Args:
        decoder: Whose caches these are.
        slots: How many prompts are kept; the one unused for longest makes room.
        piece: Tokens computed at a time; between two pieces a stop is heeded.
    """

    def __init__(self, decoder: Decoder, slots: int = 2, piece: int = 64) -> None:
        self._decoder = decoder
        self._slots = slots
        self._piece = piece
        self._kept: list[tuple[list[int], Any]] = []  # the most recently used one is the last

    def feed(self, prompt: Sequence[int], stopped: Callable[[], bool]) -> tuple[Tensor, Sequel]:
        """Compute a prompt of at least one token, as far as it is new.

        Returns the scores of the next token, and the sequel that takes the tokens of the reply.
        Raises Stopped.
        """
        ids, cache = self._take(prompt)
        reused = len(ids)
        sequel = Sequel(self._decoder, ids, cache, reused)
        self._kept.append((ids, cache))
        scores = None
        for begin in range(reused, len(prompt), self._piece):
            if stopped():
                raise Stopped
            scores = sequel.extend(prompt[begin : begin + self._piece])
        assert scores is not None  # noqa: S101  # at least the last token is never reused
        return scores, sequel

    def _take(self, prompt: Sequence[int]) -> tuple[list[int], Any]:
        """Return ids and a cache whose beginning is the longest known one of ``prompt``."""
        if not self._kept:
            return [], self._decoder.blank()
        shared = [_shared(ids, prompt) for ids, _ in self._kept]
        best = max(range(len(shared)), key=shared.__getitem__)
        length = min(shared[best], len(prompt) - 1)
        ids, cache = self._kept[best]
        if length >= max(1, len(ids) // 2):  # most of it is the same: go on in place
            del self._kept[best]
            return ids[:length], cache
        cache = self._decoder.fork(cache, length)
        del self._kept[: len(self._kept) - self._slots + 1]
        return ids[:length], cache


class Sequel:
    """A prompt and its reply so far, in one cache. ``reused`` counts the tokens known before."""

    def __init__(self, decoder: Decoder, ids: list[int], cache: Any, reused: int) -> None:
        self.reused = reused
        self._decoder = decoder
        self._ids = ids
        self._cache = cache

    def extend(self, ids: Sequence[int]) -> Tensor:
        """Append tokens and return the scores of the next one."""
        scores = self._decoder.forward(ids, self._cache, len(self._ids))
        self._ids.extend(ids)
        return scores


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens two sequences have in common at their beginning."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return index
    return min(len(left), len(right))
