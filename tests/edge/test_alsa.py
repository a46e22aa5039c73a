"""A microphone and a speaker that come, go and fail, on a PortAudio that is a fake."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from hearth.edge.alsa import Microphone, PortAudio, Speaker
from hearth.error import EngineError, MissingError
from hearth.event import Health
from hearth.port import Pcm


class Stream:
    """A device that takes and gives sound in real time."""

    def __init__(self, sound: Sound, **form: Any) -> None:
        self.device, self.form = sound, form

    def __enter__(self) -> Stream:
        if not self.device.plugged:
            raise OSError("Error querying device -1")
        self.device.open += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.device.open -= 1

    def read(self, frames: int) -> tuple[bytearray, bool]:
        time.sleep(frames / 16_000)
        if not self.device.plugged:
            raise OSError("Input stream was unplugged")
        return bytearray(b"\1\2" * frames), False

    def write(self, data: bytes) -> None:
        time.sleep(len(data) / 2 / self.form["samplerate"])
        self.device.played += data

    def abort(self) -> None:
        self.device.aborted = True


class Sound:
    """What stands for the module ``sounddevice``."""

    def __init__(self, *, plugged: bool = True) -> None:
        self.plugged = plugged
        self.open = 0
        self.played = b""
        self.aborted = False
        self.looked = 0

    def RawInputStream(self, **form: Any) -> Stream:  # noqa: N802  # sounddevice's name
        return Stream(self, **form)

    RawOutputStream = RawInputStream  # sounddevice's name

    def _terminate(self) -> None:
        assert not self.open

    def _initialize(self) -> None:
        self.looked += 1

    def __call__(self) -> Sound:
        return self


async def pieces(*pcms: Pcm) -> AsyncIterator[Pcm]:
    for pcm in pcms:
        yield pcm


def speaker(sound: Sound, told: list[Health]) -> Speaker:
    return Speaker("auto", told.append, PortAudio(sound))


async def until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not come to pass in 5 s")


async def test_the_microphone_feeds_20_ms_at_a_time_and_ends_when_cancelled() -> None:
    sound, told, heard = Sound(), list[Health](), list[bytes]()
    task = asyncio.create_task(Microphone("auto", told.append, PortAudio(sound)).run(heard.append))
    await until(lambda: len(heard) >= 3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert set(heard) == {b"\1\2" * 320}
    assert told == [Health("microphone", "ready")]
    assert sound.open == 0


async def test_a_microphone_that_is_absent_is_told_once_and_found_when_plugged_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hearth.edge.alsa._FIRST_WAIT_S", 0.02)
    sound, told, heard = Sound(plugged=False), list[Health](), list[bytes]()
    task = asyncio.create_task(Microphone("auto", told.append, PortAudio(sound)).run(heard.append))
    await until(lambda: sound.looked >= 3)
    sound.plugged = True
    await until(lambda: heard)
    sound.plugged = False
    await until(lambda: len(told) >= 3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert [health.state for health in told] == ["absent", "ready", "absent"]
    assert "querying device" in told[0].detail
    assert "microphone = 'off'" in told[0].remedy


async def test_a_machine_without_portaudio_is_told() -> None:
    def missing() -> Any:
        raise EngineError("PortAudio cannot be loaded.", "Install it.")

    told: list[Health] = []
    task = asyncio.create_task(
        Microphone("auto", told.append, PortAudio(missing)).run(lambda _: None)
    )
    await until(lambda: told)
    task.cancel()

    assert told == [Health("microphone", "absent", "PortAudio cannot be loaded.", "Install it.")]


async def test_a_sentence_is_played_whole() -> None:
    sound, told, began = Sound(), list[Health](), list[bool]()
    loud = np.full(2205, 10_000, "<i2").tobytes()

    ms = await speaker(sound, told).play(
        "kitchen", pieces(Pcm(loud, 22_050), Pcm(loud, 22_050)), lambda: began.append(True)
    )

    assert ms == pytest.approx(200)
    assert began == [True]
    assert set(np.frombuffer(sound.played, "<i2")) == {10_000}
    assert len(sound.played) == 2 * len(loud)
    assert told == [Health("speaker", "ready")]


async def test_a_stop_takes_less_than_200_ms() -> None:
    sound = Sound()
    playing = asyncio.create_task(
        speaker(sound, []).play("kitchen", pieces(Pcm(bytes(320_000))), lambda: None)
    )
    await until(lambda: len(sound.played) > 6400)
    began = time.monotonic()
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
    await until(lambda: not sound.open)

    assert time.monotonic() - began < 0.2
    assert sound.aborted
    assert len(sound.played) < 64_000


async def test_no_speaker_is_missing_and_told() -> None:
    told: list[Health] = []
    with pytest.raises(MissingError, match="speaker cannot be used"):
        await speaker(Sound(plugged=False), told).play(
            "kitchen", pieces(Pcm(bytes(3200))), lambda: None
        )

    assert [health.state for health in told] == ["absent"]


async def test_silence_plays_nothing() -> None:
    sound = Sound()

    assert await speaker(sound, []).play("kitchen", pieces(), lambda: None) == 0.0
    assert sound.looked == 0


async def test_a_voice_that_breaks_off_is_raised_and_the_device_released() -> None:
    async def broken() -> AsyncIterator[Pcm]:
        yield Pcm(bytes(3200))
        raise EngineError("The voice broke.")

    sound, told = Sound(), list[Health]()
    with pytest.raises(EngineError, match="The voice broke"):
        await speaker(sound, told).play("kitchen", broken(), lambda: None)
    await until(lambda: not sound.open)

    assert told == []


async def test_devices_are_not_looked_for_while_one_is_open() -> None:
    sound = Sound()
    audio = PortAudio(sound)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with audio.stream("RawInputStream", None, 16_000):
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(5)
    with audio.stream("RawOutputStream", None, 22_050):
        assert sound.looked == 1
    leave.set()
    thread.join()
