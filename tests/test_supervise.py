"""The wall of a room, and what the parts say of themselves."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress

import pytest

from hearth.bus import Bus
from hearth.event import Health
from hearth.status import Status
from hearth.supervise import keep_alive
from support.ports import Recorder


@pytest.mark.looptime
async def test_a_room_that_fails_is_told_and_started_ever_later() -> None:
    told: list[Health] = []
    starts: list[float] = []

    async def room() -> None:
        starts.append(asyncio.get_running_loop().time())
        if len(starts) < 4:
            raise ZeroDivisionError("by nothing")
        await asyncio.sleep(1e6)

    keeping = asyncio.create_task(keep_alive("mind", room, told.append))
    await asyncio.sleep(60)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    waits = [b - a for a, b in itertools.pairwise(starts)]
    assert len(starts) == 4
    assert waits == sorted(waits)
    assert told[:2] == [
        Health("mind", "down", "ZeroDivisionError: by nothing", "It is restarted by itself."),
        Health("mind", "ready"),
    ]


@pytest.mark.looptime
async def test_a_room_that_ran_long_is_started_again_soon() -> None:
    starts: list[float] = []

    async def room() -> None:
        starts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(100)

    keeping = asyncio.create_task(keep_alive("mind", room, lambda _: None))
    await asyncio.sleep(1000)
    keeping.cancel()
    waits = [b - a - 100 for a, b in itertools.pairwise(starts)]
    assert len(waits) >= 8
    assert max(waits) < 1


async def test_the_status_remembers_the_last_word_and_publishes_what_is_new() -> None:
    bus = Bus()
    told = Recorder(bus)
    status = Status(bus)
    for health in (Health("ear", "starting"), Health("ear", "ready"), Health("ear", "ready")):
        status.tell(health)
    status.tell(Health("mqtt", "down", "refused"))
    assert [h.state for h in told.of(Health)] == ["starting", "ready", "down"]
    assert status.parts() == (Health("ear", "ready"), Health("mqtt", "down", "refused"))
    assert (status.is_ready("ear"), status.is_ready("mqtt"), status.is_ready("x")) == (
        True,
        False,
        False,
    )
    assert status.line() == "mqtt down: refused"
    status.tell(Health("mqtt", "ready"))
    assert status.line() == "listening"
