"""Sentences in, vectors of length 1 out: a sentence encoder of BERT's kind (all-MiniLM-L6-v2).

The vector is the mean over the words of a sentence, as sentence-transformers computes it; the
cosine of two vectors says how near they are in meaning. transformers' own class computes the same
and takes 5 s and 80 MB to import, which a Raspberry Pi feels; a live test holds the two together.
The weights stay mapped from their file: what is not used costs no memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from hearth.brain.llama import Weights

MAX_TOKENS = 64
"""What of a sentence is read; a longer one is no command."""

_BATCH = 32


@dataclass(frozen=True)
class Layer:
    """One layer: each product as (weight, bias), each norm as (scale, shift)."""

    qkv: tuple[Tensor, Tensor]
    out: tuple[Tensor, Tensor]
    norm_attention: tuple[Tensor, Tensor]
    up: tuple[Tensor, Tensor]
    down: tuple[Tensor, Tensor]
    norm_mlp: tuple[Tensor, Tensor]


class SentenceEncoder:
    """A model folder's encoder, float32.

    Raises OSError, KeyError or ValueError where the folder holds no BERT.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
            raise ValueError(f"{folder} holds no BERT")
        self._heads = int(config["num_attention_heads"])
        self._eps = float(config["layer_norm_eps"])
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        weights = Weights(folder)

        def pair(name: str) -> tuple[Tensor, Tensor]:
            return weights[f"{name}.weight"], weights[f"{name}.bias"]

        self._words = weights["embeddings.word_embeddings.weight"]
        # Every sentence is one segment: its vector belongs to the position.
        self._places = (
            weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = pair("embeddings.LayerNorm")
        self._layers = [
            _layer(f"encoder.layer.{number}", pair) for number in range(config["num_hidden_layers"])
        ]

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of length 1 for each text."""
        vectors: list[list[float]] = []
        for at in range(0, len(texts), _BATCH):
            vectors += self._batch(list(texts[at : at + _BATCH])).tolist()
        return vectors

    @torch.inference_mode()
    def _batch(self, texts: list[str]) -> Tensor:
        coded = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([c.ids for c in coded])
        real = torch.tensor([c.attention_mask for c in coded], dtype=torch.bool)
        rows = functional.embedding(ids, self._words) + self._places[: ids.shape[1]]
        rows = self._normed(rows, self._norm)
        mask = None if bool(real.all()) else real[:, None, None, :]
        for layer in self._layers:
            rows = self._normed(rows + self._attended(rows, layer, mask), layer.norm_attention)
            mlp = functional.linear(
                functional.gelu(functional.linear(rows, *layer.up)), *layer.down
            )
            rows = self._normed(rows + mlp, layer.norm_mlp)
        share = real[:, :, None].float()
        mean = (rows * share).sum(1) / share.sum(1)
        return functional.normalize(mean, dim=1)

    def _attended(self, rows: Tensor, layer: Layer, mask: Tensor | None) -> Tensor:
        """Return what each word takes from the others; ``rows`` are (texts, words, width)."""
        texts, words, width = rows.shape
        parts = functional.linear(rows, *layer.qkv).view(texts, words, 3, self._heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        taken = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return functional.linear(taken.transpose(1, 2).reshape(texts, words, width), *layer.out)

    def _normed(self, rows: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return functional.layer_norm(rows, rows.shape[-1:], *norm, self._eps)


def _layer(name: str, pair: Callable[[str], tuple[Tensor, Tensor]]) -> Layer:
    qkv = [pair(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    return Layer(
        (torch.cat([weight for weight, _ in qkv]), torch.cat([bias for _, bias in qkv])),
        pair(f"{name}.attention.output.dense"),
        pair(f"{name}.attention.output.LayerNorm"),
        pair(f"{name}.intermediate.dense"),
        pair(f"{name}.output.dense"),
        pair(f"{name}.output.LayerNorm"),
    )
