"""Things that appear in, the words that the recognizer should expect out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from hearth.bus import Bus
from hearth.error import EngineError
from hearth.event import Appeared, Health, Vanished
from hearth.house import Area, Floor
from hearth.port import Expecting, Home

log = logging.getLogger(__name__)

_SETTLE_S = 1.0
"""Things announce themselves in floods; the recognizer is told once a flood is over."""


class Vocabulary:
    """Tells the recognizer the names of the home, whenever they have changed."""

    def __init__(
        self,
        bus: Bus,
        home: Home,
        recognizer: Expecting,
        tell: Callable[[Health], None],
    ) -> None:
        self._inbox = bus.subscribe(Appeared, Vanished)
        self._home = home
        self._recognizer = recognizer
        self._tell = tell
        self._told: tuple[list[str], list[str]] | None = None

    async def run(self) -> None:
        """Follow the home until cancelled."""
        while True:
            await self._inbox.get()
            await asyncio.sleep(_SETTLE_S)
            while len(self._inbox):
                await self._inbox.get()
            house = self._home.house()
            names = sorted({n for e in house.entities for n in (e.name, *e.aliases)})
            places: list[Area | Floor] = [*house.areas, *house.floors]
            terms = sorted({n for place in places for n in (place.name, *place.aliases)})
            if self._told != (names, terms):
                try:
                    await self._recognizer.expect(names, terms)
                    self._told = (names, terms)
                    self._tell(Health("vocabulary", "ready", f"{len(names)} names"))
                except EngineError as error:
                    log.info("the recognizer learns the names later: %s", error)
