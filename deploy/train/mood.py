"""Trains the mood's weights (daemon/hearth/mind/mood/weights.npz) from three kinds of sentences.

1. A public set with Ekman's feelings, by path: lines of "text<TAB>label numbers<TAB>id", as in
   GoEmotions (Demszky et al. 2020; Apache-2.0, its annotations CC BY 4.0), whose 28 feelings are
   grouped into Ekman's six and neutral; `ekman_labels.csv` and the mapping come with it:
   github.com/google-research/google-research/tree/master/goemotions. Its sentences do not ship.
2. Sentences that the project wrote: deploy/train/mood-en.tsv. They ship.
3. What people say in the situations of configs/talk/en, and words after "I feel": which feelings
   are in them stands in deploy/train/mood-en.yaml. They ship, too.

It needs the packages of the brain (torch) and the installed encoder (`hearth models list`):

    python deploy/train/mood.py --train train.tsv.gz --labels labels.txt --cache /tmp/vectors

What is learned: for each feeling a small network on the sentence's vector plus a weight for each
bucket of its words (daemon/hearth/mind/mood/features.py), ``SEEDS`` times; their mean is one wider
network. Thresholds
and calibration come from a tenth of the training
set that nothing is fitted to, never from a development or test set. Runs about ten minutes on one
core, most of it the encoder; the seed is fixed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Tensor, nn
from torch.nn import functional

from hearth.brain.encoder import SentenceEncoder
from hearth.config import state_dir
from hearth.edge import models
from hearth.mind.mood.features import BUCKETS, buckets
from hearth.sections.engines import BrainConfig
from hearth.sentences import load

HERE = Path(__file__).resolve().parent
TALK = HERE.parents[1] / "configs" / "talk" / "en"
OUT = HERE.parents[1] / "daemon" / "hearth" / "mind" / "mood" / "weights.npz"

EKMAN = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
MORE = ("tired", "lonely", "stressed", "loving", "grateful")
FEELINGS = EKMAN + MORE
DANGERS = ("self", "danger", "medical", "harm")

NEAR = re.compile(
    r"tired|exhaust|sleep|knacker|lonel|alone|nobody|stress|overwhelm|pressure|deadline"
    r"|lov[ei]|ador|sweet|thank|thx|grateful|appreciat|wife|husband",
    re.IGNORECASE,
)
"""A public sentence with such a word may well bear a feeling that the set has no label for."""

OWN, SITUATION, WORD = 6.0, 1.0, 2.0
"""How much a sentence of ours weighs (there are few), one of a situation, one around a word."""

SHAPES = (
    "I am {}.",
    "I feel so {} today",
    "i feel {} about it",
    "she was really {}",
    "that made me {}",
    "i was left feeling a little {}",
)
"""Sentences around a word for a feeling."""

SEEDS = (7, 8)

EVEN = 0.65
"""How much of the public set's imbalance is taken out where one feeling has to be chosen: a third
of its comments are neutral, and people at home are something else (0: none of it, 1: all)."""

SPOKEN = 0.2
"""The share of public sentences shown once more as they are heard: lower case, no punctuation."""

BATCH = 64


def spoken(text: str) -> str:
    """Return a sentence as a recognizer writes it."""
    text = re.sub(r"\[\w+\]", " ", text.lower().replace("\u2019", "'"))
    return " ".join(re.sub(r"[^\w' ]+", " ", text).split())


def public(path: Path, labels: Path) -> tuple[list[str], np.ndarray]:
    """Read the public set: texts, and a row of 0 and 1 for EKMAN each."""
    names = labels.read_text("utf-8").split()
    texts, rows = [], []
    raw = path.read_bytes()
    for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().split("\n")[:-1]:
        text, numbers, *_ = line.split("\t")
        texts.append(text)
        told = {names[int(number)] for number in numbers.split(",")}
        rows.append([float(name in told) for name in EKMAN])
    return texts, np.array(rows, np.float32)


def own(path: Path, names: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Read sentences of ours: texts, and a row of 0 and 1 for ``names`` each."""
    texts, rows = [], []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            told, text = line.split("\t")
            texts.append(text)
            rows.append([float(name in told.split(",")) for name in names])
    return texts, np.array(rows, np.float32)


def worded() -> tuple[list[str], np.ndarray]:
    """Return short sentences made of the words for feelings, so that each is known by name."""
    told = [
        (feeling, str(word))
        for feeling, words in load("en").table("moods")["words"].items()
        for word in words
    ]
    told += [
        (feelings, word.replace("-", " "))
        for feelings, words in _taught()["words"].items()
        for word in words.split()
    ]
    texts, rows = [], []
    for feelings, word in told:
        names = feelings.split(",")
        if set(names) <= set(FEELINGS):
            texts += [spoken(shape.format(word)) for shape in SHAPES]
            rows += [[float(name in names) for name in FEELINGS]] * len(SHAPES)
    return texts, np.array(rows, np.float32)


