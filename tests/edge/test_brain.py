"""The Thinker against a server that behaves well and badly, and the server against bad clients."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wyoming.event import Event, async_read_event, async_write_event

from hearth.brain.reply import Counts
from hearth.brain.server import Server, listen
from hearth.brain.worker import Worker
from hearth.edge.brain import Brain
from hearth.edge.brain_client import BrainClient
from hearth.error import EngineError
from hearth.event import Health
from hearth.port import ChatMessage, Draft
from hearth.sections.engines import BrainConfig

HELLO = [ChatMessage("user", "hello")]
SELF = [ChatMessage("system", "You are Hearth.", lasting=True)]

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def behaving(path: Path, answer: Answer) -> AsyncIterator[None]:
    """Serve a socket with this behaviour."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_unix_server(accept, path=str(path)):
        yield


def client(path: Path, **changes: Any) -> BrainClient:
    return BrainClient(path, **{"deadline_s": 5, "temperature": 0.5, **changes})


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is true, 5 s at most."""
    for _ in range(250):
        if true():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it did not come true")


async def words(thinker: BrainClient | Brain) -> list[str]:
    return [piece async for piece in thinker.think(HELLO, 10)]


async def test_a_missing_brain_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not running"):
        await words(client(tmp_path / "none"))


async def test_an_end_in_the_middle_is_told(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await async_read_event(reader)
        assert request is not None
        await async_write_event(Event("piece", {"id": request.data["id"], "text": "I"}), writer)

    async with behaving(tmp_path / "s", answer):
        with pytest.raises(EngineError, match="middle of a reply"):
            await words(client(tmp_path / "s"))


async def test_silence_is_a_hang_and_is_reported_once(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    stuck: list[str] = []
    async with behaving(tmp_path / "s", answer):
        with pytest.raises(EngineError, match="in time"):
            await words(client(tmp_path / "s", silence_s=0.1, stuck=stuck.append))
    assert stuck == ["no word for 0.1 s"]


async def test_the_deadline_is_not_a_hang(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await async_read_event(reader)
        assert request is not None
        assert request.data["deadline_s"] == 0.3
        for _ in range(50):
            await async_write_event(Event("piece", {"text": "on "}), writer)
            await asyncio.sleep(0.02)

    stuck: list[str] = []
    async with behaving(tmp_path / "s", answer):
        with pytest.raises(EngineError, match="in time"):
            await words(client(tmp_path / "s", deadline_s=0.3, stuck=stuck.append))
    assert stuck == []


# --- the real server with an engine that counts ----------------------------------------------


class Counting:
    """An engine that says one word after the other, slowly; ``seen`` is what it was asked."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.said = 0
        self.read: list[tuple[str, bool]] = []
        self.rested = self.forgot = 0

    def idle(self) -> None:
        self.rested += 1

    def forget(self) -> None:
        self.forgot += 1

    def prepare(
        self, messages: tuple[ChatMessage, ...], counts: Counts, *, stopped: Callable[[], bool]
    ) -> None:
        for _ in range(300):
            if stopped():
                return
            time.sleep(0.01)
        self.read.append((messages[-1].text, messages[0].lasting))

    def draft(
        self,
        messages: tuple[ChatMessage, ...],
        most: int,
        max_tokens: int,
        sentences: int,
        counts: Counts,
        *,
        stopped: Callable[[], bool],
        **_: object,
    ) -> Iterator[tuple[str, float]]:
        for number in range(most):
            time.sleep(0.01)
            if stopped():
                return
            self.said += 1
            yield f"{messages[-1].text} {number}", -1.0 - number

    def generate(
        self,
        messages: tuple[ChatMessage, ...],
        max_tokens: int,
        counts: Counts,
        *,
        stopped: Callable[[], bool],
        **_: object,
    ) -> Iterator[str]:
        self.seen.append(messages[-1].text)
        if messages[-1].text == "break":
            raise RuntimeError("out of luck")
        for number in range(max_tokens):
            if stopped():
                return
            time.sleep(0.01)
            self.said += 1
            counts.tokens += 1
            yield f"{number} "
        counts.ended = "length"


