"""`hearth memory` as another program uses it: import, search line by line, list, show, stats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from hearth.cli import build

TURNS = (
    ("a1", "Ann", "I adopted a dog from the shelter last week, she is called Waffle."),
    ("a2", "Ben", "That is wonderful, I would love to meet her!"),
    ("a3", "Ann", "My brother Leo works as a baker in Lyon."),
)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory without models."""
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path / "state"))
    return tmp_path


def run(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(build("memory", "config"), ["memory", *args], input=stdin)


def dialogue(folder: Path, *turns: tuple[str, str, str], name: str = "d.jsonl") -> str:
    lines = [
        json.dumps(
            {
                "id": i,
                "session": "1",
                "time": "1:56 pm on 8 May, 2023",
                "speaker": who,
                "text": text,
            }
        )
        for i, who, text in turns
    ]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def test_what_was_imported_is_found_line_by_line(state: Path) -> None:
    assert run("import", dialogue(state, *TURNS)).exit_code == 0
    asked = '{"query": "What is Ann\'s dog called?"}\n\n{"query": "Who is a baker?"}\n'
    result = run("search", "-", "--json", "-k", "2", stdin=asked)
    assert result.exit_code == 0
    first, other = (json.loads(line) for line in result.stdout.splitlines())
    assert first["query"] == "What is Ann's dog called?"
    assert [set(hit) for hit in first["hits"]] == [{"id", "score", "text"}] * 2
    assert first["hits"][0]["id"] == "a1"
    assert other["hits"][0]["text"] == TURNS[2][2]
    assert "By words alone" in result.stderr


def test_an_import_may_come_twice_and_other_words_are_told(state: Path) -> None:
    run("import", dialogue(state, *TURNS))
    again = run("import", dialogue(state, *TURNS), "--json")
    assert json.loads(again.stdout) == {"added": 0, "known": 3, "forgotten": 0}
    other = run("import", dialogue(state, ("b1", "Ann", "New"), ("a1", "Ann", "Other words")))
    assert other.exit_code == 1
    assert "'a1' is in the memory already, with other words" in other.stderr
    assert json.loads(run("stats", "--json").stdout)["turns"] == 3


def test_a_bad_line_is_named_and_nothing_is_imported(state: Path) -> None:
    path = Path(dialogue(state, *TURNS))
    path.write_text(path.read_text("utf-8") + '{"id": "a4"}\n', "utf-8")
    result = run("import", str(path))
    assert result.exit_code == 1
    assert "line 4" in result.stderr
    assert json.loads(run("stats", "--json").stdout)["turns"] == 0


def test_turns_are_listed_and_shown_with_what_stands_around(state: Path) -> None:
    run("import", dialogue(state, *TURNS))
    listed = json.loads(run("list", "--json", "-k", "2").stdout)
    assert [each["id"] for each in listed] == ["a2", "a3"]
    shown = json.loads(run("show", "a2", "--json").stdout)
    assert shown["speaker"] == "Ben"
    assert [each["id"] for each in shown["around"]] == ["a1", "a2", "a3"]
    assert run("show", "none").exit_code == 1
    stats = json.loads(run("stats", "--json").stdout)
    assert stats["speakers"] == {"Ann": 2, "Ben": 1}
    assert stats["first"].startswith("2023-05-08T13:56")


def test_what_is_no_query_is_wrong_usage(state: Path) -> None:
    result = run("search", "-", "--json", stdin='{"query": 7}\n')
    assert result.exit_code == 2
    assert "line 1" in result.stderr


def test_a_person_reads_a_table(state: Path) -> None:
    run("import", dialogue(state, *TURNS))
    result = run("search", "Where does Leo work?", "-k", "1")
    assert "2023-05-08" in result.stdout
    assert "Ann" in result.stdout
    assert run("search", "anything", "-k", "0").exit_code == 2
