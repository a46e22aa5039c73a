"""Why, who and when: answered from the journal, and from nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from hearth.event import Act, Answered, Heard, Understood
from support.story import MORNING, Story, story

pytestmark = pytest.mark.looptime


async def ask(s: Story, text: str, site: str = "kitchen-sat") -> str:
    s.bus.publish(Heard(site, text, origin="client"))
    await asyncio.sleep(6)
    return str(s.of(Answered)[-1].text)


async def test_a_sentence_of_a_person_is_quoted_with_time_and_room(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await ask(s, "turn on the kitchen lamp")
        for question in (
            "why is the kitchen lamp on",
            "who turned on the kitchen lamp",
            "why did the light go on",
        ):
            told = await ask(s, question)
            assert "“turn on the kitchen lamp”" in told, (question, told)
            assert "in the Kitchen" in told
            assert "8:00 AM" in told
        assert "8:00 AM" in await ask(s, "when was the kitchen lamp last turned on")


async def test_a_hand_at_the_switch_is_no_sentence(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await ask(s, "turn on the kitchen lamp")
        await asyncio.sleep(3600)
        await s.wire.send("zigbee2mqtt/kitchen_lamp", {"state": "OFF"})
        told = await ask(s, "why is the kitchen lamp off")
        assert "Nobody asked me" in told
        assert "9:00 AM" in told
        assert "“turn on the kitchen lamp”" in await ask(s, "who turned on the kitchen lamp")


async def test_a_rule_is_named_and_a_timer_is_told(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        act = Act("light.kitchen_lamp", "turn_on", because="rule:evening-light")
        await s.rooms.home.act(act)
        assert "evening-light" in await ask(s, "why is the kitchen lamp on")
        s.bus.publish(Heard("hall", "turn off the kitchen lamp", because="timer:7"))
        await asyncio.sleep(5)
        assert "timer" in await ask(s, "who turned off the kitchen lamp")


async def test_what_the_journal_does_not_hold_is_not_claimed(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert "I do not know" in await ask(s, "why is the kitchen lamp off")
        assert "I do not know" in await ask(s, "when did the front door last open")
        await asyncio.sleep(3600)
        await s.wire.send("zigbee2mqtt/front_door", {"contact": False})
        assert "Front door: at 9:00 AM" in await ask(s, "when did the front door last open")


async def test_what_was_done_today_survives_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await ask(s, "turn on the kitchen lamp")
        await s.rooms.home.act(Act("switch.coffee_machine", "turn_on", because="rule:coffee"))
    async with story(tmp_path, start=MORNING + timedelta(hours=1)) as s:
        told = await ask(s, "what did you do today")
        assert "2 things" in told
        assert "by the rule coffee" in told
        assert "“turn on the kitchen lamp”" in told
        assert "nothing" in await ask(s, "what did you do yesterday")


@pytest.mark.parametrize(
    "sentence",
    [
        "why is the sky blue",
        "who turned down the job",
        "when did the war end",
        "what did you do in paris",
        "why did you open a bakery",
    ],
)
async def test_other_questions_are_talk(tmp_path: Path, sentence: str) -> None:
    async with story(tmp_path) as s:
        assert await ask(s, sentence)
        assert [(e.intent, e.text) for e in s.of(Understood)] == [("", sentence)]
        assert s.of(Answered)[-1].outcome == "conversation"
