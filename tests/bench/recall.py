"""How well recall finds the evidence, and how fast, against plain BM25 in the same run.

Run as ``python tests/bench/recall.py [FILE] [-k 10] [--turns 100000]``. FILE is a JSON file of
LoCoMo's form or one like ``tests/bench/dialogues``; without one it is ``kept.txt`` there, which no
weight was trained on. It needs the sentence encoder; ``--words`` goes without. ``--turns 0`` leaves
the speed out.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from hearth.event import Heard  # after the path
from hearth.memory.recall.finder import Finder  # after the path
from hearth.memory.recall.question import content  # after the path
from hearth.memory.recall.vectors import forms, packed  # after the path
from hearth.memory.store import Store  # after the path
from hearth.memory.turns import StoredTurns  # after the path
from hearth.port import Encoder  # after the path
from support.dialogues import CATEGORIES, Dialogue, load, written  # after the path
from support.recalling import CLOCK, encoder, memory  # after the path

OWN = Path(__file__).parent / "dialogues"
WRITES, QUERIES, SITTING = 300, 200, 40
Found = Callable[[str, int], Awaitable[Sequence[str]]]


def plain(store: Store) -> Found:
    """SQLite's own BM25 over the turns, for comparison."""

    async def find(query: str, most: int) -> Sequence[str]:
        wanted = " OR ".join(f'"{word}"' for word in content(query))

        def work(db: sqlite3.Connection) -> list[str]:
            rows = db.execute(
                "SELECT id FROM turn_word JOIN turn ON seq = turn_word.rowid"
                " WHERE turn_word MATCH ? ORDER BY turn_word.rank LIMIT ?",
                (wanted, most),
            )
            return [row["id"] for row in rows]

        return await store.read(work) if wanted else []

    return find


def ours(finder: Finder) -> Found:
    async def find(query: str, most: int) -> Sequence[str]:
        return [hit.utterance.id for hit in await finder.recall(query, most)]

    return find


async def quality(dialogues: Sequence[Dialogue], brain: Encoder | None, most: int) -> None:
    """Print the share of the evidence among the first turns, by category."""
    shares: dict[tuple[str, int], list[float]] = defaultdict(list)
    for dialogue in dialogues:
        async with memory(dialogue.lines(), brain) as finder:
            ways = {"recall": ours(finder), "BM25": plain(finder.store)}
            for asked in dialogue.asked:
                for name, find in ways.items():
                    found = set(await find(asked.text, most))
                    share = len(found & asked.evidence) / len(asked.evidence)
                    shares[name, asked.category].append(share)
                    shares[name, 0].append(share)
    print(f"recall@{most:<18}{'questions':>10}{'recall':>9}{'BM25':>9}")
    for number, name in {**CATEGORIES, 0: "all"}.items():
        mine, other = shares["recall", number], shares["BM25", number]
        if mine:
            told = f"{statistics.mean(mine):9.3f}{statistics.mean(other):9.3f}"
            print(f"{name:<25}{len(mine):>10}{told}")


async def fill(store: Store, turns: int, source: Sequence[Dialogue], brain: Encoder | None) -> None:
    """Fill a memory with turns pieced together from sentences, with vectors near to theirs."""
    chance = random.Random(7)  # noqa: S311  # repeatable, no secret
    texts = [turn["text"] for dialogue in source for turn in dialogue.turns]
    words = sorted({form for text in texts for form in forms(text)})
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    rows = [
        (
            f"t{number}",
            f"s{number // SITTING}",
            (begin + timedelta(minutes=20 * number)).isoformat(),
            ("person", "hearth")[number % 2],
            f"{chance.choice(texts)} {' '.join(chance.sample(words, 5))}",
        )
        for number in range(turns)
    ]

    def work(db: sqlite3.Connection) -> None:
        db.executemany(
            "INSERT INTO turn (id, session, time, speaker, origin, text)"
            " VALUES (?, ?, ?, ?, 'import', ?)",
            rows,
        )

    await store.do(work)
    if brain is None:
        return
    base = np.array([await one(brain, text) for text in texts[:200]])
    noise = np.random.default_rng(7)
    made = [(word, packed([await one(brain, word)])[0].tobytes()) for word in words[:4000]]

    def vectors(db: sqlite3.Connection) -> None:
        for at in range(0, turns, 1000):
            some = range(at, min(at + 1000, turns))
            near = base[noise.integers(0, len(base), len(some))]
            near = near + noise.normal(0, 0.04, near.shape)
            db.executemany(
                "INSERT INTO turn_vector (seq, vector) VALUES (?, ?)",
                ((n + 1, row.tobytes()) for n, row in zip(some, packed(near), strict=True)),
            )
        db.executemany("INSERT INTO word_vector (form, vector) VALUES (?, ?)", made)

    await store.do(vectors)


async def one(brain: Encoder, text: str) -> tuple[float, ...]:
    return (await brain.encode([text]))[0]


async def speed(turns: int, brain: Encoder | None, most: int) -> None:
    """Print how long a write and a query take in a memory of so many turns."""
    source = written(OWN / "learned.txt")
    asked = [asked.text for dialogue in source for asked in dialogue.asked]
    with tempfile.TemporaryDirectory() as folder:
        async with Store(Path(folder) / "hearth.db") as store:
            await fill(store, turns, source, brain)
            finder, kept = Finder(store, CLOCK, brain), StoredTurns(store, CLOCK)
            began = time.perf_counter()
            await finder.recall(asked[0], most)
            print(f"\n{turns:,} turns; read into memory in {time.perf_counter() - began:.1f} s")
            ways = {"query": ours(finder), "query, plain BM25": plain(store)}
            took: dict[str, list[float]] = defaultdict(list)
            for number in range(QUERIES):
                for name, find in ways.items():
                    await timed(took[name], find(asked[number % len(asked)], most))
            for number in range(WRITES):
                await timed(took["write"], kept.heard(Heard("kitchen", asked[number % 50])))
            for name, each in took.items():
                each.sort()
                told = f"{statistics.median(each):8.2f}{each[int(len(each) * 0.95)]:9.2f}"
                print(f"{name:<22}{len(each):>6}{told} ms (median, p95)")


async def timed(took: list[float], work: Awaitable[object]) -> None:
    began = time.perf_counter()
    await work
    took.append((time.perf_counter() - began) * 1000)


async def main() -> None:
    parser = argparse.ArgumentParser(description="How well and how fast recall is.")
    parser.add_argument("file", nargs="?", type=Path, default=OWN / "kept.txt")
    parser.add_argument("-k", type=int, default=10, dest="most")
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--words", action="store_true", help="without the sentence encoder")
    given = parser.parse_args()
    async with AsyncExitStack() as stack:
        brain = None if given.words else await stack.enter_async_context(encoder())
        await quality(load(given.file), brain, given.most)
        if given.turns:
            await speed(given.turns, brain, given.most)


if __name__ == "__main__":
    asyncio.run(main())
