"""Somebody says what they have told nobody: the protocol answers, holds, and ends gently."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hearth.event import Answered, Crisis, Heard, Say
from hearth.sections.companion import CrisisConfig
from support.ports import Model
from support.story import CONFIG, Story, story

HERE = replace(CONFIG, crisis=CrisisConfig(country="GB"))

pytestmark = [pytest.mark.asyncio, pytest.mark.looptime]


async def says(told: Story, text: str, site: str = "kitchen-sat") -> str:
    """Let somebody say a sentence and return the whole reply."""
    before = len(told.of(Answered))
    told.bus.publish(Heard(site, text))
    while len(told.of(Answered)) == before:  # noqa: ASYNC110  # virtual time: it waits for nothing
        await asyncio.sleep(0.1)
    await asyncio.sleep(30)
    answered: Answered = told.of(Answered)[-1]
    return answered.text


async def test_a_confided_thought_of_suicide_is_answered_by_fixed_words(tmp_path: Path) -> None:
    model = Model("You could listen to some music!")
    async with story(tmp_path, config=HERE, model=model) as told:
        reply = await says(told, "I don't want to be here any more")
        assert "are you thinking of ending your life" in reply
        assert "Samaritans, 1 1 6, 1 2 3, at any hour" in reply
        assert "9 9 9" in reply
        assert "somebody you trust" in reply
        assert [(c.kind, c.on) for c in told.of(Crisis)] == [("self", True)]
        assert not model.asked


async def test_what_follows_is_held_until_the_person_says_they_are_safe(tmp_path: Path) -> None:
    model = Model("Ha ha!")
    async with story(tmp_path, config=HERE, model=model) as told:
        await says(told, "I want to kill myself")
        assert "you deserve a person" in await says(told, "yes")
        assert await says(told, "it is all so much at work")
        assert "Not just now" in await says(told, "tell me a joke")
        assert "Not just now" in await says(told, "play some music")
        assert not model.asked
        assert "so glad" in await says(told, "I'm feeling better, thank you")
        assert told.of(Crisis)[-1].on is False
        await says(told, "what do you think of the sea")
        assert told.of(Answered)[-1].outcome == "conversation"


async def test_the_home_obeys_meanwhile(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        await says(told, "I want to die")
        await says(told, "turn on the kitchen lamp")
        assert told.state("light.kitchen_lamp") == "on"
        assert told.rooms.company.crisis.holds("kitchen-sat")


async def test_it_ends_by_itself_after_half_an_hour_of_silence(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        await says(told, "I want to die")
        await asyncio.sleep(29 * 60)
        assert told.rooms.company.crisis.holds()
        await asyncio.sleep(2 * 60)
        assert [c.on for c in told.of(Crisis)] == [True, False]


async def test_it_holds_over_a_power_cut(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        await says(told, "I want to die")
        now = told.clock.now()
    async with story(tmp_path, config=HERE, start=now) as told:
        assert [(c.kind, c.on) for c in told.of(Crisis)] == [("self", True)]
        assert "I'm here" in await says(told, "so there you are again")


async def test_another_room_goes_on_as_usual(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE, model=Model("The sea is wide.")) as told:
        await says(told, "I want to die")
        await says(told, "what do you think of the sea", "office")
        assert told.of(Answered)[-1].outcome == "conversation"


async def test_nothing_of_its_words_is_kept_by_the_protocol(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        await says(told, "I want to kill myself with a rope")
        assert "rope" not in repr(told.of(Crisis))
        assert "rope" not in "".join(say.text for say in told.of(Say))


async def test_a_fire_gets_the_number_first(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        reply = await says(told, "the pan is on fire")
        assert reply.startswith("Call 9 9 9 now. I can't call for you.")


async def test_who_may_hurt_another_is_asked_to_step_away_first(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        reply = await says(told, "I'm scared I'll hurt my baby")
        assert "go to another room" in reply
        assert "9 9 9" in reply
        assert [(c.kind, c.on) for c in told.of(Crisis)] == [("harm", True)]


async def test_an_old_loss_is_answered_gently_and_without_the_protocol(tmp_path: Path) -> None:
    async with story(tmp_path, config=HERE) as told:
        assert "so sorry" in await says(told, "my uncle killed himself years ago")
        assert not told.of(Crisis)
