"""Words in, commands out: the grammar, and where it knows nothing, the nearest known way of saying.

The port ``Understander``. The grammar decides in milliseconds and alone; only what it did not
understand at all goes on to the sentence encoder (``nearest.py``), whose find the grammar reads in
its turn. Where the encoder is away or slow, the grammar's answer stands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from hearth.error import EngineError
from hearth.event import Health
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.mind.nearest import Nearest
from hearth.port import Command

log = logging.getLogger(__name__)

DEADLINE_S = 0.15
"""How long a person waits for the second stage; it takes a tenth of that on two idle cores."""

_RETRY_S = 2.0
_LONGEST_S = 60.0


class Understanding:
    """Understands one language (the port ``Understander``); ``nearest`` is the second stage."""

    def __init__(self, grammar: Grammar, nearest: Nearest | None = None) -> None:
        self._grammar = grammar
        self._nearest = nearest

    async def run(self, tell: Callable[[Health], None]) -> None:
        """Make the second stage ready as soon as the encoder is, then wait to be cancelled."""
        wait_s = _RETRY_S
        while self._nearest and not self._nearest.ready:
            try:
                await self._nearest.prepare()
            except EngineError as error:
                log.debug("the second stage waits: %s", error)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _LONGEST_S)
            else:
                tell(Health("encoder", "ready", "second stage of understanding"))
        await asyncio.Event().wait()

    async def understand(
        self,
        text: str,
        house: House,
        area: str | None = None,
        lately: tuple[Command, ...] = (),
    ) -> tuple[Command, ...]:
        """Return the commands in the order they were said; empty where nothing was understood.

        ``area`` is the id of the area in which the person speaks, or None; ``lately`` what was
        understood last in that room, for "it" and "the other one too".
        """
        commands = self._grammar.understand(text, house, area, lately)
        if commands or self._nearest is None or not self._nearest.ready:
            return commands
        try:
            async with asyncio.timeout(DEADLINE_S):
                found = await self._nearest.find(text, house)
        except (EngineError, TimeoutError) as error:
            log.info("without the second stage: %s", error or "it took too long")
            return ()
        if found is None:
            return ()
        read = self._grammar.understand(found.command, house, area)
        if len(read) != 1 or not (read[0].targets or read[0].choices or "Timer" in read[0].intent):
            return ()
        return (replace(read[0], confidence=round(read[0].confidence * found.score, 3)),)
