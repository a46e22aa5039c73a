"""The command `hearth`."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from hearth.cli import bench, check, configuration, demo, hear, models, run, talk, understand
from hearth.cli.common import EXIT_CODES

app = typer.Typer(
    name="hearth",
    help="A companion that lives on a small computer at home, and keeps to it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hearth {metadata.version('hearthd')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A companion that lives on a small computer at home, and keeps to it."""


app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("chat")(talk.chat)
app.command("say")(talk.say)
app.command("ask")(talk.ask)
app.command("hear")(hear.hear)
app.command("understand")(understand.understand)
app.command("check")(check.check)
app.command("config")(configuration.show)
app.command("bench")(bench.bench)
app.add_typer(models.app, name="models")


def main() -> None:
    """Run the command line."""
    app()
