"""`hearth demo`: the main job on real input, without a person or a microphone."""

from __future__ import annotations

import io
import logging
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, err, go, out, print_json
from hearth.config import state_dir
from hearth.sections import Config
from hearth.sections.companion import HearthConfig
from hearth.sections.engines import AudioConfig, LogConfig, WakeConfig
from hearth.sections.house import HomeConfig

if TYPE_CHECKING:
    from hearth.cli.rehearsal import Turn

SENTENCE = "Samantha, turn on the kitchen lamp."
LAMP = "Kitchen lamp"
SITE = "kitchen"
_AUDIBLE = 500
"""The least peak of 16-bit samples that counts as speech and not as silence."""

WavPath = Annotated[Path, typer.Option("--wav", help="Where the spoken reply is written.")]
Sentence = Annotated[str, typer.Option("--sentence", help="What is said to Hearth.")]


@dataclass(frozen=True)
class Stage:
    """One stage of the main job; ``at_ms`` after the end of the sentence, None if it failed."""

    name: str
    what: str
    at_ms: float | None


def demo(
    wav: WavPath = Path("hearth-demo-reply.wav"),
    sentence: Sentence = SENTENCE,
    as_json: AsJson = False,
) -> None:
    """Show the main job: a spoken sentence wakes Hearth, moves a lamp, and is answered aloud.

    Example: hearth demo --wav reply.wav

    The sentence is spoken by Flite, a voice that is not Hearth's own, and sent as Hermes audio
    frames through the real broker. Everything runs in a state directory of its own.
    Exit codes: 0 only if each stage really happened, 1 if one did not.
    """
    stages = go(_demo(sentence, wav))
    ok = all(stage.at_ms is not None for stage in stages)
    if as_json:
        told = [vars(stage) for stage in stages]
        print_json({"sentence": sentence, "stages": told, "reply_wav": str(wav), "ok": ok})
    else:
        _print(stages)
        verdict = "[green]Each stage happened.[/]" if ok else "[red]A stage did not happen.[/]"
        out.print(f"\n{verdict} The reply is in {escape(str(wav))}.")
    if not ok:
        raise typer.Exit(1)


async def _demo(sentence: str, wav: Path) -> list[Stage]:
    from hearth.cli.rehearsal import flite, rehearsal
    from hearth.edge.systemd import setup_logging

    setup_logging(LogConfig(level="error"))
    logging.getLogger("hearth").setLevel(logging.ERROR)
    err.print(f"A voice that is not Hearth's says: “{escape(sentence)}”")
    recording = await flite(sentence)
    config = Config(
        hearth=HearthConfig(site="demo"),
        audio=AudioConfig(microphone="off"),
        wake=WakeConfig(words=("samantha",)),
        home=HomeConfig(simulated="on"),
    )
    err.print("Hearth starts: its broker, its ear, its mouth, a small simulated home …")
    async with rehearsal(config, state_dir(), SITE, thing=LAMP) as scene:
        err.print(f"Ready after {scene.ready_s:.1f} s. The sentence is sent, in real time …\n")
        turn = await scene.turn(recording)
        scene.satellite.save(wav)
        stages = _stages(turn, wav)
    await _aloud(wav)
    return stages


def _stages(turn: Turn, wav: Path) -> list[Stage]:
    """Return what happened, stage by stage, from the facts alone."""
    from hearth.event import (
        Answered,
        Changed,
        Heard,
        Published,
        SiteSeen,
        Speaking,
        Spoken,
        Understood,
        Woken,
    )

    woken, heard = turn.first(Woken), turn.first(Heard)
    understood, published = turn.first(Understood, lambda e: bool(e.intent)), turn.first(Published)
    lit = turn.first(Changed, lambda e: e.new.name == LAMP and e.new.state == "on")
    answered = turn.first(Answered, lambda e: e.outcome == "done" and bool(e.text))
    spoken = turn.first(Spoken, lambda e: e.whole and e.last)
    audible = peak(wav) >= _AUDIBLE
    return [
        Stage("frames", "audio frames came through the broker", turn.ms(SiteSeen)),
        Stage("woken", woken[1].word if woken else "", turn.ms(Woken)),
        Stage("heard", heard[1].text if heard else "", turn.ms(Heard)),
        Stage(
            "understood",
            f"{understood[1].intent} {', '.join(understood[1].targets)}" if understood else "",
            turn.ms(Understood, lambda e: bool(e.intent)),
        ),
        Stage(
            "published",
            f"{published[1].topic} {published[1].payload}" if published else "",
            turn.ms(Published),
        ),
        Stage(
            "lamp on",
            f"{lit[1].old.state} → {lit[1].new.state}, said the lamp" if lit else "",
            turn.ms(Changed, lambda e: e.new.name == LAMP and e.new.state == "on"),
        ),
        Stage(
            "answered",
            answered[1].text if answered else "",
            turn.ms(Answered, lambda e: e.outcome == "done" and bool(e.text)),
        ),
        Stage("first audio", "the reply reached the loudspeaker", turn.ms(Speaking)),
        Stage(
            "spoken",
            f"{length_s(wav):.1f} s of speech in {wav}" if spoken and audible else "",
            turn.ms(Spoken, lambda e: e.whole and e.last) if audible else None,
        ),
    ]


def _print(stages: list[Stage]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    table.add_column("after the sentence's end", justify="right")
    table.add_column("what happened", overflow="fold")
    for stage in stages:
        at = "[red]did not happen[/]" if stage.at_ms is None else f"{stage.at_ms:,.0f} ms"
        table.add_row(stage.name, at, escape(stage.what))
    out.print(table)


async def _aloud(wav: Path) -> None:
    """Play the reply on this machine's speaker, where there is one."""
    from hearth.edge.alsa import PortAudio, Speaker
    from hearth.error import HearthError
    from hearth.port import Pcm

    rate_hz, data = _read(wav)
    if not data:
        return

    async def sound() -> AsyncIterator[Pcm]:
        yield Pcm(data, rate_hz)

    try:
        await Speaker("auto", lambda _: None, PortAudio()).play("demo", sound(), lambda: None)
    except HearthError:
        err.print("[dim]This machine has no speaker; the reply is only in the file.[/]")


def peak(wav: Path) -> int:
    """Return the loudest sample of a 16-bit WAV; 0 if there is none."""
    samples = np.abs(np.frombuffer(_read(wav)[1], "<i2").astype(np.int32))
    return int(samples.max(initial=0))


def length_s(wav: Path) -> float:
    """Return the length of a 16-bit mono WAV in seconds."""
    rate_hz, data = _read(wav)
    return len(data) / 2 / rate_hz


def _read(wav: Path) -> tuple[int, bytes]:
    with wave.open(io.BytesIO(wav.read_bytes())) as file:
        return file.getframerate(), file.readframes(file.getnframes())
