"""The real voice activity, wake words and recognizer, on speech that flite makes there and then."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from hearth.bus import Bus
from hearth.edge.silero import Silero
from hearth.edge.speech.workers import ear
from hearth.edge.wake.shipped import SHIPPED, MicroSpotter
from hearth.edge.wake.words import WakeWords
from hearth.event import Heard, Unheard, Woken
from hearth.port import Find, Transcript
from hearth.sections.engines import HearingConfig, RecognitionConfig, WakeConfig
from hearth.sense.endpoint import CHUNK_BYTES, VoiceActivity
from hearth.sense.listener import Listener
from hearth.sense.recording import heard, whole

pytestmark = pytest.mark.live

VOICES = ["slt", "rms", "awb"]


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Return 16 kHz PCM of a sentence, between a second of a quiet room before and after."""
    folder = tmp_path_factory.mktemp("flite")

    def speak(text: str, voice: str = "slt", gain: float = 1.0) -> bytes:
        path = folder / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        pcm, _ = whole(path.read_bytes())
        room = np.random.default_rng(0).normal(0, 8, 16_000)
        sound = np.frombuffer(pcm, "<i2") * gain
        return np.concatenate([room, sound, room]).astype("<i2").tobytes()

    return speak


def room(seconds: float, amplitude: float) -> bytes:
    noise = np.random.default_rng(1).normal(0, amplitude, int(seconds * 16_000))
    return np.clip(noise, -32768, 32767).astype("<i2").tobytes()


def finds(pcm: bytes, words: list[str]) -> list[str]:
    found: list[Find] = []
    spotter = MicroSpotter(words, 0.5, found.append)
    for at in range(0, len(pcm), CHUNK_BYTES):
        spotter.feed(pcm[at : at + CHUNK_BYTES], at // 2)
    spotter.close()
    return [find.word for find in found]


def states(pcm: bytes) -> list[str]:
    activity = VoiceActivity(HearingConfig(), Silero())
    whole_chunks = range(0, len(pcm) - CHUNK_BYTES + 1, CHUNK_BYTES)
    return [activity.step(pcm[at : at + CHUNK_BYTES]) for at in whole_chunks]


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("word", sorted(SHIPPED))
def test_each_shipped_name_is_found_once(say: Callable[..., bytes], word: str, voice: str) -> None:
    assert finds(say(word, voice), sorted(SHIPPED)) == [word]


def test_other_words_are_not_taken_for_a_shipped_name(say: Callable[..., bytes]) -> None:
    for text in ("turn on the lamp in the kitchen", "okay never mind", "what time is it"):
        assert finds(say(text), sorted(SHIPPED)) == []


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("gain", [1.0, 0.03])
def test_speech_is_found_loud_and_30_db_quieter(
    say: Callable[..., bytes], voice: str, gain: float
) -> None:
    pcm = say("turn on the lamp in the kitchen", voice, gain)
    found = states(pcm)

    speaking = [at for at, state in enumerate(found) if state == "speaking"]
    assert 25 <= speaking[0] <= 45  # speech begins at 31, after a second of the room
    assert found[-1] == "quiet" or speaking[-1] < len(found) - 15
    assert len(speaking) > 0.6 * (len(found) - 62)


@pytest.mark.parametrize("amplitude", [0.0, 20.0, 1000.0])
def test_silence_and_noise_are_no_speech(amplitude: float) -> None:
    assert set(states(room(10, amplitude))) == {"quiet"}


class NoWords:
    """A recognizer for tests that are about waking alone."""

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        async for _ in audio:
            pass
        return Transcript("")


def wake_words(tmp_path: Path, *words: str) -> WakeWords:
    found = WakeWords(WakeConfig(words=words), language="en", cache=tmp_path, tell=lambda _: None)
    assert found.recall(), "the default name ships with what it sounds like"
    return found


async def facts(pcm: bytes, words: WakeWords, recognizer: object) -> list[object]:
    bus = Bus()
    listener = Listener(
        HearingConfig(), bus, recognizer=recognizer, timeout_s=60,  # type: ignore[arg-type]  # both fill the port
        voice=Silero, spotters=words.spotters, complain=lambda *_: None,
    )  # fmt: skip
    found = [fact async for fact in heard(listener, bus, pcm)]
    listener.close()
    return found


@pytest.mark.parametrize("voice", VOICES)
async def test_the_default_name_wakes_and_ordinary_speech_does_not(
    say: Callable[..., bytes], tmp_path: Path, voice: str
) -> None:
    words = wake_words(tmp_path, "samantha")

    woken = await facts(say("samantha", voice) + room(1, 8), words, NoWords())
    others = await facts(
        say(
            "turn on the lamp in the kitchen, and then tell me what the weather will be like", voice
        ),
        words,
        NoWords(),
    )

    assert [type(fact) for fact in woken] in ([Woken, Unheard], [Woken])
    assert others == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("voice", ["slt", "rms"])
@pytest.mark.parametrize("name", ["samantha", "okay nabu"])
async def test_a_name_and_a_command_in_one_breath_and_after_a_pause(
    say: Callable[..., bytes], tmp_path: Path, name: str, voice: str
) -> None:
    words = wake_words(tmp_path, "samantha", "okay nabu")
    command = "turn on the lamp in the kitchen"
    config = RecognitionConfig(engine="pocketsphinx", timeout_s=60)

    async with ear(
        config, state=tmp_path, run=tmp_path, language="en", tell=lambda _: None
    ) as recognizer:
        at_once = await facts(say(f"{name}, {command}", voice), words, recognizer)
        paused = await facts(say(name, voice) + say(command, voice)[16_000:], words, recognizer)

    for told in (at_once, paused):
        texts = [fact.text for fact in told if isinstance(fact, Heard)]
        assert len(texts) == 1
        said = texts[0].split()
        assert {"turn", "kitchen"} <= set(said), texts  # its first and its last word


async def test_a_minute_of_noise_wakes_nobody(tmp_path: Path) -> None:
    words = wake_words(tmp_path, "samantha", "okay nabu")

    assert await facts(room(60, 600), words, NoWords()) == []
