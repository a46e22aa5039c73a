"""`hearth understand`: sentences in, what Hearth makes of them out."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from hearth.config import state_dir
from hearth.error import ConfigError, EngineError, HearthError
from hearth.homefile import read
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.mind.nearest import Nearest, Sayings
from hearth.mind.targets import named
from hearth.mind.understanding import Understanding
from hearth.port import Command, Schedule
from hearth.sections.engines import BrainConfig

_START_S = 60.0
"""How long the encoder may take to start on a small computer."""


def understand(
    home: Annotated[Path, typer.Option(help="The home: floors, areas and entities, in YAML.")],
    room: Annotated[
        str | None, typer.Option(help="The room of the person: its name, alias or id.")
    ] = None,
    language: Annotated[str, typer.Option(help="The language that is spoken.")] = "en",
    encoder: Annotated[bool, typer.Option(help="Use the second stage, as the daemon does.")] = True,
) -> None:
    """Read sentences, one a line, and print one JSON object a line. It changes nothing.

    Each object has text, intent (null where nothing is understood), slots, targets (entity ids),
    confidence and ms; "schedule" where it is for later or for a while, and "also" with the further
    commands of the sentence. What the grammar does not know goes to the sentence encoder, in a
    process of its own that is started first.

    Example: echo "turn on the lamp" | hearth understand --home HOME.yaml --room Kitchen
    """
    try:
        house = read(home)
        area = _area(house, room)
        grammar = Grammar(language)
        grammar.warm()
    except HearthError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    asyncio.run(_answer(grammar, house, area, encoder=encoder))


async def _answer(grammar: Grammar, house: House, area: str | None, *, encoder: bool) -> None:
    async with stages(grammar, state_dir(), encoder=encoder) as understanding:
        for raw in sys.stdin.buffer:
            text = raw.decode("utf-8", "replace").strip()
            began = time.perf_counter()
            commands = await understanding.understand(text, house, area)
            ms = (time.perf_counter() - began) * 1000
            typer.echo(row(text, commands, ms))  # flushes each line


@asynccontextmanager
async def stages(grammar: Grammar, state: Path, *, encoder: bool) -> AsyncIterator[Understanding]:
    """Open the stages that the daemon uses; without the encoder where there is none, and say so."""
    from hearth.edge import models
    from hearth.edge.brain import Brain

    sayings = Sayings(grammar.sayings, grammar.language)
    if not encoder or not sayings.all:
        yield Understanding(grammar)
        return
    config = BrainConfig(model="")  # the encoder alone
    there = models.encoder(config, state)
    if there.state != "ready":
        typer.echo(f"Without the second stage: {there.detail}. {there.remedy}", err=True)
        yield Understanding(grammar)
        return
    with tempfile.TemporaryDirectory(prefix="hearth-") as run:
        async with Brain(config, state=state, run=Path(run), tell=lambda _: None) as brain:
            nearest = Nearest(sayings, grammar.moments, brain, state)
            try:
                await brain.wait_ready(_START_S)
                await nearest.prepare()
            except EngineError as error:
                typer.echo(f"Without the second stage: {error}", err=True)
            yield Understanding(grammar, nearest)


def row(text: str, commands: tuple[Command, ...], ms: float) -> str:
    """Return one line of JSON for a sentence; of several commands the first, the rest in "also"."""
    told = [_told(command) for command in commands] or [
        {"intent": None, "slots": {}, "targets": [], "confidence": 0.0}
    ]
    also = {"also": told[1:]} if len(told) > 1 else {}
    line = {"text": text, **told[0], "ms": round(ms, 3), **also}
    return json.dumps(line, ensure_ascii=False, default=str)


def _told(command: Command) -> dict[str, Any]:
    schedule = {"schedule": _when(command.schedule)} if command.schedule else {}
    return {
        "intent": command.intent,
        "slots": dict(command.slots),
        "targets": list(command.targets),
        "confidence": command.confidence,
        **schedule,
    }


def _when(schedule: Schedule) -> Mapping[str, Any]:
    """Return what is set of a schedule; the clock's time as "07:30"."""
    told: dict[str, Any] = {}
    for each in fields(schedule):
        value = getattr(schedule, each.name)
        if value != each.default:
            told[each.name] = _when(value) if isinstance(value, Schedule) else value
    if schedule.at:
        told["at"] = schedule.at.strftime("%H:%M")
    return told


def _area(house: House, room: str | None) -> str | None:
    """Return the id of the area that ``room`` names. Raises ConfigError where there is none."""
    if room is None:
        return None
    found = next((area for area in house.areas if named(area, room)), None)
    if found is None:
        known = ", ".join(area.name for area in house.areas) or "none"
        raise ConfigError((f"--room: no area '{room}' in this home; its areas: {known}",))
    return found.id
