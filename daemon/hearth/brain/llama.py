"""Llama-type weights in, a decoder whose step costs little more than its matrix products out.

It serves the architectures that differ only in details (Llama, SmolLM2, Qwen2, Qwen3, Mistral):
RMS norms, rotary positions, grouped queries, SwiGLU. Query, key and value are one product, and gate
and up are one. The rotary pairs are made neighbours at load, so that turning them is one complex
product. Activations are float32. What does not fit goes through ``generic.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional

from hearth.brain import rope
from hearth.brain.kernel import Kernel

_KINDS = frozenset({"llama", "qwen2", "qwen3", "mistral"})


@dataclass(frozen=True)
class Layer:
    """The weights of one layer; ``qkv_bias`` and the norms of query and key may be absent."""

    norm_in: Tensor
    qkv: Kernel
    qkv_bias: Tensor | None
    qk_norm: Tensor | None
    out: Kernel
    norm_mlp: Tensor
    gate_up: Kernel
    down: Kernel


@dataclass
class Cache:
    """Keys and values, float32 (layers, kv heads, context, head size)."""

    keys: Tensor
    values: Tensor


@dataclass(frozen=True)
class Spot:
    """Where tokens stand: their ``positions`` in the text, and what each may look back at.

    ``mask`` is float32 (tokens, places), 0 or minus infinity; None where it is everything.
    """

    positions: slice
    mask: Tensor | None


def serves(config: Any) -> bool:
    """Say whether a transformers configuration is of a kind that this decoder computes exactly."""
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    return (
        config.model_type in _KINDS
        and config.hidden_act == "silu"
        and kinds == {"full_attention"}
        and rope.kind(config) in ("default", "llama3", "linear")
        and not (config.model_type == "mistral" and config.sliding_window)
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
    )


class Weights(Mapping[str, Tensor]):
    """The tensors of a folder's safetensors files by name, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        index = folder / "model.safetensors.index.json"
        if index.exists():
            self._where: dict[str, str] = json.loads(index.read_text("utf-8"))["weight_map"]
        else:
            with safe_open(folder / "model.safetensors", framework="pt") as file:
                self._where = dict.fromkeys(file.keys(), "model.safetensors")
        self._files: dict[str, Any] = {
            name: safe_open(folder / name, framework="pt") for name in set(self._where.values())
        }

    def __getitem__(self, name: str) -> Tensor:
        tensor: Tensor = self._files[self._where[name]].get_tensor(name)
        return tensor

    def __iter__(self) -> Any:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


def shapes(config: Any) -> list[tuple[int, int]]:
    """Return the shapes (out, in) of one layer's products."""
    hidden, size = config.hidden_size, rope.head_size(config)
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    return [
        ((heads + 2 * kv_heads) * size, hidden),
        (hidden, heads * size),
        (2 * config.intermediate_size, hidden),
        (hidden, config.intermediate_size),
    ]


