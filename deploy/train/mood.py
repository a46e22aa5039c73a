"""Trains the mood's weights (daemon/hearth/mind/mood/weights.npz) from two kinds of sentences.

1. A public set with Ekman's feelings, by path: lines of "text<TAB>label numbers<TAB>id", as in
   GoEmotions (Demszky et al. 2020; Apache-2.0, its annotations CC BY 4.0), whose 28 feelings are
   grouped into Ekman's six and neutral; `ekman_labels.csv` and the mapping come with it:
   github.com/google-research/google-research/tree/master/goemotions. Its sentences do not ship.
2. Sentences that the project wrote: deploy/train/mood-en.tsv. They ship.

It needs the packages of the brain (torch) and the installed encoder (`hearth models list`):

    python deploy/train/mood.py --train train.tsv.gz --labels labels.txt --cache /tmp/vectors

What is learned: for each feeling a small network on the sentence's vector plus a weight for each
bucket of its words (daemon/hearth/mind/mood/features.py). Thresholds
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
from itertools import product
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from hearth.brain.encoder import SentenceEncoder
from hearth.config import state_dir
from hearth.edge import models
from hearth.mind.mood.features import BUCKETS, buckets
from hearth.sections.engines import BrainConfig
from hearth.sentences import load

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "daemon" / "hearth" / "mind" / "mood" / "weights.npz"

EKMAN = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
MORE = ("tired", "lonely", "stressed", "loving", "grateful")
FEELINGS = EKMAN + MORE
DANGERS = ("self", "danger", "medical")

NEAR = re.compile(
    r"tired|exhaust|sleep|knacker|lonel|alone|nobody|stress|overwhelm|pressure|deadline"
    r"|lov[ei]|ador|sweet|thank|thx|grateful|appreciat|wife|husband",
    re.IGNORECASE,
)
"""A public sentence with such a word may well bear a feeling that the set has no label for."""

OWN = 6.0
"""How much a sentence of ours weighs; there are few."""

SHAPES = ("I am {}.", "I feel so {} today", "she was really {}", "that made me {}")
"""Sentences around a word for a feeling."""

EVEN = 0.65
"""How much of the public set's imbalance is taken out where one feeling has to be chosen: a third
of its comments are neutral, and people at home are something else (0: none of it, 1: all)."""

SPOKEN = 0.4
"""The share of sentences that are shown as they are heard: lower case, no punctuation."""


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
    table = load("en").table("moods")["words"]
    texts, rows = [], []
    for feeling, words in table.items():
        if feeling in FEELINGS:
            for word, shape in product(words, SHAPES):
                texts.append(shape.format(word))
                rows.append([float(name == feeling) for name in FEELINGS])
    return texts, np.array(rows, np.float32)


def vectors(texts: Sequence[str], cache: Path | None) -> np.ndarray:
    """Return the sentence vectors, kept in ``cache`` by the texts' hash."""
    mark = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = cache / f"{mark}.npy" if cache else None
    if kept and kept.is_file():
        return np.load(kept).astype(np.float32)
    there = models.installed(BrainConfig().encoder, state_dir())
    if there is None:
        raise SystemExit(models.encoder(BrainConfig(), state_dir()).remedy)
    encoder = SentenceEncoder(there)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    out = np.zeros((len(texts), 384), np.float16)
    for begin in range(0, len(order), 1024):
        part = order[begin : begin + 1024]
        out[part] = encoder.encode([texts[at] for at in part])
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, out)
    return out.astype(np.float32)


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
    sets: Sequence[tuple[np.ndarray, Bags]],
    targets: np.ndarray,
    weights: np.ndarray,
    part: np.ndarray,
    epochs: int,
) -> Net:
    """Train on ``part``; ``sets`` are the sentences as written, and as heard."""
    net = Net()
    rng = np.random.default_rng(7)
    towards, much = torch.tensor(targets), torch.tensor(weights)
    optimizer = torch.optim.AdamW(
        [
            {"params": [*net.up.parameters(), *net.down.parameters()], "lr": 1e-3},
            {"params": net.words.parameters(), "lr": 4e-3, "weight_decay": 0.0},
        ],
        weight_decay=1e-3,
    )
    both = [torch.tensor(vector) for vector, _ in sets]
    for _ in range(epochs):
        net.train()
        order = rng.permutation(part)
        for begin in range(0, len(order), 256):
            batch = order[begin : begin + 256]
            form = int(rng.random() < SPOKEN)
            out = net(both[form][batch], sets[form][1].take(batch))
            loss = functional.binary_cross_entropy_with_logits(
                out, towards[batch], weight=much[batch]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net.eval()


@torch.no_grad()
def logits(net: Net, vector: np.ndarray, bags: Bags, part: np.ndarray) -> np.ndarray:
    out: np.ndarray = net(torch.tensor(vector[part]), bags.take(part)).numpy()
    return out


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


def main() -> None:  # noqa: PLR0915  # one experiment, step by step
    """Train, tell the figures of the held-out tenth, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--without-own", action="store_true", help="for seeing what ours add")
    given = parser.parse_args()
    torch.manual_seed(7)
    torch.set_num_threads(1)
    theirs, ekman = public(given.train, given.labels)
    ours, rows = own(HERE / "mood-en.tsv", FEELINGS)
    more, shapes = worded()
    ours, rows = ours + more, np.concatenate([rows, shapes])
    texts = theirs + ours
    targets = np.zeros((len(texts), len(FEELINGS)), np.float32)
    targets[: len(theirs), : len(EKMAN)] = ekman
    targets[len(theirs) :] = rows
    weights = np.ones_like(targets)
    near = np.array([bool(NEAR.search(text)) for text in theirs])
    weights[: len(theirs), len(EKMAN) :] = np.where(near[:, None], 0.0, 0.3)
    # "tired" alone is none of Ekman's: what has no label of theirs is unknown to them.
    unknown = targets[len(theirs) :, : len(EKMAN)].sum(1) == 0
    weights[len(theirs) :] = OWN
    weights[len(theirs) :][unknown, : len(EKMAN)] = 0.0
    heard = [spoken(text) for text in texts]
    sets = [(vectors(form, given.cache), Bags(form)) for form in (texts, heard)]
    rng = np.random.default_rng(3)
    order = rng.permutation(len(theirs))
    aside, used = order[: len(order) // 10], order[len(order) // 10 :]
    mine = np.arange(len(theirs), len(texts))
    part = used if given.without_own else np.concatenate([used, mine])
    net = fit(sets, targets, weights, part, given.epochs)

    out = np.concatenate([logits(net, *each, aside) for each in sets])[:, : len(EKMAN)]
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
    if given.without_own:
        seen = logits(net, *sets[1], mine)[:, : len(EKMAN)]
        told = ~unknown
        got = rows[told][np.arange(told.sum()), (seen[told] - prior).argmax(1)]
        print("ours, unseen, as heard: top-1", got.mean().round(3))
        return
    print("thresholds", dict(zip(EKMAN, limits.round(2), strict=True)), "platt", a, b)

    # Without a vector the network's part is what it says on average.
    with torch.no_grad():
        hidden = functional.gelu(net.up(torch.tensor(sets[0][0][used])))
        mean = net.down(hidden).mean(0).numpy()
    words = net.words.weight.detach().numpy()
    scale = np.abs(words).max(0) / 127
    np.savez_compressed(
        given.out,
        feelings=np.array(FEELINGS),
        words=np.round(words / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        up=net.up.weight.detach().numpy().T.astype(np.float16),
        up_bias=net.up.bias.detach().numpy(),
        down=net.down.weight.detach().numpy().T.astype(np.float16),
        down_bias=net.down.bias.detach().numpy(),
        mean=mean,
        prior=prior.astype(np.float32),
        limits=np.concatenate([limits, np.full(len(MORE), 0.5)]).astype(np.float32),
        sure=np.array([a, b], np.float32),
    )
    print(given.out, given.out.stat().st_size // 1024, "KB")


if __name__ == "__main__":
    main()
