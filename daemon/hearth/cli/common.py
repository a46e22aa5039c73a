"""What every command shares: its options, its exit codes, its way of failing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from hearth import config
from hearth.error import ConfigError, HearthError, MissingError
from hearth.sections import Config

T = TypeVar("T")

OK, FAILED, USAGE, NOT_RUNNING, MISSING, CONFIG = 0, 1, 2, 3, 4, 78
"""Exit codes; 78 is EX_CONFIG of sysexits.h, which systemd does not restart after."""

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no Hearth is running, "
    "4 something has to be installed first, 78 the configuration is wrong."
)

ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="The configuration file; else HEARTH_CONFIG, /etc/hearth, ~/.config."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for another program.")]
Site = Annotated[str, typer.Option("--site", help="The room's audio site; empty: this machine's.")]

out = Console()
err = Console(stderr=True)


def load(path: Path | None) -> Config:
    """Read the configuration that is in effect. Raises ConfigError."""
    return config.load(config.find(path))


def fail(error: HearthError, code: int = FAILED) -> NoReturn:
    """Print what happened and what to do, and end."""
    faults = error.faults if isinstance(error, ConfigError) else (error.what,)
    for fault in faults:
        err.print(f"[red]hearth:[/] {escape(fault)}", soft_wrap=True)
    if error.remedy:
        err.print(f"        {escape(error.remedy)}", soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def told() -> Iterator[None]:
    """Turn an error of ours into its message and exit code."""
    try:
        yield
    except ConfigError as error:
        fail(error, CONFIG)
    except MissingError as error:
        fail(error, MISSING)
    except HearthError as error:
        fail(error)


def go(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, with errors told; Ctrl+C ends with 130 as shells expect."""
    with told():
        try:
            return asyncio.run(work)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def print_json(value: object) -> None:
    """Print one JSON value on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
