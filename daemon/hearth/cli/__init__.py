"""The command `hearth`."""

from __future__ import annotations

import sys
from importlib import import_module, metadata
from typing import Annotated

import typer

from hearth.cli.common import EXIT_CODES

_COMMANDS = {
    "run": "run.run",
    "demo": "demo.demo",
    "chat": "talk.chat",
    "say": "talk.say",
    "ask": "talk.ask",
    "hear": "hear.hear",
    "understand": "understand.understand",
    "check": "check.check",
    "config": "configuration.show",
    "bench": "bench.bench",
    "initiative": "initiative.initiative",
    "calendar": "calendar.app",
    "models": "models.app",
    "mood": "mood.app",
    "pin": "pin.pin",
    "memory": "memory.app",
    "rules": "rules.app",
    "setup": "setup.setup",
    "persona": "persona.app",
    "mirror": "mirror.mirror",
}
"""Each command, and the function or group in this package that it is."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hearth {metadata.version('hearthd')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A companion that lives on a small computer at home, and keeps to it."""


def build(*names: str) -> typer.Typer:
    """Return the command line with these commands, or with all.

    Each command's module is imported only if it is asked for: `hearth ask` has to answer before the
    engines of `hearth hear` would be loaded.
    """
    app = typer.Typer(
        name="hearth",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names or _COMMANDS:
        module, _, member = _COMMANDS[name].partition(".")
        found = getattr(import_module(f"hearth.cli.{module}"), member)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def main() -> None:
    """Run the command line."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    # A group of one command would be taken for that command itself; config is quick to load.
    names = {first, "config"} if first in _COMMANDS else ()
    build(*names)()
