"""How somebody seems to feel is noticed where they allow it, and put right by them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hearth.event import Acted, Answered, Heard, Mood
from support.story import CONFIG, Story, story

pytestmark = [pytest.mark.asyncio, pytest.mark.looptime]


async def says(told: Story, text: str) -> str:
    before = len(told.of(Answered))
    told.bus.publish(Heard("kitchen-sat", text))
    while len(told.of(Answered)) == before:  # noqa: ASYNC110  # virtual time: it waits for nothing
        await asyncio.sleep(0.1)
    await asyncio.sleep(20)
    answered: Answered = told.of(Answered)[-1]
    return answered.text


async def test_nothing_is_told_or_kept_before_it_is_allowed(tmp_path: Path) -> None:
    async with story(tmp_path, config=CONFIG) as told:
        await says(told, "I'm so angry at my boss, he lied to me")
        assert told.of(Mood) == []
        assert "haven't told me that I may" in await says(told, "how have I been this week")


async def test_it_is_noticed_asked_for_and_put_right(tmp_path: Path) -> None:
    async with story(tmp_path, config=CONFIG) as told:
        assert "keep an eye" in await says(told, "you may notice my mood")
        for text in (
            "I feel sad today",
            "I'm sad about the garden",
            "it makes me sad to see him go",
        ):
            await says(told, text)
        assert [(m.feeling, m.source) for m in told.of(Mood)] == [("sadness", "told")] * 3
        reply = await says(told, "I'm not sad, I'm tired")
        assert reply == "Ah, tired, not sad. Thanks for telling me, I've put it right."
        assert told.of(Mood)[-1].feeling == "tired"
        assert "so take it lightly: mostly sad" in await says(told, "how have I been this week")
        assert told.rooms.company.moods.latest("kitchen-sat").feeling == "tired"


async def test_the_picture_of_a_week_is_told_carefully(tmp_path: Path) -> None:
    async with story(tmp_path, config=CONFIG) as told:
        await says(told, "you may notice my mood")
        for text in ("I'm tired", "I am so happy", "I'm happy again", "I'm very happy", "I'm glad"):
            await says(told, text)
            await asyncio.sleep(20 * 3600)
        reply = await says(told, "how have I been lately")
        assert "mostly glad, and sometimes tired" in reply
        assert "It seemed to get lighter" in reply
        assert "I may be wrong" in reply


async def test_it_stops_and_forgets_when_told(tmp_path: Path) -> None:
    async with story(tmp_path, config=CONFIG) as told:
        await says(told, "you may notice my mood")
        await says(told, "I'm so happy")
        assert "won't notice how you feel any more" in await says(told, "stop noticing my mood")
        count = len(told.of(Mood))
        await says(told, "I'm so sad")
        assert len(told.of(Mood)) == count
        await says(told, "forget my moods")
        rooms = told.rooms
        assert (
            await rooms.company.moods._kept.between(
                told.clock.now().replace(year=2000), told.clock.now()
            )
            == ()
        )


async def test_a_command_is_no_mood_and_a_mood_moves_nothing(tmp_path: Path) -> None:
    async with story(tmp_path, config=CONFIG) as told:
        await says(told, "you may notice my mood")
        await says(told, "turn on the kitchen lamp")
        assert told.of(Mood) == []
        acted = len(told.of(Acted))
        await says(told, "I'm sad and I hate everything")
        assert told.of(Mood)
        assert len(told.of(Acted)) == acted
