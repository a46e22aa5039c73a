"""One thing: its announcement, what it follows, and what can be asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hearth.home.availability import Presence, availability_of
from hearth.home.component.base import Component, Config, Order, Read, Values
from hearth.home.component.table import TELLS
from hearth.home.discovery import Announced
from hearth.home.naming import device_attributes
from hearth.home.template import MISSING, Payload, Templates
from hearth.house import Entity

_MAX_ATTRIBUTES = 64
_BYTES = "latin-1"


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """From one topic to one thing: its state, or its presence."""

    topic: str
    thing: Thing
    read: Read
    qos: int = 0
    encoding: str = "utf-8"
    uses_this: bool = False
    presence: Presence | None = None
    moment: bool = False


class Thing:
    """A thing that announced itself; ``entity`` is what it is like now.

    Raises DiscoveryError on construction where its configuration cannot be used.
    """

    def __init__(
        self, announced: Announced, component: Component, templates: Templates, entity: Entity
    ) -> None:
        self.announced = announced
        self.watchers: list[Callable[[], None]] = []
        self.config = Config(announced.component, announced.config, templates, self.this)
        self.availability = availability_of(self.config, templates)
        self._component = component
        self._expires_s = self.config.number("expire_after", 0)
        self._off_delay_s = self.config.number("off_delay", 0)
        self.timed = self._expires_s > 0 or self._off_delay_s > 0
        self._timer: asyncio.TimerHandle | None = None
        self._until = 0.0
        readings = component.readings(self.config)
        self.routes = tuple(
            Route(topic, self, r.read, r.qos, r.encoding or _BYTES, r.uses_this, moment=r.moment)
            for r in readings
            for topic in (r.topic, *announced.also.get(r.topic, ()))
        )
        self.routes += self._attribute_routes()
        encoding = self.config.text("encoding", "utf-8") or _BYTES
        self.routes += tuple(
            Route(p.topic, self, _nothing, self.config.qos, encoding, presence=p)
            for p in self.availability.presences
        )
        self._happened: frozenset[str] = frozenset()
        self._fixed = {**device_attributes(announced.config), **component.attributes(self.config)}
        self.entity = Entity(
            entity.id,
            entity.name,
            entity.aliases,
            entity.domain,
            entity.area,
            None,
            MappingProxyType(dict(self._fixed)),
            self.availability.available,
        )

    def inherit(self, old: Thing) -> None:
        """Keep the last state over a new announcement of the same thing."""
        for presence, said in old.availability.said.items():
            if presence in self.availability.presences:
                self.availability.said[presence] = said
        learned = {k: v for k, v in old.entity.attributes.items() if k not in old._fixed}
        entity = self.entity
        self.entity = Entity(
            entity.id,
            entity.name,
            entity.aliases,
            entity.domain,
            entity.area,
            old.entity.state,
            MappingProxyType(learned | self._fixed),
            self.availability.available,
        )
        self.watchers.extend(old.watchers)
        old.close()

    def order(self, service: str, data: Values) -> Order:
        """Write a service as messages. Raises RefusedError for what it cannot do."""
        return self._component.order(self.config, self.entity, service, data)

    def happening(self, values: Values) -> Mapping[str, Any]:
        """Return the attributes after a happening: what the one before told is gone."""
        told = {k: v for k, v in values.items() if k != "state" and k not in self._fixed}
        kept = {k: v for k, v in self.entity.attributes.items() if k not in self._happened}
        self._happened = frozenset(told)
        return MappingProxyType(kept | told)

    def this(self) -> Mapping[str, Any]:
        """Return what its templates may know of its present state."""
        return {
            "entity_id": self.entity.id,
            "name": self.entity.name,
            "state": self.entity.state or "unknown",
            "attributes": dict(self.entity.attributes),
        }

    def arm(self, apply: Callable[[Thing, Values], None]) -> None:
        """Let the state end by itself: ``expire_after`` to unknown, ``off_delay`` to off."""
        if self._off_delay_s and self.entity.state != "on":
            return
        loop = asyncio.get_running_loop()
        self._until = loop.time() + (self._off_delay_s or self._expires_s)
        end: Values = {"state": "off" if self._off_delay_s else None}

        def ring() -> None:
            self._timer = None
            if loop.time() < self._until:
                self._timer = loop.call_at(self._until, ring)
            elif self.entity.state not in (None, "off"):
                apply(self, end)

        if self._timer is None:
            self._timer = loop.call_at(self._until, ring)

    def close(self) -> None:
        """Stop what runs by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _attribute_routes(self) -> tuple[Route, ...]:
        """Follow the topic of further attributes; they never replace what the component tells."""
        if not (topic := self.config.topic("json_attributes_topic")):
            return ()
        template = self.config.template("json_attributes_template")
        own = TELLS.get(self.announced.component, frozenset()) | {"state"}

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            said = Payload(template.value(payload, this)).json if template else payload.json
            if said is MISSING or type(said) is not dict or len(said) > _MAX_ATTRIBUTES:
                raise ValueError("the attributes are not a JSON object of at most 64 keys")
            return {k: v for k, v in said.items() if k not in self._fixed and k not in own}

        encoding = self.config.text("encoding", "utf-8") or _BYTES
        uses_this = bool(template and template.uses_this)
        return (Route(topic, self, read, self.config.qos, encoding, uses_this),)


def _nothing(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
    del payload, this
    return None
