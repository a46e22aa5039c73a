"""`hearth understand`: one line of JSON for each sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hearth.cli.understand import understand

HOME = """\
areas:
  - {id: kit, name: Kitchen, aliases: [galley]}
  - {id: den, name: Den}
entities:
  - {id: light.kit, name: Ceiling, area: kit}
  - {id: light.den, name: Ceiling, area: den}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home.yaml"
    path.write_text(HOME)
    return path


def run(*arguments: str, sentences: str = "", stages: str = "--no-encoder") -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(understand)
    result = CliRunner().invoke(app, [*arguments, stages], input=sentences)
    return result.exit_code, result.stdout, result.stderr


def test_each_line_is_answered_in_order(home: Path) -> None:
    code, out, _ = run(
        "--home",
        str(home),
        "--room",
        "Galley",
        sentences="turn on the ceiling\n\nhow are you\nset a timer for ten minutes\n",
    )
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert all(isinstance(row.pop("ms"), float) for row in rows)
    assert rows == [
        {
            "text": "turn on the ceiling",
            "intent": "HassTurnOn",
            "slots": {"name": "Ceiling"},
            "targets": ["light.kit"],
            "confidence": 1.0,
        },
        {"text": "", "intent": None, "slots": {}, "targets": [], "confidence": 0.0},
        {"text": "how are you", "intent": None, "slots": {}, "targets": [], "confidence": 0.0},
        {
            "text": "set a timer for ten minutes",
            "intent": "HassStartTimer",
            "slots": {"minutes": 10},
            "targets": [],
            "confidence": 1.0,
        },
    ]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--room", "Attic"), "no area 'Attic' in this home; its areas: Kitchen, Den"),
        (("--language", "xx"), "no sentences for language 'xx'"),
    ],
)
def test_what_is_wrong_is_told(home: Path, arguments: tuple[str, ...], fault: str) -> None:
    code, out, err = run("--home", str(home), *arguments)
    assert (code, out) == (2, "")
    assert fault in err


def test_what_is_for_later_says_when(home: Path) -> None:
    line = "turn on the ceiling in the den at half past six pm\n"
    code, out, _ = run("--home", str(home), sentences=line)
    row = json.loads(out)
    assert code == 0
    assert (row["intent"], row["targets"]) == ("HassTurnOn", ["light.den"])
    assert row["schedule"] == {"at": "18:30"}


def test_several_commands_are_told_in_order(home: Path) -> None:
    line = "set a timer for ten minutes and turn off the ceiling\n"
    _, out, _ = run("--home", str(home), "--room", "Den", sentences=line)
    row = json.loads(out)
    assert row["intent"] == "HassStartTimer"
    assert [(also["intent"], also["targets"]) for also in row["also"]] == [
        ("HassTurnOff", ["light.den"])
    ]


def test_without_the_encoder_it_says_so_and_goes_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    line = "set a timer for ten minutes\n"
    code, out, err = run("--home", str(home), sentences=line, stages="--encoder")
    assert code == 0
    assert json.loads(out)["intent"] == "HassStartTimer"
    assert "Without the second stage" in err
