"""The ear and the mouth as children: configuration in, a port over a running process out."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from hearth.edge.child import Child
from hearth.edge.speech.wyoming import Wire, WyomingMouth, WyomingRecognizer
from hearth.error import ConfigError, EngineError, MissingError
from hearth.event import Health
from hearth.sections.engines import RecognitionConfig, SpeechConfig

VOSK_MODEL = "models/vosk-small-en"
"""Where in the state directory `hearth models fetch vosk-small-en` puts its model."""

_START_TIMEOUT_S = 60.0
_WATCH_S = 30.0
_PATH_BYTES = 100  # a Unix socket's path may have 107
_ENV = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
"""A sentence is decoded by one thread; library threads beside it would only spin."""

Tell = Callable[[Health], None]


@asynccontextmanager
async def ear(
    config: RecognitionConfig, *, state: Path, run: Path, language: str, tell: Tell
) -> AsyncIterator[WyomingRecognizer]:
    """Start the recognizer that ``config`` names, or watch the Wyoming service at its ``uri``.

    Args:
        config: The section [recognition].
        state: The state directory, in which models and what is built from them lie.
        run: A directory for the socket, made with mode 0700.
        language: The language that is spoken, as ``hearth.language``.
        tell: Receives the health of the part ``ear``.

    Raises ConfigError or MissingError where no engine can be used. The worker starts in the
    background and is restarted as often as it ends; until it is there, ``recognize`` waits.
    """
    if config.engine == "wyoming":
        async with _service("ear", config.uri, "recognition", config.timeout_s, tell) as wire:
            yield WyomingRecognizer(wire, language)
        return
    model = vosk_model(config, state)
    if model is None and not language.startswith("en"):
        raise MissingError(
            f"PocketSphinx hears only English, not {language!r}.",
            "Name a Vosk model of that language in [recognition] model, or a Wyoming service.",
        )
    engine = ["--engine", "vosk", "--model", str(model)] if model else ["--engine", "pocketsphinx"]
    socket = _socket(run, "ear")
    wire = Wire("ear", f"unix://{socket}", config.timeout_s)
    recognizer = WyomingRecognizer(wire, language)

    async def ready() -> None:
        await Wire("ear", f"unix://{socket}", _START_TIMEOUT_S).info()
        await recognizer.remind()

    cache = ["--cache", str(state / "ear")]
    async with Child(
        "ear",
        [*_command("ear", socket), *engine, *cache],
        ready=ready,
        tell=tell,
        env=_ENV,
        start_timeout_s=_START_TIMEOUT_S,
    ) as child:
        wire.hung = child.kill
        yield recognizer


@asynccontextmanager
async def mouth(config: SpeechConfig, *, run: Path, tell: Tell) -> AsyncIterator[WyomingMouth]:
    """Start the voice that ``config`` names, or watch the Wyoming service at its ``uri``.

    Arguments and errors as for ``ear``; the part's health is told as ``mouth``.
    """
    if config.engine == "wyoming":
        async with _service("mouth", config.uri, "speech", config.timeout_s, tell) as wire:
            yield WyomingMouth(wire, config.voice)
        return
    socket = _socket(run, "mouth")
    wire = Wire("mouth", f"unix://{socket}", config.timeout_s)

    async def ready() -> None:
        await Wire("mouth", f"unix://{socket}", _START_TIMEOUT_S).info()

    voice = ["--voice", config.voice, "--words-per-minute", str(config.words_per_minute)]
    async with Child(
        "mouth",
        [*_command("mouth", socket), "--engine", "pyttsx3", *voice],
        ready=ready,
        tell=tell,
        env=_ENV,
        start_timeout_s=_START_TIMEOUT_S,
    ) as child:
        wire.hung = child.kill
        yield WyomingMouth(wire)


def vosk_model(config: RecognitionConfig, state: Path) -> Path | None:
    """Return the folder of the Vosk model to use, or None where PocketSphinx is the engine.

    Raises MissingError where the configuration asks for Vosk and it is not there.
    """
    if config.engine == "pocketsphinx":
        return None
    folder = Path(config.model).expanduser() if config.model else state / VOSK_MODEL
    installed = importlib.util.find_spec("vosk") is not None
    if installed and folder.is_dir():
        return folder
    if config.engine == "vosk" or config.model:
        what = f"The Vosk model {folder} is not there." if installed else "Vosk is not installed."
        raise MissingError(what, "`hearth models fetch vosk-small-en` fetches it.")
    return None


def _command(part: str, socket: Path) -> Sequence[str]:
    return [sys.executable, "-m", "hearth.edge.speech.worker", part, "--socket", str(socket)]


def _socket(run: Path, part: str) -> Path:
    """Return the path of the part's socket; in a short directory of our own if ``run`` is long."""
    path = run / f"{part}.sock"
    if len(str(path).encode()) > _PATH_BYTES:
        path = Path(tempfile.mkdtemp(prefix="hearth-")) / path.name
    return path


@asynccontextmanager
async def _service(
    part: str, uri: str, section: str, timeout_s: float, tell: Tell
) -> AsyncIterator[Wire]:
    """Watch somebody else's service: its state is told when it changes."""
    if not uri.startswith(("tcp://", "unix://")):
        raise ConfigError(
            (f"[{section}] uri = {uri!r}: engine 'wyoming' needs tcp://host:port or unix:///path",)
        )
    wire = Wire(part, uri, timeout_s)
    watch = asyncio.create_task(_watch(wire, tell), name=f"watch {part}")
    try:
        yield wire
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(wire: Wire, tell: Tell) -> None:
    known = Health(wire.part, "starting")
    tell(known)
    while True:
        try:
            await wire.info()
            health = Health(wire.part, "ready")
        except EngineError as error:
            health = Health(wire.part, "down", error.what, "Start the service, or check its uri.")
        if health != known:
            known = health
            tell(health)
        await asyncio.sleep(_WATCH_S)
