"""What the first sentence needs is there when Hearth says that it is ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth import compiled
from hearth.house import House
from hearth.indoors import wits


def refuses(text: str, flags: int) -> None:
    raise AssertionError(f"compiled after the start: {text[:80]}")


def test_the_next_start_compiles_nothing_and_so_does_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wits("en", tmp_path)
    monkeypatch.setattr(compiled, "_compile", refuses)
    made = wits("en", tmp_path)
    with compiled.shelved(tmp_path):
        commands = made.grammar.understand("remind me at half past seven to call Mum", House())
    assert [command.intent for command in commands] == ["HearthRemind"]