class LlamaDecoder:
    """The model as a ``Decoder``.

    Args:
        config: Its transformers configuration, for which ``serves`` is true.
        weights: Its tensors by transformers' names.
        make: Builds the layers' kernels from a float matrix.
        make_head: Builds the last product's, whose rows are also the embeddings.
        context: The most tokens of prompt and reply together.
        part: Told the part of the layers that is loaded, 0 to 1.
    """

    def __init__(
        self,
        config: Any,
        weights: Mapping[str, Tensor],
        *,
        make: Callable[[Tensor], Kernel],
        make_head: Callable[[Tensor], Kernel],
        context: int,
        part: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._heads: int = config.num_attention_heads
        self._kv_heads: int = config.num_key_value_heads
        self._size = rope.head_size(config)
        self._eps: float = config.rms_norm_eps
        self._hidden: int = config.hidden_size
        self._context = context
        angles = torch.outer(torch.arange(context).float(), rope.frequencies(config))
        self._turns = torch.polar(torch.ones_like(angles), angles)[:, None, :]
        # A copy, so that nothing keeps the files open and mapped.
        self._embedding = weights["model.embed_tokens.weight"].clone()
        self._norm = _gain(weights["model.norm.weight"])
        self._layers = []
        for number in range(config.num_hidden_layers):
            self._layers.append(self._layer(weights, f"model.layers.{number}.", make))
            part((number + 1) / config.num_hidden_layers)
        self._head = make_head(weights.get("lm_head.weight", self._embedding))

    def blank(self) -> Cache:
        """Return an empty cache for the whole context."""
        shape = (len(self._layers), self._kv_heads, self._context, self._size)
        return Cache(torch.zeros(shape), torch.zeros(shape))

    def fork(self, cache: Cache, length: int) -> Cache:
        """Return a copy of the first ``length`` positions."""
        copy = self.blank()
        copy.keys[:, :, :length] = cache.keys[:, :, :length]
        copy.values[:, :, :length] = cache.values[:, :, :length]
        return copy

    @torch.inference_mode()
    def forward(self, ids: Sequence[int], cache: Cache, start: int) -> Tensor:
        """Put ``ids`` at position ``start``; return the next token's scores, float32 (vocab,)."""
        return self._head(self._states(ids, cache, start)[-1:])[0]

    def split(self, cache: Cache, start: int, rows: int) -> Strands:
        """Go on from ``start`` in several ways at once, in the cache's free places."""
        return Strands(self, cache, start, rows)

    @torch.inference_mode()
    def pack(self, cache: Cache, ids: Sequence[int]) -> dict[str, Tensor]:
        """Return the first positions, float32 (layers, kv heads, tokens, head size) each."""
        count = len(ids)
        return {
            "keys": cache.keys[:, :, :count].clone(),
            "values": cache.values[:, :, :count].clone(),
        }

    @torch.inference_mode()
    def unpack(self, kept: Mapping[str, Tensor], ids: Sequence[int]) -> Cache:
        """Return a cache that begins with what ``pack`` gave. Raises ValueError."""
        cache, count = self.blank(), len(ids)
        for name, whole in (("keys", cache.keys), ("values", cache.values)):
            part = whole[:, :, :count]
            if name not in kept or kept[name].shape != part.shape:
                raise ValueError("this is the cache of another model")
            part.copy_(kept[name])
        return cache

    @torch.inference_mode()
    def wipe(self, cache: Cache) -> None:
        """Overwrite keys and values."""
        cache.keys.zero_()
        cache.values.zero_()

    @torch.inference_mode()
    def strands(self, ids: Sequence[int], cache: Cache, place: int, where: Spot) -> Tensor:
        """Put one token of each of several replies at ``place`` and the places after it.

        Returns the scores after each, float32 (tokens, vocab).
        """
        return self._head(self._through(ids, cache, place, where))

    @torch.inference_mode()
    def all_scores(self, ids: Sequence[int]) -> Tensor:
        """Return the scores after each of ``ids``, float32 (tokens, vocab): for measuring."""
        return self._head(self._states(ids, self.blank(), 0))

    def _states(self, ids: Sequence[int], cache: Cache, start: int) -> Tensor:
        """Return the last layer's normed states of one text, float32 (tokens, hidden)."""
        count, end = len(ids), start + len(ids)
        mask = torch.full((count, end), -math.inf).triu_(start + 1) if count > 1 else None
        return self._through(ids, cache, start, Spot(slice(start, end), mask))

    def _through(self, ids: Sequence[int], cache: Cache, start: int, where: Spot) -> Tensor:
        """Return the last layer's normed states, float32 (tokens, hidden).

        Keys and values are kept from place ``start`` on.
        """
        if start + len(ids) > self._context:
            raise ValueError(
                f"{start + len(ids)} tokens do not fit in a context of {self._context}"
            )
        state = self._embedding[list(ids)].float()
        turns, mask = self._turns[where.positions], where.mask
        for layer, keys, values in zip(self._layers, cache.keys, cache.values, strict=True):
            rows = self._normed(state, layer.norm_in)
            gathered = self._attend(
                layer, rows, turns=turns, mask=mask, keys=keys, values=values, start=start
            )
            state = state + layer.out(gathered)
            gate, up = layer.gate_up(self._normed(state, layer.norm_mlp)).chunk(2, dim=-1)
            state = state + layer.down(functional.silu(gate) * up)
        return self._normed(state, self._norm)

    def _attend(
        self,
        layer: Layer,
        rows: Tensor,
        *,
        turns: Tensor,
        mask: Tensor | None,
        keys: Tensor,
        values: Tensor,
        start: int,
    ) -> Tensor:
        """Return what the heads gather, float32 (tokens, heads * head size), and keep the keys."""
        count, end = rows.shape[0], start + rows.shape[0]
        mixed = layer.qkv(rows)
        if layer.qkv_bias is not None:
            mixed = mixed + layer.qkv_bias
        mixed = mixed.view(count, -1, self._size)
        turned, fresh = mixed[:, : -self._kv_heads], mixed[:, -self._kv_heads :]
        if layer.qk_norm is not None:
            turned = self._normed(turned, layer.qk_norm)
        pairs = torch.view_as_complex(turned.reshape(count, turned.shape[1], -1, 2))
        turned = torch.view_as_real(pairs * turns).flatten(-2)
        keys[:, start:end] = turned[:, self._heads :].transpose(0, 1)
        values[:, start:end] = fresh.transpose(0, 1)
        gathered = functional.scaled_dot_product_attention(
            turned[:, : self._heads].transpose(0, 1)[None],
            keys[None, :, :end],
            values[None, :, :end],
            attn_mask=mask,
            enable_gqa=True,
        )
        return gathered[0].transpose(0, 1).reshape(count, -1)

    def _normed(self, state: Tensor, weight: Tensor) -> Tensor:
        """Return RMS-normed rows; the mean's root is in ``weight`` (``_gain``).

        In steps of its own it takes a third of the time of functional.rms_norm on a CPU.
        """
        size = state.shape[-1]
        norm = (state * state).sum(-1, keepdim=True).add_(size * self._eps).rsqrt_()
        return (state * norm).mul_(weight)

    def _layer(
        self, weights: Mapping[str, Tensor], prefix: str, make: Callable[[Tensor], Kernel]
    ) -> Layer:
        def get(name: str) -> Tensor:
            return weights[prefix + name]

        def joined(names: Sequence[str]) -> Tensor:
            return torch.cat([get(name) for name in names])

        query, key = (
            self._pairs(get("self_attn.q_proj.weight")),
            self._pairs(get("self_attn.k_proj.weight")),
        )
        bias = qk_norm = None
        if prefix + "self_attn.q_proj.bias" in weights:
            turned = [self._pairs(get(f"self_attn.{part}_proj.bias")) for part in "qk"]
            bias = torch.cat([*turned, get("self_attn.v_proj.bias")]).float()
        if prefix + "self_attn.q_norm.weight" in weights:
            norms = [_gain(self._pairs(get(f"self_attn.{part}_norm.weight"))) for part in "qk"]
            qk_norm = torch.cat(
                [norms[0].expand(self._heads, -1), norms[1].expand(self._kv_heads, -1)]
            )
        return Layer(
            norm_in=_gain(get("input_layernorm.weight")),
            qkv=make(torch.cat([query, key, get("self_attn.v_proj.weight")])),
            qkv_bias=bias,
            qk_norm=qk_norm,
            out=make(get("self_attn.o_proj.weight")),
            norm_mlp=_gain(get("post_attention_layernorm.weight")),
            gate_up=make(joined(("mlp.gate_proj.weight", "mlp.up_proj.weight"))),
            down=make(get("mlp.down_proj.weight")),
        )

    def _pairs(self, rows: Tensor) -> Tensor:
        """Make neighbours of the two halves of each head's rows, which turn together."""
        halves = rows.view(-1, 2, self._size // 2, *rows.shape[1:])
        return halves.transpose(1, 2).reshape(rows.shape)


class Strands:
    """Several replies to one prompt in one cache: the ``Rows`` of a ``LlamaDecoder``.

    Each step puts one token of every reply side by side into the places after the prompt; a mask
    lets each look back at the prompt and at its own tokens only. So the prompt is there once, and
    the weights are read once for all of them.
    """

    def __init__(self, decoder: LlamaDecoder, cache: Cache, start: int, rows: int) -> None:
        self._decoder = decoder
        self._cache = cache
        self._position = self._place = start
        self._mask = torch.full((rows, cache.keys.shape[2]), -math.inf)
        self._mask[:, :start] = 0

    def step(self, tokens: Sequence[int]) -> Tensor:
        """Append one token to each reply; return the next ones' scores, float32 (rows, vocab)."""
        end = self._place + len(tokens)
        self._mask[:, self._place : end].fill_diagonal_(0)
        where = Spot(slice(self._position, self._position + 1), self._mask[:, :end])
        scores = self._decoder.strands(tokens, self._cache, self._place, where)
        self._place, self._position = end, self._position + 1
        return scores

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these replies only."""
        self._mask = self._mask[list(rows)]


def _gain(weight: Tensor) -> Tensor:
    """Return a norm's weight times the root of its size: mean = sum / size, told once."""
    return weight.float() * math.sqrt(weight.shape[-1])
