"""How well the memory answers questions about what invented people told: right, wrong, unknown.

    python tests/bench/told.py                 # both parts, without and with the encoder
    python tests/bench/told.py --misses dev    # and each answer of "dev" that went wrong
    python tests/bench/told.py --file FILE     # other talks of the same form

"dev" may be looked at while rules are written; of "heldout" only the score is ever told.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: tests/ is the root

from hearth.port import Encoder
from support import recalling
from support.told import measured, talks

LABELLED = Path(__file__).resolve().parents[1] / "memory" / "labelled"


async def table(args: argparse.Namespace, encoder: Encoder | None) -> None:
    """Print a line for each part."""
    name = "with the encoder" if encoder else "by words alone"
    files = [args.file] if args.file else [LABELLED / f"told-{p}.txt" for p in args.part]
    for file in files:
        began = time.process_time()
        score = await measured(talks(file), encoder)
        print(f"{score.row(f'{file.stem}, {name}')}; {time.process_time() - began:.0f} s of CPU")
        if args.misses and (args.file or args.misses in file.stem):
            print("\n".join(score.faults))


async def main(args: argparse.Namespace) -> None:
    """Measure by words alone, then with the encoder."""
    if not args.encoder:
        await table(args, None)
    if not args.words:
        async with recalling.encoder() as encoder:
            await table(args, recalling.Once(encoder))


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", choices=("dev", "other"), help="show what went wrong")
    parser.add_argument("--part", choices=("dev", "heldout"), action="append")
    parser.add_argument("--file", type=Path, help="measure another file")
    parser.add_argument("--words", action="store_true", help="without the encoder alone")
    parser.add_argument("--encoder", action="store_true", help="with the encoder alone")
    args = parser.parse_args()
    args.part = args.part or ["dev", "heldout"]
    return args


if __name__ == "__main__":
    asyncio.run(main(arguments()))
