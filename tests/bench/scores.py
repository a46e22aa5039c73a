"""How well and how fast Hearth understands: labelled sentences, and those of any other file.

    python tests/bench/scores.py                     # the table of the README
    python tests/bench/scores.py --misses dev        # and each sentence of "dev" that went wrong
    python tests/bench/scores.py --jsonl FILE        # {"text": ..., "home"?: HOME.yaml} a line

"dev" may be looked at while rules are written; of "heldout" only the score is ever told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: tests/ is the root

from hearth.cli.understand import stages
from hearth.config import state_dir
from hearth.homefile import read
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.port import Command, Understander
from support.labelled import Case, Labelled, acts, load, understood


@dataclass
class Score:
    """What came of some sentences."""

    positives: int = 0
    right: int = 0
    wrong: int = 0
    negatives: int = 0
    false_actions: int = 0
    ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Score:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    def row(self, name: str) -> str:
        """Return one line of the table."""
        recall = f"{100 * self.right / self.positives:5.1f} %" if self.positives else "      -"
        false = f"{self.false_actions} of {self.negatives}" if self.negatives else "-"
        wrong = f"{self.wrong}" if self.positives else "-"
        p50 = statistics.median(self.ms)
        p95 = statistics.quantiles(self.ms, n=20)[-1] if len(self.ms) > 1 else p50
        return (
            f"{name:24} {self.right:4} of {self.positives:4} {recall} {wrong:>6} "
            f"{false:>10} {p50:8.1f} {p95:8.1f}"
        )


HEAD = (
    f"{'':24} {'understood':>12} {'':>7} {'wrong':>6} {'false acts':>10} "
    f"{'ms p50':>8} {'ms p95':>8}"
)


async def score_case(understander: Understander, case: Case, house: House) -> Score:
    """Let one sentence be understood, after the one before it where there is one."""
    lately: tuple[Command, ...] = ()
    if case.before:
        lately = await understander.understand(case.before, house, case.room, ())
    began = time.perf_counter()
    got = await understander.understand(case.text, house, case.room, lately)
    ms = (time.perf_counter() - began) * 1000
    if case.positive:
        right = understood(case, got)
        fault = [] if right else [f"{case.category}: {case.room} | {case.text} -> {told(got)}"]
        return Score(1, int(right), int(not right and acts(got)), ms=[ms], faults=fault)
    moved = acts(got)
    fault = [f"MOVED {case.category}: {case.text} -> {told(got)}"] if moved else []
    return Score(negatives=1, false_actions=int(moved), ms=[ms], faults=fault)


async def score(understander: Understander, files: Iterable[Labelled]) -> Mapping[str, Score]:
    """Return the scores by category."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for labelled in files:
        house = labelled.house
        await understander.understand("good morning", house, None, ())  # the index of its names
        for case in labelled.cases:
            scores[case.category] += await score_case(understander, case, house)
    return scores


def told(commands: Iterable[Command]) -> str:
    """Return commands in short."""
    return (
        "; ".join(
            f"{c.intent} {dict(c.slots)} {list(c.targets)}"
            + (f" choices {list(c.choices)}" if c.choices else "")
            + (f" {c.schedule}" if c.schedule else "")
            for c in commands
        )
        or "nothing"
    )


async def score_lines(understander: Understander, path: Path, lines: Iterable[str]) -> None:
    """Print what is made of each sentence of a file, and how many would move something."""
    homes: dict[str, House] = {"": House()}
    moved = count = 0
    for line in lines:
        row = json.loads(line)
        name = str(row.get("home") or "")
        if name not in homes:
            homes[name] = read(path.parent / name)
        got = await understander.understand(str(row["text"]), homes[name], row.get("room"), ())
        count += 1
        moved += acts(got)
        if got:
            print(f"{row['text']} -> {told(got)}")
    print(f"{count} sentences, {moved} would move something")


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", choices=("dev",), help="show what went wrong")
    parser.add_argument("--things", type=int, default=300, help="things in each home")
    parser.add_argument("--jsonl", type=Path, help="score another file")
    parser.add_argument("--no-encoder", action="store_true", help="the grammar alone")
    parser.add_argument("--part", choices=("dev", "heldout"), action="append")
    return parser.parse_args()


async def main(args: argparse.Namespace, lines: Iterable[str]) -> None:
    """Print a table for each part: the grammar alone, then with the second stage."""
    grammar = Grammar("en")
    for encoder in (False,) if args.no_encoder else (True,) if args.jsonl else (False, True):
        async with stages(grammar, state_dir(), encoder=encoder) as understanding:
            if args.jsonl:
                await score_lines(understanding, args.jsonl, lines)
            else:
                await tables(understanding, args, "both stages" if encoder else "the grammar alone")


async def tables(understander: Understander, args: argparse.Namespace, name: str) -> None:
    """Print the scores of each part."""
    for part in args.part or ("dev", "heldout"):
        files = load(part, args.things)
        scores = await score(understander, files)
        homes = ", ".join(f.name for f in files)
        print(f"\n{name}; {homes}; {args.things} things in each home")
        print(HEAD)
        total = Score()
        for category, each in scores.items():
            print(each.row(category))
            total += each
        print(total.row("all"))
        if args.misses == part:
            print("\n".join(total.faults))


if __name__ == "__main__":
    told_to = arguments()
    other = told_to.jsonl.read_text("utf-8").splitlines() if told_to.jsonl else ()
    asyncio.run(main(told_to, other))
