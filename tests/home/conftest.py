"""A home with nothing in it but a wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.ports import AtOnce
from tests.support.wire import Wire

from hearth.bus import Bus, Inbox
from hearth.event import Acted, Appeared, Changed, Event, Published, Vanished
from hearth.home.executor import Executor
from hearth.home.pin import Pin
from hearth.home.risk import Risk
from hearth.home.things import Things
from hearth.house import Entity
from hearth.sections.house import DoorConfig, HomeConfig


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Rig:
    """Things and their door on a wire, and what they told."""

    wire: Wire
    things: Things
    door: Executor
    inbox: Inbox[Event]

    async def announce(self, topic: str, config: Any, **entries: Any) -> None:
        if isinstance(config, Mapping):
            config = {**config, **entries}
        await self.wire.send(f"homeassistant/{topic}/config", config, retain=True)

    def entity(self, entity_id: str) -> Entity:
        found = self.things.house().entity(entity_id)
        assert found is not None, [e.id for e in self.things.house().entities]
        return found

    def told(self, *kinds: type[Event]) -> list[Event]:
        events = []
        while len(self.inbox):
            events.append(self.inbox._queue.popleft())
        return [event for event in events if not kinds or isinstance(event, kinds)]


def build(
    config: HomeConfig | None = None, door: DoorConfig | None = None, pin: Path = Path("no-pin")
) -> Rig:
    config, door = config or HomeConfig(), door or DoorConfig()
    wire, bus = Wire(), Bus()
    inbox = bus.subscribe(Appeared, Vanished, Changed, Published, Acted, size=10_000)
    things = Things(config, subscriber=wire, bus=bus, clock=Noon())
    executor = Executor(
        things,
        publisher=wire,
        bus=bus,
        echo_timeout_s=config.echo_timeout_s,
        risk=Risk(door),
        pin=Pin(pin, tries=door.tries, wait_s=door.wait_minutes * 60, executor=AtOnce()),
        codes=door.codes,
    )
    return Rig(wire, things, executor, inbox)  # type: ignore[arg-type]  # an inbox of these events


@pytest.fixture
async def rig() -> Rig:
    return build()
