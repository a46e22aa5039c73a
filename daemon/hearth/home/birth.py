"""A new connection in, one birth message out, so that devices announce themselves again.

Devices republish when ``<prefix>/status`` says ``online``. Home Assistant sends it where it runs;
where it does not, Hearth does. It never says ``offline``, and keeps silent while another says
``online``, so that it cannot fight a real Home Assistant.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from hearth.error import BrokerError
from hearth.port import Message, Publisher, Subscriber

log = logging.getLogger(__name__)

GRACE_S = 1.0
"""How long another may take to say that it is there, in seconds."""


class Birth:
    """Sends the birth message, or leaves it to the one who is there already."""

    def __init__(
        self, prefixes: Iterable[str], *, subscriber: Subscriber, publisher: Publisher
    ) -> None:
        self._publisher = publisher
        self._topics = tuple(f"{prefix}/status" for prefix in prefixes)
        self._own: dict[str, int] = dict.fromkeys(self._topics, 0)
        self._others: set[str] = set()
        for topic in self._topics:
            subscriber.subscribe(topic, self._on_status)

    async def connected(self) -> None:
        """Send it after a connection, where nobody else did within ``GRACE_S``."""
        await asyncio.sleep(GRACE_S)
        for topic in self._topics:
            if topic in self._others:
                continue
            self._own[topic] += 1
            try:
                await self._publisher.publish(topic, "online", qos=0)
            except BrokerError as error:
                self._own[topic] -= 1
                log.info("The birth message was not sent: %s", error)

    async def _on_status(self, message: Message) -> None:
        topic = message.topic
        if message.payload == b"offline":
            self._others.discard(topic)
        elif message.payload == b"online":
            if self._own.get(topic, 0) > 0 and not message.retained:
                self._own[topic] -= 1
            else:
                self._others.add(topic)
