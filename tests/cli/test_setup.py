"""`hearth setup`, `persona` and `mirror`, where no Hearth runs: on the memory's file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hearth.cli import build

EXAMPLE = Path(__file__).parents[2] / "configs" / "setup.example.toml"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEARTH_STATE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def run(*words: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(build(words[0], "config"), list(words), input=typed)
    return result.exit_code, " ".join(result.output.split())


def shown() -> dict[str, Any]:
    code, text = run("persona", "show", "--json")
    assert code == 0
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_set_up_at_the_terminal_is_kept_and_goes_on_where_it_stopped(state: Path) -> None:
    code, text = run("setup", typed="?\nAnna\n\nlater\n")
    assert code == 0
    for part in ("address you", "Nice to meet you, Anna", "another time", str(state)):
        assert part in text
    code, text = run("setup", typed="quiet, with a woman's voice\n" + "\n" * 4 + "none\nyes\n")
    assert code == 0
    assert "pick up where we stopped" in text
    assert "software, not a person" in text
    assert (shown()["now"]["id"], shown()["now"]["name"]) == ("quiet", "Miriam")


def test_a_set_up_from_the_example_file() -> None:
    code, text = run("setup", "--from", str(EXAMPLE))
    assert code == 0
    assert "Hello, Anna" in text
    assert shown()["now"]["name"] == "Amelia"


def test_a_wrong_file_is_told_whole_and_nothing_is_kept(state: Path) -> None:
    wrong = state / "wrong.toml"
    wrong.write_text('call_me = "Anna"\ntalk = "x"\npersona = "nobody"\n')
    code, text = run("setup", "--from", str(wrong))
    assert code == 78
    assert "talk = 'x'" in text
    assert "there are bright" in text
    assert shown()["history"] == []


def test_a_persona_is_used_and_rolled_back(state: Path) -> None:
    assert run("persona", "use", "dry", "--voice", "female")[1].startswith("It is Henrietta now")
    assert run("persona", "use", "bright")[0] == 0
    assert "Henrietta" in run("persona", "rollback")[1]
    code, text = run("persona", "use", "nobody")
    assert code == 1
    assert "There are: bright" in text


def test_a_changed_file_waits_to_be_taken_on(state: Path) -> None:
    folder = state / "config" / "hearth" / "personas"
    folder.mkdir(parents=True)
    shipped = EXAMPLE.parent / "personas" / "dry.toml"
    run("persona", "use", "dry")
    text = shipped.read_text().replace("version = 2", "version = 3")
    (folder / "dry.toml").write_text(text.replace("You are calm and exact", "You are stern"))
    told = shown()
    assert (told["now"]["version"], told["waiting"]["version"]) == (2, 3)
    assert "waits" in run("persona", "list")[1]
    run("persona", "use", "dry")
    assert shown()["waiting"] is None
    run("persona", "rollback")
    assert shown()["now"]["version"] == 2


def test_a_broken_persona_file_is_told_and_the_others_are_there(state: Path) -> None:
    folder = state / "config" / "hearth" / "personas"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("id = 7\n")
    code, text = run("persona", "list")
    assert code == 0
    assert "mine.toml" in text
    assert "Sebastian" in text


def test_an_empty_mirror_says_so() -> None:
    assert run("mirror") == (0, "We haven't talked this week.")
    _, text = run("mirror", "--json")
    assert json.loads(text)["minutes"] == 0
