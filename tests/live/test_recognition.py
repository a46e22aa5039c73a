"""The ear: the real worker, PocketSphinx and Wyoming between them; flite's voices speak."""

from __future__ import annotations

import asyncio
import subprocess
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hearth.config import RecognitionConfig
from hearth.edge import workers
from hearth.edge.wyoming import WyomingRecognizer
from hearth.event import Health

pytestmark = pytest.mark.live

FRAME = 640  # 20 ms, as a microphone sends them


class Told(asyncio.Queue[Health]):
    """What a child told about its health."""

    async def until(self, state: str) -> Health:
        async with asyncio.timeout(40):
            while (health := await self.get()).state != state:
                pass
            return health


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Speech by one of flite's voices: 16 kHz PCM with half a second of silence around it."""
    folder = tmp_path_factory.mktemp("speech")

    def speak(text: str, voice: str = "slt") -> bytes:
        path = folder / f"{voice}-{abs(hash(text))}.wav"
        if not path.exists():
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        with wave.open(str(path)) as sound:
            assert sound.getframerate() == 16_000
            pcm = sound.readframes(sound.getnframes())
        return bytes(16_000) + pcm + bytes(16_000)

    return speak


async def frames(pcm: bytes, *, real_time: bool = False) -> AsyncIterator[bytes]:
    for at in range(0, len(pcm), FRAME):
        if real_time:
            await asyncio.sleep(FRAME / 32_000)
        yield pcm[at : at + FRAME]


@pytest.fixture
async def ear(tmp_path: Path, told: Told) -> AsyncIterator[WyomingRecognizer]:
    config = RecognitionConfig(engine="pocketsphinx", timeout_s=8)
    places = {"state": tmp_path / "state", "run": tmp_path / "run"}
    async with workers.ear(config, **places, language="en", tell=told.put_nowait) as recognizer:
        await told.until("ready")
        yield recognizer


async def test_it_hears_a_sentence_while_it_is_spoken(
    ear: WyomingRecognizer, spoken: Callable[..., bytes]
) -> None:
    partials: list[str] = []
    heard = await ear.recognize(frames(spoken("turn on the kitchen lights")), partials.append)
    assert heard.text == "turn on the kitchen lights"
    assert partials
