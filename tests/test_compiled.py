"""Compiled patterns on a shelf: the same as Python's own, kept from start to start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hearth import compiled

TEXTS = (
    (r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?!\w)", re.IGNORECASE),
    (r"(?<![\w'])(?:half past|(?i:quarter)) (?P<hour>eins|zwei|drei)", 0),
    (r"\bä[^\s]+?(a)(?:b|(c))*$", re.MULTILINE),
)


def file(folder: Path) -> Path:
    (found,) = folder.glob("*.patterns")
    return found


def shelve(folder: Path, *texts: tuple[str, int]) -> list[re.Pattern[str]]:
    with compiled.shelved(folder):
        return [compiled.compiled(text, flags) for text, flags in texts]


def test_a_pattern_of_the_shelf_is_pythons_own(tmp_path: Path) -> None:
    shelve(tmp_path, *TEXTS)
    for again, (text, flags) in zip(shelve(tmp_path, *TEXTS), TEXTS, strict=True):
        assert again == re.compile(text, flags)
        assert again.groupindex == re.compile(text, flags).groupindex


def test_what_lies_on_the_shelf_is_not_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(tmp_path, *TEXTS)

    def refuses(text: str, flags: int) -> None:
        raise AssertionError(f"{text} is compiled again")

    monkeypatch.setattr(compiled, "_compile", refuses)
    assert shelve(tmp_path, TEXTS[0])[0].fullmatch("7:30")


def test_what_was_not_used_leaves_the_shelf(tmp_path: Path) -> None:
    shelve(tmp_path, *TEXTS)
    shelve(tmp_path, TEXTS[0])
    assert list(compiled._read(file(tmp_path))) == [TEXTS[0]]


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100])
def test_a_damaged_shelf_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    shelve(tmp_path, *TEXTS)
    whole = compiled._read(file(tmp_path))
    file(tmp_path).write_bytes(damage)
    assert shelve(tmp_path, *TEXTS)[0].fullmatch("7:30")
    assert compiled._read(file(tmp_path)) == whole


def test_code_that_python_refuses_is_compiled_anew(tmp_path: Path) -> None:
    with compiled.shelved(tmp_path):
        pass
    shelf = compiled.Shelf(tmp_path / "other")
    shelf._kept[TEXTS[0]] = (32, b"\xff\xff\xff\xff" * 4, 2, {})
    assert shelf.pattern(*TEXTS[0]).fullmatch("7:30")


def test_without_a_shelf_python_compiles() -> None:
    assert compiled.compiled("a+", re.I) == re.compile("a+", re.I)


def test_a_wrong_expression_is_pythons_error(tmp_path: Path) -> None:
    with compiled.shelved(tmp_path), pytest.raises(re.error, match="unterminated"):
        compiled.compiled("(", 0)
