"""Hermes audio over MQTT: satellites' frames in, sentences as WAV out.

What is known of satellites and a stop in the middle of a sentence (their sources, 2026): none of
Rhasspy's own speaker service, Rhasspy Mobile, the Rhasspy desktop satellite, hermes-audio-server
or the ESP32 satellite breaks off a ``playBytes`` that it has begun; ``toggleOff`` mutes the next
one, at most. They play what they got one after the other. So there are two ways, both used:

- ``toggleOff`` and ``toggleOn`` are sent on a stop: a satellite that obeys them (Hearth's own does)
  is silent at once, whatever it was given.
- With ``[audio] piece_ms`` above 0 a sentence is sent in pieces of that length, just in time, so
  that any satellite is silent after the pieces it has: 100 stops in under 200 ms. The price
  is a small gap between the pieces on satellites that open their sound card for each (``aplay``).
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import uuid
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Protocol

from hearth.edge.complaint import Complaints
from hearth.error import BrokerError, EngineError
from hearth.port import Message, Pcm, Publisher, Subscriber

log = logging.getLogger(__name__)

SITE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What a site may be called: it becomes part of a topic and of a log line."""

AUDIO = "hermes/audioServer"
_LEAD_MS = 50.0
_LATELY_S = 60.0
_SITES = 256


class Bus(Publisher, Subscriber, Protocol):
    """The MQTT client, as far as Hermes needs it."""

    def listen(self, topic_filter: str, listener: Callable[[Message], None]) -> None:
        """Call ``listener`` at once for each message."""


class HermesEars:
    """Hands each site's audio frames on, as they come.

    Args:
        mqtt: The client; subscribed at once.
        hear: Receives (site, WAV chunk); has to be fast and not to raise.
        complain: Counts and logs faults.

    ``hermes/hotword/toggleOff {siteId}`` deafens a site until ``toggleOn``, or for the seconds that
    ``open`` gives it.
    """

    def __init__(
        self, mqtt: Bus, hear: Callable[[str, bytes], None], complain: Complaints | None = None
    ) -> None:
        self._hear = hear
        self._complain = complain or Complaints(log)
        self._off: dict[str, float] = {}
        self._seen: dict[str, float] = {}
        mqtt.listen(f"{AUDIO}/+/audioFrame", self._frame)
        mqtt.listen(f"{AUDIO}/+/+/audioSessionFrame", self._frame)
        mqtt.listen("hermes/hotword/toggleOff", self._toggled)
        mqtt.listen("hermes/hotword/toggleOn", self._toggled)

    @property
    def deaf(self) -> frozenset[str]:
        """The sites that were toggled off."""
        return frozenset(self._off)

    def heard_lately(self, site: str) -> bool:
        """Return whether a satellite has sent sound from that site in the last minute."""
        now = asyncio.get_running_loop().time()
        return now - self._seen.get(site, -_LATELY_S) < _LATELY_S

    def open(self, site: str, seconds: float) -> None:
        """Hear a site for some seconds although it was toggled off."""
        if site in self._off:
            self._off[site] = asyncio.get_running_loop().time() + seconds

    def _frame(self, message: Message) -> None:
        site = message.topic.split("/")[2]
        if not SITE.fullmatch(site):
            self._complain.add("unknown_site", "hermes: not a site's name", site)
        elif message.retained:
            self._complain.add("malformed", "hermes: a retained audio frame", site)
        elif site not in self._off or asyncio.get_running_loop().time() < self._off[site]:
            if len(self._seen) >= _SITES and site not in self._seen:
                self._seen.pop(next(iter(self._seen)))
            self._seen[site] = asyncio.get_running_loop().time()
            self._hear(site, message.payload)

    def _toggled(self, message: Message) -> None:
        if (data := read_json(message, self._complain)) is None:
            return
        site = site_of(data)
        if site is None:
            self._complain.add("malformed", "hermes: not a site's name", message.topic)
        elif message.topic.endswith("toggleOff"):
            self._off[site] = 0.0
        else:
            self._off.pop(site, None)


