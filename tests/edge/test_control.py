"""The control socket: asking, saying, watching; rights; a left-over socket; a second Hearth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from hearth.bus import Bus
from hearth.edge.control import Control, done, request
from hearth.error import HearthError
from hearth.event import (
    Answered,
    Health,
    Heard,
    Listen,
    PauseRule,
    RulePaused,
    Say,
    Secret,
    Spoken,
    Understood,
)
from hearth.memory.journal import encode


async def double(data: Mapping[str, Any]) -> dict[str, Any]:
    """Something that a part of Hearth does for the command line."""
    if "number" not in data:
        raise HearthError("There is no number.")
    return {"number": 2 * data["number"]}


@asynccontextmanager
async def control(folder: Path) -> AsyncIterator[Bus]:
    """A control socket, and someone who answers on the bus behind it."""
    bus = Bus()
    inbox = bus.subscribe(Heard, Say, PauseRule)

    async def answer() -> None:
        async for event in inbox:
            if isinstance(event, Heard):
                bus.publish(Understood(event.site, "another", "x", ""))
                bus.publish(Understood(event.site, event.turn, event.text, "HassTurnOn"))
                bus.publish(Answered(event.site, event.turn, f"You said {event.text}"))
            elif isinstance(event, PauseRule):
                if event.rule == "hall_light":
                    bus.publish(RulePaused(event.rule, event.paused))
            elif isinstance(event, Say):
                bus.publish(Spoken(event.site, event.text, event.text, event.turn))

    async with Control(
        folder,
        bus,
        parts=lambda: (Health("ear", "ready"),),
        facts=lambda: {"pid": 7},
        encode=encode,
        site="default",
    ) as door:
        door.add("double", double)
        answering = asyncio.create_task(answer())
        yield bus
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


async def collect(folder: Path, kind: str, last: str, **data: Any) -> list[tuple[str, Any]]:
    told = []
    async with aclosing(request(folder, kind, data)) as answers:
        async for name, value in answers:
            told.append((name, value))
            if name == last:
                break
    return told


async def test_a_question_is_answered_with_its_own_turn_only(tmp_path: Path) -> None:
    async with control(tmp_path) as bus:
        heard = bus.subscribe(Heard)
        told = await collect(tmp_path, "ask", "Answered", text="hello", site="kitchen")
        event = await heard.get()
    assert [name for name, _ in told] == ["Heard", "Understood", "Answered"]
    assert told[-1][1]["text"] == "You said hello"
    assert (event.site, event.origin) == ("kitchen", "client")


async def test_saying_waits_until_it_is_spoken(tmp_path: Path) -> None:
    async with control(tmp_path):
        ((name, spoken),) = await collect(tmp_path, "say", "Spoken", text="Dinner")
    assert (name, spoken["said"], spoken["site"]) == ("Spoken", "Dinner", "default")


async def test_status_tells_parts_and_facts(tmp_path: Path) -> None:
    async with control(tmp_path):
        ((_, status),) = await collect(tmp_path, "status", "status")
    assert (status["pid"], status["parts"][0]["part"]) == (7, "ear")


async def test_a_part_does_something_and_a_fault_of_its_is_told(tmp_path: Path) -> None:
    async with control(tmp_path):
        assert await done(tmp_path, "double", {"number": 21}) == {"number": 42}
        with pytest.raises(HearthError, match="no number"):
            await done(tmp_path, "double")
        with pytest.raises(HearthError, match="unknown"):
            await done(tmp_path, "halve")


async def test_a_rule_is_paused_and_an_unknown_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hearth.edge.control._PAUSE_S", 0.1)
    async with control(tmp_path):
        ((name, told),) = await collect(
            tmp_path, "pause", "RulePaused", text="hall_light", paused=True
        )
        assert (name, told["rule"], told["paused"]) == ("RulePaused", "hall_light", True)
        ((name, told),) = await collect(tmp_path, "pause", "error", text="no_such")
        assert (name, "no_such" in told["text"]) == ("error", True)


async def test_watching_shows_what_happens(tmp_path: Path) -> None:
    async with control(tmp_path) as bus:
        watching = asyncio.create_task(collect(tmp_path, "watch", "Health"))
        await asyncio.sleep(0.1)
        bus.publish(Health("mqtt", "down"))
        assert (await watching)[0][1]["part"] == "mqtt"


@pytest.mark.parametrize(("kind", "text"), [("ask", "  "), ("say", ""), ("explode", "x")])
async def test_what_makes_no_sense_is_refused(tmp_path: Path, kind: str, text: str) -> None:
    async with control(tmp_path):
        assert (await collect(tmp_path, kind, "error", text=text))[0][0] == "error"


async def test_garbage_ends_only_that_client(tmp_path: Path) -> None:
    async with control(tmp_path):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "hearth.sock")
        writer.write(b'{"type": 7}\nnot json at all\n\xff\xfe\n')
        await writer.drain()
        writer.close()
        await reader.read()
        assert await collect(tmp_path, "status", "status")


async def test_only_its_user_can_open_it_and_a_second_hearth_is_refused(tmp_path: Path) -> None:
    async with control(tmp_path):
        assert (tmp_path / "hearth.sock").stat().st_mode & 0o777 == 0o600
        with pytest.raises(HearthError, match="Another Hearth"):
            async with control(tmp_path):
                pass
    assert not (tmp_path / "hearth.sock").exists()


async def test_a_left_over_socket_is_no_hindrance(tmp_path: Path) -> None:
    server = await asyncio.start_unix_server(lambda *_: None, tmp_path / "hearth.sock")
    server.close()
    await server.wait_closed()
    (tmp_path / "hearth.sock").touch()
    async with control(tmp_path):
        pass


async def test_nobody_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HearthError, match="No Hearth is running"):
        await collect(tmp_path, "status", "status")


async def test_the_typed_answer_to_a_secret_question_is_a_secret(tmp_path: Path) -> None:
    bus = Bus()
    control = Control(tmp_path, bus, parts=tuple, facts=dict, encode=encode, site="hall")
    bus.publish(Listen("hall", 10.0, secret=True, after="t"))
    first, second = [await control._heard("hall", "7391") for _ in range(2)]
    assert (first.text, first.secret) == ("", Secret("7391"))
    assert "7391" not in f"{first} {encode(first)}"
    assert (second.text, second.secret) == ("7391", None)
