"""Being ready for a sentence that is still being said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from hearth.bus import Bus
from hearth.error import EngineError
from hearth.event import Heard, Hearing, Say, Spoken
from hearth.mind.foresight import Foresight
from hearth.port import Command
from support.running import running

pytestmark = pytest.mark.looptime

HALL = (("hello", "Good morning."),)


class Ready:
    """A converser that notes what it got ready for; it takes half a second."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str, Sequence[tuple[str, str]]]] = []
        self.ready: list[str] = []
        self.broken = False

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        yield Say(heard.site, "Yes.", heard.turn)

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        self.begun.append((site, text, dialogue))
        if self.broken:
            raise EngineError("There is no model.")
        await asyncio.sleep(0.5)
        self.ready.append(text)


async def meaning(text: str, site: str) -> Sequence[Command]:
    return (Command("HassTurnOn"),) if text == "turn on the lamp" else ()


@asynccontextmanager
async def foreseeing(bus: Bus, ready: Ready) -> AsyncIterator[None]:
    foresight = Foresight(
        bus, ready, meaning, lambda site: HALL if site == "hall" else (), "default"
    )
    async with running(foresight.run):
        yield


async def test_at_the_start_it_gets_ready_for_whoever_comes() -> None:
    ready = Ready()
    async with foreseeing(Bus(), ready):
        await asyncio.sleep(1)
    assert ready.begun == [("default", "", ())]
    assert ready.ready == [""]


async def test_only_what_stood_still_is_read_and_the_newest_counts() -> None:
    bus, ready = Bus(), Ready()
    async with foreseeing(bus, ready):
        await asyncio.sleep(1)
        for text in ("I", "I had", "I had a", "I had a bad day"):
            bus.publish(Hearing("hall", text))
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
    assert ready.begun[1:] == [("hall", "I had a bad day", HALL)]


async def test_a_command_is_nothing_to_get_ready_for() -> None:
    bus, ready = Bus(), Ready()
    async with foreseeing(bus, ready):
        await asyncio.sleep(1)
        bus.publish(Hearing("hall", "turn on the lamp"))
        await asyncio.sleep(1)
    assert len(ready.begun) == 1


async def test_the_sentence_itself_ends_the_reading_for_it() -> None:
    bus, ready = Bus(), Ready()
    async with foreseeing(bus, ready):
        await asyncio.sleep(1)
        bus.publish(Hearing("hall", "I had a bad day"))
        await asyncio.sleep(0.3)
        bus.publish(Heard("hall", "I had a bad day"))
        await asyncio.sleep(1)
    assert ready.ready == [""]


async def test_after_a_reply_it_is_ready_for_the_next_sentence_and_a_fault_is_none() -> None:
    bus, ready = Bus(), Ready()
    ready.broken = True
    async with foreseeing(bus, ready):
        await asyncio.sleep(1)
        bus.publish(Spoken("hall", "Good.", "Good.", "t", last=False))
        bus.publish(Spoken("hall", "Night.", "Night.", "t", last=True))
        await asyncio.sleep(1)
    assert ready.begun == [("default", "", ()), ("hall", "", HALL)]
