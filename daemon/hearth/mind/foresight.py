"""Partial results in, a language model that is ready when the sentence is finished out.

While a person speaks, and in the silence after it, the model reads what it will be asked with. A
sentence that stood still for a moment is likely all of it; what was read for another is not lost,
because the beginning is the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import Answered, Heard, Hearing, Spoken
from hearth.port import Command, Converser

log = logging.getLogger(__name__)

_STILL_S = 0.12
"""How long a partial result has to stand still before it is worth reading."""

Pairs = Sequence[tuple[str, str]]


class Foresight:
    """Has the converser get ready, in each room by itself.

    Args:
        bus: Where partial results come from.
        converser: What is made ready.
        meaning: Returns what a sentence would move; then no conversation is to be expected.
        dialogue: Returns the last turns in a room as (person, Hearth).
        site: The room for which it gets ready at the start, before anybody spoke.
    """

    def __init__(
        self,
        bus: Bus,
        converser: Converser,
        meaning: Callable[[str, str], Awaitable[Sequence[Command]]],
        dialogue: Callable[[str], Pairs],
        site: str,
    ) -> None:
        self._inbox = bus.subscribe(Hearing, Heard, Answered, Spoken, size=1024)
        self._converser = converser
        self._meaning = meaning
        self._dialogue = dialogue
        self._site = site
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Follow what is being said until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._go(group, self._site, "", wait_s=0.0)
                async for event in self._inbox:
                    match event:
                        case Hearing():
                            self._go(group, event.site, event.text, wait_s=_STILL_S)
                        case Heard():
                            self._stop()  # the sentence itself is read now
                        case Spoken() if event.turn and (event.last or not event.whole):
                            self._go(group, event.site, "", wait_s=_STILL_S)
                        case Answered(outcome="stopped"):
                            self._go(group, event.site, "", wait_s=_STILL_S)
        finally:
            self._stop()

    def _go(self, group: asyncio.TaskGroup, site: str, text: str, *, wait_s: float) -> None:
        self._stop()
        self._task = group.create_task(self._ready(site, text, wait_s), name=f"foresee {site}")

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()

    async def _ready(self, site: str, text: str, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        try:
            if text and await self._meaning(text, site):
                return
            await self._converser.foresee(site, text, self._dialogue(site))
        except HearthError as error:
            log.debug("not made ready: %s", error)
