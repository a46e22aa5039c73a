"""A broker in memory: retained messages, wildcards, and every message that passed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from paho.mqtt.client import topic_matches_sub

from hearth.error import BrokerError
from hearth.port import Message

Handler = Callable[[Message], Awaitable[None]]


class Wire:
    """Fills the ports Publisher and Subscriber; a second client is simulated by ``send``."""

    def __init__(self) -> None:
        self.retained: dict[str, Message] = {}
        self.sent: list[tuple[str, str, int, bool]] = []
        self.handlers: list[tuple[str, Handler]] = []
        self.away = False
        self.device: Callable[[str, bytes], Any] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def subscribe(self, topic_filter: str, handler: Handler, *, qos: int = 0) -> None:
        self.handlers.append((topic_filter, handler))
        for topic, message in self.retained.items():
            if topic_matches_sub(topic_filter, topic):
                self._spawn(handler(Message(topic, message.payload, qos, retained=True)))

    def unsubscribe(self, topic_filter: str, handler: Handler) -> None:
        self.handlers.remove((topic_filter, handler))

    @property
    def filters(self) -> list[str]:
        return [topic_filter for topic_filter, _ in self.handlers]

    async def publish(
        self, topic: str, payload: bytes | str, *, qos: int = 0, retain: bool = False
    ) -> None:
        if self.away:
            raise BrokerError("The broker is away.")
        data = payload.encode() if isinstance(payload, str) else payload
        self.sent.append((topic, data.decode(), qos, retain))
        if self.device is not None:
            self._spawn(self.device(topic, data))
        await self.send(topic, data, retain=retain)

    async def send(self, topic: str, payload: Any, *, retain: bool = False) -> None:
        """Publish as somebody else would; anything but text and bytes becomes JSON."""
        if not isinstance(payload, str | bytes):
            payload = json.dumps(payload)
        data = payload.encode() if isinstance(payload, str) else payload
        message = Message(topic, data)
        if retain and data:
            self.retained[topic] = message
        elif retain:
            self.retained.pop(topic, None)
        for topic_filter, handler in list(self.handlers):
            if topic_matches_sub(topic_filter, topic):
                await handler(message)

    def _spawn(self, work: Awaitable[Any]) -> None:
        task: asyncio.Task[Any] = asyncio.ensure_future(work)  # type: ignore[assignment]  # a coroutine
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
