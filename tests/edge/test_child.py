"""A child is started, watched, restarted, ended with us, and never left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hearth.edge.child import Child
from hearth.error import EngineError, MissingError
from hearth.event import Health

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
]


async def at_once() -> None:
    """A probe that is satisfied."""


async def never() -> None:
    await asyncio.sleep(600)


def child(told: list[Health], command: list[str], probe=at_once, **more: float) -> Child:  # type: ignore[no-untyped-def]  # a coroutine function
    return Child("part", command, ready=probe, tell=told.append, **more)


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def fallen(kept: Child, times: int = 1) -> None:
    while kept.restarts < times:  # noqa: ASYNC110  # a child has no event for its fall
        await asyncio.sleep(0.01)


async def test_a_child_runs_as_soon_as_it_was_entered() -> None:
    async with child([], SLEEPER) as kept:
        assert kept.pid


async def test_a_child_waits_for_what_has_to_go_before() -> None:
    told: list[Health] = []
    before = asyncio.Event()

    async def after() -> None:
        await before.wait()

    async with Child("part", SLEEPER, ready=at_once, tell=told.append, after=after) as kept:
        await asyncio.sleep(0.05)
        assert (kept.pid, [health.state for health in told]) == (None, ["starting"])
        before.set()
        await kept.wait_ready(10)
        assert kept.pid


async def test_a_killed_child_is_told_and_started_again() -> None:
    told: list[Health] = []
    async with child(told, SLEEPER) as kept:
        await kept.wait_ready(10)
        first = kept.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await fallen(kept)
        await kept.wait_ready(10)
        assert kept.pid != first
    assert [h.state for h in told] == ["starting", "ready", "down", "starting", "ready"]
    assert "SIGKILL" in told[2].detail


async def test_one_that_keeps_ending_is_restarted_ever_later() -> None:
    told: list[Health] = []
    async with child(told, [sys.executable, "-c", "raise SystemExit(3)"], never) as kept:
        began = time.monotonic()
        await fallen(kept, 3)
        assert time.monotonic() - began > 0.25 * 0.75 + 0.5 * 0.75
    assert {h.detail for h in told if h.state == "down"} == {"exit status 3"}


async def test_one_that_never_answers_is_started_again() -> None:
    told: list[Health] = []
    async with child(told, SLEEPER, never, start_timeout_s=0.2) as kept:
        await fallen(kept)
        with pytest.raises(EngineError, match="not ready"):
            await kept.wait_ready(0.01)
    assert told[1].state == "down"


async def test_a_hung_one_can_be_killed() -> None:
    told: list[Health] = []
    async with child(told, SLEEPER) as kept:
        await kept.wait_ready(10)
        kept.kill("it hangs")
        await fallen(kept)
    assert "ready" in [h.state for h in told]


async def test_leaving_ends_it_even_if_it_does_not_listen() -> None:
    async with child([], DEAF, stop_timeout_s=0.2) as kept:
        await kept.wait_ready(10)
        await asyncio.sleep(0.3)
        pid = kept.pid
        assert pid
    assert not alive(pid)


async def test_what_it_prints_is_in_our_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="hearth")
    command = [sys.executable, "-c", "import sys; sys.exit('the card is on fire')"]
    async with child([], command, never) as kept:
        await fallen(kept)
    assert "part: the card is on fire" in caplog.text


async def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(MissingError, match="no-such-program"):
        async with child([], ["no-such-program"]):
            pass


_PARENT = """
import asyncio, sys
from hearth.edge.child import Child

async def ready(): pass

async def main():
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    async with Child("part", command, ready=ready, tell=lambda _: None) as child:
        await child.wait_ready(10)
        print(child.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def test_kill_9_of_us_leaves_no_child_behind() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while alive(pid):
        assert time.monotonic() < end
        time.sleep(0.01)
