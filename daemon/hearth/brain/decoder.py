"""Token ids in, scores of the next token out, with a memory of what came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from torch import Tensor


class Rows(Protocol):
    """Several replies to one prompt, decoded together: a step costs little more than for one."""

    def step(self, tokens: Sequence[int]) -> Tensor:
        """Append one token to each row; return the next ones' scores, float32 (rows, vocab)."""

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only, told by their present places."""


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

    def split(self, cache: Any, start: int, rows: int) -> Rows:
        """Go on from position ``start`` in several ways at once.

        What the cache held from there on is forgotten; it is not used until the rows are done.
        """

    def pack(self, cache: Any, ids: Sequence[int]) -> dict[str, Tensor]:
        """Return the positions of ``ids``, with which the cache begins, as tensors to be kept.

        They are copies; empty where such a cache cannot be cut.
        """

    def unpack(self, kept: Mapping[str, Tensor], ids: Sequence[int]) -> Any:
        """Return the cache that ``pack`` was given. Raises ValueError where it is not one of its.

        The tensors are copied.
        """

    def wipe(self, cache: Any) -> None:
        """Overwrite a cache that is used no more, so that nothing of its words stays."""
