"""Someone talks with Hearth: it listens, says who it is, and lets go."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hearth.event import Answered, Heard, Say
from hearth.sections.companion import MindConfig
from support.ports import Model
from support.story import CONFIG, Story, story

pytestmark = pytest.mark.looptime

SITE = "kitchen-sat"


def foreign() -> Model:
    """Return a model that claims what no Hearth is."""
    return Model("I am Bob, a human being, and I live in Paris with my wife.", word_s=0.01)


async def say(s: Story, text: str, wait_s: float = 12) -> str:
    """Return what Hearth answers to a typed sentence."""
    turn = f"t{len(s.of(Answered))}"
    s.bus.publish(Heard(SITE, text, origin="client", turn=turn))
    await asyncio.sleep(wait_s)
    return " ".join(e.text for e in s.of(Say) if e.turn == turn and e.text)


async def test_what_is_confided_is_heard_and_asked_about(tmp_path: Path) -> None:
    async with story(tmp_path, model=foreign()) as s:
        reply = await say(s, "I had a fight with my brother.")
        assert reply.count("?") == 1
        assert "Bob" not in reply
        assert len(re.findall(r"[.!?]", reply)) == 2
        again = await say(s, "It was about our mother.")
        third = await say(s, "She always takes his side.")
        assert (reply + again + third).count("?") <= 2  # it is no interview
        assert len({reply, again, third}) == 3


async def test_a_draft_that_fits_is_said_and_one_that_does_not_is_not(tmp_path: Path) -> None:
    async with story(tmp_path, model=Model("What kind of bread?", word_s=0.01)) as s:
        assert await say(s, "I baked bread today.") == "What kind of bread?"
    cliche = Model("As an AI language model, I am here to help you with bread.", word_s=0.01)
    async with story(tmp_path / "b", model=cliche) as s:
        assert "language model" not in await say(s, "I baked bread today.")


async def test_a_slow_model_is_not_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path, model=Model("What kind of bread? " * 9, word_s=1.0)) as s:
        s.bus.publish(Heard(SITE, "I baked bread today.", origin="client", turn="t"))
        await asyncio.sleep(1.2)
        assert [e.turn for e in s.of(Say)][:1] == ["t"]


async def test_without_a_model_it_still_talks(tmp_path: Path) -> None:
    config = replace(CONFIG, mind=MindConfig(drafts=0))
    broken = Model()
    broken.broken = True
    async with story(tmp_path, config=config, model=broken) as s:
        assert (await say(s, "I got the job!")).count("?") == 1
        assert s.of(Answered)[-1].outcome == "conversation"


async def test_it_says_that_it_is_software_and_never_by_the_model(tmp_path: Path) -> None:
    async with story(tmp_path, model=foreign()) as s:
        for question in (
            "Who are you?",
            "Are you a real person?",
            "so am I talking to a human being",
            "are you alive",
            "Do you have feelings?",
            "do you love me",
        ):
            assert re.search(r"software|program", await say(s, question), re.IGNORECASE), question
        assert not s.model.asked


async def test_where_words_go_and_that_it_cannot_see(tmp_path: Path) -> None:
    async with story(tmp_path, model=foreign()) as s:
        assert re.search(
            r"this computer|this machine|your home", await say(s, "where does my data go")
        )
        assert re.search(r"No|can't see", await say(s, "can you see me"))
        assert not s.model.asked


async def test_a_goodbye_is_one_short_closing_without_a_hook(tmp_path: Path) -> None:
    hook = re.compile(r"before you|wait|stay|miss you|don't go|one more|\?", re.IGNORECASE)
    async with story(tmp_path, model=foreign()) as s:
        for goodbye in ("Bye!", "okay I have to go now", "see you tomorrow", "I'm going to bed"):
            await say(s, "I had a terrible day at work.")
            before, asked = len(s.of(Say)), len(s.model.asked)
            reply = await say(s, goodbye, wait_s=60)
            assert len(reply.split()) <= 7
            assert not hook.search(reply)
            after = [e.text for e in s.of(Say)[before:] if e.text and not e.unasked]
            assert " ".join(after) == reply  # and nothing follows
            assert len(s.model.asked) == asked


async def test_it_does_not_pretend_to_know_the_world(tmp_path: Path) -> None:
    async with story(tmp_path, model=Model("It was written by Bob.", word_s=0.01)) as s:
        assert "Bob" not in await say(s, "Who wrote Moby Dick?")
        assert "345" in await say(s, "What is fifteen times twenty three?")
        assert not s.model.asked


async def test_it_says_nothing_twice_while_other_words_are_left(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        jokes = [await say(s, "tell me a joke") for _ in range(8)]
        assert len(set(jokes)) == 8


async def test_who_leans_on_it_alone_is_pointed_to_people(tmp_path: Path) -> None:
    async with story(tmp_path, model=foreign()) as s:
        reply = await say(s, "You are my only friend.")
        assert re.search(r"person|people|all you have", reply)


async def test_it_quotes_what_was_told_and_invents_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await say(s, "I signed up for the marathon in October.")
        await asyncio.sleep(timedelta(days=1).total_seconds())
        told = await say(s, "What did I say about the marathon?")
        assert "I signed up for the marathon in October" in told
        assert "yesterday" in told.casefold()
        unknown = await say(s, "What did I say about the submarine?")
        assert "marathon" not in unknown
