"""Events reach who asked for their type; a full inbox drops the oldest and counts."""

from __future__ import annotations

import asyncio

from hearth.bus import Bus
from hearth.event import Event, Heard, Hush, RoomEvent, Woken


async def test_an_inbox_gets_its_types_and_their_subtypes() -> None:
    bus = Bus()
    some, every = bus.subscribe(Woken, Hush), bus.subscribe(RoomEvent)
    for event in (Woken("kitchen", "name"), Heard("kitchen", "hi", turn="1"), Hush("kitchen")):
        bus.publish(event)
    assert [await some.get(), await some.get()] == [Woken("kitchen", "name"), Hush("kitchen")]
    assert len(every) == 3


async def test_a_full_inbox_drops_the_oldest_and_counts_it() -> None:
    bus = Bus()
    inbox = bus.subscribe(Hush, size=2)
    for site in "abc":
        bus.publish(Hush(site))
    assert [(await inbox.get()).site, (await inbox.get()).site] == ["b", "c"]
    assert bus.dropped == 1


async def test_a_reader_waits_for_the_next_event() -> None:
    bus = Bus()
    inbox = bus.subscribe(Event)
    reader = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    bus.publish(Hush("late"))
    assert await reader == Hush("late")


async def test_an_unsubscribed_inbox_gets_nothing_more() -> None:
    bus = Bus()
    inbox = bus.subscribe(Event)
    bus.unsubscribe(inbox)
    bus.publish(Hush("x"))
    assert len(inbox) == 0
