"""The door of the voice: order, rooms side by side, barge-in, quiet hours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time

import pytest

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.event import Health, Hush, Say, Speaking, Spoken, VolumeSet, Woken
from hearth.port import Manner
from hearth.voice.speaker import Speaker
from support.ports import Recorder, Room, Voice
from support.running import running

pytestmark = pytest.mark.looptime
NIGHT = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)


class Scene:
    """A speaker with fakes around it."""

    def __init__(self, quiet: tuple[time, time] | None = None) -> None:
        self.bus, self.voice, self.room = Bus(), Voice(), Room()
        self.heard = Recorder(self.bus)
        self.speaker = Speaker(
            self.bus,
            self.voice,
            self.room,
            LoopClock(NIGHT),
            volume=100,
            manner=lambda: Manner("en-gb+f3", 0.9),
            quiet=lambda: quiet,
        )


@asynccontextmanager
async def scene(quiet: tuple[time, time] | None = None) -> AsyncIterator[Scene]:
    made = Scene(quiet)
    async with running(made.speaker.run):
        yield made


async def test_sentences_of_a_room_are_said_in_order() -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "One.", "t", last=False))
        s.bus.publish(Say("hall", "Two.", "t"))
        await asyncio.sleep(5)
        assert s.heard.of(Speaking, Spoken) == [
            Speaking("hall", "One.", "t"),
            Spoken("hall", "One.", "One.", "t", last=False),
            Speaking("hall", "Two.", "t"),
            Spoken("hall", "Two.", "Two.", "t"),
        ]


async def test_two_rooms_speak_side_by_side() -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "A long sentence for the hall.", "a"))
        s.bus.publish(Say("kitchen", "Short.", "b"))
        await asyncio.sleep(5)
        assert [e.site for e in s.heard.of(Spoken)] == ["kitchen", "hall"]


@pytest.mark.parametrize("event", [Hush("hall"), Woken("hall", "samantha")])
async def test_a_stop_ends_the_sentence_and_what_was_not_said_is_not_counted(
    event: Hush | Woken,
) -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "It is twenty past three.", "t", last=False))
        s.bus.publish(Say("hall", "Do you want to know more?", "t"))
        await asyncio.sleep(0.5)  # ten letters of twenty-four
        s.bus.publish(event)
        await asyncio.sleep(0.2)
        spoken = {e.text: e.said for e in s.heard.of(Spoken)}
        assert spoken == {
            "It is twenty past three.": "It is",
            "Do you want to know more?": "",
        }
        assert s.room.played == [("hall", pytest.approx(500, abs=51))]


async def test_it_speaks_again_after_a_stop() -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "A very long story.", "t"))
        await asyncio.sleep(0.2)
        s.bus.publish(Hush("hall"))
        s.bus.publish(Say("hall", "Done.", "u"))
        await asyncio.sleep(2)
        assert s.heard.of(Spoken)[-1] == Spoken("hall", "Done.", "Done.", "u")


async def test_in_quiet_hours_only_answers_and_alarms_are_said() -> None:
    async with scene((time(22), time(7))) as s:
        s.bus.publish(Say("hall", "A thought of mine."))
        s.bus.publish(Say("hall", "An answer.", "t"))
        s.bus.publish(Say("hall", "An alarm!", urgent=True))
        await asyncio.sleep(5)
        assert s.voice.texts == ["An answer.", "An alarm!"]


async def test_a_broken_voice_is_told_and_the_next_sentence_is_said() -> None:
    async with scene() as s:
        s.voice.broken = True
        s.bus.publish(Say("hall", "Lost.", "t"))
        await asyncio.sleep(1)
        s.voice.broken = False
        s.bus.publish(Say("hall", "Back.", "u"))
        await asyncio.sleep(1)
        assert [e.said for e in s.heard.of(Spoken)] == ["", "Back."]
        assert [e.state for e in s.heard.of(Health)] == ["degraded"]


async def test_the_volume_of_a_room_scales_its_sound() -> None:
    async with scene() as s:
        s.bus.publish(VolumeSet("hall", 0))
        s.bus.publish(Say("hall", "Hi.", "t"))
        await asyncio.sleep(1)
        assert s.heard.of(Spoken)[0].whole


async def test_an_empty_sentence_only_ends_the_answer() -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "", "t"))
        await asyncio.sleep(0.1)
        assert (s.voice.texts, s.heard.of(Spoken)) == ([], [Spoken("hall", "", "", "t")])


async def test_it_speaks_in_its_manner_and_a_sentence_has_its_own_pace() -> None:
    async with scene() as s:
        s.bus.publish(Say("hall", "Usual.", "t", last=False))
        s.bus.publish(Say("hall", "Slow.", "t", pace=0.5))
        await asyncio.sleep(5)
        assert s.voice.manners == [Manner("en-gb+f3", 0.9), Manner("en-gb+f3", 0.45)]
