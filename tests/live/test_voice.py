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

import numpy as np
import pytest

from hearth.edge.speech import workers
from hearth.edge.speech.wyoming import Wire, WyomingMouth
from hearth.error import EngineError
from hearth.mind import personas
from hearth.port import PLAIN, Manner, Pcm
from hearth.sections.engines import SpeechConfig
from support.health import Told
from support.processes import worker_pid

pytestmark = pytest.mark.live


async def say(mouth: WyomingMouth, text: str, manner: Manner = PLAIN) -> Pcm:
    pieces = [piece async for piece in mouth.synthesize(text, manner)]
    return Pcm(b"".join(piece.data for piece in pieces), pieces[0].rate_hz if pieces else 22_050)


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


LINE = "The train leaves at nine, and there is time for tea."


async def test_a_slower_pace_sounds_longer_and_a_faster_one_shorter(mouth: WyomingMouth) -> None:
    slow, usual, fast = [(await say(mouth, LINE, Manner(pace=pace))).ms for pace in (0.7, 1.0, 1.4)]
    assert slow > 1.2 * usual
    assert usual > 1.2 * fast
    assert (await say(mouth, LINE)).ms == pytest.approx(usual, rel=0.05)


async def test_another_voice_sounds_different_and_the_next_sentence_is_the_usual_again(
    mouth: WyomingMouth,
) -> None:
    usual = await say(mouth, LINE)
    other = await say(mouth, LINE, Manner("en+f3"))
    assert other.data != usual.data
    assert pitch_hz(other) > 1.3 * pitch_hz(usual)
    assert pitch_hz(await say(mouth, LINE)) == pytest.approx(pitch_hz(usual), rel=0.1)


async def test_a_voice_that_is_not_there_is_the_configured_one(mouth: WyomingMouth) -> None:
    usual = await say(mouth, LINE)
    other = await say(mouth, LINE, Manner("xx-nobody"))
    assert pitch_hz(other) == pytest.approx(pitch_hz(usual), rel=0.1)
    assert other.ms == pytest.approx(usual.ms, rel=0.05)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_each_persona_has_voices_that_exist_and_differ(
    mouth: WyomingMouth, language: str
) -> None:
    cast = personas.load(language, folders=[personas.directories()[0]])
    voiced = [
        persona
        for id_, file in cast.files.items()
        for sex in ("female", "male")
        if file.voicing(sex) and (persona := cast.persona(id_, sex))
    ]
    assert len({persona.voice for persona in voiced}) == len(voiced) == 10
    names = {persona.voice for persona in voiced}
    process = await asyncio.create_subprocess_exec(
        "espeak-ng", "--voices=variant", stdout=asyncio.subprocess.PIPE
    )
    listed, _ = await process.communicate()
    variants = {line.split()[-1].removeprefix("!v/") for line in listed.decode().splitlines()[1:]}
    assert {name.partition("+")[2] for name in names} <= variants
    for name in names:
        sound = await say(mouth, LINE, Manner(name))
        assert sound.ms > 1000
        woman = name.partition("+")[2].startswith("f")
        assert (pitch_hz(sound) > 130) == woman, name


def pitch_hz(sound: Pcm) -> float:
    """The voice's median pitch, by the autocorrelation of loud pieces of 40 ms."""
    samples = np.frombuffer(sound.data, "<i2").astype(float)
    size, found = sound.rate_hz // 25, []
    for at in range(0, len(samples) - size, size):
        piece = samples[at : at + size]
        if np.abs(piece).max() < 3000:
            continue
        whole = np.correlate(piece, piece, "full")[size - 1 :]
        low, high = sound.rate_hz // 400, sound.rate_hz // 60
        found.append(sound.rate_hz / (low + int(np.argmax(whole[low:high]))))
    return float(np.median(found))
