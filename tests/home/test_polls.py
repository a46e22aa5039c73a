"""Who retains nothing is asked for its state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.home.families.test_tasmota import MAC, T, config

from hearth.home.polls import Polls

pytestmark = pytest.mark.looptime
STATE, STATUS = (f"cmnd/{T}/STATE", ""), (f"cmnd/{T}/STATUS", "10")


@pytest.fixture
async def asked(rig: Any) -> Any:
    polls = Polls(rig.things._bus, rig.things, rig.wire)
    running = asyncio.create_task(polls.run())

    def asked() -> list[tuple[str, str]]:
        found = [(topic, payload) for topic, payload, _, _ in rig.wire.sent]
        rig.wire.sent.clear()
        return found

    asked.polls = polls  # type: ignore[attr-defined]  # a handle for the tests
    yield asked
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_device_is_asked_once_when_it_comes_and_when_we_come(
    rig: Any, asked: Callable[[], list[tuple[str, str]]]
) -> None:
    strip = config(rl=[1, 1, 1, 1, 0, 0, 0, 0])
    await rig.wire.send(f"tasmota/discovery/{MAC}/config", strip, retain=True)
    await asyncio.sleep(5)
    assert asked() == []
    await rig.wire.send(f"tele/{T}/LWT", "Online", retain=True)
    await asyncio.sleep(5)
    assert asked() == [STATE, STATUS]
    await rig.wire.send(f"tele/{T}/LWT", "Online", retain=True)
    await rig.wire.send(f"stat/{T}/RESULT", '{"POWER1":"ON"}')
    await asyncio.sleep(5)
    assert asked() == []
    await asked.polls.connected()  # type: ignore[attr-defined]  # see the fixture
    assert asked() == [STATE, STATUS]


async def test_without_a_broker_nobody_is_asked_and_nothing_breaks(
    rig: Any, asked: Callable[[], list[tuple[str, str]]]
) -> None:
    rig.wire.away = True
    await rig.wire.send(f"tele/{T}/LWT", "Online", retain=True)
    await rig.wire.send(f"tasmota/discovery/{MAC}/config", config(), retain=True)
    await asyncio.sleep(5)
    rig.wire.away = False
    await rig.wire.send(f"tele/{T}/LWT", "Offline", retain=True)
    await rig.wire.send(f"tele/{T}/LWT", "Online", retain=True)
    await asyncio.sleep(5)
    assert asked() == [STATE, STATUS]