def situations() -> tuple[list[str], np.ndarray]:
    """Return what people say in the situations whose feelings are known."""
    talk = {}
    for path in sorted(TALK.glob("*.yaml")):
        talk |= yaml.safe_load(path.read_text("utf-8"))["talk"]
    texts, rows = [], []
    for feelings, names in _taught()["situations"].items():
        told = [float(name in feelings.split(",")) for name in FEELINGS]
        for name in names.split():
            said = talk.get(name, {}).get("says", ())
            texts += [spoken(str(text)) for text in said]
            rows += [told] * len(said)
    return texts, np.array(rows, np.float32)


@lru_cache
def _taught() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "mood-en.yaml").read_text("utf-8"))
    return found


def vectors(texts: Sequence[str], cache: Path | None) -> np.ndarray:
    """Return the sentence vectors; those known before are kept in ``cache`` by their hash."""
    marks = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    kept = cache / "vectors.npz" if cache else None
    known: dict[str, np.ndarray] = {}
    if kept and kept.is_file():
        with np.load(kept) as stored:
            known = dict(zip(stored["marks"].tolist(), stored["vectors"], strict=True))
    missing = {mark: text for mark, text in zip(marks, texts, strict=True) if mark not in known}
    if missing:
        there = models.installed(BrainConfig().encoder, state_dir())
        if there is None:
            raise SystemExit(models.encoder(BrainConfig(), state_dir()).remedy)
        encoder = SentenceEncoder(there)
        order = sorted(missing, key=lambda mark: len(missing[mark]))
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            found = np.asarray(encoder.encode([missing[mark] for mark in part]), np.float16)
            known |= dict(zip(part, found, strict=True))
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, marks=np.array(list(known)), vectors=np.array(list(known.values())))
    return np.array([known[mark] for mark in marks], np.float32)


def shuffled(count: int, most: int) -> np.ndarray:
    """Return the numbers up to ``count`` in an order that is always the same, ``most`` of them."""
    return np.random.default_rng(11).permutation(count)[:most]


