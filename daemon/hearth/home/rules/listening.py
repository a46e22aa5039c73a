"""The MQTT triggers of rules in, subscriptions and what their templates make of messages out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from hearth.error import HearthError
from hearth.home.rules.lookout import Told, catching
from hearth.home.template import Payload, Template, TemplateError, Templates
from hearth.port import Message, Subscriber
from hearth.rule import Rule

log = logging.getLogger(__name__)

Hear = Callable[[Told, Message, str], Awaitable[None]]


@dataclass(eq=False)
class _Topic:
    """One topic filter, and the triggers that wait for it."""

    told: list[tuple[Told, Template | None]] = field(default_factory=list)
    handler: Callable[[Message], Awaitable[None]] | None = None


class Listening:
    """Subscribes to what rules wait for; a message that the broker had kept is no happening."""

    def __init__(self, subscriber: Subscriber, templates: Templates, hear: Hear) -> None:
        self._subscriber = subscriber
        self._templates = templates
        self._hear = hear
        self._topics: dict[str, _Topic] = {}

    def set(self, rules: Sequence[Rule], fault: Callable[[str, str], None]) -> None:
        """Wait for the messages of these rules from now on; ``fault`` is told what cannot be."""
        wanted: dict[str, _Topic] = {}
        for told in catching(rules):
            source = told.trigger.template
            try:
                template = self._templates.compile(source) if source else None
            except TemplateError as error:
                fault(told.rule, str(error))
                continue
            wanted.setdefault(told.trigger.topic, _Topic()).told.append((told, template))
        for topic in [topic for topic in self._topics if topic not in wanted]:
            handler = self._topics.pop(topic).handler
            if handler is not None:
                self._subscriber.unsubscribe(topic, handler)
        for topic, entry in wanted.items():
            if topic in self._topics:
                self._topics[topic].told = entry.told
                continue
            entry.handler = self._handler(entry)
            try:
                self._subscriber.subscribe(topic, entry.handler, qos=0)
            except HearthError as error:
                for told, _ in entry.told:
                    fault(told.rule, error.what)
                continue
            self._topics[topic] = entry

    def _handler(self, entry: _Topic) -> Callable[[Message], Awaitable[None]]:
        async def handle(message: Message) -> None:
            if message.retained:
                return
            payload = Payload(message.payload.decode("utf-8", "replace"))
            for told, template in entry.told:
                try:
                    value = template.value(payload) if template else payload.text
                except TemplateError as error:
                    log.debug("rule %s: %s", told.rule, error)
                    continue
                await self._hear(told, message, value)
            await asyncio.sleep(0)

        return handle
