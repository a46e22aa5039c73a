"""Sentences in, the situations that they tell of out; the files are read when nothing is to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from hearth.error import EngineError
from hearth.event import Health
from hearth.mind.situations.file import Mood, Situation, load
from hearth.mind.situations.learned import learned, shipped
from hearth.mind.situations.matcher import Match, Matcher
from hearth.port import Encoder

log = logging.getLogger(__name__)

DEADLINE_S = 0.25
"""The longest that a reply waits for the encoder; then it is written without a situation."""

_AGAIN_S = 10.0


class Situations:
    """The situations of a language.

    Args:
        language: Whose files are read.
        encoder: Makes the vectors; None knows no situation.
        folder: Where the vectors are kept.
        tell: Is told when they are known, and the first fault of a file.
    """

    def __init__(
        self,
        language: str,
        encoder: Encoder | None,
        folder: Path | None,
        tell: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self._language, self._encoder, self._folder, self._tell = language, encoder, folder, tell
        self._matcher: Matcher | None = None

    @property
    def ready(self) -> bool:
        """Whether situations are known."""
        return self._matcher is not None

    async def run(self) -> None:
        """Get ready, and wait until cancelled."""
        ready = await self.prepare()
        while not ready:
            await asyncio.sleep(_AGAIN_S)  # the encoder loads, or is not there
            ready = await self.prepare()
        await asyncio.Event().wait()

    async def prepare(self) -> bool:
        """Read and encode the files; return whether nothing is left to be tried again."""
        if self._encoder is None or self._matcher:
            return True
        known, faults = await asyncio.to_thread(load, self._language)
        if not known:
            return True
        ours = await asyncio.to_thread(shipped, self._language)
        try:
            means = await learned(known, self._encoder, self._folder, ours)
        except EngineError as error:
            log.debug("situations wait for the encoder: %s", error)
            return False
        self._matcher = await asyncio.to_thread(Matcher, known, means)
        if faults:
            remedy = "Mend it; until then Hearth talks without that situation."
            self._tell(Health("talk", "degraded", faults[0], remedy))
        else:
            self._tell(Health("talk", "ready", f"{len(known)} situations"))
        return True

    async def find(
        self,
        text: str,
        mood: Mood = "even",
        going: Situation | None = None,
        *,
        points_back: bool = False,
    ) -> Match | None:
        """Return the situation that a sentence tells of (see ``Matcher.find``); None where none is
        near, or in time."""
        if self._matcher is None or self._encoder is None or not text:
            return None
        try:
            async with asyncio.timeout(DEADLINE_S):
                vectors = await self._encoder.encode([text])
        except (EngineError, TimeoutError):
            return None
        return self._matcher.find(text, vectors[0], mood, going, points_back=points_back)