class HermesSpeaker:
    """Plays sentences through satellites. Fills the port Loudspeaker.

    Args:
        mqtt: The client.
        finished_timeout_s: How long after a sound's end its ``playFinished`` may come.
        piece_ms: 0 sends a sentence as one WAV; else see the module's text.
    """

    def __init__(
        self,
        mqtt: Bus,
        *,
        finished_timeout_s: float,
        piece_ms: int = 0,
        complain: Complaints | None = None,
    ) -> None:
        self._mqtt = mqtt
        self._finished_timeout_s = finished_timeout_s
        self._piece_ms = piece_ms
        self._complain = complain or Complaints(log)
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}
        mqtt.listen(f"{AUDIO}/+/playFinished", self._finished)

    async def play(
        self, site: str, sound: AsyncIterator[Pcm], started: Callable[[], None]
    ) -> float:
        """Play one sentence and return its milliseconds, once the satellite has played it.

        Raises EngineError when the broker is away, or no satellite answers in the sound's length
        plus ``finished_timeout_s``. Cancelling stops the satellite.
        """
        if not SITE.fullmatch(site):
            raise EngineError(f"{site!a} is not the name of a site.", "Check [audio] sites.")
        began = False

        def begin() -> None:
            nonlocal began
            if not began:
                began = True
                started()

        try:
            pieces = [pcm async for pcm in sound]
            if not pieces:
                return 0.0
            whole = Pcm(b"".join(pcm.data for pcm in pieces), pieces[0].rate_hz)
            if self._piece_ms:
                await self._play_pieces(site, whole, begin)
            else:
                await self._play_one(site, whole, begin)
        except asyncio.CancelledError:
            if began:
                await self._stop(site)
            raise
        except BrokerError as error:
            raise EngineError(
                f"Nothing can be said in {site}: {error.what}", error.remedy
            ) from error
        return whole.ms

    async def _play_one(self, site: str, pcm: Pcm, begin: Callable[[], None]) -> None:
        request = uuid.uuid4().hex
        done = self._waiting[site, request] = asyncio.get_running_loop().create_future()
        try:
            await self._mqtt.publish(f"{AUDIO}/{site}/playBytes/{request}", wav(pcm))
            begin()
            async with asyncio.timeout(pcm.ms / 1000 + self._finished_timeout_s):
                await done
        except TimeoutError:
            raise EngineError(
                f"The speaker of {site} does not answer.",
                "Check that the satellite is on and that its site id is the same.",
            ) from None
        finally:
            self._waiting.pop((site, request), None)

    async def _play_pieces(self, site: str, pcm: Pcm, begin: Callable[[], None]) -> None:
        """Send each piece shortly before the one before it ends; the last one's end is awaited."""
        loop = asyncio.get_running_loop()
        step = max(1, pcm.rate_hz * self._piece_ms // 1000) * 2
        pieces = [
            Pcm(pcm.data[at : at + step], pcm.rate_hz) for at in range(0, len(pcm.data), step)
        ]
        due = loop.time()
        for piece in pieces[:-1]:
            await asyncio.sleep(due - loop.time() - _LEAD_MS / 1000)
            topic = f"{AUDIO}/{site}/playBytes/{uuid.uuid4().hex}"
            await self._mqtt.publish(topic, wav(piece))
            begin()
            due = max(due, loop.time()) + piece.ms / 1000
        await asyncio.sleep(due - loop.time() - _LEAD_MS / 1000)
        await self._play_one(site, pieces[-1], begin)

    async def _stop(self, site: str) -> None:
        """Make a satellite that can be stopped silent, and ready for the next sentence."""
        body = json.dumps({"siteId": site, "reason": "stop"})
        with suppress(BrokerError):  # away: it will not play on either
            await self._mqtt.publish(f"{AUDIO}/toggleOff", body)
            await self._mqtt.publish(f"{AUDIO}/toggleOn", body)

    def _finished(self, message: Message) -> None:
        site = message.topic.split("/")[2]
        if (data := read_json(message, self._complain)) is None:
            return
        future = self._waiting.get((site, str(data.get("id", ""))))
        if future and not future.done():
            future.set_result(None)


def wav(pcm: Pcm) -> bytes:
    """Return the sound as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(pcm.rate_hz)
        out.writeframes(pcm.data)
    return file.getvalue()


def read_json(message: Message, complain: Complaints) -> dict[str, Any] | None:
    """Return a JSON object, or None after counting what it was instead."""
    try:
        data = json.loads(message.payload or b"{}")
    except (ValueError, RecursionError):
        complain.add("malformed", "hermes: not JSON", f"{message.topic} {message.payload[:60]!r}")
        return None
    if not isinstance(data, dict):
        complain.add("malformed", "hermes: not a JSON object", message.topic)
        return None
    return data


def site_of(data: dict[str, Any]) -> str | None:
    """Return the site that a message is about (Hermes' default is "default"), or None."""
    site = data.get("siteId") or "default"
    return site if isinstance(site, str) and SITE.fullmatch(site) else None
