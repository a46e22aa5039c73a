"""`hearth mood`: how a person seemed to feel, as a list or picture; and what a sentence tells."""

from __future__ import annotations

import asyncio
import json
import queue
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from hearth.cli.common import AsJson, ConfigPath, err, go, load, out, print_json, told
from hearth.clock import SystemClock
from hearth.config import state_dir
from hearth.error import EngineError, HearthError
from hearth.feeling import Felt

if TYPE_CHECKING:
    from hearth.mind.mood.classifier import Classifier, Reading
    from hearth.port import Encoder
    from hearth.sections import Config

app = typer.Typer(help="How you seemed to feel, where Hearth may notice it.")

_SPAN = re.compile(r"^(\d+)\s*([hdwmy])$")
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 730, "y": 8760}
_START_S = 60.0
"""How long the encoder may take to start on a small computer."""

_BATCH = 32
_AHEAD = 512
"""Lines that are read ahead, so that those of a length are encoded together."""


@app.callback(invoke_without_command=True)
def mood(
    context: typer.Context,
    config: ConfigPath = None,
    since: Annotated[
        str, typer.Option(help="From when on: 12h, 7d, 4w, 6m, 1y, or a date as 2026-03-02.")
    ] = "7d",
    plot: Annotated[Path | None, typer.Option(help="Write the line over time as a PNG.")] = None,
    json_: AsJson = False,
) -> None:
    """List how you seemed to feel, newest last; or draw it.

    Example: hearth mood --since 4w --plot mood.png
    """
    if context.invoked_subcommand:
        return
    with told():
        settings = load(config)
        zone = settings.hearth.time_zone
        now = SystemClock(ZoneInfo(zone) if zone else None).now()
        felt = _read(_since(since, now), now)
        if plot:
            from hearth.cli.moodplot import draw

            draw(felt, _since(since, now), now).save(plot)
            out.print(f"{len(felt)} moods in {plot}")
            return
    if json_:
        for each in felt:
            print_json(_row(each, now))
        return
    for each in felt:
        mood_ = each.mood
        names = ", ".join(f"{name} {chance:.0%}" for name, chance in mood_.feelings) or "uncertain"
        when = each.time.astimezone(now.tzinfo).strftime("%a %d %b %H:%M")
        put = "  (put right)" if each.replaced else ""
        line = f"{when}  {mood_.valence:+.1f} {mood_.arousal:+.1f}  {names}  {mood_.source}{put}"
        out.print(line, highlight=False, soft_wrap=True)
    if not felt:
        out.print("Nothing was noted. Say “you may notice my mood” to begin.")


@app.command()
def classify(
    source: Annotated[str, typer.Argument(help='"-": standard input.')] = "-",
    config: ConfigPath = None,
    encoder: Annotated[bool, typer.Option(help="Use the sentence encoder.")] = True,
) -> None:
    """Read one JSON object a line, {"text": ...}, and print one a line with what it tells.

    The order stays; each line is answered as soon as no other waits. Of each line is told:

    "feeling": the likeliest of anger, disgust, fear, joy, sadness, surprise (Ekman) or neutral.
    "feelings": the chance of each of these seven, 0 to 1; a sentence may have several.
    "present": those of the seven whose chance is above their own threshold.
    "confidence": the chance that "feeling" is right, 0 to 1; "uncertain" where it is too low.
    "more": the chances of tired, lonely, stressed, loving and grateful.
    "named": what Hearth itself would name: nothing where it is uncertain or neutral.
    "valence", "arousal": from -1 to 1. "ms": the time it took without the encoder's.

    It changes nothing. Example: echo '{"text": "I miss her so much"}' | hearth mood classify -
    """
    if source != "-":
        err.print("[red]hearth:[/] only standard input is read: hearth mood classify -")
        raise typer.Exit(2)
    with told():
        settings = load(config)
    go(_classify(settings, encoder=encoder))


async def _classify(config: Config, *, encoder: bool) -> None:
    from hearth.mind.mood.classifier import Classifier, shipped_weights

    classifier = Classifier(shipped_weights())
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    Thread(target=_read_ahead, args=(waiting,), daemon=True).start()
    async with _encoding(config, wanted=encoder) as vectors:
        ended = False
        while not ended:
            lines = [await asyncio.to_thread(waiting.get)]
            while lines[-1] and len(lines) < _AHEAD and not waiting.empty():
                lines.append(waiting.get())
            ended = not lines[-1]
            await _print(classifier, vectors, [_text(line) for line in lines if line])


