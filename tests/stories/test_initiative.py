"""Days with a Hearth that speaks up by itself, and when it had better not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from hearth.event import Crisis, Prompted, Say
from hearth.remember import Fact
from hearth.skill import Answer, Question, Reply
from hearth.want import Moment, Want
from support.story import Story, stirs, story, unasked, walks_by

pytestmark = [
    pytest.mark.looptime(noop_cycles=2),
    pytest.mark.timeout(240),  # whole days, on a machine that may be busy
]

MONDAY = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


async def until(day: Story, hour: int, minute: int = 0) -> None:
    """Let time pass until the clock shows that."""
    now = day.clock.now()
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    await asyncio.sleep(((at if at > now else at + timedelta(days=1)) - now).total_seconds())


def held(day: Story) -> dict[str, str]:
    """Return the last reason for which each kind was held back."""
    return {h.want.kind: h.reason for h in reversed(day.rooms.company.prompts.held())}


async def lives_there(day: Story, *notice: str) -> None:
    """The person has been through the set-up."""
    await day.rooms.company.me.change(
        call_me="Ada",
        sleeps_from=time(23),
        sleeps_to=time(7),
        notice=frozenset(notice or ("presence", "sleep")),
        set_up=True,
    )


def kinds(day: Story) -> list[str]:
    return [prompted.kind for prompted in day.of(Prompted)]


class Offers:
    """A source that offers what a test gives it."""

    def __init__(self, *wants: Want) -> None:
        self.offered = list(wants)

    async def wants(self, moment: Moment) -> Sequence[Want]:
        return self.offered


async def test_a_day_has_a_morning_a_midday_and_an_evening(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as day:
        await lives_there(day)
        await walks_by(day)  # half past six: still the hours of sleep
        assert unasked(day) == []
        await until(day, 7, 20)
        await walks_by(day)
        assert kinds(day) == ["morning"]
        assert "Ada" in unasked(day)[0]
        await until(day, 9)
        await walks_by(day)
        assert kinds(day) == ["morning"]  # once
        await until(day, 12, 30)
        await walks_by(day)
        assert kinds(day) == ["morning", "midday"]
        await until(day, 20)
        await stirs(day)
        assert kinds(day) == ["morning", "midday", "evening"]
        assert unasked(day)[-1].count("?") == 1
        await day.person("default", "it was a long day but a good one", name=False)
        await asyncio.sleep(30)
        past = day.rooms.company.prompts.past.said
        assert [(s.kind, s.became) for s in past] == [
            ("morning", "said"),
            ("midday", "said"),
            ("evening", "answered"),
        ]
        await until(day, 23, 30)
        await walks_by(day)
        assert len(unasked(day)) == 3  # the night is quiet


async def test_nobody_is_greeted_in_an_empty_house(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as day:
        await lives_there(day)
        await until(day, 22)
        assert unasked(day) == []


async def test_without_leave_to_notice_it_waits_until_it_is_spoken_to(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=8)) as day:
        await lives_there(day, "mood")
        await walks_by(day)
        await asyncio.sleep(120)
        assert unasked(day) == []
        await day.person("default", "what time is it")
        await asyncio.sleep(120)
        assert kinds(day) == ["morning"]


async def test_good_morning_said_by_the_person_is_the_briefing_and_is_not_said_twice(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=8)) as day:
        await lives_there(day)
        await day.person("default", "good morning")
        await asyncio.sleep(10)
        assert "Ada" in day.voice.texts[-1]
        await walks_by(day, 300)
        assert unasked(day) == []


async def test_two_ignored_questions_make_it_rest(tmp_path: Path) -> None:
    async def thanks(answer: Answer) -> Reply | None:
        return Reply("Thank you.")

    async with story(tmp_path, start=MONDAY.replace(hour=13, minute=0)) as day:
        await lives_there(day)
        question, late = Question(thanks), MONDAY.replace(hour=22)
        day.rooms.company.wants[:] = [
            Offers(
                *[
                    Want(f"k{n}", f"kind{n}", f"How is number {n}?", late, question=question)
                    for n in range(6)
                ]
            )
        ]
        for _ in range(18):  # six hours in which somebody is there all the time
            await walks_by(day, 500)
            await asyncio.sleep(200)
        spoken = [say for say in day.of(Say) if say.unasked]
        assert len(spoken) == 3  # two, four hours of rest, and one more
        assert [s.became for s in day.rooms.company.prompts.past.said] == ["ignored"] * 3
        await day.person("default", "why didn't you say anything")
        await asyncio.sleep(8)
        assert "left you in peace" in day.voice.texts[-1]


async def test_not_now_less_and_quiet_are_kept_over_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=12, minute=20)) as day:
        await lives_there(day)
        await walks_by(day)
        assert kinds(day) == ["midday"]
        await day.person("default", "less of that")
        await asyncio.sleep(8)
        assert "less often" in day.voice.texts[-1]
        await day.person("default", "be quiet until tomorrow")
        await asyncio.sleep(8)
    async with story(tmp_path, start=MONDAY.replace(hour=20)) as day:
        await walks_by(day, 300)
        assert kinds(day) == []
        assert held(day)["evening"] == "hushed"
    tuesday = MONDAY + timedelta(days=1)
    async with story(tmp_path, start=tuesday.replace(hour=12, minute=20)) as day:
        await walks_by(day, 300)
        assert kinds(day) == []
        assert held(day)["midday"] == "seldom"
        await until(day, 20)
        await stirs(day)
        assert kinds(day) == ["evening"]
        await day.person("default", "not now", name=False)
        await asyncio.sleep(20)
        assert day.rooms.company.prompts.past.said[-1].became == "later"


async def test_stop_it_is_for_good_and_more_brings_it_back(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as day:
        await lives_there(day)
        await day.person("default", "don't greet me in the mornings")
        await asyncio.sleep(8)
        assert "greet you in the morning" in day.voice.texts[-1]
        await until(day, 8)
        await walks_by(day)
        assert kinds(day) == []
        await day.person("default", "you can greet me again")
        await asyncio.sleep(8)
        await walks_by(day, 120)
        assert kinds(day) == ["morning"]


FRIDAY = datetime(2026, 3, 6, 8, tzinfo=UTC)
INTERVIEW = Fact(
    0,
    "me",
    "open",
    "the interview",
    "I have the interview on Friday",
    "t1",
    told=FRIDAY - timedelta(days=4),
    due=FRIDAY.replace(hour=10),
)


async def test_it_asks_in_the_evening_how_what_was_told_went(tmp_path: Path) -> None:
    async with story(tmp_path, start=FRIDAY) as day:
        await lives_there(day)
        await day.rooms.company.facts.keep([INTERVIEW])
        await walks_by(day)
        assert kinds(day) == ["morning"]
        assert "the interview at 10 a.m." in unasked(day)[0]
        await until(day, 12, 30)
        await walks_by(day)
        await until(day, 18)
        await stirs(day)
        assert kinds(day) == ["morning", "midday", "follow_up"]
        assert "interview" in unasked(day)[-1].lower()
        await day.person("default", "why did you ask that", name=False)
        await asyncio.sleep(10)
        assert day.voice.texts[-1] == (
            'Because you told me on Monday: "I have the interview on Friday".'
        )


async def test_in_a_crisis_it_says_nothing_of_its_own(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=12, minute=0)) as day:
        await lives_there(day)
        day.bus.publish(Crisis("default", "t", "self_harm"))
        await until(day, 12, 30)
        await walks_by(day)
        assert unasked(day) == []
        assert held(day)["midday"] == "crisis"
        day.bus.publish(Crisis("default", "t", "self_harm", on=False))
        await walks_by(day, 120)
        assert kinds(day) == ["midday"]


async def test_a_duty_comes_at_once_when_it_is_nudged_and_costs_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=13)) as day:
        await lives_there(day)
        pill = Want(
            "pill/1", "reminder", "It is time for your pill.", MONDAY.replace(hour=14), duty=True
        )
        day.rooms.company.wants[:] = [Offers(pill)]
        day.rooms.company.initiative.nudge()
        await asyncio.sleep(5)
        assert unasked(day) == ["It is time for your pill."]
        assert day.rooms.company.initiative.state().limits.budget == 6
        await asyncio.sleep(600)
        assert len(unasked(day)) == 1


async def test_private_things_wait_for_guests_to_leave(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY.replace(hour=12, minute=16)) as day:
        await lives_there(day)
        await day.rooms.mode.set_mode("guests")
        await walks_by(day, 120)
        assert unasked(day) == []
        await day.rooms.mode.set_mode("home")
        await walks_by(day, 120)
        assert kinds(day) == ["midday"]
