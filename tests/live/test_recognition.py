"""The ear: the real worker, PocketSphinx and Wyoming between them; flite's voices speak."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from hearth.edge.speech import workers
from hearth.edge.speech.wyoming import Wire, WyomingRecognizer
from hearth.error import EngineError
from hearth.port import Transcript
from hearth.sections.engines import RecognitionConfig
from support.health import Told
from support.processes import worker_pid

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(150),
    pytest.mark.asyncio(loop_scope="module"),
]

FRAME = 640  # 20 ms, as a microphone sends them


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


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory for the whole module: the home's language model is built once."""
    return tmp_path_factory.mktemp("state")


@asynccontextmanager
async def started(state: Path, run: Path, told: Told) -> AsyncIterator[WyomingRecognizer]:
    config = RecognitionConfig(engine="pocketsphinx")
    places = {"state": state, "run": run}
    async with workers.ear(config, **places, language="en", tell=told.put_nowait) as recognizer:
        await told.until("ready")
        yield recognizer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ear(
    state: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WyomingRecognizer]:
    """An ear for all tests that leave it as it was."""
    async with started(state, tmp_path_factory.mktemp("run"), Told()) as recognizer:
        yield recognizer


@pytest_asyncio.fixture(loop_scope="module")
async def own_ear(state: Path, tmp_path: Path, told: Told) -> AsyncIterator[WyomingRecognizer]:
    """An ear for one test alone."""
    async with started(state, tmp_path / "run", told) as recognizer:
        yield recognizer


def pid_of(folder: Path) -> int:
    """The ear's process."""
    return worker_pid(folder / "run" / "ear.sock")


async def test_it_hears_a_sentence_while_it_is_spoken(
    ear: WyomingRecognizer, spoken: Callable[..., bytes]
) -> None:
    partials: list[str] = []
    heard = await ear.recognize(frames(spoken("turn on the kitchen lights")), partials.append)
    assert heard.text == "turn on the kitchen lights"
    assert any("turn" in text for text in partials[:-1])
    assert heard.confidence > 0.5


async def test_noise_is_no_confident_sentence(ear: WyomingRecognizer) -> None:
    chance = random.Random(7)  # noqa: S311  # the same noise each time
    noise = b"".join(
        int(chance.gauss(0, 800)).to_bytes(2, "little", signed=True) for _ in range(32_000)
    )
    heard = await ear.recognize(frames(noise), lambda _: None)
    assert heard.text == "" or heard.confidence < 0.5


async def test_silence_has_no_words(ear: WyomingRecognizer) -> None:
    heard = await ear.recognize(frames(bytes(32_000)), lambda _: None)
    assert heard == Transcript("", 0.0)


async def test_no_audio_at_all_has_no_words(ear: WyomingRecognizer) -> None:
    assert await ear.recognize(frames(b""), lambda _: None) == Transcript("", 0.0)


async def test_names_of_the_home_are_heard_once_it_expects_them(
    own_ear: WyomingRecognizer, spoken: Callable[..., bytes]
) -> None:
    sentence = spoken("turn off the zigbee coordinator", "rms")
    before = await own_ear.recognize(frames(sentence), lambda _: None)
    assert "zigbee" not in before.text
    await own_ear.expect(["Zigbee Coordinator", "Floor Lamp 2"], ["Kitchen"])
    async with asyncio.timeout(60):  # it learns in the background
        while heard := await own_ear.recognize(frames(sentence), lambda _: None):
            if heard.text == "turn off the zigbee coordinator":
                break
    assert heard.confidence > 0.5


async def test_two_rooms_speak_at_the_same_time(
    ear: WyomingRecognizer, spoken: Callable[..., bytes]
) -> None:
    one = ear.recognize(frames(spoken("turn on the kitchen lights")), lambda _: None)
    two = ear.recognize(frames(spoken("what time is it", "rms")), lambda _: None)
    heard = await asyncio.gather(one, two)
    assert [each.text for each in heard] == ["turn on the kitchen lights", "what time is it"]


