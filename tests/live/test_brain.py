"""The real model in a real process: answers, stops, and the walls around it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.edge.brain_client import BrainClient
from hearth.error import EngineError
from hearth.event import Health
from hearth.port import ChatMessage
from hearth.sections.engines import BrainConfig

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

START_S = 120.0
SILENCE_S = 6.0

TALK = (
    ChatMessage("system", "You are Hearth, a kind companion. Answer in one short sentence."),
    ChatMessage("user", "Please tell me a long story about the sea."),
)


@pytest.fixture(scope="module")
def folder() -> Path:
    """The default model, fetched and converted where it is not there yet."""
    return models.fetch(models.find("smollm2-135m"), state_dir())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def brain(folder: Path) -> AsyncIterator[Brain]:
    """A loaded brain of our own, which counts a silence of 4 s as a hang."""
    config = BrainConfig(model=str(folder), deadline_s=60)
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch)
        async with Brain(
            config, state=run, run=run, tell=lambda _: None, silence_s=SILENCE_S
        ) as a_brain:
            await a_brain.wait_ready(START_S)
            yield a_brain


async def first_piece(brain: Brain) -> str:
    async with aclosing(brain.think(TALK, 40)) as pieces:  # type: ignore[type-var]
        return await anext(pieces)


async def struck(thinker: Brain | BrainClient, strike: Callable[[], None]) -> None:
    """Ask for a long reply and strike when its first word is there."""
    async for _ in thinker.think(TALK, 300):
        strike()


async def eventually(condition: str, seconds: float, check: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"not within {seconds} s: {condition}")


async def test_it_answers_in_pieces_and_counts(brain: Brain) -> None:
    pieces = [piece async for piece in brain.think(TALK, 24)]
    assert len(pieces) > 5
    assert "".join(pieces).strip()
    counts = brain.last_counts
    assert counts["ended"] in ("end", "length")
    assert counts["tokens"] <= 24
    assert counts["tokens_per_s"] > 0


async def test_the_beginning_that_two_prompts_share_is_computed_once(brain: Brain) -> None:
    await first_piece(brain)
    other = (TALK[0], ChatMessage("user", "What is a lighthouse?"))
    assert [piece async for piece in brain.think(other, 8)]
    assert brain.last_counts["reused_tokens"] >= 15


async def test_closing_the_stream_stops_the_model_at_the_next_token(brain: Brain) -> None:
    await first_piece(brain)  # a request for 40 tokens, closed after the first
    began = time.monotonic()
    await first_piece(brain)
    took = time.monotonic() - began
    whole = time.monotonic()
    assert [piece async for piece in brain.think(TALK, 40)]
    assert took < (time.monotonic() - whole) / 2


async def test_it_has_no_network(brain: Brain) -> None:
    assert (await brain.state())["network"] in ("seccomp", "namespace")
    status = await asyncio.to_thread(
        Path(f"/proc/{brain_process(brain)}/status").read_text, "ascii"
    )
    assert "Seccomp:\t2" in status


def brain_process(brain: Brain) -> int:
    """The process itself: ``setpriv`` becomes it."""
    assert brain.pid
    return brain.pid


async def test_a_killed_brain_comes_back(brain: Brain) -> None:
    pid = brain_process(brain)
    with pytest.raises(EngineError, match="middle of a reply"):
        await struck(brain, lambda: os.kill(pid, signal.SIGKILL))
    await eventually("another process", 20, lambda: brain.pid not in (None, pid))
    await brain.wait_ready(START_S)
    assert await first_piece(brain)


async def test_a_hanging_brain_is_killed_and_comes_back(brain: Brain) -> None:
    pid = brain_process(brain)
    with pytest.raises(EngineError, match="in time"):
        await struck(brain, lambda: os.kill(pid, signal.SIGSTOP))
    await eventually("another process", 20, lambda: brain.pid not in (None, pid))
    await brain.wait_ready(START_S)
    assert await first_piece(brain)


async def test_sigterm_ends_it_in_the_middle_of_a_reply(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "brain.sock"
    command = ["-m", "hearth.brain", "--socket", str(path), "--model", str(folder)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    try:
        client = BrainClient(path, deadline_s=60, temperature=0.7)
        async with asyncio.timeout(120):
            await client.wait_loaded()
        assert path.stat().st_mode & 0o777 == 0o600
        began = []

        def strike() -> None:
            began.append(time.monotonic())
            process.terminate()

        with pytest.raises(EngineError):
            await struck(client, strike)
        await process.wait()
        assert time.monotonic() - began[0] < 2
        assert process.returncode == 0
        assert not path.exists()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_memory_limit_that_is_too_small_is_told_and_not_a_crash(
    folder: Path, tmp_path: Path
) -> None:
    config = BrainConfig(model=str(folder), memory_mb=420, deadline_s=5)
    told: list[Health] = []
    async with Brain(config, state=tmp_path, run=tmp_path, tell=told.append) as small:
        with pytest.raises(EngineError):
            await small.wait_ready(60)
        await eventually("its health", 20, lambda: any(h.state == "down" for h in told))


# --- drafts, and what is kept of prompts -------------------------------------------------------

SELF = (
    ChatMessage(
        "system",
        "You are Hearth, a warm and honest voice companion on a small computer in this home. "
        "You are software, not a person. You speak aloud: answer in one or two short, plain "
        "sentences, without lists or symbols. You cannot see. " * 3,
        lasting=True,
    ),
)


def asked(text: str) -> tuple[ChatMessage, ...]:
    return (*SELF, ChatMessage("user", text))


async def test_drafts_are_whole_and_differ(brain: Brain) -> None:
    drafts = [draft async for draft in brain.draft(asked("I had a long day at work."), 4, 60, 2)]
    texts = [draft.text for draft in drafts]
    assert len(set(texts)) == len(texts) >= 2
    assert all(text[-1] in ".!?…\"'”" for text in texts)
    assert all(-5 < draft.score < 0 for draft in drafts)


async def test_four_drafts_take_less_than_two_and_a_half_times_the_time_of_one(
    brain: Brain,
) -> None:
    """Decoded one after another they would take four times as long."""
    pace = {}
    for rows in (1, 4):
        rates = []
        for text in ("How are you?", "Tell me something.", "What is the sea like?"):
            _ = [draft async for draft in brain.draft(asked(text), rows, 30, 9)]
            rates.append(brain.last_counts["tokens_per_s"])
        pace[rows] = max(rates)
    assert pace[4] > 1.6 * pace[1]


async def test_closing_the_drafts_stops_the_model(brain: Brain) -> None:
    long = asked("Tell me everything about the sea, and take your time.")
    began = time.monotonic()
    _ = [draft async for draft in brain.draft(long, 4, 100, 20)]
    whole = time.monotonic() - began
    task = asyncio.create_task(anext(brain.draft(long, 4, 100, 20)))  # type: ignore[var-annotated, arg-type]  # it is a generator
    await asyncio.sleep(0.3)
    task.cancel()
    began = time.monotonic()
    assert [draft async for draft in brain.draft(asked("Hello."), 1, 4, 1)]
    assert time.monotonic() - began < whole / 2


async def test_what_was_read_ahead_is_not_read_again(brain: Brain) -> None:
    await brain.forget_all()
    text = "My sister Mara comes on Sunday with her children, and I want to cook for them."
    await brain.prepare(asked(text))
    _ = [draft async for draft in brain.draft(asked(f"{text} What could it be?"), 2, 20, 1)]
    counts = brain.last_counts
    assert counts["prompt_tokens"] - counts["reused_tokens"] < 16


async def test_the_lasting_beginning_outlives_the_process_and_forgetting_removes_it(
    folder: Path, tmp_path: Path
) -> None:
    shelf = tmp_path / "prefixes"
    told: list[dict[str, float]] = []
    for _ in range(2):
        # what is kept belongs to one format, and "auto" takes the one that is faster just now
        config = BrainConfig(model=str(folder), quantization="int4", encoder="", deadline_s=60)
        with tempfile.TemporaryDirectory() as run:
            async with Brain(config, state=tmp_path, run=Path(run), tell=lambda _: None) as another:
                await another.wait_ready(START_S)
                _ = [draft async for draft in another.draft(asked("Who is Tom?"), 1, 4, 1)]
                told.append(dict(another.last_counts))
                await eventually("a file", 10, lambda: bool(list(shelf.glob("*.prefix"))))
                if len(told) == 2:
                    await another.forget_all()
    assert told[0]["reused_tokens"] == 0
    assert told[1]["reused_tokens"] > 0.8 * told[1]["prompt_tokens"]
    assert told[1]["first_token_ms"] < 0.6 * told[0]["first_token_ms"]
    assert list(shelf.iterdir()) == []
