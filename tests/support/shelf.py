"""Things on a wire, without the door: what a device announces, says, and would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.support.wire import Wire

from hearth.bus import Bus
from hearth.event import Appeared, Changed, Event, Vanished
from hearth.home.component.base import Send
from hearth.home.identity import Identities
from hearth.home.things import Things
from hearth.house import Entity
from hearth.sections.house import HomeConfig


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Shelf:
    """Things, the wire that they hang on, and what they told."""

    def __init__(self, config: HomeConfig | None = None, ids: Identities | None = None) -> None:
        self.wire, bus = Wire(), Bus()
        self._inbox = bus.subscribe(Appeared, Vanished, Changed, size=100_000)
        self.things = Things(
            config or HomeConfig(), subscriber=self.wire, bus=bus, clock=Noon(), ids=ids
        )

    async def announce(self, topic: str, config: Any, **entries: Any) -> None:
        """Announce under ``homeassistant/<topic>/config``, retained."""
        if isinstance(config, Mapping):
            config = {**config, **entries}
        await self.wire.send(f"homeassistant/{topic}/config", config, retain=True)

    async def say(self, *said: tuple[str, Any], retain: bool = False) -> None:
        """Publish as a device would."""
        for topic, payload in said:
            await self.wire.send(topic, payload, retain=retain)

    def entity(self, entity_id: str = "") -> Entity:
        """Return that thing, or the only one."""
        entities = self.things.house().entities
        found = [e for e in entities if e.id == entity_id or not entity_id]
        assert len(found) == 1, [e.id for e in entities]
        return found[0]

    def learned(self, entity_id: str = "") -> dict[str, Any]:
        """Return the attributes that are not fixed by its announcement."""
        entity = self.entity(entity_id)
        thing = self.things.thing(entity.id)
        assert thing is not None
        return {k: v for k, v in entity.attributes.items() if k not in thing._fixed}

    def sends(self, service: str, data: Mapping[str, Any], entity_id: str = "") -> tuple[Send, ...]:
        """Return what a service would send."""
        thing = self.things.thing(self.entity(entity_id).id)
        assert thing is not None
        return thing.order(service, data).sends

    def told(self, *kinds: type[Event]) -> list[Event]:
        """Return what was told since, of these kinds."""
        events: list[Event] = []
        while len(self._inbox):
            events.append(self._inbox._queue.popleft())
        return [event for event in events if not kinds or isinstance(event, kinds)]


def text(sends: tuple[Send, ...]) -> str:
    """Return messages as ``topic payload``, one after the other."""
    return ", ".join(f"{send.topic} {send.payload}" for send in sends)
