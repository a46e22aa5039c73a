"""Whose turn it is, on virtual time: pauses that the words need, nods, interruptions, own voice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from hearth.bus import Bus
from hearth.event import Heard, Hearing, Hush, Listen, Speaking, Spoken, Unheard
from hearth.port import Find, Spotter, Transcript
from hearth.sections.engines import HearingConfig
from hearth.sense.listener import Listener
from hearth.sense.turns import load
from support.ports import Recorder
from support.running import running

pytestmark = pytest.mark.looptime

QUIET, SPEECH = 0, 2222
EN = load("en")
STORY = "Once upon a time there was a fox that lived in a dark wood."


def sound(value: int, ms: int) -> bytes:
    return np.tile([value, -value], ms * 8).astype("<i2").tobytes()


class Loud:
    """A voice activity model for which everything loud is speech."""

    def __call__(self, pcm: bytes) -> float:
        return 0.95 if np.abs(np.frombuffer(pcm, "<i2").astype(int)).max() > 500 else 0.01

    def reset(self) -> None:
        """It remembers nothing."""


class Scripted:
    """A recognizer that tells partial results after so many ms of a sentence's sound."""

    def __init__(self, *scripts: Sequence[tuple[int, str]]) -> None:
        self.scripts = list(scripts)

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        script = list(self.scripts.pop(0)) if self.scripts else []
        text, heard_ms = "", 0.0
        async for pcm in audio:
            heard_ms += len(pcm) / 32
            while script and heard_ms >= script[0][0]:
                text = script.pop(0)[1]
                partial(text)
        return Transcript(script[-1][1] if script else text)


async def command(text: str, site: str) -> bool:
    return text == "turn on the lamp"


class Hall:
    """A listener with one room."""

    def __init__(self, ear: Scripted, **hearing: object) -> None:
        self.bus = Bus()
        self.log = Recorder(self.bus)
        config = HearingConfig(**{"pre_roll_ms": 32, **hearing})  # type: ignore[arg-type]  # its own keys

        def none(tell: Callable[[Find], None]) -> Sequence[Spotter]:
            return ()

        self.listener = Listener(
            config,
            self.bus,
            recognizer=ear,
            timeout_s=5,
            voice=Loud,
            spotters=none,
            complain=lambda kind, what, detail="": None,
            turns=EN,
            complete=command,
        )

    async def hear(self, *pieces: bytes) -> None:
        pcm = b"".join(pieces)
        for at in range(0, len(pcm), 640):
            self.listener.feed("hall", pcm[at : at + 640])
            await asyncio.sleep(0.02)

    async def says(self, text: str, turn: str = "t") -> None:
        """Hearth begins to speak."""
        self.bus.publish(Speaking("hall", text, turn))
        await asyncio.sleep(0.01)

    async def ends(self, text: str, turn: str = "t", *, last: bool = True) -> None:
        self.bus.publish(Spoken("hall", text, text, turn, last))
        await asyncio.sleep(0.01)

    def heard(self) -> list[str]:
        return [event.text for event in self.log.of(Heard)]


@asynccontextmanager
async def hall(ear: Scripted, **hearing: object) -> AsyncIterator[Hall]:
    made = Hall(ear, **hearing)
    async with running(made.listener.run):
        await made.hear(sound(QUIET, 1000))
        yield made


async def waited_ms(text: str) -> float:
    """How long after the last sound a sentence with this partial result is handed on."""
    loop = asyncio.get_running_loop()
    async with hall(Scripted([(500, text)])) as h:
        h.bus.publish(Listen("hall", 5))
        await h.hear(sound(QUIET, 100), sound(SPEECH, 1000))
        ended = loop.time()
        inbox = h.bus.subscribe(Heard)
        quiet = asyncio.create_task(h.hear(sound(QUIET, 2500)))
        heard = await anext(aiter(inbox))
        took = (loop.time() - ended) * 1000
        await quiet
    assert heard.text == text
    return took


@pytest.mark.parametrize(
    ("text", "at_least_ms", "at_most_ms"),
    [
        ("turn on the lamp", 380, 480),
        ("I had a long day", 580, 680),
        ("turn on the", 1180, 1300),
    ],
)
async def test_a_silence_is_waited_for_as_long_as_the_words_need(
    text: str, at_least_ms: float, at_most_ms: float
) -> None:
    assert at_least_ms <= await waited_ms(text) <= at_most_ms


async def test_a_pause_in_an_unfinished_sentence_does_not_cut_it() -> None:
    ear = Scripted([(400, "turn on the"), (1900, "turn on the lamp")])
    async with hall(ear) as h:
        h.bus.publish(Listen("hall", 5))
        await h.hear(sound(QUIET, 100), sound(SPEECH, 600), sound(QUIET, 900))
        await h.hear(sound(SPEECH, 600), sound(QUIET, 1500))
        assert h.heard() == ["turn on the lamp"]


