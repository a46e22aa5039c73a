"""A new connection in, one birth message out, so that devices tell their states again.

Devices republish when ``<prefix>/status`` says ``online``, as Home Assistant does when it starts.
Hearth says it once after each connection, when the announcements have come in (a state told before
its announcement would be missed), and again when a Home Assistant has gone and not come back. It is
never retained and Hearth never says ``offline``, so that it cannot fight a real Home Assistant.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from hearth.error import BrokerError
from hearth.port import Message, Publisher, Subscriber

log = logging.getLogger(__name__)

SETTLE_S = 0.5
"""Announcements have come in when none came for so long, in seconds."""

PATIENCE_S = 10.0
"""Longest wait for that, in seconds."""

GONE_S = 30.0
"""How long a Home Assistant may be away until Hearth speaks in its place, in seconds."""


class Birth:
    """Sends the birth message.

    Args:
        prefixes: The discovery prefixes; each has a status topic.
        known: Returns how many announcements have come in so far.
    """

    def __init__(
        self,
        prefixes: Iterable[str],
        *,
        subscriber: Subscriber,
        publisher: Publisher,
        known: Callable[[], int] = lambda: 0,
    ) -> None:
        self._publisher = publisher
        self._known = known
        self._topics = tuple(f"{prefix}/status" for prefix in prefixes)
        self._gone: dict[str, asyncio.Task[None]] = {}
        for topic in self._topics:
            subscriber.subscribe(topic, self._on_status)

    async def connected(self) -> None:
        """Send it once the announcements of a new connection have come in."""
        waited, before = 0.0, -1
        while waited < PATIENCE_S and (now := self._known()) != before:
            before = now
            await asyncio.sleep(SETTLE_S)
            waited += SETTLE_S
        for topic in self._topics:
            await self._send(topic)

    async def _send(self, topic: str) -> None:
        try:
            await self._publisher.publish(topic, "online", qos=0)
        except BrokerError as error:
            log.info("The birth message was not sent: %s", error)

    async def _on_status(self, message: Message) -> None:
        if (task := self._gone.pop(message.topic, None)) is not None:
            task.cancel()
        if message.payload == b"offline":
            self._gone[message.topic] = asyncio.create_task(self._stand_in(message.topic))

    async def _stand_in(self, topic: str) -> None:
        await asyncio.sleep(GONE_S)
        self._gone.pop(topic, None)
        await self._send(topic)
