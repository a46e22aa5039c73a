"""`hearth bench`: how fast this machine does the main job, with the targets beside it."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, go, out, print_json

Turns = Annotated[int, typer.Option("--turns", min=1, help="How many spoken turns are measured.")]


@dataclass(frozen=True)
class Figure:
    """Measured values of one kind, and what was aimed at (the ``share`` of them below ``target``).

    ``at`` names the statistic that is held against the target: median, p95 or max.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None
    at: str = "p95"

    def quantile(self, share: float) -> float:
        """Return the value below which ``share`` of the values lie (nearest rank)."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]

    def told(self) -> dict[str, object]:
        """Return the figure as plain data."""
        statistics = {
            "min": min(self.values),
            "median": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "max": max(self.values),
        }
        more = self.unit == "tokens/s"
        met = None
        if self.target is not None:
            value = statistics[self.at]
            met = value >= self.target if more else value <= self.target
        return {**asdict(self), "n": len(self.values), **statistics, "met": met}


def bench(turns: Turns = 30, as_json: AsJson = False) -> None:
    """Measure the main job on this machine and print the figures beside their targets.

    Example: hearth bench --turns 30

    It takes about five minutes: sentences are spoken by Flite and sent in real time through the
    real broker. Close other programs first. Exit codes: 0 measured, 1 it could not be.
    """
    from hearth.cli.measure import everything

    figures = go(everything(turns))
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}"
    )
    if as_json:
        print_json({"machine": machine, "figures": [figure.told() for figure in figures]})
        return
    table = Table(title=machine, box=None, pad_edge=False, title_justify="left")
    for column in ("what", "unit", "n", "min", "median", "p95", "target"):
        justify = "left" if column in ("what", "unit", "target") else "right"
        table.add_column(column, justify=justify)  # type: ignore[arg-type]  # one of its words
    for figure in figures:
        told = figure.told()
        target = "" if figure.target is None else f"{figure.at} {figure.target:g}"
        colour = {True: "green", False: "red", None: ""}[told["met"]]  # type: ignore[index]  # bool or None
        marked = f"[{colour}]{target}[/]" if colour else target
        numbers = (f"{told[key]:,.1f}" for key in ("min", "median", "p95"))
        table.add_row(escape(figure.name), figure.unit, str(told["n"]), *numbers, marked)
    out.print(table)
