"""`hearth bench`: how fast this machine does the main job, with the targets beside it."""

from __future__ import annotations

import os
import platform
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, go, out, print_json

Turns = Annotated[int, typer.Option("--turns", min=1, help="How many spoken turns are measured.")]


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
