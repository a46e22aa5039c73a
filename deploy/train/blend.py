"""Two trainings of the mood in, their weighted mean out, as one wider network.

    python deploy/train/blend.py first.npz second.npz --share 0.6

The weights that ship are six tenths of a training with little of ours (mood.py before situations
were in it, with the whole public set), and four tenths of one with situations and words: the first
is better on public comments, the second on what people say at home; their mean is nearly as good
as each on its own ground. Of the second only the first of its networks is taken, to stay small.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from mood import OUT, Net


def logit(chance: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(chance / (1 - chance)))


def main() -> None:
    """Write the mean."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.6, help="of the first")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    first, second = (dict(np.load(path)) for path in (given.first, given.second))
    a, b = given.share, 1 - given.share
    width = Net().up.out_features
    nets = second["up"].shape[1] // width

    def mean(name: str) -> np.ndarray:
        return np.asarray(a * first[name] + b * second[name], np.float32)

    words = sum(
        share * each["words"].astype(np.float32) * each["scale"]
        for share, each in ((a, first), (b, second))
    )
    scale = np.abs(words).max(0) / 127
    down = (a * first["down"].astype(np.float32), nets * b * second["down"][:width])
    np.savez_compressed(
        given.out,
        feelings=first["feelings"],
        words=np.round(words / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        up=np.concatenate([first["up"], second["up"][:, :width]], axis=1).astype(np.float16),
        up_bias=np.concatenate([first["up_bias"], second["up_bias"][:width]]),
        down=np.concatenate(down).astype(np.float16),
        limits=(1 / (1 + np.exp(-a * logit(first["limits"]) - b * logit(second["limits"])))).astype(
            np.float32
        ),
        **{name: mean(name) for name in ("down_bias", "mean", "prior", "sure")},
    )
    print(given.out, given.out.stat().st_size // 1024, "KB")


if __name__ == "__main__":
    main()
