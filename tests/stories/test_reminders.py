"""Reminders, alarms and the calendar, spoken to the whole daemon on virtual time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hearth.event import Answered, Listen, Say
from support.story import QUIET, Story, sound, story

pytestmark = [pytest.mark.looptime, pytest.mark.timeout(240)]

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 2, 8, tzinfo=BERLIN)  # a Monday
SITE = "kitchen-sat"


async def say(s: Story, text: str, *, name: bool = True) -> str:
    before = len(s.of(Answered))
    await s.person(SITE, text, name=name)
    async with asyncio.timeout(40):
        while len(s.of(Answered)) == before:  # noqa: ASYNC110 - the recorder has no event
            await asyncio.sleep(0.5)
    await asyncio.sleep(3)
    return str(s.of(Answered)[-1].text)


def told(s: Story, part: str) -> int:
    return sum(part in each.text for each in s.of(Say))


async def until(s: Story, hour: int, minute: int = 0, seconds: int = 0) -> None:
    now = s.clock.now()
    goal = now.replace(hour=hour, minute=minute, second=seconds, microsecond=0)
    goal += timedelta(days=goal <= now)
    await asyncio.sleep(goal.timestamp() - now.timestamp())


async def test_every_second_tuesday_is_read_back_and_comes_over_a_power_cut(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        read_back = await say(s, "remind me every second Tuesday at nine to put out the bins")
        assert read_back == (
            "I'll remind you every second Tuesday at nine,"
            " first tomorrow at 9:00: put out the bins."
        )
    async with story(tmp_path, start=MORNING + timedelta(days=1)) as s:
        assert await say(s, "what reminders do I have") == (
            "Every second Tuesday at nine, next at 9:00: put out the bins."
        )
        await until(s, 9, 1)
        assert told(s, "put out the bins.") == 2  # the list, and the reminder
    async with story(tmp_path, start=MORNING + timedelta(days=8)) as s:
        await until(s, 10)
        assert told(s, "bins") == 0  # the Tuesday between
    async with story(tmp_path, start=MORNING + timedelta(days=15)) as s:
        await until(s, 9, 1)
        assert told(s, "Remember to put out the bins.") == 1


async def test_what_was_due_while_it_was_away_is_told_late_and_as_one(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        await say(s, "remind me to call Mara at nine")
        await say(s, "remind me to water the plants at half past nine")
    async with story(tmp_path, start=MORNING + timedelta(hours=2)) as s:
        await asyncio.sleep(5)
        (late,) = [each.text for each in s.of(Say) if "I was off" in each.text]
        assert late.startswith(
            "I was off for a while, sorry. 1 hour ago: Remember to call Mara. 30 minutes ago:"
        )
        assert "water the plants" in late
        assert await say(s, "what reminders do I have") == "You haven't got any reminders."


async def test_a_medicine_insists_until_it_was_taken(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        answer = await say(s, "remind me to take my pills every day at nine and insist")
        assert "I'll ask again every 10 minutes, 6 times at most" in answer
        await until(s, 9, 0, 30)
        assert told(s, "Remember to take your pills.") == 1
        await until(s, 9, 21)
        assert told(s, "Remember to take your pills.") == 3
        assert await say(s, "I took them") == "Good."
        await until(s, 10)
        assert told(s, "Remember to take your pills.") == 3
    async with story(tmp_path, start=MORNING + timedelta(days=1, minutes=55)) as s:
        await until(s, 9, 1)
        assert told(s, "Remember to take your pills.") == 1


async def test_insisting_goes_on_after_a_power_cut_and_ends_by_itself(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        await say(s, "keep reminding me to take my drops at nine until I've done it")
        await until(s, 9, 11)
        assert told(s, "Remember to take your drops.") == 2
    async with story(tmp_path, start=MORNING + timedelta(hours=1, minutes=15)) as s:
        await until(s, 9, 52)
        assert told(s, "Remember to take your drops.") == 4
        assert told(s, "I'll stop asking about this") == 1


async def test_an_alarm_rings_until_it_is_stopped_and_listens_for_the_answer(
    tmp_path: Path,
) -> None:
    start = MORNING.replace(hour=6, minute=20)
    async with story(tmp_path, start=start) as s:
        assert await say(s, "wake me at half past six on weekdays") == (
            "I'll wake you at half past six on weekdays, first at 6:30."
        )
        await until(s, 6, 30, 38)
        assert told(s, "it's 6:30") >= 1
        assert s.of(Listen)[-1].site == SITE
        await s.hear(SITE, sound(QUIET, 4500))  # the microphone is open, and it rings again
        assert await say(s, "ten more minutes", name=False) == "I'll tell you again in 10 minutes."
        rung = told(s, "t's 6:3")
        await until(s, 6, 39)
        assert told(s, "t's 6:3") == rung
        await until(s, 6, 41, 3)
        assert told(s, "t's 6:4") >= 1
        await s.hear(SITE, sound(QUIET, 5000))
        assert await say(s, "stop", name=False) == "All right."
        silent = len(s.of(Say))
        await until(s, 6, 55)
        assert len([x for x in s.of(Say)[silent:] if "t's 6" in x.text]) == 0
        assert await say(s, "skip tomorrow's alarm") == (
            "No alarm tomorrow at 6:30. The next one is on Wednesday at 6:30."
        )


async def test_a_yes_to_something_else_is_no_answer_to_what_rang(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        await say(s, "remind me to take my pills at nine and insist")
        await until(s, 9, 1, 10)
        await say(s, "add dinner with Tom on Friday at seven")
        assert await say(s, "yes", name=False) == "It's in the calendar."
        await until(s, 9, 11)
        assert told(s, "Remember to take your pills.") == 2


async def test_nine_stays_nine_over_the_change_of_clocks(tmp_path: Path) -> None:
    saturday = datetime(2026, 3, 28, 8, tzinfo=BERLIN)
    async with story(tmp_path, start=saturday) as s:
        await say(s, "remind me every day at nine to feed the cat")
        await until(s, 9, 1)
        assert told(s, "Remember to feed the cat.") == 1
        await asyncio.sleep(22.9 * 3600)  # the night is an hour shorter: 8:55
        assert told(s, "Remember to feed the cat.") == 1
        await asyncio.sleep(600)
        assert told(s, "Remember to feed the cat.") == 2
        assert s.clock.now().hour == 9


async def test_the_calendar_is_written_after_a_yes_and_only_then(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        assert await say(s, "add dinner with Tom on Friday at seven") == (
            "Dinner with Tom, on Friday at 19:00. Shall I put it in the calendar?"
        )
        assert await say(s, "no", name=False) == "All right, I'll leave it."
        assert await say(s, "what's on on Friday") == "There's nothing in the calendar on Friday."
        await say(s, "add dinner with Tom on Friday at seven")
        assert await say(s, "yes", name=False) == "It's in the calendar."
        assert await say(s, "what's on on Friday") == "On Friday: at 19:00 Dinner with Tom."
        assert (
            await say(s, "am I free on Friday evening")
            == "There's something then: at 19:00 Dinner with Tom."
        )
        assert await say(s, "move the dinner to Saturday at eight") == (
            "Dinner with Tom from Friday at 19:00 to Saturday at 20:00. Shall I move it?"
        )
        assert await say(s, "yes", name=False) == "It's moved."
        assert await say(s, "when is my dinner") == "Dinner with Tom, on Saturday at 20:00."
        assert await say(s, "remind me two hours before my dinner to dress up") == (
            "I'll remind you on Saturday at 18:00: dress up."
        )
        await say(s, "cancel the dinner")
        assert await say(s, "yes", name=False) == "It's out of the calendar."
        assert await say(s, "what's next") == "There's nothing in the calendar."


async def test_an_appointment_is_told_ahead(tmp_path: Path) -> None:
    async with story(tmp_path, start=MORNING) as s:
        await say(s, "add a meeting with Ada today at eleven")
        assert await say(s, "yes", name=False) == "It's in the calendar."
        await until(s, 10, 45)
        assert sum("Meeting with Ada" in x.text and "In " in x.text for x in s.of(Say)) == 1
