"""Measure the brain: first token and tokens/s, cold and warm, idle and under load; memory.

``python tests/bench/brain.py [--runs 30] [--busy] [--quantization int4]`` prints a table; with
``--json``, JSON. *Cold* is a prompt of which nothing is known; *warm* one whose beginning is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.port import ChatMessage
from hearth.sections.engines import BrainConfig

SYSTEM = (
    "You are Hearth, a kind companion that lives in a small computer at home. {} "
    "Answer in one or two short sentences."
)
QUESTIONS = (
    "How was your day?",
    "Tell me something about the sea.",
    "What could I cook with potatoes?",
    "Why is the sky blue?",
    "I had a long day at work.",
    "Do you know a good story?",
)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return minimum, median and 95th percentile."""
    ordered = sorted(values)
    return {
        "min": round(ordered[0], 1),
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))], 1),
    }


async def measure(runs: int, quantization: str, threads: int) -> dict[str, object]:
    """Run the conversations and return the figures."""
    config = BrainConfig(quantization=quantization, threads=threads, deadline_s=120)
    first: dict[str, list[float]] = {"cold": [], "warm": []}
    rate: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        async with Brain(
            config, state=state_dir(), run=Path(folder), tell=lambda _: None, silence_s=60
        ) as brain:
            await brain.wait_ready(300)
            ready_s = time.monotonic() - began
            for run in range(runs):
                fresh = f"Today is day {run} of the year, and the weather is unknown."
                for kind in ("cold", "warm"):
                    question = QUESTIONS[(run + (kind == "warm")) % len(QUESTIONS)]
                    # Something new at the very beginning makes a prompt that is known nowhere.
                    system = f"{run}. {SYSTEM.format(fresh)}"
                    talk = [ChatMessage("system", system), ChatMessage("user", question)]
                    _ = [piece async for piece in brain.think(talk, 40)]
                    counts = brain.last_counts
                    first[kind].append(counts["first_token_ms"])
                    if counts["tokens"] > 10:
                        rate.append(counts["tokens_per_s"])
            state = await brain.state()
    return {
        "kernel": state["kind"],
        "ready_s": round(ready_s, 1),
        "first_token_cold_ms": spread(first["cold"]),
        "first_token_warm_ms": spread(first["warm"]),
        "tokens_per_s": {**spread(rate), "max": max(rate)},
        "rss_mb": state["rss_mb"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--quantization", default="auto")
    parser.add_argument("--busy", action="store_true", help="beside one busy process")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if models.installed("smollm2-135m", state_dir()) is None:
        sys.exit("The default model is missing: run `hearth models fetch smollm2-135m`.")
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if args.busy else None
    try:
        found = asyncio.run(measure(args.runs, args.quantization, args.threads))
    finally:
        if busy:
            busy.kill()
            busy.wait()
    if args.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
