"""Scores of the next token in, one token out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from hearth.brain.reply import Taste

_CANDIDATES = 64
"""Only so many of the best tokens are ever considered; the rest is noise in a small model."""


class Sampler:
    """Chooses tokens by a taste; the same seed chooses the same tokens."""

    def __init__(self, taste: Taste, seed: int | None = None) -> None:
        self._taste = taste
        self._dice = torch.Generator()
        if seed is None:
            self._dice.seed()
        else:
            self._dice.manual_seed(seed)

    @torch.inference_mode()
    def choose(self, scores: Tensor, said: Sequence[int]) -> int:
        """Return a token id; ``scores`` is float32 (vocab,), ``said`` the reply so far."""
        taste = self._taste
        if said and taste.repetition_penalty != 1:
            ids = torch.tensor(list(set(said)))
            old = scores[ids]
            penalty = taste.repetition_penalty
            scores = scores.clone()
            scores[ids] = torch.where(old > 0, old / penalty, old * penalty)
        if taste.temperature == 0:
            return int(scores.argmax())
        ids, shares = nucleus(scores, taste)
        return int(ids[torch.multinomial(shares, 1, generator=self._dice)])


@torch.inference_mode()
def nucleus(scores: Tensor, taste: Taste) -> tuple[Tensor, Tensor]:
    """Return the best tokens, the likeliest first, and their shares: 0 for those outside.

    ``taste.temperature`` is above 0.
    """
    best, ids = scores.topk(min(_CANDIDATES, scores.shape[0]))
    shares = torch.softmax(best / taste.temperature, dim=-1)
    before = shares.cumsum(dim=-1) - shares
    shares[before >= taste.top_p] = 0
    return ids, shares
