"""Conversations in, what a whole Hearth answered to them, with all its real parts, out.

``.venv/bin/python tests/bench/transcripts.py [FILE ...]`` (about five minutes) writes each talk of
``tests/mind/transcripts``, or of these files, anew. For each a Hearth is started in a state of its
own, with the default model, encoder and voice; ``told`` was said to it on other days, ``profile``
is what it knows of the person. The person's side is fixed. ``rating`` and ``wrong`` are a reader's
and are kept where the reply is the same as before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w
import yaml

from hearth.config import run_dir, state_dir
from hearth.edge import control

FOLDER = Path(__file__).resolve().parents[1] / "mind" / "transcripts"
CONFIG = """
[audio]
microphone = "off"
speaker = "off"
[persona]
default = "warm"
offer_setup = false
"""
READY_S = 900.0


async def hearth(state: Path, *words: str) -> asyncio.subprocess.Process:
    """Start a command of Hearth on that state."""
    given = {"HEARTH_STATE": str(state), "HEARTH_CONFIG": str(state / "hearth.toml")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hearth", *words),
        env={**os.environ, **given, "HF_HUB_OFFLINE": "1"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


def copy_vectors(one: Path, other: Path) -> None:
    """Copy the vectors of what is known beforehand, which take a minute to make."""
    for kept in one.glob("*.npy"):
        shutil.copy(kept, other)


async def prepare(state: Path, talk: dict[str, Any], base: Path) -> None:
    """Fill a state: the models, what was told on other days, whom it is with."""
    (state / "models").symlink_to((base / "models").resolve())
    copy_vectors(base, state)
    (state / "hearth.toml").write_text(CONFIG, "utf-8")
    now = datetime.now(UTC)
    if told := talk.get("told"):
        lines = [
            json.dumps(
                {
                    "id": f"told{n}",
                    "session": f"day{row['days']}",
                    "time": (now - timedelta(days=int(row["days"]), minutes=-n)).isoformat(),
                    "speaker": "person",
                    "text": row["text"],
                }
            )
            for n, row in enumerate(told)
        ]
        (state / "told.jsonl").write_text("\n".join(lines), "utf-8")
        importing = await hearth(state, "memory", "import", str(state / "told.jsonl"))
        assert await importing.wait() == 0
    (state / "setup.toml").write_text(
        tomli_w.dumps({"call_me": "Ann", "persona": "warm", **(talk.get("profile") or {})}), "utf-8"
    )
    setting = await hearth(state, "setup", "--from", str(state / "setup.toml"))
    assert await setting.wait() == 0


async def told(state: Path, kind: str, data: dict[str, Any], last: str) -> dict[str, Any]:
    """Ask the running Hearth; return the last thing that it tells."""
    async with aclosing(control.request(run_dir(state), kind, data)) as answers:
        async for name, value in answers:
            if name == last:
                return value
    raise RuntimeError(f"no {last}")


async def ready(state: Path, running: asyncio.subprocess.Process) -> None:
    """Wait until Hearth runs and its situations and its model are there."""
    async with asyncio.timeout(READY_S):
        while True:
            await asyncio.sleep(0.5)
            if running.returncode is not None:
                raise SystemExit(f"Hearth ended with {running.returncode}; `hearth run` says why.")
            try:
                status = await told(state, "status", {}, "status")
            except Exception:  # noqa: BLE001, S112  # it starts
                continue
            parts = {part["part"]: part["state"] for part in status["parts"]}
            up = all(parts.get(part) == "ready" for part in ("hearth", "brain"))
            if up and parts.get("talk") in ("ready", "degraded"):
                return


async def hold(talk: dict[str, Any], base: Path) -> list[dict[str, Any]]:
    """Return the turns of one conversation, and keep the situations' vectors in ``base``."""
    old = {turn["hearth"]: turn for turn in talk["turns"] if turn.get("hearth")}
    turns: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        await prepare(state, talk, base)
        running = await hearth(state, "run", "--quiet")
        try:
            await ready(state, running)
            copy_vectors(state, base)
            for turn in talk["turns"]:
                asked = {"text": turn["person"], "site": "default"}
                answered = await told(state, "ask", asked, "Answered")
                reply = " ".join(str(answered["text"]).split())
                made: dict[str, Any] = {"person": turn["person"], "hearth": reply}
                before = old.get(reply, {})
                made |= {key: before[key] for key in ("rating", "wrong") if key in before}
                turns.append(made)
        finally:
            with suppress(ProcessLookupError):
                running.send_signal(signal.SIGTERM)
            await running.wait()
    return turns


async def main() -> None:
    """Write every transcript anew."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files or sorted(FOLDER.glob("*.yaml"))
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "models").symlink_to((state_dir() / "models").resolve())
        for file in files:
            talk = yaml.safe_load(file.read_text("utf-8"))
            talk["turns"] = await hold(talk, base)
            dump = yaml.safe_dump(talk, sort_keys=False, allow_unicode=True, width=110)
            file.write_text(dump, "utf-8")
            print(f"{file.stem}: {len(talk['turns'])} turns", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
