"""`hearth check`: each part with its state and what to do."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import asdict
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from hearth import config as configuration
from hearth.cli.common import CONFIG, AsJson, ConfigPath, go, out, print_json
from hearth.config import run_dir, state_dir
from hearth.error import ConfigError, HearthError
from hearth.event import Health
from hearth.sections import Config

_COLOUR = {
    "ready": "green",
    "absent": "dim",
    "starting": "yellow",
    "degraded": "yellow",
    "down": "red",
}


def check(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """Look at configuration, broker, audio, engines and models, and say what to do.

    Example: hearth check

    Exit codes: 0 all that is needed is there, 1 something is not, 78 the configuration is wrong.
    """
    source = configuration.find(path)
    try:
        config = configuration.load(source)
    except ConfigError as error:
        faults = [Health("configuration", "down", fault, "Mend it.") for fault in error.faults]
        _print(faults, as_json)
        raise typer.Exit(CONFIG) from None
    found = [Health("configuration", "ready", str(source or "built-in defaults"))]
    found += go(_look(config))
    _print(found, as_json)
    if any(part.state == "down" for part in found):
        raise typer.Exit(1)


async def _look(config: Config) -> list[Health]:
    from hearth.edge import alsa, inspection, models

    state = state_dir()
    found = [inspection.state_directory(state), await inspection.broker(config)]
    found += inspection.engines(config, state)
    found += alsa.inspect(config.audio)
    found += [models.inspect(config.brain, state), models.encoder(config.brain, state)]
    found += await _running()
    return found


async def _running() -> list[Health]:
    """Return what a running Hearth says of its parts."""
    from hearth.edge import control

    try:
        async with aclosing(control.request(run_dir(state_dir()), "status")) as answers:
            async for _, data in answers:
                return [Health("daemon", "ready", _facts(data)), *map(_part, data["parts"])]
    except HearthError:
        pass
    return [Health("daemon", "absent", "no Hearth is running", "Start it with ./deploy/run.")]


def _facts(data: dict[str, Any]) -> str:
    return f"running as process {data.get('pid')}, broker {data.get('broker')}"


def _part(data: dict[str, Any]) -> Health:
    return Health(f"daemon: {data['part']}", data["state"], data["detail"], data["remedy"])


def _print(found: list[Health], as_json: bool) -> None:
    if as_json:
        print_json([asdict(part) for part in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("part", "state", "detail", "what to do"):
        table.add_column(column, overflow="fold")
    for part in found:
        remedy = "" if part.state == "ready" else part.remedy
        colour = _COLOUR[part.state]
        table.add_row(part.part, f"[{colour}]{part.state}[/]", escape(part.detail), escape(remedy))
    out.print(table)
