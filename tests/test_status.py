"""Parts tell how they are, and who needs them waits for them, but not for ever."""

from __future__ import annotations

import asyncio

import pytest

from hearth.bus import Bus
from hearth.event import Health
from hearth.status import Status

pytestmark = pytest.mark.looptime


async def test_it_waits_until_each_part_is_ready() -> None:
    status, loop = Status(Bus()), asyncio.get_running_loop()
    status.tell(Health("mouth", "ready"))
    loop.call_later(1, status.tell, Health("ear", "starting"))
    loop.call_later(2, status.tell, Health("ear", "ready"))
    await status.until_ready({"ear": 10, "mouth": 10})
    assert loop.time() == pytest.approx(2, abs=0.01)


async def test_it_waits_no_longer_than_it_was_told() -> None:
    status, loop = Status(Bus()), asyncio.get_running_loop()
    await status.until_ready({"ear": 3, "mqtt": 1})
    assert loop.time() == pytest.approx(3, abs=0.01)
