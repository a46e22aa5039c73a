"""`hearth pin`: read from the terminal, kept as a hash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hearth.cli import build
from hearth.home.pin import Pin


async def test_a_pin_is_read_and_only_its_hash_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    result = CliRunner().invoke(build("pin", "config"), ["pin"], input="2468\n")
    assert (result.exit_code, "2468" in result.output) == (0, False)
    assert "2468" not in (tmp_path / "pin").read_text()
    with ThreadPoolExecutor(1) as threads:
        pin = Pin(tmp_path / "pin", tries=3, wait_s=60, executor=threads)
        assert await pin.check("2468") == "right"
        assert await pin.check("1357") == "wrong"


@pytest.mark.parametrize("wrong", ["12", "abcd", "", "1234567890123"])
def test_what_is_no_pin_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    result = CliRunner().invoke(build("pin", "config"), ["pin"], input=f"{wrong}\n")
    assert result.exit_code == 1
    assert not (tmp_path / "pin").exists()
