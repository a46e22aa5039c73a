"""The files of situations: what is wrong with one is told by line, and ours have no fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hearth import sentences
from hearth.mind.situations.file import Situation, load

MOST_WORDS = 32
OURS, FAULTS = load("en")
REPLIES = sentences.load("en").table("replies")
FALSE = re.compile(
    r"\b(as an ai|language model|i'm all you|better than (any|people)|before you go|don't leave"
    r"|me too|i remember (when|how)|when i was|i(.ve| have) (been|felt|seen|done) that"
    r"|everything will be"
    r"|i('m| am) here to help|thanks for sharing)\b",
    re.I,
)
"""What no line may say: a life that Hearth has not, a hook, a comfort that is a guess."""


def written(folder: Path, text: str) -> tuple[tuple[Situation, ...], tuple[str, ...]]:
    """Return what a folder with one file holds."""
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / "own.yaml").write_text(text, "utf-8")
    return load("en", [folder])


def lines(situation: Situation) -> list[str]:
    """Return every line that may be said."""
    beats = [line for beat in situation.then for line in beat]
    return [*situation.first, *situation.tell, *situation.unsure, *situation.advice, *beats]


def test_a_situation_is_read(tmp_path: Path) -> None:
    known, faults = written(
        tmp_path,
        "language: en\n"
        "talk:\n"
        "  lost_keys:\n"
        "    mood: low\n"
        "    needs: [key*, keyring]\n"
        "    never: [monkey]\n"
        "    says: [I lost my keys]\n"
        '    first: ["Where did you have them last?"]\n'
        '    tell: ["Keys know how to hide."]\n'
        '    then: [["And now?"]]\n',
    )
    assert faults == ()
    (one,) = known
    assert (one.id, one.mood, one.then) == ("lost_keys", "low", (("And now?",),))
    assert one.may("two keys are gone")
    assert not one.may("the donkey is gone")
    assert not one.may("the monkey has my keys")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("language: en\n", "own.yaml:1: 'talk' is missing"),
        ("language: en\ntalk:\n  a: [x]\n", "own.yaml:3: 'a' has to be a mapping"),
        ("language: en\ntalk:\n  a: {says: [x], first: [y]}\n", "needs 'tell', a list"),
        (
            "language: en\ntalk:\n  a: {says: [x], first: [y], tell: [z], mood: odd}\n",
            "'mood' is low, even or high",
        ),
        (
            "language: en\ntalk:\n  a: {says: [x], first: [y], tell: [z], sayz: [v]}\n",
            "unknown key 'sayz'",
        ),
        (
            'language: en\ntalk:\n  a: {says: [x], first: ["Hi {who_else}."], tell: [z]}\n',
            "{who_else} cannot be filled",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    known, faults = written(tmp_path, text)
    assert known == ()
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_fault_costs_that_situation_alone(tmp_path: Path) -> None:
    known, faults = written(
        tmp_path,
        "language: en\ntalk:\n  a: {says: [x]}\n  b: {says: [x], first: [y], tell: [z]}\n",
    )
    assert [one.id for one in known] == ["b"]
    assert len(faults) == 2


def test_an_own_situation_replaces_ours(tmp_path: Path) -> None:
    ours, own = tmp_path / "ours", tmp_path / "own"
    for folder, line in ((ours, "Ours."), (own, "Own.")):
        folder.mkdir()
        written(folder, f"language: en\ntalk:\n  a: {{says: [x], first: [{line}], tell: [z]}}\n")
    known, faults = load("en", [ours, own])
    assert [one.first for one in known] == [("Own.",)]
    assert faults == ()


def test_ours_have_no_fault() -> None:
    assert FAULTS == ()
    assert len(OURS) > 200


@pytest.mark.parametrize("situation", OURS, ids=lambda one: one.id)
def test_what_is_said_is_short_asks_once_and_is_honest(situation: Situation) -> None:
    for line in lines(situation):
        assert len(line.split()) <= MOST_WORDS, line
        assert line.count("?") <= 1, line
        assert not FALSE.search(line), line
    for line in situation.tell:
        assert "?" not in line, line
    if situation.act:
        assert situation.act in REPLIES or situation.act == "memory"
    else:
        without = [line for line in situation.first if "{who}" not in line]
        assert len(without) >= 4, "somebody may have named nobody"


@pytest.mark.parametrize("situation", OURS, ids=lambda one: one.id)
def test_its_own_ways_of_saying_have_what_it_needs(situation: Situation) -> None:
    texts = [text.lower().replace("\u2019", "'") for text in situation.says]
    assert [text for text in texts if not situation.may(text)] == []