def _read_ahead(waiting: queue.SimpleQueue[bytes]) -> None:
    """Read the lines of standard input; an empty one is the end."""
    for line in sys.stdin.buffer:
        waiting.put(line)
    waiting.put(b"")


async def _print(classifier: Classifier, encoder: Encoder | None, texts: Sequence[str]) -> None:
    found: list[Sequence[float] | None] = [None] * len(texts)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at])) if encoder else []
    for begin in range(0, len(order), _BATCH):
        part = order[begin : begin + _BATCH]
        try:
            vectors = await encoder.encode([texts[at] for at in part]) if encoder else ()
        except EngineError as error:
            err.print(f"Without the encoder: {error}")
            continue
        for at, encoded in zip(part, vectors, strict=True):
            found[at] = encoded
    for text, vector in zip(texts, found, strict=True):
        began = time.perf_counter()
        reading = classifier.read(text, vector)
        ms = (time.perf_counter() - began) * 1000
        print_json(_told(classifier, text, reading) | {"ms": round(ms, 3)})


def _told(classifier: Classifier, text: str, reading: Reading) -> dict[str, object]:
    from hearth.mind.mood.classifier import CERTAIN, EKMAN

    chances = {name: round(chance, 4) for name, chance in reading.chances.items()}
    return {
        "text": text,
        "feeling": reading.surest,
        "feelings": {name: chances[name] for name in EKMAN},
        "present": [name for name in EKMAN if reading.chances[name] >= classifier.limit(name)],
        "more": {name: chance for name, chance in chances.items() if name not in EKMAN},
        "named": [name for name, _ in reading.named],
        "valence": reading.valence,
        "arousal": reading.arousal,
        "confidence": reading.confidence,
        "uncertain": reading.confidence < CERTAIN,
    }


@asynccontextmanager
async def _encoding(config: Config, *, wanted: bool) -> AsyncIterator[Encoder | None]:
    """Start the encoder alone; None, and a line of why, where it is not there."""
    from dataclasses import replace

    from hearth.edge import models
    from hearth.edge.brain import Brain

    settings = replace(config.brain, model="")
    there = models.encoder(settings, state_dir())
    if not wanted or there.state != "ready":
        if wanted:
            err.print(f"Without the encoder: {there.detail}. {there.remedy}")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hearth-") as run:
        async with Brain(settings, state=state_dir(), run=Path(run), tell=lambda _: None) as brain:
            try:
                await brain.wait_ready(_START_S)
            except EngineError as error:
                err.print(f"Without the encoder: {error}")
                yield None
                return
            yield brain


def _text(line: bytes) -> str:
    """Return the text of one line: that of a JSON object, or the line itself."""
    said = line.decode("utf-8", "replace").strip()
    try:
        value = json.loads(said)
    except ValueError:
        return said
    return str(value.get("text", "")) if isinstance(value, dict) else said


def _since(text: str, now: datetime) -> datetime:
    """Return the moment that ``--since`` names. Raises HearthError."""
    if found := _SPAN.match(text.strip().lower()):
        return now - timedelta(hours=int(found[1]) * _HOURS[found[2]])
    try:
        return datetime.fromisoformat(text).replace(tzinfo=now.tzinfo)
    except ValueError:
        raise HearthError(
            f"'{text}' is no time to begin with.", "Use 12h, 7d, 4w, 6m, 1y or 2026-03-02."
        ) from None


def _read(start: datetime, end: datetime) -> tuple[Felt, ...]:
    """Return the moods in the memory; none where there is no memory yet. Raises HearthError."""
    from hearth.memory.moods import read

    path = state_dir() / "hearth.db"
    if not path.is_file():
        return ()
    try:
        return read(path, start, end + timedelta(seconds=1))
    except sqlite3.Error as error:
        raise HearthError(
            f"The moods in {path} cannot be read ({error}).", "Start Hearth once with this version."
        ) from error


def _row(felt: Felt, now: datetime) -> dict[str, object]:
    mood_ = felt.mood
    return {
        "time": felt.time.astimezone(now.tzinfo or UTC).isoformat(),
        "valence": mood_.valence,
        "arousal": mood_.arousal,
        "feelings": dict(mood_.feelings),
        "confidence": mood_.confidence,
        "source": mood_.source,
        "site": mood_.site,
        "replaced": felt.replaced,
    }
