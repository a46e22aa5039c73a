"""The daemon as a process: the main job, faults of its parts, and its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hearth.config import run_dir, state_dir
from hearth.edge import control
from hearth.error import HearthError

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

CONFIG = """
[audio]
microphone = "off"
speaker = "off"
[wake]
words = ["samantha"]
[brain]
enabled = {brain}
"""


class Daemon:
    """`hearth run` in a state directory of its own, and `hearth` commands that speak to it."""

    def __init__(self, state: Path, brain: bool) -> None:
        self.state = state
        config = state / "hearth.toml"
        config.write_text(CONFIG.format(brain=str(brain).lower()))
        self.env = {
            **os.environ,
            "HEARTH_STATE": str(state),
            "HEARTH_CONFIG": str(config),
            "HF_HUB_OFFLINE": "1",
        }
        self.log = (state / "log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hearth", "run", "--quiet"],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )

    def hearth(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "hearth", *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, text: str) -> dict[str, Any]:
        told = dict(self.request("ask", "Answered", text=text))
        return told["Understood"] | told["Answered"] | {"reply": told["Answered"]["text"]}

    def parts(self) -> dict[str, str]:
        try:
            (status,) = self.request("status", "status")
        except HearthError:
            return {}
        return {part["part"]: part["state"] for part in status[1]["parts"]}

    def request(self, kind: str, last: str, **data: Any) -> list[tuple[str, Any]]:
        """Ask as the commands do, without the start of a process each time."""

        async def collect() -> list[tuple[str, Any]]:
            told = []
            async with aclosing(control.request(run_dir(self.state), kind, data)) as answers:
                async for answer in answers:
                    told.append(answer)
                    if answer[0] == last:
                        break
            return told

        return asyncio.run(collect())

    def until(self, part: str, state: str, seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while self.parts().get(part) != state:
            assert time.monotonic() < end, f"{part} is not {state}: {self.parts()}\n{self.told()}"
            time.sleep(0.2)

    def told(self) -> str:
        return (self.state / "log").read_text("utf-8", "replace")

    def child(self, *marks: str) -> int:
        """The process id of the child whose command line holds all marks."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().decode().split("\0")
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                if parent == self.process.pid and all(any(m in w for w in words) for m in marks):
                    return int(entry.name)
        raise AssertionError(f"no child {marks}")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; return the exit status and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(20)
        return code, time.monotonic() - began


@contextmanager
def running(state: Path, *, brain: bool = False) -> Iterator[Daemon]:
    state.mkdir(exist_ok=True)
    if (state_dir() / "models").is_dir() and not (state / "models").exists():
        (state / "models").symlink_to(state_dir() / "models")
    for built in ("ear", "patterns"):  # the first start of a session builds them: 5 s
        once = state.parent.parent / built
        once.mkdir(exist_ok=True)
        if not (state / built).exists():
            (state / built).symlink_to(once)
    daemon = Daemon(state, brain)
    try:
        daemon.until("hearth", "ready")
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
        daemon.log.close()


def thing_known(daemon: Daemon) -> None:
    """Wait until the simulated home has announced itself."""
    end = time.monotonic() + 20
    while not daemon.ask("is the kitchen lamp on?")["targets"]:
        assert time.monotonic() < end, daemon.told()
        time.sleep(0.2)


def obeys_again(daemon: Daemon) -> None:
    """Ask until the lamp is off: its own connection may come back later than Hearth's."""
    end = time.monotonic() + 30
    while (told := daemon.ask("turn off the kitchen lamp"))["outcome"] != "done":
        assert time.monotonic() < end, f"{told}\n{daemon.told()}"
        time.sleep(0.5)


def test_a_day_of_faults(tmp_path: Path) -> None:
    """One start, as it costs seconds: a lamp, a lost broker, a lost ear, a second Hearth."""
    with running(tmp_path / "state") as daemon:
        thing_known(daemon)
        lit = daemon.ask("turn on the kitchen lamp")
        assert (lit["outcome"], lit["targets"]) == ("done", ["light.kitchen_lamp"])

        os.kill(daemon.child("mosquitto"), signal.SIGKILL)
        daemon.until("broker", "ready")
        daemon.until("mqtt", "ready")
        obeys_again(daemon)

        os.kill(daemon.child("hearth.edge.speech.worker", "ear"), signal.SIGKILL)
        daemon.until("ear", "ready")

        second = daemon.hearth("run", "--quiet")
        assert (second.returncode, "Another Hearth" in second.stderr) == (1, True)

        code, seconds = daemon.end()
        assert code == 0, daemon.told()
        assert seconds < 5


def test_a_timer_survives_kill_9(tmp_path: Path) -> None:
    with running(tmp_path / "state") as daemon:
        assert daemon.ask("set a timer for one hour")["outcome"] == "done"
        daemon.end(signal.SIGKILL)
    with running(tmp_path / "state") as daemon:
        left = daemon.ask("how much time is left on my timer")
        assert "59 minutes" in left["reply"], left


def test_it_ends_in_time_in_the_middle_of_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path / "state") as daemon:
        talking = subprocess.Popen(
            [sys.executable, "-m", "hearth", "say", "one two three four five " * 40],
            env=daemon.env,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1.5)
        code, seconds = daemon.end()
        talking.wait(10)
        assert code == 0, daemon.told()
        assert seconds < 5


def test_wrong_configuration_is_told_at_once_and_whole(tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text('[mqtt]\nhst = "x"\n[brain]\nthreads = "many"\n')
    told = subprocess.run(
        [sys.executable, "-m", "hearth", "run", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert told.returncode == 78
    assert "did you mean 'host'?" in told.stderr
    assert "threads" in told.stderr


def test_nobody_there_is_exit_code_3(tmp_path: Path) -> None:
    env = {**os.environ, "HEARTH_STATE": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-m", "hearth", "ask", "hello"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (told.returncode, "No Hearth is running" in told.stderr) == (3, True)


def test_the_demo_does_the_main_job_on_real_input(tmp_path: Path) -> None:
    wav = tmp_path / "reply.wav"
    told = subprocess.run(
        [sys.executable, "-m", "hearth", "demo", "--json", "--wav", str(wav)],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    stages = json.loads(told.stdout)["stages"]
    assert [s["name"] for s in stages if s["at_ms"] is None] == []
    assert wav.stat().st_size > 10_000
