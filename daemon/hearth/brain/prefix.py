"""A prompt in, the scores after it out, with only what is new of it computed.

Kept are the caches of the last prompts (one for each room that is talked in), and apart from them
what the lasting beginning became: it goes to the shelf on disk, they never leave the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor

from hearth.brain.decoder import Decoder, Rows
from hearth.brain.shelf import Shelf

_BASES = 2
"""Lasting beginnings that are kept: of the persona, and of the one before it."""


class Stopped(Exception):  # noqa: N818  # not an error: somebody asked to stop
    """The work was given up because ``stopped`` said so; what was read is not lost."""


class PrefixCache:
    """Keeps the caches of the last prompts, so that a beginning they share is computed once.

    Args:
        decoder: Whose caches these are.
        slots: How many prompts are kept; the one unused for longest makes room.
        piece: Tokens computed at a time; between two pieces a stop is heeded.
        shelf: Where lasting beginnings outlive the process.
    """

    def __init__(
        self, decoder: Decoder, slots: int = 4, piece: int = 32, shelf: Shelf | None = None
    ) -> None:
        self._decoder = decoder
        self._slots = slots
        self._piece = piece
        self._shelf = shelf
        self._kept: list[tuple[list[int], Any]] = []  # the most recently used one is the last
        self._bases: list[tuple[list[int], Mapping[str, Tensor]]] = []
        self._unwritten: list[tuple[list[int], Mapping[str, Tensor]]] = []

    def feed(
        self, prompt: Sequence[int], stopped: Callable[[], bool], lasting: int = 0
    ) -> tuple[Tensor, Sequel]:
        """Compute a prompt of at least one token, as far as it is new.

        Its first ``lasting`` tokens are the same in other prompts and may be kept on disk.
        Returns the scores of the next token, and the sequel that takes the tokens of the reply.
        Raises Stopped.
        """
        ids, cache = self._take(prompt, lasting)
        reused = len(ids)
        sequel = Sequel(self._decoder, ids, cache, reused)
        self._kept.append((ids, cache))
        scores = None
        for begin in range(reused, len(prompt), self._piece):
            if stopped():
                raise Stopped
            scores = sequel.extend(prompt[begin : begin + self._piece])
        assert scores is not None  # noqa: S101  # at least the last token is never reused
        if lasting:
            self._keep_base(list(prompt[:lasting]), cache)
        return scores, sequel

    def write(self) -> None:
        """Put on the shelf what is not there yet; for when nobody waits."""
        while self._unwritten:
            ids, kept = self._unwritten.pop()
            if self._shelf:
                self._shelf.put(ids, kept)

    def forget(self) -> None:
        """Overwrite and drop every cache, in memory and on the shelf."""
        for _, cache in self._kept:
            self._decoder.wipe(cache)
        self._kept.clear()
        self._bases.clear()
        self._unwritten.clear()
        if self._shelf:
            self._shelf.clear()

    def _take(self, prompt: Sequence[int], lasting: int) -> tuple[list[int], Any]:
        """Return ids and a cache whose beginning is the longest known one of ``prompt``."""
        longest = len(prompt) - 1
        lengths = [min(_shared(ids, prompt), longest) for ids, _ in self._kept]
        best = max(range(len(lengths)), key=lengths.__getitem__, default=-1)
        length = lengths[best] if lengths else 0
        if length < min(lasting, longest) and (base := self._base(prompt, lasting)):
            cache = self._decoder.unpack(base, prompt[:lasting])
            self._make_room()
            return list(prompt[: min(lasting, longest)]), cache
        if not length:
            self._make_room()
            return [], self._decoder.blank()
        ids, cache = self._kept[best]
        own, shared = len(ids) - lasting, length - lasting
        if shared >= max(1, own // 2):  # most of what is its own is the same: go on in place
            del self._kept[best]
            return ids[:length], cache
        cache = self._decoder.fork(cache, length)
        self._make_room()
        return ids[:length], cache

    def _make_room(self) -> None:
        del self._kept[: max(0, len(self._kept) - self._slots + 1)]

    def _base(self, prompt: Sequence[int], lasting: int) -> Mapping[str, Tensor] | None:
        """Return what the lasting beginning became, from memory or from the shelf."""
        wanted = list(prompt[:lasting])
        for known, kept in self._bases:
            if known == wanted:
                return kept
        found = self._shelf.get(wanted) if self._shelf else None
        if found is not None:
            self._bases = [*self._bases[1 - _BASES :], (wanted, found)]
        return found

    def _keep_base(self, ids: list[int], cache: Any) -> None:
        if any(ids == known for known, _ in self._bases):
            return
        if kept := self._decoder.pack(cache, ids):
            self._bases = [*self._bases[1 - _BASES :], (ids, kept)]
            self._unwritten.append((ids, kept))


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

    def split(self, rows: int) -> Rows:
        """Go on in several ways at once; the prompt alone stays known afterwards."""
        return self._decoder.split(self._cache, len(self._ids), rows)


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens two sequences have in common at their beginning."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return index
    return min(len(left), len(right))
