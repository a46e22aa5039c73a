"""The recognizer is told the home's names, once a flood of announcements is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from hearth.bus import Bus
from hearth.error import EngineError
from hearth.event import Appeared, Health, Vanished
from hearth.house import Area, Entity, Floor, House
from hearth.sense.vocabulary import Vocabulary
from support.ports import Door

pytestmark = pytest.mark.looptime
LAMP = Entity("light.a", "Lamp", ("Big one",))
HOUSE = House((Floor("up", "Upstairs"),), (Area("hall", "Hall", ("Corridor",)),), (LAMP,))


class Ear:
    def __init__(self) -> None:
        self.told: list[tuple[list[str], list[str]]] = []
        self.broken = False

    async def expect(self, names: Sequence[str], terms: Sequence[str]) -> None:
        if self.broken:
            raise EngineError("It is away.")
        self.told.append((list(names), list(terms)))


async def test_a_flood_is_told_once_and_the_same_names_never_again() -> None:
    bus, ear, parts = Bus(), Ear(), list[Health]()
    running = asyncio.create_task(Vocabulary(bus, Door(HOUSE), ear, parts.append).run())
    for _ in range(50):
        bus.publish(Appeared(LAMP))
    await asyncio.sleep(3)
    bus.publish(Vanished("light.b"))
    await asyncio.sleep(3)
    running.cancel()
    assert ear.told == [(["Big one", "Lamp"], ["Corridor", "Hall", "Upstairs"])]
    assert parts == [Health("vocabulary", "ready", "2 names")]


async def test_an_ear_that_is_away_is_told_later() -> None:
    bus, ear = Bus(), Ear()
    ear.broken = True
    running = asyncio.create_task(Vocabulary(bus, Door(HOUSE), ear, lambda _: None).run())
    bus.publish(Appeared(LAMP))
    await asyncio.sleep(3)
    ear.broken = False
    bus.publish(Appeared(LAMP))
    await asyncio.sleep(3)
    running.cancel()
    assert len(ear.told) == 1