@asynccontextmanager
async def serving(
    path: Path, engine: Counting, load: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    def loaded(_: Callable[[float], None]) -> Any:
        load()
        return SimpleNamespace(engine=engine, kind="counting")

    worker = Worker(loaded)
    worker.start()
    end = asyncio.Event()
    task = asyncio.create_task(Server(path, worker, {"model": "m"}).serve(end))
    await eventually(path.is_socket)
    try:
        yield
    finally:
        end.set()
        await task


async def test_a_reply_comes_in_pieces_with_its_counts(tmp_path: Path) -> None:
    async with serving(tmp_path / "s", Counting()):
        brain = client(tmp_path / "s")
        assert await words(brain) == [f"{n} " for n in range(10)]
        assert brain.last_counts["ended"] == "length"
        assert brain.last_counts["tokens"] == 10
        assert (await brain.wait_loaded())["kind"] == "counting"
    assert not (tmp_path / "s").exists()


async def test_closing_the_stream_stops_the_engine(tmp_path: Path) -> None:
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        async with aclosing(client(tmp_path / "s").think(HELLO, 400)) as pieces:  # type: ignore[type-var]  # it is a generator
            assert await anext(pieces) == "0 "
        assert await words(client(tmp_path / "s"))  # waits for its turn, so the first is over
    assert engine.said < 30


async def test_replies_wait_for_one_another(tmp_path: Path) -> None:
    async with serving(tmp_path / "s", Counting()):
        both = await asyncio.gather(*(words(client(tmp_path / "s")) for _ in range(2)))
    assert both == [[f"{n} " for n in range(10)]] * 2


async def test_a_failure_ends_one_reply_and_not_the_brain(tmp_path: Path) -> None:
    async with serving(tmp_path / "s", Counting()):
        brain = client(tmp_path / "s")
        with pytest.raises(EngineError, match="out of luck"):
            _ = [piece async for piece in brain.think([ChatMessage("user", "break")], 5)]
        assert await words(brain)


async def test_drafts_come_one_by_one_with_their_scores(tmp_path: Path) -> None:
    async with serving(tmp_path / "s", Counting()):
        drafts = [draft async for draft in client(tmp_path / "s").draft(HELLO, 3, 20)]
    assert drafts == [Draft(f"hello {n}", -1.0 - n) for n in range(3)]


async def test_closing_the_drafts_stops_them_all(tmp_path: Path) -> None:
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        async with aclosing(client(tmp_path / "s").draft(HELLO, 8, 20)) as drafts:  # type: ignore[type-var]  # it is a generator
            await anext(drafts)
        assert await words(client(tmp_path / "s"))
    assert engine.said < 8 + 10


@pytest.mark.parametrize("wrong", [{"most": 0}, {"most": 99}, {"sentences": 0}], ids=str)
async def test_too_many_drafts_or_none_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    async with serving(tmp_path / "s", Counting()):
        answer = await ask(tmp_path / "s", Event("draft", {**GOOD, **wrong}))
    assert (answer.type, answer.data["code"]) == ("error", "request")


async def test_reading_ahead_gives_way_to_a_reply_and_to_reading_something_else(
    tmp_path: Path,
) -> None:
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        brain = client(tmp_path / "s")
        reading = [asyncio.create_task(brain.prepare(HELLO)) for _ in range(2)]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        assert await words(client(tmp_path / "s"))
        assert time.monotonic() - began < 1.5  # reading takes 3 s
        await asyncio.gather(*reading)
        await brain.prepare(SELF)
    assert engine.read == [("You are Hearth.", True)]


async def test_it_rests_when_nothing_waits_and_forgets_when_told(tmp_path: Path) -> None:
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        await words(client(tmp_path / "s"))
        await client(tmp_path / "s").forget()
        await eventually(lambda: engine.rested > 0)
    assert engine.forgot == 1


async def test_a_long_silence_of_a_living_brain_is_no_hang(tmp_path: Path) -> None:
    """Reading takes 3 s without a word; after 2 s the brain tells that it is at work."""
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        await client(tmp_path / "s", silence_s=2.5).prepare(HELLO)
    assert engine.read == [("hello", False)]


async def test_a_model_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    def load() -> None:
        raise ValueError("no such model")

    async with serving(tmp_path / "s", Counting(), load):
        with pytest.raises(EngineError, match="no such model"):
            await client(tmp_path / "s").wait_loaded()
        with pytest.raises(EngineError, match="no such model"):
            await words(client(tmp_path / "s"))


async def ask(path: Path, event: Event) -> Event:
    reader, writer = await asyncio.open_unix_connection(str(path))
    await async_write_event(event, writer)
    answer = await async_read_event(reader)
    writer.close()
    assert answer is not None
    return answer


GOOD = {"id": "1", "max_tokens": 5, "messages": [{"role": "user", "text": "hi"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"messages": "hi"},
        {"messages": [{"role": "root", "text": "hi"}]},
        {"messages": [{"role": "user"}]},
        {"max_tokens": 0},
        {"max_tokens": "many"},
        {"temperature": 9},
        {"seed": "x"},
    ],
    ids=str,
)
async def test_a_wrong_request_is_answered_with_what_is_wrong(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    engine = Counting()
    async with serving(tmp_path / "s", engine):
        answer = await ask(tmp_path / "s", Event("generate", {**GOOD, **wrong}))
        assert (answer.type, answer.data["code"], answer.data["id"]) == ("error", "request", "1")
    assert engine.seen == []


@pytest.mark.parametrize(
    "junk", [b"\n", b"[]\n", b"{}\n", b"\xff\xfe\n", b'{"type": 1}\n', b"{" * 200_000, b"null\n"]
)
async def test_junk_costs_only_the_connection(tmp_path: Path, junk: bytes) -> None:
    async with serving(tmp_path / "s", Counting()):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
        writer.write(junk)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert (await ask(tmp_path / "s", Event("ping", {"text": "x"}))).type == "pong"


async def test_only_its_owner_can_reach_it_and_two_cannot_serve_it(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with serving(path, Counting()):
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(EngineError, match="serves"):
            listen(path, 0o600)


def test_a_socket_that_a_dead_brain_left_is_replaced(tmp_path: Path) -> None:
    listen(tmp_path / "s", 0o600).close()
    assert (tmp_path / "s").exists()
    listen(tmp_path / "s", 0o660).close()
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o660
    (tmp_path / "file").write_text("precious")
    with pytest.raises(EngineError, match="not a socket"):
        listen(tmp_path / "file", 0o600)


# --- the brain as the daemon sees it ---------------------------------------------------------


async def test_a_brain_without_a_model_is_absent_and_says_what_to_do(tmp_path: Path) -> None:
    told: list[Health] = []
    async with Brain(BrainConfig(), state=tmp_path, run=tmp_path, tell=told.append) as brain:
        with pytest.raises(EngineError, match="hearth models fetch smollm2-135m"):
            await words(brain)
    assert [health.state for health in told] == ["absent"]


async def test_a_brain_that_is_a_service_is_followed(tmp_path: Path) -> None:
    told: list[Health] = []
    config = BrainConfig(socket=str(tmp_path / "s"))

    async with Brain(config, state=tmp_path, run=tmp_path, tell=told.append) as brain:
        await eventually(lambda: [health.state for health in told] == ["down"])
        async with serving(tmp_path / "s", Counting()):
            await eventually(lambda: told[-1].state == "ready")
            assert await words(brain)
    assert [health.state for health in told] == ["down", "ready"]
