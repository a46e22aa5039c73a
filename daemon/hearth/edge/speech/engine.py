"""The engines inside a worker process: what an ear and a voice have to offer, and one sentence.

Engines block; each sentence is decoded in a thread of its own, so that rooms do not wait for one
another and the worker's event loop stays responsive.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

from hearth.error import EngineError
from hearth.port import PLAIN, RATE_HZ, Manner, Pcm, Transcript

LONGEST_SENTENCE_S = 120
_PIECE_BYTES = RATE_HZ // 5 * 2  # decoded in one go, 200 ms; partial results come in between


class Decoding(Protocol):
    """One sentence on its way through a recognizer."""

    def feed(self, pcm: bytes) -> str:
        """Take 16 kHz PCM and return the words so far."""

    def finish(self) -> Transcript:
        """Return the words of the whole sentence."""

    def close(self) -> None:
        """Give back what it held; called once, whatever happened."""


class Ear(Protocol):
    """A recognizer; ``at_once`` sentences can be decoded side by side."""

    name: str
    at_once: int

    def decoding(self) -> Decoding:
        """Begin a sentence."""

    def learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        """Expect these names of things, and these of areas and floors, from now on."""


class Voice(Protocol):
    """A voice; one sentence at a time."""

    name: str

    def speak(self, text: str, manner: Manner = PLAIN) -> Pcm:
        """Return the sound of one sentence; a voice that it has not is the configured one."""


class Sentence:
    """The audio of one sentence between the connection that brings it and the thread that decodes.

    ``partial`` is called in that thread with the words so far after each piece, changed or not: so
    a client sees that a slow engine is not a stuck one.
    """

    def __init__(self, ear: Ear, partial: Callable[[str], None]) -> None:
        self._ear = ear
        self._partial = partial
        self._audio: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._room_bytes = LONGEST_SENTENCE_S * RATE_HZ * 2
        self._abandoned = threading.Event()

    def put(self, pcm: bytes) -> None:
        """Add audio; what is beyond two minutes is dropped."""
        self._room_bytes -= len(pcm)
        if self._room_bytes >= 0:
            self._audio.put(pcm)

    def end(self) -> None:
        """No audio follows."""
        self._audio.put(None)

    def abandon(self) -> None:
        """Nobody waits for the words any more: the thread gives up as soon as it can."""
        self._abandoned.set()
        self._audio.put(None)

    def decode(self) -> Transcript:
        """Decode while the audio comes and return the words. Blocks until ``end``."""
        decoding = self._ear.decoding()
        try:
            more = True
            while more and not self._abandoned.is_set():
                pcm, more = self._take()
                for at in range(0, len(pcm), _PIECE_BYTES):
                    if self._abandoned.is_set():
                        break
                    self._partial(decoding.feed(pcm[at : at + _PIECE_BYTES]))
            if self._abandoned.is_set():
                raise EngineError("The sentence was abandoned.")
            return decoding.finish()
        finally:
            decoding.close()

    def _take(self) -> tuple[bytes, bool]:
        """Wait for audio; return all that is there, and whether more may come."""
        pieces: list[bytes] = []
        while True:
            piece = self._audio.get()
            if piece is None:
                return b"".join(pieces), False
            pieces.append(piece)
            if self._audio.empty():
                return b"".join(pieces), True
