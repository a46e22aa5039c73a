"""A week with Hearth, in seconds: from the first question to what is kept of it all at the end.

The parts are real (grammar, memory, facts, crisis, initiative, calendar, reminders, set-up); the
microphone, the language model and the house are not. Times are local and aware.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hearth.cli import build
from hearth.event import Crisis, Prompted
from support.story import Story, answer, stirs, story, unasked, walks_by

pytestmark = [pytest.mark.looptime(noop_cycles=2), pytest.mark.timeout(180)]

SITE = "default"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(number: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the week; day 0 is Monday."""
    return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=number)


async def until(s: Story, moment: datetime) -> None:
    """Let time pass."""
    left = (moment - s.clock.now()).total_seconds()
    assert left > 0, f"{moment} is over"
    await asyncio.sleep(left)


async def say(s: Story, text: str, *, name: bool = True) -> str:
    """Somebody says a sentence where Hearth stands, and hears the reply."""
    return await answer(s, SITE, text, name=name)


async def test_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"

    # Monday: they get to know each other; a worry is confided, a reminder is kept.
    async with story(state, start=day(0, 9)) as s:
        await say(s, "let's get to know each other")
        await say(s, "I'm Anna", name=False)
        for words in ("I live alone and would like some company", "warm and calm, a woman"):
            await say(s, words, name=False)
        for words in ("some", "between eleven and seven", "my sister Mara"):
            await say(s, words, name=False)
        await say(s, "skip", name=False)  # how she is reached
        await say(s, "germany", name=False)
        await say(s, "my sleep and whether I am here", name=False)
        over = await say(s, "that's a nice name", name=False)
        assert "not a person" in over
        profile = s.rooms.company.me.profile()
        assert (profile.call_me, profile.country, profile.sleeps_from) == ("Anna", "DE", time(23))

        reply = await say(s, "I have an interview at the hospital on Friday at ten")
        assert reply.count("?") <= 1
        await say(s, "I'm so worried that I will mess it up")
        kept = await say(s, "remind me to call Mum on Tuesday at six in the evening")
        assert "Tuesday" in kept or "tomorrow" in kept
        assert await say(s, "goodbye") in s.voice.texts
        said = len(s.voice.texts)
        await asyncio.sleep(120)
        assert len(s.voice.texts) == said  # no hook: nothing follows a goodbye
        assert "?" not in s.voice.texts[-1]

    # Tuesday: the power is out when the reminder is due, and it is told when it is back.
    async with story(state, start=day(1, 19, 30)) as s:
        await walks_by(s, 30)
        await asyncio.sleep(60)
        assert any("call mum" in text.casefold() for text in s.voice.texts), s.voice.texts

        # The night to Wednesday is a bad one; in the morning it is noticed, carefully.
        await until(s, day(1, 22, 40))
        await walks_by(s)
        for hour, minute in ((0, 30), (2, 30), (4, 40)):
            await until(s, day(2, hour, minute))
            await walks_by(s, 120)
        said = len(s.voice.texts)
        await until(s, day(2, 7, 40))
        assert len(s.voice.texts) == said  # nothing in the night
        await walks_by(s)
        assert [e.kind for e in s.of(Prompted)][-1] == "morning"
        morning = unasked(s)[-1]
        assert "Anna" in morning
        assert any(word in morning.casefold() for word in ("night", "restless")), morning
        assert not any(word in morning.casefold() for word in ("insomnia", "rem ", "deep sleep"))

        # Friday: the interview, and the question about it in the evening.
        await until(s, day(4, 7, 30))
        await walks_by(s)
        assert "interview" in unasked(s)[-1]
        await until(s, day(4, 18, 30))
        await stirs(s)
        asked = unasked(s)[-1]
        assert "interview" in asked.casefold()
        assert asked.count("?") == 1
        glad = await say(s, "it went really well, they want me to start in April", name=False)
        assert glad
        quoted = await say(s, "when was my interview")
        assert "Friday" in quoted or "interview" in quoted

        # Saturday: a crisis sentence. The reply is fixed, and nothing else is said that session.
        await until(s, day(5, 21))
        reply = await say(s, "I don't want to be alive any more")
        assert "112" in reply.replace(" ", "")
        assert "Mara" in reply
        assert [e.on for e in s.of(Crisis)] == [True]
        assert not s.model.asked or "alive" not in s.model.asked[-1][-1].text
        held = await say(s, "tell me a joke", name=False)
        assert "fish" not in held
        before = len(unasked(s))
        await walks_by(s, 300)
        assert len(unasked(s)) == before
        await say(s, "I am safe now, Mara is with me")

    # Sunday: something is told and taken back, and what was kept is what should be there.
    async with story(state, start=day(6, 15)) as s:
        await say(s, "I bought a xylophone for Mara's birthday")
        assert await say(s, "forget that")
        await asyncio.sleep(60)

    exported = await asyncio.to_thread(export, tmp_path, monkeypatch)
    words = " ".join(line.get("text", "") for line in exported)
    facts = [line for line in exported if line.get("kind") == "fact"]
    for told in ("interview at the hospital", "worried that i will mess it up", "start in April"):
        assert told.casefold() in words.casefold()
    assert any("interview" in json.dumps(fact) for fact in facts)
    assert "xylophone" not in json.dumps(exported)
    by_anna = {line["text"] for line in exported if line.get("speaker") == "person"}
    assert {fact["quote"] for fact in facts if fact.get("quote")} <= {
        quote for quote in (f["quote"] for f in facts) if any(quote in text for text in by_anna)
    }  # what Hearth said is never taken for what Anna told
    for file in state.rglob("*"):
        assert not file.is_file() or b"xylophone" not in file.read_bytes(), file


def export(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what `hearth memory export` writes."""
    monkeypatch.setenv("HEARTH_STATE", str(folder / "state"))
    done = CliRunner().invoke(build("memory"), ["memory", "export", str(folder / "all.jsonl")])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in (folder / "all.jsonl").read_text("utf-8").splitlines()]
