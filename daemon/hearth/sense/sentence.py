"""Chunks after a wake word in, one sentence out: its begin, its sound, its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hearth.port import RATE_HZ
from hearth.sections.engines import HearingConfig
from hearth.sense.endpoint import CHUNK_MS, CHUNK_SAMPLES, State

Phase = Literal["waiting", "open", "ended", "silent"]

_PER_MS = RATE_HZ // 1000
_TAIL_MS = 256
"""How much more speech makes a command in the same breath rather than the tail of the name."""

_BREATH_MS = 128
"""A pause after the name from which on the next speech is taken for a command at once."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """32 ms of one microphone: its first sample's number, the state after it, when it arrived."""

    at: int
    pcm: bytes
    state: State
    time: float

    @property
    def end(self) -> int:
        """The number of the sample after its last."""
        return self.at + CHUNK_SAMPLES


class Sentence:
    """Follows one sentence: waits for its speech, then takes it until the endpoint is quiet.

    Args:
        config: Times.
        start: The sample from which on sound may belong to it (the end of the wake word).
        patience_s: How long it waits for speech from ``start`` on.
        fresh: Whether nobody speaks yet, so that the first speech is already the sentence.

    ``patience_ms`` is the silence that ends it; what has been understood so far may change it.
    """

    def __init__(
        self, config: HearingConfig, start: int, patience_s: float, *, fresh: bool = False
    ) -> None:
        self.phase: Phase = "waiting"
        self.start = start
        self.deadline = start + int(patience_s * RATE_HZ)
        self.spoken_at = 0.0
        self.spoken_end = start
        self.fresh = fresh
        self.patience_ms = config.silence_ms
        self._config = config
        self._held: list[Chunk] = []
        self._voiced_ms = 0
        self._pause_ms = 0

    def step(self, chunk: Chunk) -> bytes:
        """Take the next chunk and return the sound that now goes to the recognizer."""
        if chunk.end <= self.start or self.phase in ("ended", "silent"):
            return b""
        voiced = chunk.state in ("starting", "speaking")
        if voiced:
            self.spoken_at, self.spoken_end = chunk.time, chunk.end
        if self.phase == "waiting":
            return self._wait(chunk, voiced=voiced)
        if self._is_over(chunk) or (chunk.end - self.start > self._config.max_sentence_s * RATE_HZ):
            self.phase = "ended"
        return chunk.pcm

    def _is_over(self, chunk: Chunk) -> bool:
        """Tell whether it has been silent for as long as these words need."""
        usual_ms, silent_ms = self._config.silence_ms, (chunk.end - self.spoken_end) // _PER_MS
        if chunk.state == "quiet":
            return self.patience_ms <= usual_ms or silent_ms >= self.patience_ms
        return chunk.state == "stopping" and usual_ms > self.patience_ms <= silent_ms

    def finish(self) -> None:
        """No more sound will come."""
        self.phase = "ended" if self.phase == "open" else "silent"

    def _wait(self, chunk: Chunk, *, voiced: bool) -> bytes:
        self._held.append(chunk)
        if voiced:
            self._voiced_ms += CHUNK_MS
            self._pause_ms = 0
        else:
            self._pause_ms += CHUNK_MS
            if self._pause_ms >= _BREATH_MS or chunk.state == "quiet":
                self.fresh, self._voiced_ms = True, 0
                self._forget()
        need_ms = self._config.start_ms if self.fresh else _TAIL_MS
        if chunk.state == "speaking" and self._voiced_ms >= need_ms:
            self.phase = "open"
            self.start = max(self.start, self._held[0].at)
            pcm = b"".join(held.pcm for held in self._held)
            self._held.clear()
            return pcm[max(self.start - chunk.end, -len(pcm) // 2) * 2 :]
        if chunk.end > self.deadline and not voiced:
            self.phase = "silent"
        return b""

    def _forget(self) -> None:
        """Keep no more than the pre-roll of what was not speech."""
        keep = self._config.pre_roll_ms // CHUNK_MS
        del self._held[: max(len(self._held) - keep, 0)]
