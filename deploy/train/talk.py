"""Learns what tells the situations of configs/talk apart, and says how well.

    .venv/bin/python deploy/train/talk.py [--language en] [--check]   (two minutes)

It has to be run after a change of a `says` in configs/talk; with another file a Hearth encodes what
was changed at its first start. Printed is what leaving out a fifth of the sentences gives, five
times: how often a sentence is found in its own situation, and among the first three; how often the
one found contradicts its mood; and the share above NEAR. `--check` only prints.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from mood import vectors

from hearth.mind.situations.file import Situation, load
from hearth.mind.situations.learned import learn, ship
from hearth.mind.situations.matcher import NEAR, Matcher
from hearth.mind.vectors import PROBE, Vectors

FOLDER = Path(__file__).parents[2] / "daemon" / "hearth" / "mind" / "situations"
FOLDS = 5
_SIGNS = {"low": -1, "even": 0, "high": 1}


def tried(known: tuple[Situation, ...], made: Vectors, probe: Vectors) -> str:
    """Return how well sentences are found that the means were not made of."""
    of = np.array([number for number, one in enumerate(known) for _ in one.says])
    texts = [text for one in known for text in one.says]
    fold = np.random.default_rng(0).integers(0, FOLDS, len(texts))
    signs = np.array([_SIGNS[one.mood] for one in known])
    first, third, against, near, right = [], [], [], [], []
    for number in range(FOLDS):
        rest = fold != number
        kept = [
            Situation(one.id, tuple(t for t, r in zip(one.says, rest[of == at], strict=True) if r))
            for at, one in enumerate(known)
        ]
        matcher = Matcher(known, learn(kept, made[rest], probe))
        for at in np.flatnonzero(~rest):
            scores = matcher.scores(texts[at], made[at])
            best = np.argsort(-scores)[:3]
            first.append(best[0] == of[at])
            third.append(of[at] in best)
            against.append(signs[best[0]] * signs[of[at]] < 0)
            near.append(scores[best[0]] >= NEAR)
            right.append(first[-1] and near[-1])
    return (
        f"{len(known)} situations, {len(texts)} sentences: first {np.mean(first):.3f}, among three"
        f" {np.mean(third):.3f}, against the mood {np.mean(against):.3f}; above NEAR"
        f" {np.mean(near):.3f}, of those first {np.sum(right) / np.sum(near):.3f}"
    )


def main() -> None:
    """Learn, say how well, and write what comes with Hearth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--language", default="en")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    known, faults = load(asked.language)
    if faults:
        raise SystemExit("\n".join(faults))
    texts = [text for one in known for text in one.says]
    rows = vectors([*texts, PROBE], None)
    made, probe = rows[:-1], rows[-1]
    print(tried(known, made, probe))
    if not asked.check:
        ship(learn(known, made, probe), FOLDER / f"{asked.language}.npz")


if __name__ == "__main__":
    main()
