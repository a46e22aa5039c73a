"""Any causal language model of transformers in, a decoder out: exact, and slower than llama.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer


@dataclass(slots=True)
class Past:
    """The tokens that were computed, and what transformers keeps of them."""

    kept: Any
    ids: list[int] = field(default_factory=list)


class GenericDecoder:
    """A transformers model as a ``Decoder``.

    Args:
        model: A causal language model in evaluation mode.
        context: The most tokens of prompt and reply together.
    """

    def __init__(self, model: Any, context: int) -> None:
        self._model = model
        self._context = context

    def blank(self) -> Past:
        """Return an empty cache of the kind that the model needs."""
        return Past(DynamicCache(config=self._model.config))

    def fork(self, cache: Past, length: int) -> Past:
        """Return a copy of the first ``length`` positions.

        A cache that forgets (a sliding window, a recurrent state) cannot be cut: then the copy is
        empty inside, and ``forward`` computes those tokens again.
        """
        copy = self.blank()
        copy.ids = cache.ids[:length]
        if length and all(type(layer) is DynamicLayer for layer in cache.kept.layers):
            for number, layer in enumerate(cache.kept.layers):
                keys, values = layer.keys[:, :, :length], layer.values[:, :, :length]
                copy.kept.update(keys.clone(), values.clone(), number)
        return copy

    @torch.inference_mode()
    def forward(self, ids: Sequence[int], cache: Past, start: int) -> Tensor:
        """Put ``ids`` at position ``start``; return the next token's scores, float32 (vocab,)."""
        if start + len(ids) > self._context:
            raise ValueError(
                f"{start + len(ids)} tokens do not fit in a context of {self._context}"
            )
        if start < len(cache.ids):
            shorter = self.fork(cache, start)
            cache.kept, cache.ids = shorter.kept, shorter.ids
        known = int(cache.kept.get_seq_length())
        cache.ids.extend(ids)
        output = self._model(
            torch.tensor([cache.ids[known:]]),
            past_key_values=cache.kept,
            use_cache=True,
            logits_to_keep=1,
        )
        scores: Tensor = output.logits[0, -1].float()
        return scores
