"""A deaf room: its sound reaches nothing, and what was begun there is dropped."""

from __future__ import annotations

import asyncio

import pytest
from tests.sense.test_listener import NAME, QUIET, WORDS, house, sound

from hearth.event import DeafSet, Heard, Listen
from support.ports import Words

pytestmark = pytest.mark.looptime


@pytest.mark.parametrize("site", ["kitchen", ""])
async def test_a_deaf_room_hears_nothing_until_it_hears_again(site: str) -> None:
    ear = Words("stop")
    async with house(ear) as home:
        home.bus.publish(DeafSet(site, True))
        await asyncio.sleep(0.1)
        home.bus.publish(Listen("kitchen"))
        await home.hear(sound(NAME, 700), sound(WORDS, 800), sound(QUIET, 1500))
        home.listener.feed("kitchen", sound(NAME, 700))
        assert (home.told(), home.spotters, ear.audio) == ([], [], [])

        home.bus.publish(DeafSet(site, False))
        await asyncio.sleep(0.1)
        await home.hear(sound(NAME, 700), sound(WORDS, 800), sound(QUIET, 1500))
        assert home.told()[-1] == "stop"


async def test_the_other_rooms_go_on_hearing() -> None:
    async with house(Words("stop")) as home:
        home.bus.publish(DeafSet("hall", True))
        await asyncio.sleep(0.1)
        await home.hear(sound(NAME, 700), sound(WORDS, 800), sound(QUIET, 1500))
        assert home.told()[-1] == "stop"


async def test_a_sentence_that_was_begun_is_not_heard() -> None:
    ear = Words("unlock the door")
    async with house(ear) as home:
        await home.hear(sound(QUIET, 500), sound(NAME, 700), sound(WORDS, 400))
        home.bus.publish(DeafSet("kitchen", True))
        await home.hear(sound(WORDS, 400), sound(QUIET, 2000))
        assert home.log.of(Heard) == []
        assert home.spotters[0].closed