async def test_a_sentence_that_is_given_up_does_not_disturb_the_next(
    ear: WyomingRecognizer, spoken: Callable[..., bytes]
) -> None:
    sentence = spoken("turn on the kitchen lights")
    task = asyncio.create_task(ear.recognize(frames(sentence, real_time=True), lambda _: None))
    await asyncio.sleep(0.7)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    heard = await ear.recognize(frames(sentence), lambda _: None)
    assert heard.text == "turn on the kitchen lights"


async def test_a_worker_that_is_killed_in_mid_sentence_hears_the_next(
    own_ear: WyomingRecognizer, spoken: Callable[..., bytes], tmp_path: Path
) -> None:
    sentence = spoken("turn on the kitchen lights")

    async def interrupted() -> AsyncIterator[bytes]:
        yield sentence[:32_000]
        os.kill(pid_of(tmp_path), signal.SIGKILL)
        async for frame in frames(sentence[32_000:], real_time=True):
            yield frame

    with pytest.raises(EngineError, match="in the middle of a sentence"):
        await own_ear.recognize(interrupted(), lambda _: None)
    heard = await _patient(own_ear, sentence)
    assert heard.text == "turn on the kitchen lights"


async def test_a_worker_that_hangs_in_mid_sentence_is_killed_and_hears_the_next(
    own_ear: WyomingRecognizer, spoken: Callable[..., bytes], tmp_path: Path, told: Told
) -> None:
    sentence = spoken("turn on the kitchen lights")

    async def interrupted() -> AsyncIterator[bytes]:
        yield sentence[:32_000]
        os.kill(pid_of(tmp_path), signal.SIGSTOP)
        async for frame in frames(sentence[32_000:]):
            yield frame

    with pytest.raises(EngineError, match="stuck"):
        await own_ear.recognize(interrupted(), lambda _: None)
    assert (await told.until("down")).detail == "killed by SIGKILL"
    heard = await _patient(own_ear, sentence)
    assert heard.text == "turn on the kitchen lights"


async def _patient(ear: WyomingRecognizer, sentence: bytes) -> Transcript:
    """Hear a sentence with a worker that is just being started, however slow the machine is."""
    async with asyncio.timeout(40):
        while True:
            try:
                return await ear.recognize(frames(sentence), lambda _: None)
            except EngineError as error:
                assert "cannot be reached" in str(error)  # noqa: PT017  # nothing else may fail


async def test_sigterm_ends_the_worker_in_mid_sentence_with_status_0(
    state: Path, tmp_path: Path, spoken: Callable[..., bytes]
) -> None:
    socket = tmp_path / "e.sock"
    command = ["ear", "--socket", str(socket), "--cache", str(state / "ear")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hearth.edge.speech.worker", *command
    )
    wire = Wire("ear", f"unix://{socket}", 40)
    await wire.info()
    speech = frames(spoken("turn on the kitchen lights"), real_time=True)
    task = asyncio.create_task(WyomingRecognizer(wire).recognize(speech, lambda _: None))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    process.terminate()
    assert await process.wait() == 0
    assert time.monotonic() - began < 2
    with pytest.raises(EngineError):
        await task


async def test_a_folder_that_is_no_vosk_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"no model")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *["-m", "hearth.edge.speech.worker", "ear", "--engine", "vosk"],
        *["--model", str(tmp_path), "--socket", str(tmp_path / "e.sock")],
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().splitlines()[-1] == (
        f"ERROR __main__: {tmp_path} is not a Vosk model. "
        "`hearth models fetch vosk-small-en` fetches one."
    )


@pytest.mark.skipif(
    "HEARTH_VOSK_MODEL" not in os.environ,
    reason="HEARTH_VOSK_MODEL does not name a Vosk model's folder",
)
async def test_vosk_hears_a_sentence_while_it_is_spoken(
    tmp_path: Path, told: Told, spoken: Callable[..., bytes]
) -> None:
    config = RecognitionConfig(engine="vosk", model=os.environ["HEARTH_VOSK_MODEL"])
    places = {"state": tmp_path / "state", "run": tmp_path / "run"}
    async with workers.ear(config, **places, language="en", tell=told.put_nowait) as ear:
        await told.until("ready")
        partials: list[str] = []
        heard = await ear.recognize(frames(spoken("turn on the lights")), partials.append)
    assert heard.text == "turn on the lights"
    assert heard.confidence > 0.5
    assert partials
