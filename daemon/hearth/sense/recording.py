"""A whole recording in, what was heard in it out, as fast as the engines allow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hearth.bus import Bus, Inbox
from hearth.event import Event, Heard, Unheard, Woken
from hearth.port import RATE_HZ
from hearth.sense.endpoint import CHUNK_BYTES
from hearth.sense.frame import Ear, parse
from hearth.sense.listener import Listener

_SITE = "recording"
_LARGEST_BYTES = 1 << 30
_LONGEST_S = 6 * 3600


def whole(payload: bytes) -> tuple[bytes, bool]:
    """Return the 16 kHz PCM of a WAV file, and whether it ends early. Raises FrameError."""
    wave = parse(payload, max_bytes=_LARGEST_BYTES, max_s=_LONGEST_S)
    return Ear().pcm(wave, last=True), wave.truncated


async def heard(
    listener: Listener, bus: Bus, pcm: bytes, *, wake: bool = True
) -> AsyncIterator[Woken | Heard | Unheard]:
    """Push 16 kHz PCM through ``listener`` and yield its facts in their order.

    Without ``wake`` every sentence is taken, with or without the wake word. The recording needs no
    silence at its end.
    """
    facts: Inbox[Event] = bus.subscribe(Woken, Heard, Unheard)
    try:
        for begin in range(0, len(pcm), CHUNK_BYTES):
            listener.feed(_SITE, pcm[begin : begin + CHUNK_BYTES])
            if not wake:
                listener.listen(_SITE, len(pcm) / RATE_HZ)
            await asyncio.sleep(0)
            await listener.drain()  # a sentence is known before the next is listened to
            for fact in await _come(facts):
                yield fact
        listener.finish(_SITE)
        await listener.drain()
        for fact in await _come(facts):
            yield fact
    finally:
        bus.unsubscribe(facts)


async def _come(facts: Inbox[Event]) -> list[Woken | Heard | Unheard]:
    """Take what has come."""
    found = [await facts.get() for _ in range(len(facts))]
    return [fact for fact in found if isinstance(fact, Woken | Heard | Unheard)]
