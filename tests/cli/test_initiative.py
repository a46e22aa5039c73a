"""What `hearth initiative` prints of a memory's file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hearth.cli import build
from hearth.clock import SystemClock
from hearth.memory.prompts import StoredPrompts
from hearth.memory.store import Store
from hearth.want import Said, Taste


async def _fill(folder: Path) -> None:
    now = SystemClock().now()
    async with Store(folder / "hearth.db") as store:
        prompts = StoredPrompts(store)
        await prompts.save([
            Said(f"u{n}", f"k{n}", "evening", now - timedelta(minutes=n), asked=True,
                 became="ignored")
            for n in (1, 2)
        ])  # fmt: skip
        await prompts.taste("morning", Taste("never"))
        await prompts.held("midday/1", "midday", "company", now)


async def test_it_shows_what_was_said_what_was_held_back_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(tmp_path)
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    told = CliRunner().invoke(build("initiative"), ["initiative", "--json"], catch_exceptions=False)
    facts = json.loads(told.output)
    assert [(s["kind"], s["became"]) for s in facts["said"]] == [("evening", "ignored")] * 2
    assert [(h["kind"], h["reason"]) for h in facts["held"]] == [("midday", "company")]
    assert facts["tastes"] == {"morning": {"level": "never", "until": None}}
    assert facts["rests_until"] is not None
    seen = CliRunner().invoke(build("initiative"), ["initiative"], catch_exceptions=False)
    assert "you didn't seem to be alone" in seen.output
    assert "It rests until" in seen.output


def test_without_a_memory_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    told = CliRunner().invoke(build("initiative"), ["initiative"])
    assert told.exit_code == 1
