"""Written dialogues in, the weights by which recall ranks turns out: `weights.toml`.

Run as ``python deploy/train/recall.py``; it takes two minutes and needs the sentence encoder. The
dialogues are the project's own (``tests/bench/dialogues/learned.txt``), each put among the sessions
of the others. For each question the sum of figures by weights goes through a softmax over all turns
that were looked at; the weights make the turns of the evidence likely, and are kept small (L2).
Those of one dialogue are left out in turn to say how well the others' weights find them.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from hearth.memory.recall.features import NAMES  # noqa: E402  # after the path
from support.dialogues import Asked, Dialogue, mixed, written  # noqa: E402  # after the path
from support.recalling import Once, encoder, memory  # noqa: E402  # after the path

SOURCE = ROOT / "tests" / "bench" / "dialogues" / "learned.txt"
TARGET = ROOT / "daemon" / "hearth" / "memory" / "recall" / "weights.toml"
SMALL = 0.4
"""What a weight's square costs, each figure measured in its own spread. It is much, because written
dialogues are tidier than talk: what a figure says in them alone should not count."""
EXACT = 1e-7
FIRST = 20
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question with the figures of each turn, and which of them are the evidence."""

    asked: Asked
    group: int
    ids: list[str]
    rows: Figures
    right: NDArray[np.bool_]


async def examples(dialogues: list[Dialogue], *, meant: bool) -> list[Example]:
    """Return an example for each question of these dialogues."""
    made = []
    async with encoder() as brain:
        once = Once(brain) if meant else None
        for group, dialogue in enumerate(dialogues):
            async with memory(dialogue.lines(), once) as finder:
                for asked in dialogue.asked:
                    looked = await finder.looked(asked.text)
                    ids = [id_ for id_, _ in looked]
                    right = np.array([id_ in asked.evidence for id_ in ids])
                    rows = np.array([row for _, row in looked], np.float64)
                    if right.any():
                        made.append(Example(asked, group, ids, rows, right))
    return made


def learn(some: list[Example], small: float = SMALL) -> Figures:
    """Return the weights that make the evidence likely (Newton's method, each step as long as it
    helps)."""
    rows = np.concatenate([each.rows for each in some])
    spread = rows.std(axis=0)
    scale = np.where(spread > 1e-6, spread, np.inf)
    rows /= scale
    first = np.cumsum([0, *(len(each.rows) for each in some[:-1])])
    group = np.repeat(np.arange(len(some)), [len(each.rows) for each in some])
    right = np.concatenate([each.right / each.right.sum() for each in some])

    def cost(weights: Figures) -> tuple[float, Figures]:
        """Return the mean cost of a question, and how likely each turn is."""
        scores = rows @ weights
        most = np.maximum.reduceat(scores, first)
        likely = np.exp(scores - most[group])
        sums = np.add.reduceat(likely, first)
        mean = (np.sum(np.log(sums) + most) - right @ scores) / len(some)
        return float(mean + small * weights @ weights), likely / sums[group]

    weights = np.zeros(len(NAMES))
    now, likely = cost(weights)
    while True:
        weighted = rows * likely[:, None]
        means = np.add.reduceat(weighted, first)
        slope = rows.T @ (likely - right) / len(some) + 2 * small * weights
        bend = (rows.T @ weighted - means.T @ means) / len(some) + 2 * small * np.eye(len(NAMES))
        step = np.linalg.solve(bend, slope)
        while (then := cost(weights - step))[0] > now and np.abs(step).max() > EXACT:
            step /= 2
        if now - then[0] < EXACT:
            return weights / scale
        weights, (now, likely) = weights - step, then


def recall_at(some: list[Example], weights: Figures, most: int = 10) -> float:
    """Return the mean share of the evidence among the first turns."""
    shares = []
    for each in some:
        best = np.argsort(-(each.rows @ weights), kind="stable")[:most]
        shares.append(each.right[best].sum() / len(each.asked.evidence))
    return float(np.mean(shares))


def chance(some: list[Example], weights: Figures) -> tuple[float, float]:
    """Return factor and offset that turn a sum into the chance that a turn is evidence (logistic),
    over the first turns of each question."""
    scores, right = [], []
    for each in some:
        sums = each.rows @ weights
        best = np.argsort(-sums)[:FIRST]
        scores.append(sums[best])
        right.append(each.right[best])
    x = np.stack([np.concatenate(scores), np.ones(sum(map(len, scores)))], axis=1)
    y = np.concatenate(right).astype(float)
    both = np.zeros(2)
    for _ in range(50):  # Newton's method
        likely = 1 / (1 + np.exp(-x @ both))
        bend = x.T @ (x * (likely * (1 - likely))[:, None]) + 1e-6 * np.eye(2)
        both += np.linalg.solve(bend, x.T @ (y - likely))
    return float(both[0]), float(both[1])


def train(some: list[Example]) -> dict[str, float]:
    """Return the weights by name, and say how well they do for dialogues left out."""
    groups = sorted({each.group for each in some})
    found = []
    for out in groups:
        rest = [each for each in some if each.group != out]
        found.append(recall_at([each for each in some if each.group == out], learn(rest)))
    weights = learn(some)
    told = " ".join(f"{share:.2f}" for share in found)
    print(
        f"recall@10 left out {np.mean(found):.3f} ({told}), itself {recall_at(some, weights):.3f}"
    )
    factor, offset = chance(some, weights)
    named = dict(zip(NAMES, (weights * factor).tolist(), strict=True))
    return {"offset": offset, **named}


async def main() -> None:
    dialogues = written(SOURCE)
    every = [*dialogues, *mixed(dialogues)]
    lines = [
        "# How much each figure of a turn counts (memory/recall/features.py);",
        "# made by deploy/train/recall.py from the project's own dialogues.",
    ]
    for section, meant in (("meaning", True), ("words", False)):
        some = await examples(every, meant=meant)
        halves = [
            Example(each.asked, each.group % len(dialogues), each.ids, each.rows, each.right)
            for each in some
        ]
        print(f"{section}: {len(some)} questions")
        lines += ["", f"[{section}]"]
        lines += [f'"{name}" = {weight:.4f}' for name, weight in train(halves).items()]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
