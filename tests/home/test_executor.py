"""An action through the door: what is sent, and how its end is known."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hearth.event import Act, Acted, Published

LAMP = {
    "name": None,
    "unique_id": "l1",
    "schema": "json",
    "brightness": True,
    "brightness_scale": 254,
    "supported_color_modes": ["brightness"],
    "state_topic": "z/lamp",
    "command_topic": "z/lamp/set",
    "device": {"identifiers": ["l1"], "name": "Kitchen lamp", "suggested_area": "Kitchen"},
}
ID = "light.kitchen_lamp"


def echo(rig: Any, payload: str, after_s: float = 0.05) -> None:
    async def device(topic: str, _: bytes) -> None:
        await asyncio.sleep(after_s)
        await rig.wire.send("z/lamp", payload)

    rig.wire.device = device


@pytest.mark.looptime
async def test_done_is_said_after_the_echo(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP)
    await rig.wire.send("z/lamp", {"state": "OFF"})
    echo(rig, '{"state":"ON","brightness":127}')
    rig.told()

    acted = await rig.door.act(Act(ID, "turn_on", {"brightness_pct": 50}, turn="t"))

    assert rig.wire.sent == [("z/lamp/set", '{"state":"ON","brightness":127}', 1, False)]
    assert (acted.outcome, acted.before, acted.after) == ("done", "off", "on")
    assert acted.ms == pytest.approx(50, abs=5)
    assert rig.told(Published, Acted) == [
        Published(ID, "z/lamp/set", '{"state":"ON","brightness":127}', "t"),
        acted,
    ]
    assert rig.door.steps[-1].before.state == "off"


@pytest.mark.looptime
async def test_a_dead_device_does_not_answer(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP)
    await rig.wire.send("z/lamp", {"state": "OFF"})

    acted = await rig.door.act(Act(ID, "turn_on"))

    assert acted.outcome == "no_answer"
    assert acted.ms == pytest.approx(2000, abs=5)


@pytest.mark.looptime
async def test_an_echo_of_something_else_is_no_answer(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP)
    await rig.wire.send("z/lamp", {"state": "ON", "brightness": 254})
    echo(rig, '{"state":"ON","brightness":254}')

    assert (await rig.door.act(Act(ID, "turn_on", {"brightness": 40}))).outcome == "no_answer"


@pytest.mark.looptime
@pytest.mark.parametrize(("echoes", "ms"), [(True, 50), (False, 500)])
async def test_on_already_is_sent_and_done(rig: Any, echoes: bool, ms: float) -> None:
    await rig.announce("light/l1/light", LAMP)
    await rig.wire.send("z/lamp", {"state": "ON"})
    if echoes:
        echo(rig, '{"state":"ON"}')

    acted = await rig.door.act(Act(ID, "turn_on"))

    assert len(rig.wire.sent) == 1
    assert acted.outcome == "done"
    assert acted.ms == pytest.approx(ms, abs=5)


@pytest.mark.looptime
async def test_several_at_once_take_as_long_as_one(rig: Any) -> None:
    for number in range(20):
        await rig.announce(
            f"light/l{number}/light", LAMP, unique_id=f"l{number}", object_id=f"lamp{number}"
        )
    echo(rig, '{"state":"ON"}')
    began = asyncio.get_running_loop().time()

    done = await asyncio.gather(
        *(rig.door.act(Act(f"light.lamp{number}", "turn_on")) for number in range(20))
    )

    assert {acted.outcome for acted in done} == {"done"}
    assert asyncio.get_running_loop().time() - began < 0.2


@pytest.mark.looptime
async def test_without_a_state_topic_it_is_sent_and_assumed(rig: Any) -> None:
    await rig.announce("switch/s/s", {"name": "Fan", "command_topic": "s/set"})

    acted = await rig.door.act(Act("switch.fan", "turn_on"))

    assert (acted.outcome, acted.after) == ("sent", "on")


@pytest.mark.looptime
async def test_what_cannot_be_done_is_refused_and_nothing_is_sent(rig: Any) -> None:
    await rig.announce("switch/s/s", {"name": "Fan", "command_topic": "s/set"})
    await rig.announce("sensor/t/t", {"name": "Heat", "state_topic": "t"})

    acts = [
        Act("switch.fan", "set_position"),
        Act("sensor.heat", "turn_on"),
        Act("switch.ghost", "turn_on"),
    ]

    assert [(await rig.door.act(act)).outcome for act in acts] == ["refused"] * 3
    assert rig.wire.sent == []


@pytest.mark.looptime
async def test_a_device_that_said_it_is_away_is_not_asked(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP, availability_topic="z/there")
    await rig.wire.send("z/there", "offline")

    assert (await rig.door.act(Act(ID, "turn_on"))).outcome == "unavailable"
    assert rig.wire.sent == []


@pytest.mark.looptime
async def test_a_device_that_goes_away_meanwhile_is_unavailable(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP, availability_topic="z/there")
    await rig.wire.send("z/there", "online")

    async def device(topic: str, _: bytes) -> None:
        await asyncio.sleep(0.3)
        await rig.wire.send("z/there", "offline")

    rig.wire.device = device

    assert (await rig.door.act(Act(ID, "turn_on"))).outcome == "unavailable"


@pytest.mark.looptime
async def test_an_absent_broker_is_no_answer(rig: Any) -> None:
    await rig.announce("light/l1/light", LAMP)
    rig.wire.away = True

    acted = await rig.door.act(Act(ID, "turn_on"))

    assert (acted.outcome, acted.detail) == ("no_answer", "The broker is away.")
