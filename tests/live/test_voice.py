"""The mouth: the real worker, eSpeak NG and Wyoming between them."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from hearth.edge.speech import workers
from hearth.edge.speech.wyoming import Wire, WyomingMouth
from hearth.error import EngineError
from hearth.event import Health
from hearth.port import Pcm
from hearth.sections.engines import SpeechConfig
from support.processes import worker_pid

pytestmark = pytest.mark.live


async def say(mouth: WyomingMouth, text: str) -> Pcm:
    pieces = [piece async for piece in mouth.synthesize(text)]
    return Pcm(b"".join(piece.data for piece in pieces), pieces[0].rate_hz if pieces else 22_050)


class Told(asyncio.Queue[Health]):
    """What a child told about its health."""

    async def until(self, state: str) -> Health:
        async with asyncio.timeout(20):
            while (health := await self.get()).state != state:
                pass
            return health


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def mouth(tmp_path: Path, told: Told) -> AsyncIterator[WyomingMouth]:
    config = SpeechConfig(timeout_s=1.5)
    async with workers.mouth(config, run=tmp_path / "run", tell=told.put_nowait) as mouth:
        await told.until("ready")
        yield mouth


async def test_it_speaks_a_sentence_in_pieces(mouth: WyomingMouth) -> None:
    sound = await say(mouth, "The lamp in the kitchen is on.")
    assert sound.rate_hz == 22_050
    assert 1000 < sound.ms < 4000
    loudest = max(
        abs(int.from_bytes(sound.data[i : i + 2], "little", signed=True))
        for i in range(0, len(sound.data), 2)
    )
    assert loudest > 3000


async def test_the_first_sound_comes_within_100_ms(mouth: WyomingMouth) -> None:
    waits = []
    for _ in range(5):
        began = time.perf_counter()
        async with aclosing(mouth.synthesize("I turned on the bedroom lamp for you.")) as sound:
            await anext(sound)
            waits.append(time.perf_counter() - began)
    assert min(waits) < 0.1


@pytest.mark.parametrize("text", ["[[h@l'oU]]", "<break time='30s'/> hello", "hello &lt; <s"])
async def test_markup_is_read_as_text(mouth: WyomingMouth, text: str) -> None:
    marked = await say(mouth, text)
    as_words = await say(mouth, "hello")
    assert as_words.ms < marked.ms < 10_000


@pytest.mark.parametrize("text", ["", " \n", "...", "💡", "a\0b", "日本語", "x" * 10_000])
async def test_any_text_ends(mouth: WyomingMouth, text: str) -> None:
    sound = await say(mouth, text)
    assert (await say(mouth, "Still here.")).ms > 500
    assert sound.ms < 600_000


async def test_the_socket_is_only_for_its_user(mouth: WyomingMouth, tmp_path: Path) -> None:
    await say(mouth, "Hello.")
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def pid_of(folder: Path) -> int:
    """The mouth's process."""
    return worker_pid(folder / "run" / "mouth.sock")


async def test_a_worker_that_is_killed_speaks_again(
    mouth: WyomingMouth, told: Told, tmp_path: Path
) -> None:
    await say(mouth, "Hello.")
    os.kill(pid_of(tmp_path), signal.SIGKILL)
    assert (await say(mouth, "Hello again.")).ms > 300
    assert (await told.until("down")).detail == "killed by SIGKILL"


async def test_a_worker_that_hangs_is_killed_and_speaks_again(
    mouth: WyomingMouth, told: Told, tmp_path: Path
) -> None:
    first = pid_of(tmp_path)
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(EngineError, match="stuck"):
        await say(mouth, "Hello.")
    await told.until("ready")
    assert (await say(mouth, "Hello again.")).ms > 300
    assert pid_of(tmp_path) != first


async def test_an_unknown_voice_is_told(tmp_path: Path, told: Told) -> None:
    config = SpeechConfig(voice="xx-nobody")
    async with workers.mouth(config, run=tmp_path, tell=told.put_nowait):
        assert (await told.until("down")).detail == "exit status 1"


async def test_sigterm_ends_a_worker_at_once_with_status_0(tmp_path: Path) -> None:
    socket = tmp_path / "m.sock"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hearth.edge.speech.worker", "mouth", "--socket", str(socket)
    )
    await Wire("mouth", f"unix://{socket}", 20).info()
    began = time.monotonic()
    process.terminate()
    assert await process.wait() == 0
    assert time.monotonic() - began < 1.0
