"""Measures the mood and the crisis guardian; one command, its table is for the README.

    .venv/bin/python tests/bench/mood.py [--set dev.tsv --labels labels.txt]

The set is a public one, by path ("text<TAB>label numbers<TAB>id"); without it only the crisis part
and the speeds are measured, on our own sentences. Those of ``unread.tsv`` are by somebody
who had not read the rules; they are counted, never shown.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.mind.crisis.detector import Detector
from hearth.mind.crisis.near import Near, heads
from hearth.mind.crisis.words import words
from hearth.mind.mood.classifier import EKMAN, Classifier, shipped_weights
from hearth.port import Encoder
from hearth.sections.engines import BrainConfig
from hearth.sense.prosody import measure

CRISIS = Path(__file__).parents[1] / "mind" / "crisis"
BATCH = 32


def spoken(text: str) -> str:
    text = re.sub(r"\[\w+\]", " ", text.lower().replace("\u2019", "'"))
    return " ".join(re.sub(r"[^\w' ]+", " ", text).split())


def f1(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    return np.asarray(2 * (found * true).sum(0) / (found.sum(0) + true.sum(0) + 1e-9))


async def moods(encoder: Encoder, path: Path, labels: Path) -> None:
    names = (await asyncio.to_thread(labels.read_text, "utf-8")).split()
    written = await asyncio.to_thread(path.read_text, "utf-8")
    rows = [line.split("\t") for line in written.split("\n") if line]
    true = np.zeros((len(rows), len(EKMAN)))
    for at, row in enumerate(rows):
        for number in row[1].split(","):
            true[at, EKMAN.index(names[int(number)])] = 1
    classifier = Classifier(shipped_weights())
    for form in ("as written", "as heard"):
        texts = [row[0] if form == "as written" else spoken(row[0]) for row in rows]
        vectors: list[Sequence[float]] = []
        for begin in range(0, len(texts), BATCH):
            vectors += await encoder.encode(texts[begin : begin + BATCH])
        surest, over = np.zeros_like(true), np.zeros_like(true)
        for at, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
            reading = classifier.read(text, vector)
            surest[at, EKMAN.index(reading.surest)] = 1
            for column, name in enumerate(EKMAN):
                over[at, column] = reading.chances[name] >= classifier.limit(name)
        each = ", ".join(f"{n} {v:.2f}" for n, v in zip(EKMAN, f1(over, true), strict=True))
        top = (surest * true).sum(1).mean()
        print(f"{form}: macro-F1 {f1(over, true).mean():.3f}, top-1 {top:.3f}; {each}")


async def crisis(encoder: Encoder | None) -> None:
    detector = Detector(words("en"))
    near = Near(encoder, heads())
    for name in ("said.tsv", "held.tsv", "unread.tsv"):
        lines = (CRISIS / name).read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        times, both, rules = [], [], []
        for _, text in rows:
            began = time.perf_counter()
            found = detector.find(text) is not None
            times.append((time.perf_counter() - began) * 1000)
            rules.append(found)
            both.append(found or await near.sense(text) is not None)
        grave = np.array([kind != "none" for kind, _ in rows])
        for how, got in (("rules", np.array(rules)), ("rules and encoder", np.array(both))):
            print(
                f"crisis, {name}, {how}: recall {got[grave].mean():.3f} of {grave.sum()},"
                f" false alarms {got[~grave].sum()} of {(~grave).sum()}"
            )
        print(f"rules: median {np.median(times):.3f} ms a sentence")


def voice() -> None:
    t = np.arange(3 * 16000) / 16000
    pcm = (np.sin(2 * np.pi * 150 * t) * np.sin(2 * np.pi * 2 * t) * 9000).astype("<i2").tobytes()
    times = []
    for _ in range(30):
        began = time.perf_counter()
        measure(pcm)
        times.append((time.perf_counter() - began) * 1000)
    print(f"prosody of 3 s: min {min(times):.1f} ms, median {np.median(times):.1f} ms")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--labels", type=Path)
    given = parser.parse_args()
    voice()
    config = BrainConfig(model="")
    if models.encoder(config, state_dir()).state != "ready":
        print("without the encoder: it is not installed")
        await crisis(None)
        return
    with tempfile.TemporaryDirectory(prefix="hearth-") as run:
        tell = lambda _: None  # noqa: E731  # a callback
        async with Brain(config, state=state_dir(), run=Path(run), tell=tell) as brain:
            await brain.wait_ready(120)
            await crisis(brain)
            if given.set and given.labels:
                await moods(brain, given.set, given.labels)


asyncio.run(main())
