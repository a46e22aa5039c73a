"""A person says a rule, and days later, after a restart, it does what was said."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from hearth.edge.sim.home import SimulatedHome, devices
from hearth.edge.sim.zigbee import ZigbeeContact
from hearth.event import Answered, Published, Say
from support.story import MORNING, QUIET, Story, sound, story

pytestmark = pytest.mark.looptime
RULE = "when the front door opens after ten at night, turn on the kitchen lamp and tell me"


async def say(s: Story, text: str, *, name: bool = True) -> str:
    """Say a sentence and hear the answer to its end; the microphone goes on sending."""
    await s.person("kitchen-sat", text, name=name)
    await s.hear("kitchen-sat", sound(QUIET, 11_000))
    return str(s.of(Answered)[-1].text)


async def open_door(s: Story, door: ZigbeeContact) -> None:
    for message in (*door.open(False), *door.open(True)):
        await s.wire.send(message.topic, message.payload)
        await asyncio.sleep(1)


async def test_said_read_back_kept_and_days_later_done(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        asked = await say(s, RULE)
        assert asked.startswith("When Front door becomes open, if it is between 22:00 and 5:00")
        assert asked.endswith("Shall I keep it?")
        assert await say(s, "yes please", name=False) == "I will."
    night = MORNING.replace(hour=23) + timedelta(days=3)
    things = devices()
    door = things["binary_sensor.front_door"]
    assert isinstance(door, ZigbeeContact)
    async with story(tmp_path, start=night, home=SimulatedHome(things)) as s:
        await open_door(s, door)
        await asyncio.sleep(5)
        assert s.state("light.kitchen_lamp") == "on"
        assert [e.entity_id for e in s.of(Published)] == ["light.kitchen_lamp"]
        assert [(e.site, e.text) for e in s.of(Say)] == [("kitchen-sat", "Front door is open.")]
    async with story(tmp_path, start=MORNING + timedelta(days=4), home=SimulatedHome(things)) as s:
        await open_door(s, door)
        await asyncio.sleep(5)
        assert s.of(Published, Say) == []
        assert await say(s, "forget the front door rule") != ""
        assert await say(s, "what rules do you have") == "There are no rules."


async def test_for_ten_minutes_outlives_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert await say(s, "turn on the kitchen lamp for ten minutes") == (
            "Turned on the light for 10 minutes."
        )
        assert s.state("light.kitchen_lamp") == "on"
        home = s.home
    async with story(tmp_path, start=MORNING + timedelta(minutes=9), home=home) as s:
        assert s.state("light.kitchen_lamp") == "on"
        await asyncio.sleep(120)
        assert s.state("light.kitchen_lamp") == "off"


async def test_a_reminder_comes_where_it_was_asked_for(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert await say(s, "remind me to call my mum") == "When shall I remind you?"
        assert await say(s, "at nine", name=False) == "I'll remind you at 9:00: call your mum."
        assert await say(s, "what reminders do I have") == "At 9:00: call your mum."
        await asyncio.sleep(3600)
        assert s.of(Say)[-1].text == "Remember to call your mum."
        assert s.of(Say)[-1].site == "kitchen-sat"
        assert await say(s, "what have you planned") == "Nothing is planned."
