"""The birth message: once after each connection, late enough, and beside a real Home Assistant."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.wire import Wire

from hearth.home.birth import GONE_S, Birth

ONLINE = ("homeassistant/status", "online", 0, False)


def birth(wire: Wire, known: list[int]) -> Birth:
    return Birth(("homeassistant",), subscriber=wire, publisher=wire, known=lambda: known[0])


@pytest.mark.looptime
async def test_it_is_sent_when_the_announcements_have_come_in() -> None:
    wire, known = Wire(), [0]
    began = asyncio.get_running_loop().time()

    async def announcements() -> None:
        for _ in range(8):
            await asyncio.sleep(0.4)
            known[0] += 1

    task = asyncio.create_task(announcements())
    await birth(wire, known).connected()
    await task

    assert wire.sent == [ONLINE]
    assert 3.2 <= asyncio.get_running_loop().time() - began <= 5


@pytest.mark.looptime
async def test_an_endless_flood_does_not_hold_it_up_for_ever() -> None:
    wire, known = Wire(), [0]

    async def flood() -> None:
        while True:
            await asyncio.sleep(0.1)
            known[0] += 1

    task = asyncio.create_task(flood())
    await birth(wire, known).connected()
    task.cancel()

    assert wire.sent == [ONLINE]


@pytest.mark.looptime
@pytest.mark.parametrize(("returns", "sent"), [(True, []), (False, [ONLINE])])
async def test_it_stands_in_for_a_home_assistant_that_does_not_return(
    returns: bool, sent: list[tuple[str, str, int, bool]]
) -> None:
    wire = Wire()
    speaker = birth(wire, [0])
    await wire.send("homeassistant/status", "offline")
    await asyncio.sleep(GONE_S / 2)
    if returns:
        await wire.send("homeassistant/status", "online")
    await asyncio.sleep(GONE_S)

    assert speaker
    assert wire.sent == sent


@pytest.mark.looptime
async def test_an_absent_broker_is_no_fault() -> None:
    wire = Wire()
    wire.away = True

    await birth(wire, [0]).connected()

    assert wire.sent == []
