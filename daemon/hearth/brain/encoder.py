"""Sentences in, vectors of length 1 out: a sentence encoder of BERT's kind (all-MiniLM-L6-v2).

The vector is the mean over the words of a sentence, as sentence-transformers computes it; the
cosine of two vectors says how near they are in meaning. transformers' own class computes the same
and takes 5 s and 80 MB to import, which a Raspberry Pi feels; a live test holds the two together.
Only the tokens that there are go through the products; sentences of different lengths meet in the
attention alone, so a short one beside a long one costs what it costs by itself. The weights of the
products are kept in half precision where there is a kernel for it (FBGEMM), as reading them is what
takes the time: 6 ms for a question of 12 words instead of 10, and no figure of a vector differs by
more than 1e-4. Int8 would take 4 ms, but a fifth of the ten nearest turns would be others.
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

from hearth.brain.kernel import Kernel, maker
from hearth.brain.llama import Weights

MAX_TOKENS = 64
"""What of a sentence is read; a longer one is no command."""

_BATCH = 32


class Product:
    """Rows times a weight matrix, plus a bias."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        fast = "fbgemm" in torch.backends.quantized.supported_engines
        self._kernel: Kernel = maker("half" if fast else "none")(weight)
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        return self._kernel(rows).add_(self._bias)


@dataclass(frozen=True)
class Layer:
    """One layer: its products, and each norm as (scale, shift)."""

    qkv: Product
    out: Product
    norm_attention: tuple[Tensor, Tensor]
    up: Product
    down: Product
    norm_mlp: tuple[Tensor, Tensor]


class SentenceEncoder:
    """A model folder's encoder.

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
        self._tokenizer.no_padding()
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
        coded = [code.ids for code in self._tokenizer.encode_batch(texts)]
        spread = _Spread([len(ids) for ids in coded])
        ids = torch.tensor([id_ for each in coded for id_ in each])
        rows = functional.embedding(ids, self._words) + self._places[spread.place]
        rows = self._normed(rows, self._norm)
        for layer in self._layers:
            rows = self._normed(rows + self._attended(rows, layer, spread), layer.norm_attention)
            mlp = layer.down(functional.gelu(layer.up(rows)))
            rows = self._normed(rows + mlp, layer.norm_mlp)
        sums = torch.zeros(len(texts), rows.shape[1]).index_add_(0, spread.text, rows)
        return functional.normalize(sums, dim=1)  # of the mean as of the sum

    def _attended(self, rows: Tensor, layer: Layer, spread: _Spread) -> Tensor:
        """Return what each token takes from the others; ``rows`` are (tokens, width)."""
        parts = spread.apart(layer.qkv(rows))
        texts, longest, _ = parts.shape
        query, key, value = parts.view(texts, longest, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        taken = functional.scaled_dot_product_attention(query, key, value, attn_mask=spread.mask)
        return layer.out(spread.together(taken.transpose(1, 2).reshape(texts, longest, -1)))

    def _normed(self, rows: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return functional.layer_norm(rows, rows.shape[-1:], *norm, self._eps)


class _Spread:
    """Where the tokens of several texts, one after the other, stand: ``text`` and ``place`` are
    their text's number and their place in it; ``mask`` says which places of each text are real,
    None where all are."""

    def __init__(self, lengths: Sequence[int]) -> None:
        longest = max(lengths)
        real = torch.arange(longest) < torch.tensor(lengths)[:, None]
        self.text, self.place = real.nonzero(as_tuple=True)
        self.mask = None if min(lengths) == longest else real[:, None, None, :]
        self._shape = (len(lengths), longest)

    def apart(self, rows: Tensor) -> Tensor:
        """Return rows of tokens as (texts, longest, width), zeros where there is none."""
        if self.mask is None:
            return rows.view(*self._shape, -1)
        padded = rows.new_zeros(*self._shape, rows.shape[1])
        padded[self.text, self.place] = rows
        return padded

    def together(self, padded: Tensor) -> Tensor:
        """Return what ``apart`` took apart as rows of tokens."""
        if self.mask is None:
            return padded.view(-1, padded.shape[-1])
        return padded[self.text, self.place]


def _layer(name: str, pair: Callable[[str], tuple[Tensor, Tensor]]) -> Layer:
    qkv = [pair(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    return Layer(
        Product(torch.cat([weight for weight, _ in qkv]), torch.cat([bias for _, bias in qkv])),
        Product(*pair(f"{name}.attention.output.dense")),
        pair(f"{name}.attention.output.LayerNorm"),
        Product(*pair(f"{name}.intermediate.dense")),
        Product(*pair(f"{name}.output.dense")),
        pair(f"{name}.output.LayerNorm"),
    )
