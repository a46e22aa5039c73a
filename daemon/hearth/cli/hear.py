"""`hearth hear FILE.wav`: a recording in, what was heard out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hearth.bus import Bus
from hearth.cli.common import AsJson, ConfigPath, err, fail, go, load, out, print_json
from hearth.config import state_dir
from hearth.edge.silero import Silero
from hearth.edge.speech.workers import ear
from hearth.edge.wake.words import WakeWords
from hearth.error import HearthError
from hearth.event import Health, Heard, Unheard, Woken
from hearth.sections import Config
from hearth.sense.frame import FrameError
from hearth.sense.listener import Listener
from hearth.sense.recording import heard, whole

_BAD_FILE = 2
_PATIENT_S = 60.0
"""A recording is nobody who waits: the recognizer is given the time that its first start takes."""

File = Annotated[Path, typer.Argument(help="A WAV file of any rate, width and channel count.")]
NoWake = Annotated[bool, typer.Option("--no-wake", help="Hear everything, without the name.")]


def hear(
    file: File, config: ConfigPath = None, no_wake: NoWake = False, as_json: AsJson = False
) -> None:
    """Hear a recording: wake word, end of speech, recognition; print what was heard.

    Example: hearth hear turn-on-the-lamp.wav --no-wake

    Exit codes: 0 something was heard, 1 nothing was heard, 2 the file is no recording.
    """
    try:
        pcm, truncated = whole(file.read_bytes())
    except OSError as error:
        fail(HearthError(f"{file} cannot be read ({error.strerror})."), _BAD_FILE)
    except FrameError as error:
        what = f"{file} is no recording that can be read: {error}."
        fail(HearthError(what, "Give a WAV with PCM or float samples."), _BAD_FILE)
    if truncated:
        err.print(f"[dim]{escape(str(file))} ends early; what there is is heard.[/]")
    effective = load_config(config)
    if not go(_hear(effective, pcm, wake=not no_wake, as_json=as_json)):
        raise typer.Exit(1)


def load_config(path: Path | None) -> Config:
    """Read the configuration, with its faults told as every command tells them."""

    async def read() -> Config:
        return load(path)

    return go(read())


async def _hear(config: Config, pcm: bytes, *, wake: bool, as_json: bool) -> bool:
    """Print each fact as it comes and return whether any words were heard."""
    bus = Bus()
    state, language = state_dir(), config.hearth.language
    patient = replace(config.recognition, timeout_s=max(config.recognition.timeout_s, _PATIENT_S))
    words = WakeWords(config.wake, language=language, cache=state / "wake", tell=_complain)
    with tempfile.TemporaryDirectory(prefix="hearth-hear-") as run:
        async with ear(
            patient, state=state, run=Path(run), language=language, tell=_ignore
        ) as recognizer:
            if wake:
                if not words.recall():
                    err.print("[dim]It learns how its name sounds; this is done once.[/]")
                await words.run()
            listener = Listener(
                config.hearing,
                bus,
                recognizer=recognizer,
                timeout_s=patient.timeout_s,
                voice=Silero,
                spotters=words.spotters if wake else lambda _: (),
                complain=lambda *_: None,
            )
            any_words = False
            async for fact in heard(listener, bus, pcm, wake=wake):
                any_words |= isinstance(fact, Heard)
                _show(fact, as_json=as_json)
            listener.close()
    return any_words


def _show(fact: Woken | Heard | Unheard, *, as_json: bool) -> None:
    match fact:
        case Woken(word=word, score=score):
            told = {"event": "woken", "word": word, "score": round(score, 3)}
            line = f"[cyan]woken[/]    {escape(word)} [dim]{score:.2f}[/]"
        case Heard(text=text, confidence=confidence, audio_ms=audio_ms):
            told = {
                "event": "heard",
                "text": text,
                "confidence": round(confidence, 3),
                "audio_ms": audio_ms,
            }
            line = f"[green]heard[/]    {escape(text)} [dim]{confidence:.2f}[/]"
        case Unheard(reason=reason):
            told = {"event": "unheard", "reason": reason}
            line = f"[yellow]unheard[/]  {reason}"
    if as_json:
        print_json(told)
    else:
        out.print(line, soft_wrap=True)


def _complain(health: Health) -> None:
    if health.state in ("degraded", "down", "absent"):
        err.print(f"[yellow]{escape(health.detail)}[/] {escape(health.remedy)}", soft_wrap=True)


def _ignore(health: Health) -> None:
    """The ear's own failures are raised where it is used."""
