"""`hearth understand`: sentences in, what the grammar makes of them out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from hearth.error import ConfigError, HearthError
from hearth.homefile import read
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.mind.targets import named
from hearth.port import Command


def understand(
    home: Annotated[Path, typer.Option(help="The home: floors, areas and entities, in YAML.")],
    room: Annotated[
        str | None, typer.Option(help="The room of the person: its name, alias or id.")
    ] = None,
    language: Annotated[str, typer.Option(help="The language that is spoken.")] = "en",
) -> None:
    """Read sentences, one a line, and print one JSON object a line. It changes nothing.

    Each object has text, intent (null where nothing is understood), slots, targets (entity ids),
    confidence and ms.

    Example: echo "turn on the lamp" | hearth understand --home HOME.yaml --room Kitchen
    """
    try:
        house = read(home)
        area = _area(house, room)
        grammar = Grammar(language)
    except HearthError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace")
        text = line.strip()
        began = time.perf_counter()
        commands = grammar.understand(text, house, area)
        ms = (time.perf_counter() - began) * 1000
        typer.echo(row(text, commands, ms))  # flushes each line


def row(text: str, commands: tuple[Command, ...], ms: float) -> str:
    """Return one line of JSON for a sentence; of several commands the first, the rest in "also"."""
    told = [
        {
            "intent": command.intent,
            "slots": dict(command.slots),
            "targets": list(command.targets),
            "confidence": command.confidence,
        }
        for command in commands
    ] or [{"intent": None, "slots": {}, "targets": [], "confidence": 0.0}]
    also = {"also": told[1:]} if len(told) > 1 else {}
    return json.dumps({"text": text, **told[0], "ms": round(ms, 3), **also}, ensure_ascii=False)


def _area(house: House, room: str | None) -> str | None:
    """Return the id of the area that ``room`` names. Raises ConfigError where there is none."""
    if room is None:
        return None
    found = next((area for area in house.areas if named(area, room)), None)
    if found is None:
        known = ", ".join(area.name for area in house.areas) or "none"
        raise ConfigError((f"--room: no area '{room}' in this home; its areas: {known}",))
    return found.id