class Bags:
    """The buckets of many sentences, ready for an EmbeddingBag."""

    def __init__(self, texts: Sequence[str]) -> None:
        rows = [buckets(text) for text in texts]
        self._starts = np.cumsum([0, *map(len, rows)])
        self._all = np.array([each for row in rows for each in row])

    def take(self, part: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """Return indices, offsets and weights for some of them."""
        counts = self._starts[part + 1] - self._starts[part]
        spans = [self._all[self._starts[at] : self._starts[at + 1]] for at in part]
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
        weights = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        joined = np.concatenate(spans) if spans else np.array([], int)
        return torch.tensor(joined), torch.tensor(offsets), torch.tensor(weights)


class Net(nn.Module):
    """What is learned: see the module's docstring."""

    def __init__(self, hidden: int = 192) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(BUCKETS, len(FEELINGS), mode="sum")
        nn.init.zeros_(self.words.weight)
        self.up = nn.Linear(384, hidden)
        self.down = nn.Linear(hidden, len(FEELINGS))

    def forward(self, vector: Tensor, bag: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        indices, offsets, weights = bag
        if self.training:
            weights = weights * (torch.rand(len(weights)) > 0.2) / 0.8
        hidden = functional.dropout(functional.gelu(self.up(vector)), 0.3, self.training)
        words: Tensor = self.words(indices, offsets, per_sample_weights=weights)
        return self.down(hidden) + words


def fit(
    vector: np.ndarray,
    bags: Bags,
    targets: np.ndarray,
    weights: np.ndarray,
    part: np.ndarray,
    *,
    epochs: int,
    seed: int,
) -> Net:
    """Train on ``part``."""
    torch.manual_seed(seed)
    net = Net()
    rng = np.random.default_rng(seed)
    x, towards, much = torch.tensor(vector), torch.tensor(targets), torch.tensor(weights)
    optimizer = torch.optim.AdamW(
        [
            {"params": [*net.up.parameters(), *net.down.parameters()], "lr": 1e-3},
            {"params": net.words.parameters(), "lr": 4e-3, "weight_decay": 0.0},
        ],
        weight_decay=1e-3,
    )
    net.train()
    for _ in range(epochs):
        order = rng.permutation(part)
        for begin in range(0, len(order), 256):
            batch = order[begin : begin + 256]
            loss = functional.binary_cross_entropy_with_logits(
                net(x[batch], bags.take(batch)), towards[batch], weight=much[batch]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net.eval()


@torch.no_grad()
def logits(nets: Sequence[Net], vector: np.ndarray, bags: Bags, part: np.ndarray) -> np.ndarray:
    """Return the mean of what the networks say."""
    x, bag = torch.tensor(vector[part]), bags.take(part)
    return np.asarray(np.mean([net(x, bag).numpy() for net in nets], axis=0))


def f1(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return F1 of each column."""
    return np.asarray(2 * (found * true).sum(0) / (found.sum(0) + true.sum(0) + 1e-9))


def tuned(chance: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return for each column the threshold with the best F1."""
    steps = np.arange(0.08, 0.8, 0.02)
    return np.array(
        [
            max(steps, key=lambda at: f1((chance[:, [c]] > at) * 1.0, true[:, [c]])[0])
            for c in range(chance.shape[1])
        ]
    )


def platt(score: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Fit how probable it is that the surest feeling is the right one (Platt 1999)."""
    x, y = torch.tensor(score), torch.tensor(right.astype(np.float32))
    ab = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.LBFGS([ab], max_iter=100)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(ab[0] * x + ab[1], y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(ab[0]), float(ab[1])


SOURCES = (
    (lambda: own(HERE / "mood-en.tsv", FEELINGS), OWN),
    (situations, SITUATION),
    (worded, WORD),
)
"""Sentences of ours, and how much each weighs."""


def main() -> None:  # noqa: PLR0915  # one experiment, step by step
    """Train, tell the figures of the held-out tenth, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--most", type=int, default=28_672, help="public sentences to learn from")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--without-own", action="store_true", help="for seeing what ours add")
    given = parser.parse_args()
    torch.set_num_threads(1)
    theirs, ekman = public(given.train, given.labels)
    chosen = shuffled(len(theirs), given.most)
    theirs, ekman = [theirs[at] for at in chosen], ekman[chosen]
    texts, targets, weights = list(theirs), [np.pad(ekman, ((0, 0), (0, len(MORE))))], []
    near = np.array([bool(NEAR.search(text)) for text in theirs])
    first = np.ones_like(targets[0])
    first[:, len(EKMAN) :] = np.where(near[:, None], 0.0, 0.3)
    weights.append(first)
    sources = () if given.without_own else SOURCES
    for read, much in sources:
        ours, rows = read()
        texts += ours
        targets.append(rows)
        each = np.full_like(rows, much)
        # "tired" alone is none of Ekman's: what has no label of theirs is unknown to them.
        each[rows[:, : len(EKMAN)].sum(1) == 0, : len(EKMAN)] = 0.0
        weights.append(each)
    aside, used = np.split(np.arange(len(theirs)), [len(theirs) // 10])
    mine = np.arange(len(theirs), len(texts))
    again = np.concatenate([aside, used[: int(SPOKEN * len(used))], mine])
    heard = np.arange(len(texts), len(texts) + len(again))
    target = np.concatenate(targets)
    weight = np.concatenate(weights)
    target, weight = (np.concatenate([rows, rows[again]]) for rows in (target, weight))
    texts += [spoken(texts[at]) for at in again]
    vector, bags = vectors(texts, given.cache), Bags(texts)
    part = np.concatenate([used, mine, heard[len(aside) :]])
    nets = [
        fit(vector, bags, target, weight, part, epochs=given.epochs, seed=seed) for seed in SEEDS
    ]

    out = logits(nets, vector, bags, np.concatenate([aside, heard[: len(aside)]]))[:, : len(EKMAN)]
    true = np.concatenate([ekman[aside]] * 2)
    chance = 1 / (1 + np.exp(-out))
    limits = tuned(chance, true)
    share = ekman[used].mean(0)
    prior = EVEN * np.log(share / (1 - share))
    surest = (out - prior).argmax(1)
    right = true[np.arange(len(true)), surest]
    a, b = platt((out - prior).max(1), right)
    print("held-out tenth: macro-F1", f1((chance > limits) * 1.0, true).mean().round(3))
    print("held-out tenth: top-1", right.mean().round(3))
    print("thresholds", dict(zip(EKMAN, limits.round(2), strict=True)), "platt", a, b)

    # Their mean is one network; without a vector its part is what it says on average.
    with torch.no_grad():
        ups = [functional.gelu(net.up(torch.tensor(vector[used]))) for net in nets]
        mean = np.mean([net.down(up).mean(0) for net, up in zip(nets, ups, strict=True)], axis=0)
        words = np.mean([net.words.weight.numpy() for net in nets], axis=0)
        up = np.concatenate([net.up.weight.numpy() for net in nets])
        up_bias = np.concatenate([net.up.bias.numpy() for net in nets])
        down = np.concatenate([net.down.weight.numpy() for net in nets], axis=1) / len(nets)
        down_bias = np.mean([net.down.bias.numpy() for net in nets], axis=0)
    scale = np.abs(words).max(0) / 127
    np.savez_compressed(
        given.out,
        feelings=np.array(FEELINGS),
        words=np.round(words / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        up=up.T.astype(np.float16),
        up_bias=up_bias,
        down=down.T.astype(np.float16),
        down_bias=down_bias,
        mean=mean.astype(np.float32),
        prior=prior.astype(np.float32),
        limits=np.concatenate([limits, np.full(len(MORE), 0.5)]).astype(np.float32),
        sure=np.array([a, b], np.float32),
    )
    print(given.out, given.out.stat().st_size // 1024, "KB")


if __name__ == "__main__":
    main()
