"""Any causal language model of transformers in, a decoder out: exact, and slower than llama.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
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
        if length and _can_be_cut(cache.kept):
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

    def split(self, cache: Past, start: int, rows: int) -> Batch:
        """Go on from ``start`` in several ways at once, each with a copy of the cache."""
        return Batch(self._model, self._cut(cache, start), rows)

    def pack(self, cache: Past, ids: Sequence[int]) -> dict[str, Tensor]:
        """Return the first positions layer by layer; nothing where the cache forgets."""
        if not _can_be_cut(cache.kept):
            return {}
        kept: dict[str, Tensor] = {}
        for number, layer in enumerate(cache.kept.layers):
            kept[f"keys.{number}"] = layer.keys[:, :, : len(ids)].clone()
            kept[f"values.{number}"] = layer.values[:, :, : len(ids)].clone()
        return kept

    def unpack(self, kept: Mapping[str, Tensor], ids: Sequence[int]) -> Past:
        """Return a cache that begins with what ``pack`` gave. Raises ValueError."""
        cache = self.blank()
        cache.ids = list(ids)
        for number in range(len(kept) // 2):
            try:
                keys, values = kept[f"keys.{number}"], kept[f"values.{number}"]
            except KeyError:
                raise ValueError("this is the cache of another model") from None
            cache.kept.update(keys.clone(), values.clone(), number)
        return cache

    @torch.inference_mode()
    def wipe(self, cache: Past) -> None:
        """Overwrite keys and values where there are such."""
        for layer in cache.kept.layers:
            for name in ("keys", "values"):
                tensor = getattr(layer, name, None)
                if isinstance(tensor, Tensor):
                    tensor.zero_()
        cache.ids.clear()

    @torch.inference_mode()
    def _cut(self, cache: Past, start: int) -> Past:
        """Return a copy that holds exactly the first ``start`` positions."""
        if len(cache.ids) == start:
            return Past(deepcopy(cache.kept), list(cache.ids))
        copy = self.fork(cache, start)
        if int(copy.kept.get_seq_length()) < start:
            ids, copy.ids = copy.ids, []
            self.forward(ids, copy, 0)
        return copy


class Batch:
    """Several replies to one prompt: the ``Rows`` of a ``GenericDecoder``."""

    def __init__(self, model: Any, past: Past, rows: int) -> None:
        self._model = model
        self._kept = past.kept
        self._kept.batch_repeat_interleave(rows)

    @torch.inference_mode()
    def step(self, tokens: Sequence[int]) -> Tensor:
        """Append one token to each reply; return the next ones' scores, float32 (rows, vocab)."""
        output = self._model(
            torch.tensor(tokens)[:, None], past_key_values=self._kept, use_cache=True
        )
        scores: Tensor = output.logits[:, -1].float()
        return scores

    @torch.inference_mode()
    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these replies only."""
        self._kept.batch_select_indices(torch.tensor(rows))


def _can_be_cut(kept: Any) -> bool:
    """Say whether every layer keeps all of its positions."""
    return all(type(layer) is DynamicLayer for layer in kept.layers)
