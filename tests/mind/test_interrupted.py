"""Interrupted in a talk: Hearth stops, and remembers only what was heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from hearth.bus import Bus
from hearth.event import Answered, Heard, Hush, Listen, Say, Spoken, Woken
from hearth.mind.turn import Turns
from hearth.sections.companion import MindConfig
from support.ports import Book, Door, Keys, Recorder
from support.running import running

pytestmark = pytest.mark.looptime


class Teller:
    """A converser that says these sentences, a second each."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        for text in self.texts:
            yield Say(heard.site, text, heard.turn, last=False)
            await asyncio.sleep(1)

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """It needs no time to get ready."""


class Scene:
    def __init__(self, *texts: str, follow_up_s: float = 6.0) -> None:
        self.bus = Bus()
        self.log = Recorder(self.bus)
        self.turns = Turns(
            self.bus,
            understander=Book({}),
            phraser=Keys(),
            home=Door(),
            converser=Teller(*texts),
            skills={},
            areas={},
            config=MindConfig(),
            follow_up_s=follow_up_s,
        )

    def spoken(self, text: str, said: str, *, last: bool = False) -> None:
        self.bus.publish(Spoken("hall", text, said, "t", last))

    @property
    def remembered(self) -> list[tuple[str, str]]:
        return list(self.turns.dialogue("hall"))


@asynccontextmanager
async def scene(*texts: str, follow_up_s: float = 6.0) -> AsyncIterator[Scene]:
    made = Scene(*texts, follow_up_s=follow_up_s)
    async with running(made.turns.run):
        yield made


def heard(text: str = "tell me a story", origin: str = "microphone") -> Heard:
    return Heard("hall", text, turn="t", origin=origin)  # type: ignore[arg-type]  # one of its names


async def test_of_a_sentence_that_was_cut_off_only_the_words_that_were_heard_count() -> None:
    async with scene("There was a fox.", "It lived in a wood.", "It was red.") as s:
        s.bus.publish(heard())
        await asyncio.sleep(1.5)
        s.spoken("There was a fox.", "There was a fox.")
        s.bus.publish(Hush("hall", "barge_in"))
        s.spoken("It lived in a wood.", "It lived")
        await asyncio.sleep(0.1)
        assert s.remembered == [("tell me a story", "There was a fox. It lived")]
        assert [e.outcome for e in s.log.of(Answered)] == ["stopped"]


async def test_what_was_said_whole_before_it_was_interrupted_is_remembered() -> None:
    """Between two sentences nothing is cut off, and nothing more comes."""
    async with scene("There was a fox.", "It lived in a wood.") as s:
        s.bus.publish(heard())
        await asyncio.sleep(0.5)
        s.spoken("There was a fox.", "There was a fox.")
        s.bus.publish(Woken("hall", "samantha"))
        await asyncio.sleep(0.1)
        end = s.log.of(Say)[-1]
        assert (end.text, end.last) == ("", True)  # the voice tells its end as that of any answer
        s.spoken("", "", last=True)
        await asyncio.sleep(0.1)
        assert s.remembered == [("tell me a story", "There was a fox.")]


async def test_of_what_nobody_heard_nothing_is_remembered() -> None:
    async with scene("There was a fox.") as s:
        s.bus.publish(heard())
        await asyncio.sleep(0.1)
        s.bus.publish(Hush("hall", "barge_in"))
        s.spoken("There was a fox.", "", last=True)
        await asyncio.sleep(0.1)
        assert s.remembered == []


async def test_after_a_question_in_a_talk_it_listens_without_its_name() -> None:
    async with scene("I see.", "What happened then?") as s:
        s.bus.publish(heard())
        await asyncio.sleep(3)
        assert s.log.of(Listen) == [Listen("hall", 6.0, after="t")]


@pytest.mark.parametrize(
    ("reply", "origin", "follow_up_s"),
    [
        ("Sleep well.", "microphone", 6.0),  # a goodbye asks nothing
        ("What happened then?", "client", 6.0),  # typed: nobody stands at the microphone
        ("What happened then?", "microphone", 0.0),  # it was told not to
    ],
)
async def test_otherwise_it_does_not_listen(reply: str, origin: str, follow_up_s: float) -> None:
    async with scene(reply, follow_up_s=follow_up_s) as s:
        s.bus.publish(heard(origin=origin))
        await asyncio.sleep(3)
        assert s.log.of(Listen) == []
