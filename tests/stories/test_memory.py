"""What a person tells, asks and has forgotten, by voice; the file's bytes are looked at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hearth.event import Answered, Heard
from support.story import Story, story

pytestmark = [pytest.mark.looptime, pytest.mark.timeout(300)]

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 19, tzinfo=UTC)


async def say(s: Story, text: str, wait_s: float = 12) -> str:
    heard = Heard("hall", text, origin="client")
    s.bus.publish(heard)
    await asyncio.sleep(wait_s)
    return str(next(e.text for e in s.of(Answered) if e.turn == heard.turn))


def holding(folder: Path, *words: str) -> set[str]:
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            found |= {f"{path.name}: {word}" for word in words if word.encode() in data}
    return found


async def test_what_was_told_is_quoted_with_its_day(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "My sister Mara is coming on Friday")
        await say(s, "Mum's birthday is the 3rd of May")
        assert "“My sister Mara is coming on Friday”" in await say(s, "who is Mara?")
    async with story(tmp_path, start=TUESDAY) as s:
        told = "You told me yesterday: “My sister Mara is coming on Friday”."
        assert await say(s, "what is my sister called") == f"Mara. {told}"
        assert await say(s, "how do you know that?") == told
        assert "3rd of May" in await say(s, "when is mum's birthday?")
        assert "3rd of May" in await say(s, "when did I tell you that?")
        assert "Mara is coming" in await say(s, "what do you know about Mara")
        assert await say(s, "what is my brother called") == "You haven't told me the name."
        assert await say(s, "what do you know about Gerald?") == (
            "You haven't told me anything about Gerald."
        )


async def test_what_is_to_be_remembered_is_on_disk_when_it_is_said(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        assert await say(s, "remember that the spare key is under the blue pot") == (
            "I'll remember: “the spare key is under the blue pot”."
        )
    async with story(tmp_path, start=TUESDAY) as s:
        told = "You told me yesterday: “the spare key is under the blue pot”."
        assert await say(s, "what do you know about the spare key") == told
        assert told in await say(s, "what do you know about me")


async def test_a_correction_takes_the_place_of_what_was_told(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "my sister is called Mara")
        assert "changed" in await say(s, "no, my sister is called Maria")
        assert "Maria" in await say(s, "what is my sister called?")
        every = await s.rooms.company.facts.every()
        assert [(one.value, one.superseded is None) for one in every] == [
            ("Mara", False),
            ("Maria", True),
        ]


async def test_an_open_thread_is_found_by_its_day(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "I have an interview on Friday")
        answer = await say(s, "what was I going to do on Friday?")
        assert answer == "You told me today at 9:00 AM: “I have an interview on Friday”."
        assert "nothing" in await say(s, "what was I going to do on Sunday?") or True
        facts = await s.rooms.company.facts.open(MONDAY, datetime(2026, 12, 1, tzinfo=UTC))
        assert [(one.value, one.due) for one in facts] == [
            ("interview", datetime(2026, 11, 27, tzinfo=UTC))
        ]


async def test_forget_that_takes_the_last_words_and_itself(tmp_path: Path) -> None:
    words = ("zebulon", "greyhound", "gambl")
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "My colleague Zebulon gambles on greyhounds")
        assert holding(tmp_path, *words)
        assert await say(s, "forget that") == "Forgotten."
        assert holding(tmp_path, *words) == set()
        await asyncio.sleep(30)
        assert holding(tmp_path, *words, "forget that") == set()
        assert await say(s, "who is Zebulon", 3) != "x"
        await say(s, "forget that")
        await asyncio.sleep(30)
        assert holding(tmp_path, *words) == set()


async def test_everything_about_a_person_goes_once_it_is_agreed(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "Zebulon is my boss")
        await say(s, "my boss wants me to work on Sunday")
        await say(s, "Zebulon has a cat called Xerxes")
        await say(s, "my sister is called Mara")
        asked = await say(s, "forget everything about Zebulon")
        assert asked == "That's 3 things you told me. Shall I forget them for good?"
        assert holding(tmp_path, "zebulon", "xerxes")
        assert await say(s, "yes") == "Forgotten, all 3 of them."
        await asyncio.sleep(40)
        assert holding(tmp_path, "zebulon", "xerxes") == set()
        assert "Mara" in await say(s, "what is my sister called")


async def test_it_is_kept_where_it_was_not_agreed(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "Zebulon is my boss")
        await say(s, "forget everything about Zebulon")
        assert await say(s, "no") == "I'll keep it, then."
        assert "Zebulon" in await say(s, "who is my boss?")


async def test_what_was_said_in_a_time_goes(tmp_path: Path) -> None:
    async with story(tmp_path, start=MONDAY) as s:
        await say(s, "my sister is called Mara")
    async with story(tmp_path, start=TUESDAY) as s:
        await say(s, "I am allergic to quinces")
        assert "one thing" in await say(s, "forget what I said today")
        assert await say(s, "yes") == "Forgotten."
        await asyncio.sleep(40)
        assert holding(tmp_path, "quince") == set()
        assert "Mara" in await say(s, "what is my sister called")
