"""`hearth memory facts|edit|forget|export`, and an import that brings nothing forgotten back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hearth.cli import build

LINES = (
    {
        "id": "a1",
        "session": "1",
        "time": "2026-03-02T08:00:00+00:00",
        "speaker": "person",
        "text": "My sister Mara lives in Leeds",
    },
    {
        "id": "a2",
        "session": "1",
        "time": "2026-03-03T08:00:00+00:00",
        "speaker": "person",
        "text": "My boss is called Zebulon and he gambles",
    },
)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path / "state"))
    (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    done = hearth("import", str(tmp_path / "in.jsonl"))
    assert done.exit_code == 0, done.output
    return tmp_path / "state"


def hearth(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(build("memory", "config"), ["memory", *words], input=typed)


def known(*words: str) -> list[tuple[str, str, str, str]]:
    rows = json.loads(hearth("facts", *words, "--json").stdout)
    return [(row["id"], row["subject"], row["relation"], row["value"]) for row in rows]


def holding(folder: Path) -> set[str]:
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and b"zebulon" in path.read_bytes().lower()
    }


def test_facts_are_listed_edited_and_both_stay_to_be_seen(state: Path) -> None:
    assert known("Mara") == [
        ("f2", "Mara", "lives_in", "Leeds"),
        ("f1", "me", "sister", "Mara"),
    ]
    assert hearth("edit", "f2", "--value", "York").exit_code == 0
    assert ("f4", "Mara", "lives_in", "York") in known()
    assert ("f2", "Mara", "lives_in", "Leeds") in known("--all")
    assert ("f2", "Mara", "lives_in", "Leeds") not in known()
    assert hearth("edit", "f99", "--value", "x").exit_code == 1


def test_what_would_go_is_shown_and_asked_first(state: Path) -> None:
    shown = hearth("forget", "--person", "Zebulon", "--dry-run")
    assert "1 turns and 1 facts would go" in shown.output
    assert hearth("forget", "--person", "Zebulon", typed="n\n").exit_code == 1
    assert holding(state)
    assert hearth("forget", "--person", "Zebulon", typed="y\n").exit_code == 0
    assert holding(state) == set()
    assert hearth("forget").exit_code == 2


def test_an_export_restores_all_and_only_what_should_be_there(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    hearth("export", str(old))
    hearth("edit", "f2", "--value", "York")
    assert hearth("forget", "a2", "--yes").exit_code == 0
    hearth("export", str(new))
    assert "zebulon" not in new.read_text().lower()
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path / "other"))
    for file in (new, old):
        assert hearth("import", str(file)).exit_code == 0
    assert holding(tmp_path / "other") == set()
    assert [row[1:] for row in known("--all")] == [
        ("me", "sister", "Mara"),
        ("Mara", "lives_in", "Leeds"),
        ("Mara", "lives_in", "York"),
    ]
    assert [row[1:] for row in known()] == [("Mara", "lives_in", "York"), ("me", "sister", "Mara")]
