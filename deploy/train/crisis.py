"""Trains the heads that feel danger (daemon/hearth/mind/crisis/weights.npz): see mood.py first.

What is dangerous comes from sentences that the project wrote: deploy/train/crisis-en.tsv and
tests/mind/crisis/said.tsv (never held.tsv). What is ordinary comes from them, too, from what people
confide without being in danger (configs/talk, where the rules find nothing), and from public sets
by path, whose sentences do not ship: the mood's set, and requests to a home assistant
(one {"text": ...} a line), such as the train or devel part of SLURP (Bastianelli et al. 2020,
CC BY 4.0, github.com/pswietojanski/slurp).

    python deploy/train/crisis.py --train train.tsv.gz --labels labels.txt --ordinary devel.jsonl

A head is linear in the sentence's vector and in the buckets of its words. The chance from which on
it asks is the one that one in ``RARE`` ordinary sentences that were set aside reaches.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from mood import DANGERS, HERE, Bags, own, public, shuffled, spoken, vectors
from torch import Tensor, nn
from torch.nn import functional

from hearth.mind.crisis.detector import Detector
from hearth.mind.crisis.words import words
from hearth.mind.mood.features import BUCKETS
from hearth.mind.situations.file import load

ROOT = HERE.parents[1]
OUT = ROOT / "daemon" / "hearth" / "mind" / "crisis" / "weights.npz"
SAID = ROOT / "tests" / "mind" / "crisis" / "said.tsv"
ORDINARY, CONFIDED, RARE = 8_192, 5_000, 600
MARGIN = 0.25
"""How much higher the bar is put for that: who confides at home sounds grimmer than a comment."""

STEPS = 1500


class Heads(nn.Module):
    """Vector and words in, a logit for each danger out."""

    def __init__(self) -> None:
        super().__init__()
        self.vector = nn.Linear(384, len(DANGERS))
        self.words = nn.EmbeddingBag(BUCKETS, len(DANGERS), mode="sum")
        nn.init.zeros_(self.words.weight)

    def forward(self, vector: Tensor, bag: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        indices, offsets, weights = bag
        if self.training:
            weights = weights * (torch.rand(len(weights)) > 0.3) / 0.7
        words: Tensor = self.words(indices, offsets, per_sample_weights=weights)
        return torch.as_tensor(self.vector(vector) + words)


def fit(vector: np.ndarray, bags: Bags, targets: np.ndarray, part: np.ndarray) -> Heads:
    """Train on ``part``, a third of each batch dangerous."""
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    heads = Heads()
    grave = part[targets[part].sum(1) > 0]
    plain = part[targets[part].sum(1) == 0]
    x, y = torch.tensor(vector), torch.tensor(targets)
    optimizer = torch.optim.AdamW(
        [
            {"params": heads.vector.parameters(), "lr": 0.01, "weight_decay": 1e-2},
            {"params": heads.words.parameters(), "lr": 0.01, "weight_decay": 1e-2},
        ]
    )
    for _ in range(STEPS):
        batch = np.concatenate([rng.choice(grave, 80), rng.choice(plain, 240)])
        loss = functional.binary_cross_entropy_with_logits(
            heads(x[batch], bags.take(batch)), y[batch]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return heads.eval()


@torch.no_grad()
def scores(heads: Heads, vector: np.ndarray, bags: Bags, part: np.ndarray) -> np.ndarray:
    out: np.ndarray = heads(torch.tensor(vector[part]), bags.take(part)).numpy()
    return out


def main() -> None:
    """Train, tell how much of what was set aside is found, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--ordinary", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    theirs, _ = public(given.train, given.labels)
    asked = [json.loads(line)["text"] for line in given.ordinary.read_text("utf-8").splitlines()]
    texts, rows = own(HERE / "crisis-en.tsv", DANGERS)
    more, others = own(SAID, DANGERS)
    ours = [spoken(text) for text in texts + more]
    kinds = np.concatenate([rows, others])
    detector = Detector(words("en"))
    confided = [spoken(text) for one in load("en")[0] for text in one.says]
    confided = [confided[at] for at in shuffled(len(confided), CONFIDED)]
    # Public comments are read as they are heard, as ours are; so many are enough.
    plain = [spoken(theirs[at]) for at in shuffled(len(theirs), ORDINARY)] + [
        spoken(text) for text in asked
    ]
    plain += [text for text in confided if detector.find(text) is None]
    everything = ours + plain
    targets = np.concatenate([kinds, np.zeros((len(plain), len(DANGERS)), np.float32)])
    vector = np.concatenate([vectors(ours, given.cache), vectors(plain, given.cache)])
    bags = Bags(everything)
    order = np.random.default_rng(5).permutation(len(everything))
    parts = np.array_split(order, 4)
    found, limits, words_only = [], [], []
    for fold, aside in enumerate(parts):
        heads = fit(vector, bags, targets, np.concatenate([*parts[:fold], *parts[fold + 1 :]]))
        out = scores(heads, vector, bags, aside).max(1)
        grave, ordinary = targets[aside].sum(1) > 0, aside >= len(ours)
        limits.append(np.quantile(out[ordinary], 1 - 1 / RARE))
        found.append((out[grave] > limits[-1]).mean())
        alone = scores(heads, np.zeros_like(vector), bags, aside).max(1)
        bar = np.quantile(alone[ordinary], 1 - 1 / RARE)
        words_only.append((bar, (alone[grave] > bar).mean()))
    print("set aside, found:", np.round(found, 3), "from", np.round(limits, 2))
    print("words alone:", np.round(words_only, 2).tolist())
    alone_bar = np.mean([bar for bar, _ in words_only])
    heads = fit(vector, bags, targets, order)
    weights = heads.words.weight.detach().numpy()
    scale = np.abs(weights).max(0) / 127
    np.savez_compressed(
        OUT,
        dangers=np.array(DANGERS),
        vector=heads.vector.weight.detach().numpy().T.astype(np.float16),
        bias=heads.vector.bias.detach().numpy(),
        words=np.round(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        limit=np.array([np.mean(limits) + MARGIN, alone_bar], np.float32),
    )
    print(OUT, OUT.stat().st_size // 1024, "KB")


if __name__ == "__main__":
    main()