async def test_by_default_only_its_name_interrupts() -> None:
    async with hall(Scripted([(300, "stop that")])) as h:
        await h.says(STORY)
        await h.hear(sound(SPEECH, 1000), sound(QUIET, 1000))
        assert h.log.of(Hush, Hearing, Heard) == []


@pytest.mark.parametrize("nod", ["mm hm", "yeah", "uh huh", "okay", "right"])
async def test_a_nod_neither_stops_it_nor_is_a_turn(nod: str) -> None:
    async with hall(Scripted([(300, nod)]), barge_in="speech") as h:
        await h.says(STORY)
        await h.hear(sound(SPEECH, 500), sound(QUIET, 1000))
        await h.ends(STORY)
        await h.hear(sound(QUIET, 2000))
        assert h.log.of(Hush, Hearing, Heard, Unheard) == []


async def test_a_nod_is_the_answer_where_it_has_asked() -> None:
    ear = Scripted([(300, "yeah")], [(300, "yeah")])
    async with hall(ear, barge_in="speech") as h:
        h.bus.publish(Listen("hall", 5, after="t"))
        await h.says("Shall I go on?")
        await h.ends("Shall I go on?")
        await h.hear(sound(QUIET, 600), sound(SPEECH, 500), sound(QUIET, 1000))
        assert h.heard() == ["yeah"]


async def test_an_answer_that_comes_before_the_question_has_ended_counts() -> None:
    async with hall(Scripted([(300, "yeah")]), barge_in="speech") as h:
        h.bus.publish(Listen("hall", 5, after="t"))
        await h.says("Shall I go on?")
        await h.hear(sound(SPEECH, 400))
        await h.ends("Shall I go on?")
        await h.hear(sound(QUIET, 1000))
        assert h.log.of(Hush) == []
        assert h.heard() == ["yeah"]


@pytest.mark.parametrize("words", ["stop", "wait", "what happened to the bear"])
async def test_a_stop_and_a_sentence_interrupt_at_once(words: str) -> None:
    async with hall(Scripted([(300, words)]), barge_in="speech") as h:
        await h.says(STORY)
        await h.hear(sound(SPEECH, 500))
        assert h.log.of(Hush) == [Hush("hall", "barge_in")]
        await h.hear(sound(SPEECH, 300), sound(QUIET, 1000))
        assert h.heard() == [words]


async def test_it_does_not_answer_its_own_voice() -> None:
    """Its speech comes back through the microphone, as partial results and as a sentence."""
    own = [(300, "once upon"), (600, "once upon a time"), (900, "once a pond a time there was")]
    async with hall(Scripted(own, own, own), barge_in="speech") as h:
        for _ in range(2):
            await h.says(STORY)
            await h.hear(sound(SPEECH, 1500), sound(QUIET, 800))
            await h.ends(STORY)
            await h.hear(sound(QUIET, 500))
        assert h.log.of(Hush, Hearing, Heard, Unheard) == []


async def test_a_person_is_heard_after_its_own_voice() -> None:
    ear = Scripted([(300, "once upon a time")], [(300, "what happened then")])
    async with hall(ear, barge_in="speech") as h:
        await h.says(STORY)
        await h.hear(sound(SPEECH, 800), sound(QUIET, 800))
        await h.hear(sound(SPEECH, 800), sound(QUIET, 800))
        assert h.log.of(Hush) == [Hush("hall", "barge_in")]
        assert h.heard() == ["what happened then"]


async def test_the_last_of_its_question_is_not_the_answer() -> None:
    """Listening begins when it has spoken, and the room still sounds of it."""
    ear = Scripted([(100, "kitchen or the hall")], [(300, "the hall")])
    async with hall(ear) as h:
        question = "The lamp in the kitchen or the hall?"
        h.bus.publish(Listen("hall", 5, after="t"))
        await h.says(question)
        await h.hear(sound(SPEECH, 800))
        await h.ends(question)
        await h.hear(sound(SPEECH, 300), sound(QUIET, 1000))
        assert h.heard() == []
        await h.hear(sound(SPEECH, 700), sound(QUIET, 1000))
        assert h.heard() == ["the hall"]


async def test_an_answer_in_the_words_of_the_question_counts() -> None:
    async with hall(Scripted([(300, "the hall")])) as h:
        question = "The lamp in the kitchen or the hall?"
        h.bus.publish(Listen("hall", 5, after="t"))
        await h.says(question)
        await h.ends(question)
        await h.hear(sound(QUIET, 600), sound(SPEECH, 600), sound(QUIET, 1000))
        assert h.heard() == ["the hall"]
