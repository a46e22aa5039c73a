"""The door of the home, spoken to: questions back, a PIN, and what is taken back again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hearth.event import Acted, Answered, Heard, Hearing, Listen, Spoken
from hearth.home import pin
from support.story import CONFIG, QUIET, SPEECH, Story, sound, story

pytestmark = pytest.mark.looptime
LOCK = {"name": "Front door", "uniq_id": "f", "cmd_t": "f/set", "stat_t": "f"}
GARAGE = {"name": "Garage", "uniq_id": "g", "dev_cla": "garage", "cmd_t": "g/set", "stat_t": "g"}


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[Story]:
    """The simulated home with a front door and a garage beside it."""
    config = replace(CONFIG, door=replace(CONFIG.door, wait_minutes=1.0))
    async with story(folder, config=config) as s:
        others = s.wire.device

        async def device(topic: str, payload: bytes) -> None:
            word = {b"UNLOCK": "UNLOCKED", b"LOCK": "LOCKED", b"OPEN": "open"}.get(payload)
            if topic in ("f/set", "g/set") and word:
                await s.wire.send(topic.removesuffix("/set"), word)
            elif others is not None:
                await others(topic, payload)

        s.wire.device = device
        await s.wire.send("homeassistant/lock/f/config", LOCK, retain=True)
        await s.wire.send("homeassistant/cover/g/config", GARAGE, retain=True)
        await s.wire.send("f", "LOCKED", retain=True)
        await s.wire.send("g", "closed", retain=True)
        yield s


async def spoken(s: Story, count: int) -> Spoken:
    """Wait until Hearth has said that many sentences; return the last."""
    async with asyncio.timeout(60):
        while len(s.of(Spoken)) < count:
            await s.hear("hall", sound(QUIET, 100))
    found: Spoken = s.of(Spoken)[count - 1]
    return found


async def test_a_pin_is_asked_for_heard_without_the_name_and_written_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pin.keep(tmp_path / "pin", "7391")
    caplog.set_level("DEBUG")
    async with house(tmp_path) as s:
        await s.person("hall", "unlock the front door")
        asked = await spoken(s, 1)
        assert "PIN" in asked.text
        assert s.state("lock.front_door") == "locked"
        await s.person("hall", "seven three nine one", name=False)
        await spoken(s, 2)
        assert s.state("lock.front_door") == "unlocked"
        assert [h.text for h in s.of(Heard)] == ["unlock the front door", ""]
        assert [h.text for h in s.of(Hearing)] == ["unlock the front door"]
        assert "Front door" in s.of(Answered)[-1].text
    db = sqlite3.connect(tmp_path / "hearth.db")
    kept = "\n".join(str(row) for row in db.execute("SELECT * FROM journal"))
    db.close()
    for secret in ("seven three", "7391"):
        assert secret not in kept
        assert secret not in caplog.text


async def test_a_question_does_not_hear_itself(tmp_path: Path) -> None:
    async with house(tmp_path) as s:
        await s.person("hall", "open the garage")
        async with asyncio.timeout(30):
            while not s.of(Spoken):  # the room hears its own loudspeaker
                await s.hear("hall", sound(SPEECH, 100))
        assert [h.text for h in s.of(Heard)] == ["open the garage"]
        await s.hear("hall", sound(QUIET, 800))
        await s.person("hall", "yes please", name=False)
        await spoken(s, 2)
        assert [h.text for h in s.of(Heard)] == ["open the garage", "yes please"]
        assert s.state("cover.garage") == "open"


@pytest.mark.parametrize("words", ["no", "no thanks", "yes but wait", ""])
async def test_without_a_yes_it_stays_shut(tmp_path: Path, words: str) -> None:
    async with house(tmp_path) as s:
        await s.person("hall", "open the garage")
        await spoken(s, 1)
        if words:
            await s.person("hall", words, name=False)
        await s.hear("hall", sound(QUIET, 30_000))
        await s.person("hall", "yes", name=False)
        await asyncio.sleep(3)
        assert s.state("cover.garage") == "closed"


async def test_an_answer_that_is_a_new_command_is_simply_that(tmp_path: Path) -> None:
    async with house(tmp_path) as s:
        await s.person("hall", "open the garage")
        await spoken(s, 1)
        await s.person("hall", "turn on the kitchen lamp", name=False)
        await spoken(s, 2)
        assert s.state("light.kitchen_lamp") == "on"
        assert s.state("cover.garage") == "closed"


async def test_a_timer_asks_when_it_ends_and_does_not_open_by_itself(tmp_path: Path) -> None:
    async with house(tmp_path) as s:
        heard = Heard("hall", "open the garage", because="timer:1")
        s.bus.publish(heard)
        await spoken(s, 1)
        s.bus.publish(Heard("hall", "yes", because="timer:2"))
        await asyncio.sleep(5)
        assert s.state("cover.garage") == "closed"
        assert {a.outcome for a in s.of(Acted)} == {"refused"}


async def test_undo_restores_a_whole_turn_and_then_the_one_before(tmp_path: Path) -> None:
    async with house(tmp_path) as s:

        async def say(text: str) -> str:
            s.bus.publish(Heard("kitchen-sat", text, origin="client"))
            await asyncio.sleep(6)
            return str(s.of(Answered)[-1].text)

        def lamp() -> tuple[str | None, object]:
            entity = s.rooms.home.house().entity("light.kitchen_lamp")
            assert entity
            return entity.state, entity.attributes.get("brightness")

        await say("turn on the kitchen lamp")
        await say("set the kitchen lamp to 30 percent")
        dim = lamp()
        await say("set the kitchen lamp to 80 percent")
        assert lamp() != dim
        assert "put back" in await say("undo that")
        assert lamp() == dim
        await say("undo that")
        await say("put it back")
        assert lamp()[0] == "off"
        assert "nothing" in await say("undo that")


async def test_two_questions_of_one_sentence_are_asked_one_by_one(tmp_path: Path) -> None:
    pin.keep(tmp_path / "pin", "7391")
    async with house(tmp_path) as s:

        async def say(text: str) -> str:
            s.bus.publish(Heard("hall", text, origin="client"))
            await asyncio.sleep(6)
            return str(s.of(Answered)[-1].text)

        asked = await say("open the garage, unlock the front door and turn on the kitchen lamp")
        assert (asked.count("?"), "PIN" in asked) == (1, False)
        assert s.state("light.kitchen_lamp") == "on"
        assert "PIN" in await say("yes")
        assert s.state("cover.garage") == "open"
        assert "wrong" in await say("one two three four")
        await say("seven three nine one")
        assert s.state("lock.front_door") == "unlocked"


async def test_a_timer_asks_how_long(tmp_path: Path) -> None:
    async with house(tmp_path) as s:

        async def say(text: str) -> str:
            s.bus.publish(Heard("hall", text, origin="client"))
            await asyncio.sleep(6)
            return str(s.of(Answered)[-1].text)

        assert await say("set a timer") == "For how long?"
        assert "set for five minutes" in await say("for five minutes")
        await say("set a timer for 10 minutes")
        assert "Which timer" in await say("cancel the timer")
        assert "cancelled" in await say("the ten minute one")
        assert "left" in await say("timer status")


async def test_the_microphone_is_opened_for_the_answer_only_after_the_question(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as s:
        await s.person("hall", "open the garage")
        question = await spoken(s, 1)
        (listen,) = s.of(Listen)
        assert (listen.after, listen.secret) == (question.turn, False)
