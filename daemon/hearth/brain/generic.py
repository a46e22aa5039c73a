"""Any causal language model of transformers in, a decoder out: exact, and slower than llama.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache


class GenericDecoder:
    """A transformers model as a ``Decoder``.

    Args:
        model: A causal language model in evaluation mode.
        context: The most tokens of prompt and reply together.
    """

    def __init__(self, model: Any, context: int) -> None:
        self._model = model
        self._context = context

    def blank(self) -> Any:
        """Return an empty cache of the kind that the model needs."""
        return DynamicCache(config=self._model.config)

    def fork(self, cache: Any, length: int) -> Any:
        """Return a copy of the first ``length`` positions."""
        copy = self.blank()
        if length:
            for number, layer in enumerate(cache.layers):
                copy.update(
                    layer.keys[:, :, :length].clone(), layer.values[:, :, :length].clone(), number
                )
        return copy

    @torch.inference_mode()
    def forward(self, ids: Sequence[int], cache: Any, start: int) -> Tensor:
        """Put ``ids`` at position ``start``; return the next token's scores, float32 (vocab,)."""
        end = start + len(ids)
        if end > self._context:
            raise ValueError(f"{end} tokens do not fit in a context of {self._context}")
        if cache.get_seq_length() > start:
            cache.crop(start)
        output = self._model(
            torch.tensor([list(ids)]),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
            cache_position=torch.arange(start, end),
        )
        scores: Tensor = output.logits[0, -1].float()
        return scores
