"""One conversation turn: grammar, skill, model, apology; and turns in several rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

import pytest

from hearth.bus import Bus
from hearth.error import EngineError
from hearth.event import Answered, Heard, Listen, Say, Spoken, Understood, Woken
from hearth.mind.thinker import sentences
from hearth.mind.turn import Turns
from hearth.port import ChatMessage, Command
from hearth.sections.companion import MindConfig
from hearth.skill import Answer, Question, Reply, Request, handlers, intent
from support.ports import Book, Door, Keys, Model, Recorder
from support.running import running

pytestmark = pytest.mark.looptime


class Streamer:
    """A converser that says what its model streams, three sentences at most."""

    def __init__(self, model: Model) -> None:
        self.model = model

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        messages = [ChatMessage("system", "You are Hearth.")]
        for person, hearth in dialogue:
            messages += [ChatMessage("user", person), ChatMessage("assistant", hearth)]
        messages.append(ChatMessage("user", heard.text))
        async with aclosing(sentences(self.model, messages, 100, 3)) as stream:
            async for sentence in stream:
                yield Say(heard.site, sentence, heard.turn, last=False)

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """It needs no time to get ready."""


class Deeds:
    """Skills that do what tests need."""

    @intent("Quick")
    async def quick(self, request: Request) -> Reply:
        return Reply(f"Quick in {request.area}.")

    @intent("Slow")
    async def slow(self, request: Request) -> Reply:
        await asyncio.sleep(5)
        return Reply("Slow.")

    @intent("Broken")
    async def broken(self, request: Request) -> Reply:
        raise ZeroDivisionError

    @intent("Named")
    async def named(self, request: Request) -> Reply:
        raise EngineError("It is out of order.")

    @intent("Asks")
    async def asks(self, request: Request) -> Reply:
        return Reply("Which one?", question=Question(self._chosen))

    @intent("AsksPin")
    async def asks_pin(self, request: Request) -> Reply:
        return Reply("Your PIN?", question=Question(self._chosen, secret=True))

    async def _chosen(self, answer: Answer) -> Reply | None:
        return Reply(f"{answer.heard.text} it is.") if answer.heard.text.isdigit() else None

    @intent("Hangs")
    async def hangs(self, request: Request) -> Reply:
        await asyncio.sleep(1e6)
        return Reply("never")


class Scene:
    def __init__(self, model: Model | None) -> None:
        self.bus = Bus()
        self.heard = Recorder(self.bus)
        names = ("Quick", "Slow", "Broken", "Named", "Asks", "AsksPin", "Hangs", "Nobodys")
        self.book = Book({name.lower(): Command(name) for name in names})
        self.model = model
        self.turns = Turns(
            self.bus,
            understander=self.book,
            phraser=Keys(),
            home=Door(),
            converser=Streamer(model) if model else None,
            skills=handlers([Deeds()]),
            areas={"site-k": "kitchen"},
            config=MindConfig(),
        )

    def say(self, text: str, site: str = "hall", turn: str = "") -> None:
        self.bus.publish(Heard(site, text, turn=turn or text))


@asynccontextmanager
async def scene(model: Model | None = None) -> AsyncIterator[Scene]:
    made = Scene(model)
    async with running(made.turns.run):
        yield made


async def test_an_understood_sentence_goes_to_its_skill_with_the_room() -> None:
    async with scene() as s:
        s.say("quick", "site-k")
        await asyncio.sleep(1)
        understood, say, answered = s.heard.of(Understood, Say, Answered)
        assert (understood.intent, s.book.areas) == ("Quick", ["kitchen"])
        assert say == Say("site-k", "Quick in kitchen.", "quick")
        assert answered == Answered("site-k", "quick", "Quick in kitchen.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("broken", "errors.failed"),
        ("named", "errors.failed"),
        ("hangs", "errors.timeout"),
        ("nobodys", "errors.not_understood"),
        ("what is love", "errors.not_understood"),
    ],
)
async def test_a_failed_turn_costs_one_apology_and_the_next_works(text: str, answer: str) -> None:
    async with scene() as s:
        s.say(text)
        s.say("quick")
        await asyncio.sleep(100)
        assert s.heard.of(Answered) == [
            Answered("hall", text, answer, "failed"),
            Answered("hall", "quick", "Quick in None."),
        ]


async def test_a_broken_turn_does_not_touch_the_turn_in_another_room() -> None:
    async with scene() as s:
        s.say("hangs", "hall")
        s.say("quick", "site-k")
        await asyncio.sleep(1)
        assert [a.site for a in s.heard.of(Answered)] == ["site-k"]


async def test_a_question_keeps_the_microphone_open_and_takes_the_answer() -> None:
    async with scene() as s:
        s.say("asks")
        await asyncio.sleep(1)
        s.say("2")
        await asyncio.sleep(1)
        assert s.heard.of(Listen) == [Listen("hall", 15.0, after="asks")]
        assert s.heard.of(Answered)[-1] == Answered("hall", "2", "2 it is.")
        s.say("3", turn="later")  # the question was answered once
        await asyncio.sleep(1)
        assert s.heard.of(Answered)[-1].text == "errors.not_understood"


async def test_another_command_is_no_answer() -> None:
    async with scene() as s:
        s.say("asks")
        await asyncio.sleep(1)
        s.say("quick")
        await asyncio.sleep(1)
        assert s.heard.of(Answered)[-1].text == "Quick in None."


async def test_an_answer_that_comes_too_late_is_a_sentence_like_any_other() -> None:
    async with scene() as s:
        s.say("asks")
        await asyncio.sleep(40)
        s.say("2")
        await asyncio.sleep(1)
        assert s.heard.of(Answered)[-1].text == "errors.not_understood"


async def test_the_words_of_a_secret_answer_go_nowhere() -> None:
    async with scene() as s:
        s.say("askspin")
        await asyncio.sleep(1)
        s.say("1234", turn="t")
        await asyncio.sleep(1)
        assert s.heard.of(Listen)[-1].secret
        understood = s.heard.of(Understood)[-1]
        assert (understood.turn, understood.text, understood.intent) == ("t", "", "HearthAnswer")


async def test_what_is_not_understood_is_conversation_sentence_by_sentence() -> None:
    async with scene(Model("Hello there. It is **late**! Go to bed now. And more. And more.")) as s:
        s.say("hi", turn="t")
        await asyncio.sleep(0.35)
        assert [e.text for e in s.heard.of(Say)] == ["Hello there."]
        await asyncio.sleep(5)
        says = s.heard.of(Say)
        assert [e.text for e in says] == ["Hello there.", "It is late!", "Go to bed now.", ""]
        assert [e.last for e in says] == [False, False, False, True]
        assert s.heard.of(Answered)[0].outcome == "conversation"
        assert s.model
        assert s.model.stopped == 1  # three sentences are enough


async def test_waking_it_ends_a_conversation_but_not_an_action() -> None:
    async with scene(Model("A story that goes on and on " * 50)) as s:
        s.say("tell me a story")
        s.say("slow", "site-k")
        await asyncio.sleep(1)
        for site in ("hall", "site-k"):
            s.bus.publish(Woken(site, "samantha"))
        await asyncio.sleep(10)
        assert {a.site: a.outcome for a in s.heard.of(Answered)} == {
            "hall": "stopped",
            "site-k": "done",
        }
        assert s.model
        assert s.model.stopped == 1


async def test_the_model_is_shown_only_what_was_heard_of_its_answers() -> None:
    async with scene(Model("Well. Once upon a time there was a fox.")) as s:
        s.say("a story", turn="t")
        await asyncio.sleep(5)
        s.bus.publish(Spoken("hall", "Well.", "Well.", "t", last=False))
        s.bus.publish(Spoken("hall", "Once upon a time there was a fox.", "Once upon", "t"))
        await asyncio.sleep(1)
        s.say("go on")
        await asyncio.sleep(5)
        assert s.model
        assert [(m.role, m.text) for m in s.model.asked[1]][1:] == [
            ("user", "a story"),
            ("assistant", "Well. Once upon"),
            ("user", "go on"),
        ]


async def test_without_its_model_it_says_so() -> None:
    model = Model()
    model.broken = True
    async with scene(model) as s:
        s.say("what is love")
        await asyncio.sleep(1)
        assert s.heard.of(Say)[0].text == "errors.no_brain"
