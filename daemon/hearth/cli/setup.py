"""`hearth setup`: getting to know each other at a terminal, or from a file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hearth.cli.common import ConfigPath, go, load, out
from hearth.cli.selves import answered, asked, cast
from hearth.mind.setup import file as setup_file

From = Annotated[
    Path | None,
    typer.Option("--from", help="Take the answers from a file like configs/setup.example.toml."),
]
_INSTEAD = {"": "skip", "?": "what do you mean"}
"""What a line without words stands for."""


def setup(path: ConfigPath = None, file: From = None) -> None:
    """Get to know each other: a few questions, one at a time; Enter skips one.

    Example: hearth setup --from my-setup.toml

    It works while Hearth runs and before it first does. "?" tells why something is asked, "later"
    stops; `hearth setup` then goes on there. Exit codes: 0 kept, 1 it could not be, 78 the file or
    the configuration is wrong.
    """
    go(_from_file(path, file) if file else _ask(path))


async def _from_file(path: Path | None, file: Path) -> None:
    answers = setup_file.read(file, cast(load(path)))
    told = await asked(path, "setup", {"file": answers})
    out.print(escape(told["text"]), soft_wrap=True)


async def _ask(path: Path | None) -> None:
    """Ask at the terminal; each answer is on disk before the next question."""
    told = await asked(path, "setup", {})
    out.print(
        f"[dim]What you say is kept in {escape(told['place'])} on this computer and nowhere else.\n"
        "Enter skips a question, ? explains it, later stops.[/]",
        soft_wrap=True,
    )
    loop = asyncio.get_running_loop()
    while True:
        said = told["text"]
        if elsewhere := told.get("elsewhere"):
            said = await answered(elsewhere) or said
        for part in (*said.splitlines(), *filter(None, (told.get("question"),))):
            out.print(f"\n[bold cyan]hearth[/] {escape(part)}", soft_wrap=True, highlight=False)
        if told.get("over") or told.get("later"):
            return
        out.print("[bold]you[/]    ", end="")
        line = await loop.run_in_executor(None, sys.stdin.readline)
        said = line.strip() if line else "later"
        told = await asked(path, "setup", {"text": _INSTEAD.get(said, said)})
