"""A talk in the hall: nods, an interruption, its own voice, and an answer without its name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hearth.event import Answered, Heard, Hush, Listen, Say, Spoken, Unheard
from hearth.sections.engines import HearingConfig
from support.story import CONFIG, QUIET, SPEECH, Story, sound, story

pytestmark = pytest.mark.looptime

OPEN = replace(CONFIG, hearing=HearingConfig(barge_in="speech"))
TALE = ("There was a fox that lived in a dark wood.", "He had a friend, an old and tired bear.")


class Teller:
    """A converser that says these sentences."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.asked: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        self.asked.append((heard.text, tuple(dialogue)))
        for text in self.texts:
            yield Say(heard.site, text, heard.turn, last=False)

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """It needs no time to get ready."""


def telling(s: Story, *texts: str) -> Teller:
    teller = Teller(*texts)
    turns: Any = s.rooms.turns
    turns._converser = teller
    return teller


async def beside(s: Story, text: str, ms: int = 600) -> None:
    """Something sounds in the hall while Hearth speaks."""
    s.words.texts.append(text)
    await s.hear("hall", sound(SPEECH, ms) + sound(QUIET, 900))


async def test_a_nod_lets_it_go_on_and_a_stop_ends_it(tmp_path: Path) -> None:
    async with story(tmp_path, config=OPEN) as s:
        teller = telling(s, *TALE)
        await s.person("hall", "my fox was hungry today")
        await beside(s, "mm hm")
        assert s.of(Hush) == []
        await beside(s, "wait")
        await asyncio.sleep(1)
        assert [e.reason for e in s.of(Hush)][:1] == ["barge_in"]
        said = [e for e in s.of(Spoken) if e.text in TALE]
        assert not said[-1].whole
        assert [e.text for e in s.of(Heard)][:2] == ["my fox was hungry today", "wait"]
        remembered = " ".join(e.said for e in said if e.said)
        assert teller.asked[1:] == [] or teller.asked[1][1][-1][1] == remembered


async def test_its_own_voice_in_the_microphone_is_no_turn(tmp_path: Path) -> None:
    async with story(tmp_path, config=OPEN) as s:
        teller = telling(s, *TALE)
        await s.person("hall", "my fox was hungry today")
        await beside(s, "their was a fox that lift in a dark", ms=1500)
        await beside(s, "he had a friend and old", ms=1000)
        await asyncio.sleep(6)
        assert [text for text, _ in teller.asked] == ["my fox was hungry today"]
        assert s.of(Hush, Unheard) == []
        assert [e.whole for e in s.of(Spoken) if e.text in TALE] == [True, True]


async def test_it_asks_and_hears_the_answer_without_its_name(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        teller = telling(s, "Oh no. What happened then?")
        await s.person("hall", "my fox was hungry today")
        await s.hear("hall", sound(QUIET, 2500))
        assert [e.seconds for e in s.of(Listen)] == [6.0]
        telling(s, "Good.")
        await s.person("hall", "yeah", name=False)
        await asyncio.sleep(3)
        assert [e.text for e in s.of(Heard)] == ["my fox was hungry today", "yeah"]
        assert len(teller.asked) == 1
        await s.person("hall", "and nobody listens now", name=False)
        await asyncio.sleep(2)
        assert len(s.of(Heard)) == 2


async def test_it_does_not_listen_after_what_asks_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        telling(s, "Sleep well.")
        await s.person("hall", "my fox was hungry today")
        await asyncio.sleep(2)
        await s.person("hall", "are you still there", name=False)
        await asyncio.sleep(2)
        assert s.of(Listen) == []
        assert len(s.of(Answered)) == 1
