"""`hearth run`: the daemon, and on a terminal what it hears, thinks and does."""

from __future__ import annotations

import asyncio
import gc
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from hearth.cli.common import ConfigPath, load, told
from hearth.config import state_dir

if TYPE_CHECKING:
    from hearth.daemon import Companion, Hearth

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the log, no view.")]


def run(path: ConfigPath = None, quiet: Quiet = False) -> None:
    """Start Hearth and keep it running; on a terminal one can also type to it.

    Example: hearth run

    SIGTERM or Ctrl+C ends it, and it finishes its sentence first; a second Ctrl+C ends it at once.
    Exit codes: 0 ended on request, 1 it could not start, 4 something is not installed,
    78 the configuration is wrong.
    """
    gc.disable()  # nothing that a start builds is garbage; the daemon enables it when it is ready
    from hearth import config as configuration
    from hearth import daemon
    from hearth.edge.systemd import setup_logging
    from hearth.home.rules import file

    with told():
        config = load(path)
        triggers = file.load(file.find(configuration.find(path)))
        view = sys.stdout.isatty() and not quiet
        # The view tells what the log would say; only its warnings are more.
        told_by_view = view and config.log.level == "info"
        setup_logging(replace(config.log, level="warning") if told_by_view else config.log)
        companions = _companions(config.hearth.site) if view else []
        code = daemon.serve(config, state_dir(), companions, triggers)
    raise typer.Exit(code)


def _companions(site: str) -> list[Companion]:
    from rich.console import Console

    from hearth.cli import terminal

    console = Console()

    async def view(hearth: Hearth) -> None:
        await terminal.show(hearth.bus, console, hearth.clock.now)

    async def keyboard(hearth: Hearth) -> None:
        if not sys.stdin.isatty():
            return
        console.print(
            f"[bold]Hearth[/] starts. Say “{hearth.config.wake.words[0]}, turn on the lamp”, "
            "or type it without the name. Ctrl+C ends it.",
            highlight=False,
        )
        await asyncio.sleep(0)
        await terminal.typed(hearth.bus, site)

    return [view, keyboard]
