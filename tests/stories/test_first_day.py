"""A person speaks, and the house answers: whole turns on virtual time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hearth.event import (
    Answered,
    Changed,
    Heard,
    Published,
    Say,
    Speaking,
    Spoken,
    Understood,
    Woken,
)
from hearth.skill import Reply, Request
from support.story import MORNING, NAME, QUIET, sound, story

pytestmark = pytest.mark.looptime
MORNING_AND_NINE_MINUTES = MORNING + timedelta(minutes=9)


async def test_a_sentence_wakes_it_moves_the_lamp_and_is_answered(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("kitchen-sat", "turn on the kitchen lamp")
        await asyncio.sleep(3)
        kinds = [type(e).__name__ for e in s.of(Woken, Heard, Understood, Published, Answered)]
        assert kinds == ["Woken", "Heard", "Understood", "Published", "Answered"]
        assert s.state("light.kitchen_lamp") == "on"
        lamp = [e for e in s.of(Changed) if e.new.id == "light.kitchen_lamp"]
        assert lamp[-1].new.state == "on"
        spoken = s.of(Spoken)[-1]
        assert (spoken.site, spoken.whole) == ("kitchen-sat", True)
        assert "on" in spoken.text.lower()


async def test_a_pause_between_name_and_command_is_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.hear("hall", sound(QUIET, 300) + sound(NAME, 400) + sound(QUIET, 1500))
        await s.person("hall", "turn on the kitchen lamp", name=False)
        await asyncio.sleep(3)
        assert s.state("light.kitchen_lamp") == "on"


async def test_without_its_name_it_does_not_listen(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("hall", "turn on the kitchen lamp", name=False)
        await asyncio.sleep(3)
        assert s.of(Heard, Published) == []


async def test_the_light_means_the_one_in_the_room_that_asked(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("kitchen-sat", "turn on the lights")
        await asyncio.sleep(3)
        assert [e.targets for e in s.of(Understood)] == [("light.kitchen_lamp",)]
        assert s.state("light.living_room_lamp") != "on"


async def test_its_name_stops_the_voice_and_what_was_not_said_is_not_counted(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as s:
        await s.person("hall", "where does my data go")
        await asyncio.sleep(1)
        assert s.of(Speaking)
        await s.hear("hall", sound(NAME, 400) + sound(QUIET, 60))
        cut = s.of(Spoken)[0]
        assert not cut.whole
        assert cut.text.startswith(cut.said)
        ((_, played_ms),) = s.room.played
        assert played_ms < len(cut.text) * 50


async def test_two_rooms_are_answered_side_by_side_each_in_its_room(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        talking = asyncio.create_task(s.person("hall", "what can you do"))
        await asyncio.sleep(3.2)
        await s.person("kitchen-sat", "turn on the kitchen lamp")
        await talking
        await asyncio.sleep(10)
        assert s.state("light.kitchen_lamp") == "on"
        spoken = s.of(Speaking, Spoken)
        kitchen = next(n for n, e in enumerate(spoken) if e.site == "kitchen-sat")
        hall = max(n for n, e in enumerate(spoken) if e.site == "hall")
        assert kitchen < hall
        assert {e.site for e in s.of(Answered)} == {"hall", "kitchen-sat"}


async def test_a_broken_skill_costs_an_apology_and_the_other_turn_goes_on(
    tmp_path: Path,
) -> None:
    async def broken(request: Request) -> Reply:
        raise ZeroDivisionError

    async with story(tmp_path) as s:
        skills: Any = s.rooms.skills
        skills["HassGetCurrentTime"] = broken
        await s.person("hall", "what time is it")
        await s.person("kitchen-sat", "turn on the kitchen lamp")
        await asyncio.sleep(3)
        assert {e.site: e.outcome for e in s.of(Answered)} == {
            "hall": "failed",
            "kitchen-sat": "done",
        }


async def test_a_device_that_does_not_answer_is_told_after_two_seconds(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        s.home.silence("light.kitchen_lamp")
        await s.person("hall", "turn on the kitchen lamp")
        await asyncio.sleep(5)
        published, answered = s.of(Published, Answered)
        assert answered.outcome == "failed"
        assert "does not answer" in answered.text
        assert published.payload


async def test_a_timer_rings_after_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("kitchen-sat", "set a timer for ten minutes")
        await asyncio.sleep(3)
        assert s.of(Answered)[0].outcome == "done"
    async with story(tmp_path, start=MORNING_AND_NINE_MINUTES) as s:
        await asyncio.sleep(30)
        assert s.of(Say) == []
        await asyncio.sleep(60)
        (say,) = s.of(Say)
        assert (say.site, say.urgent) == ("kitchen-sat", True)
        assert "10 minutes" in say.text or "ten minutes" in say.text


async def test_a_dead_broker_is_told_and_a_returned_one_obeyed(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        s.wire.away = True
        await s.person("hall", "turn on the kitchen lamp")
        await asyncio.sleep(5)
        assert s.of(Answered)[0].outcome == "failed"
        s.wire.away = False
        await s.person("hall", "turn on the kitchen lamp")
        await asyncio.sleep(5)
        assert s.of(Answered)[1].outcome == "done"
        assert s.state("light.kitchen_lamp") == "on"


async def test_repeat_stop_and_never_mind(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("hall", "what is the time")
        await asyncio.sleep(4)
        await s.person("hall", "repeat that")
        await asyncio.sleep(4)
        first, second = s.of(Answered)
        assert first.text == second.text
        for sentence in ("stop", "never mind"):
            await s.person("hall", sentence)
            await asyncio.sleep(2)
        assert [e.outcome for e in s.of(Answered)[2:]] == ["stopped", "stopped"]


async def test_the_volume_is_remembered_over_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("hall", "set the volume to 40 percent")
        await asyncio.sleep(3)
        assert s.of(Answered)[0].outcome == "done"
    async with story(tmp_path) as s:
        await s.person("hall", "turn the volume up")
        await asyncio.sleep(3)
        assert "55" in s.of(Answered)[0].text


async def test_everything_is_in_the_journal_and_no_audio(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person("hall", "turn on the kitchen lamp")
        await asyncio.sleep(3)
        turn = s.of(Heard)[0].turn
    db = sqlite3.connect(tmp_path / "hearth.db")
    rows = db.execute("SELECT kind, body FROM journal WHERE turn = ? ORDER BY id", (turn,))
    kinds = [kind for kind, body in rows if json.loads(body) is not None]
    db.close()
    order = "Heard Understood Published Acted Say Answered Speaking Spoken"
    assert kinds == order.split()


async def test_an_hour_passes_in_milliseconds(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await asyncio.sleep(3600)
        assert s.of(Heard, Say) == []
