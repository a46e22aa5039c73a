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


def run(*arguments: str, sentences: str = "") -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(understand)
    result = CliRunner().invoke(app, list(arguments), input=sentences)
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
