"""A simulated satellite: a recording into audio frames, played sentences into a WAV.

It is an MQTT client of its own, as a real satellite is: it knows nothing of the daemon.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import wave
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from hearth.edge.hermes.audio import AUDIO, wav
from hearth.edge.mqtt.client import Mqtt
from hearth.port import Message, Pcm
from hearth.sections.engines import MqttConfig

log = logging.getLogger(__name__)

CHUNK_SAMPLES = 1024
"""Samples in a frame: the 2,048 bytes that Rhasspy's satellites send."""


@dataclass
class Playback:
    """One ``playBytes`` that was received: its id, its sound, and how much of it was played."""

    id: str
    pcm: Pcm
    played_ms: float = 0.0
    began: float = 0.0


class Satellite:
    """Microphone and loudspeaker of one site.

    Args:
        config: The broker.
        site: Its site id.
        speed: 1 is real time; larger sends and plays faster, 0 as fast as it goes.
        stops: Whether it obeys ``toggleOff`` in the middle of a sound.

    Used as ``async with Satellite(...) as satellite``; then ``await satellite.say(wav)`` and look
    at ``satellite.playbacks``.
    """

    def __init__(
        self, config: MqttConfig, site: str, *, speed: float = 1.0, stops: bool = True
    ) -> None:
        self.site = site
        self.playbacks: list[Playback] = []
        self.mqtt = Mqtt(
            replace(config, client_id=f"satellite-{site}", session_expiry_s=0),
            tell=lambda health: log.info("satellite %s: %s", site, health.detail),
            max_message_bytes=8_000_000,
        )
        self._speed = speed
        self._stops = stops
        self._on = True
        self._queue: deque[Playback] = deque()
        self._arrived = asyncio.Event()
        self._silenced = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._idle = asyncio.Event()
        self._idle.set()
        self.mqtt.listen(f"{AUDIO}/{site}/playBytes/+", self._received)
        self.mqtt.listen(f"{AUDIO}/toggleOff", self._toggled)
        self.mqtt.listen(f"{AUDIO}/toggleOn", self._toggled)

    async def __aenter__(self) -> Self:
        await self.mqtt.__aenter__()
        self._tasks = [asyncio.create_task(self.mqtt.run()), asyncio.create_task(self._play())]
        try:
            await self.mqtt.wait_connected(5.0)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.mqtt.__aexit__()

    async def say(self, recording: bytes) -> float:
        """Stream a WAV as audio frames, and return the loop's time at which its sound ended."""
        loop = asyncio.get_running_loop()
        with wave.open(io.BytesIO(recording)) as file:
            rate_hz, channels = file.getframerate(), file.getnchannels()
            width = file.getsampwidth()
            due = loop.time()
            while frames := file.readframes(CHUNK_SAMPLES):
                if self._speed:
                    # A chunk can leave only after its last sample was spoken.
                    due += len(frames) / (width * channels) / rate_hz / self._speed
                    await asyncio.sleep(due - loop.time())
                await self.send(_chunk(frames, rate_hz, channels, width))
        return loop.time()

    async def hush(self, seconds: float, rate_hz: int = 16_000) -> None:
        """Stream silence, as an open microphone does."""
        silence = Pcm(bytes(2 * int(seconds * rate_hz)), rate_hz)
        await self.say(wav(silence))

    async def send(self, payload: bytes) -> None:
        """Send one audio frame, whatever is in it."""
        await self.mqtt.publish(f"{AUDIO}/{self.site}/audioFrame", payload)

    async def silent(self, timeout_s: float) -> None:
        """Wait until everything received has been played. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            await self._idle.wait()

    def save(self, path: Path) -> float:
        """Write what was really played into one WAV and return its milliseconds."""
        rate_hz = self.playbacks[0].pcm.rate_hz if self.playbacks else 16_000
        parts = [p.pcm.data[: int(p.played_ms * p.pcm.rate_hz / 1000) * 2] for p in self.playbacks]
        sound = Pcm(b"".join(parts), rate_hz)
        path.write_bytes(wav(sound))
        return sound.ms

    # --- the loudspeaker -----------------------------------------------------------------------

    def _received(self, message: Message) -> None:
        if not self._on:
            return
        with wave.open(io.BytesIO(message.payload)) as file:
            if file.getnchannels() != 1 or file.getsampwidth() != 2:
                raise ValueError("this satellite plays 16-bit mono")
            pcm = Pcm(file.readframes(file.getnframes()), file.getframerate())
        playback = Playback(message.topic.rpartition("/")[2], pcm)
        self.playbacks.append(playback)
        self._queue.append(playback)
        self._idle.clear()
        self._arrived.set()

    def _toggled(self, message: Message) -> None:
        if json.loads(message.payload).get("siteId", "default") != self.site:
            return
        self._on = message.topic.endswith("toggleOn")
        if not self._on and self._stops:
            self._queue.clear()
            self._silenced.set()

    async def _play(self) -> None:
        """Play what comes, one after the other, at the speed of sound."""
        loop = asyncio.get_running_loop()
        while True:
            while not self._queue:
                self._idle.set()
                self._arrived.clear()
                await self._arrived.wait()
            playback = self._queue.popleft()
            self._silenced.clear()
            playback.began = loop.time()
            lasts_s = playback.pcm.ms / 1000 / self._speed if self._speed else 0.0
            with suppress(TimeoutError):
                async with asyncio.timeout(lasts_s):
                    await self._silenced.wait()
            if self._silenced.is_set():
                share = (loop.time() - playback.began) / lasts_s if lasts_s else 1.0
                playback.played_ms = playback.pcm.ms * min(1.0, share)
            else:
                playback.played_ms = playback.pcm.ms
            body = json.dumps({"id": playback.id, "siteId": self.site})
            await self.mqtt.publish(f"{AUDIO}/{self.site}/playFinished", body)


def _chunk(frames: bytes, rate_hz: int, channels: int, width: int) -> bytes:
    """Return frames as a WAV of their own."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate_hz)
        out.writeframes(frames)
    return file.getvalue()
