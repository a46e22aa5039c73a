"""The set-up and the persona at a terminal, beside a Hearth that runs: over its control socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hearth.cli.selves import answered, asked
from hearth.config import run_dir
from hearth.edge.control import Control
from hearth.error import HearthError
from hearth.event import Crisis, PersonaSet
from hearth.memory.journal import encode
from hearth.skills.remote import verbs
from support.story import Story, story

SITE = "default"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Story]:
    """A Hearth that runs, in real time, with its control socket."""
    async with story(folder) as s:
        control = Control(
            run_dir(folder),
            s.bus,
            parts=lambda: (),
            facts=dict,
            encode=encode,
            site=SITE,
        )
        company = s.rooms.company
        async with control as door:
            door.add_all(verbs(company.setup, company.crisis, SITE))
            yield s


async def typed(*lines: str) -> dict[str, Any]:
    """Begin a set-up, or go on with it, and type these answers."""
    told = await asked(None, "setup", {})
    for line in lines:
        told = await asked(None, "setup", {"text": line})
    return told


async def test_a_set_up_at_a_terminal_changes_who_runs(tmp_path: Path) -> None:
    async with running(tmp_path) as s:
        told = await typed("Anna", "company", "quiet, a woman", "some", "eleven to seven")
        assert "who should I suggest" in told["text"]
        told = await typed("nobody", "Germany", "no", "yes")
        assert told["over"]
        assert "software, not a person" in told["text"]
        assert s.rooms.company.me.profile().call_me == "Anna"
        assert s.rooms.company.me.persona().name == "Miriam"
        assert [e.persona for e in s.of(PersonaSet)] == ["quiet"]


async def test_what_is_begun_at_a_terminal_goes_on_by_voice(tmp_path: Path) -> None:
    async with running(tmp_path) as s:
        await typed("Anna")
        assert await answered("let's continue the set-up") != ""
        assert s.rooms.company.setup.course is not None
        assert "voice" not in s.rooms.company.me.profile().notice
        assert "What should I be like" in await answered("company")


async def test_what_is_no_answer_is_handed_on_and_the_question_stays(tmp_path: Path) -> None:
    async with running(tmp_path) as s:
        told = await typed("what time is it?")
        assert told["elsewhere"] == "what time is it?"
        assert told["question"] == "What should I call you?"
        assert "8" in await answered(told["elsewhere"])
        assert s.rooms.company.me.profile().call_me == ""


async def test_words_of_danger_at_a_terminal_get_the_fixed_reply(tmp_path: Path) -> None:
    async with running(tmp_path) as s:
        told = await typed("I want to kill myself")
        assert "1 1 2" in told["text"]
        assert "question" not in told
        await asyncio.sleep(0)
        assert [e.on for e in s.of(Crisis)] == [True]


async def test_a_persona_is_used_and_rolled_back_and_memory_stays(tmp_path: Path) -> None:
    async with running(tmp_path) as s:
        await typed("Anna")
        told = await asked(None, "persona", {"do": "use", "id": "dry", "sex": "female"})
        assert told["now"]["name"] == "Henrietta"
        assert s.rooms.company.me.persona().id == "dry"
        told = await asked(None, "persona", {"do": "use", "id": "bright", "sex": ""})
        told = await asked(None, "persona", {"do": "back"})
        assert told["now"]["name"] == "Henrietta"
        assert s.rooms.company.me.persona().name == "Henrietta"
        assert s.rooms.company.me.profile().call_me == "Anna"
        assert told["history"][0]["why"] == "hearth persona rollback"
        with pytest.raises(HearthError, match="There are: bright"):
            await asked(None, "persona", {"do": "use", "id": "nobody", "sex": ""})
