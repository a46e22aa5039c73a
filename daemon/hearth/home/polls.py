"""Devices that come in, a question for their state out, where the broker keeps none of it.

Tasmota tells a state when it changes and every five minutes, and retains nothing. Each device is
asked when it says that it is there, and again after each connection of ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from hearth.bus import Bus
from hearth.error import BrokerError
from hearth.event import Appeared, Changed, Event
from hearth.home.things import Things
from hearth.port import Publisher

log = logging.getLogger(__name__)

_SETTLE_S = 1.0
"""The things of a device come one after the other; it is asked once for all of them."""


class Polls:
    """Asks devices for their state."""

    def __init__(self, bus: Bus, things: Things, publisher: Publisher) -> None:
        self._inbox = bus.subscribe(Appeared, Changed, size=8192)
        self._things = things
        self._publisher = publisher

    async def run(self) -> None:
        """Ask each device that comes in, until cancelled."""
        while True:
            due = dict.fromkeys(self._due(await self._inbox.get()))
            if not due:
                continue
            await asyncio.sleep(_SETTLE_S)
            while len(self._inbox):
                due |= dict.fromkeys(self._due(await self._inbox.get()))
            await self._ask(due)

    async def connected(self) -> None:
        """Ask every device that is there: what it said while we were away is lost."""
        await asyncio.sleep(_SETTLE_S)
        there = [entity.id for entity in self._things.house().entities if entity.available]
        await self._ask(dict.fromkeys(poll for id_ in there for poll in self._polls(id_)))

    def _due(self, event: Event) -> Iterable[tuple[str, str]]:
        if isinstance(event, Appeared):
            return self._polls(event.entity.id) if event.entity.available else ()
        if isinstance(event, Changed) and event.new.available and not event.old.available:
            return self._polls(event.new.id)
        return ()

    def _polls(self, entity_id: str) -> tuple[tuple[str, str], ...]:
        thing = self._things.thing(entity_id)
        return thing.announced.polls if thing else ()

    async def _ask(self, due: Iterable[tuple[str, str]]) -> None:
        for topic, payload in due:
            try:
                await self._publisher.publish(topic, payload)
            except BrokerError as error:
                log.info("A device was not asked for its state: %s", error)
                return
