"""The twenty transcripts: made by a whole Hearth, checked for what is never said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from hearth import sentences
from hearth.mind.judge.judge import Judge
from hearth.mind.judge.signs import likeness
from hearth.mind.written.reading import Reader

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.yaml"))
TABLE = sentences.load("en").table("conversation")
JUDGE, READER = Judge(TABLE, strict=False), Reader(TABLE)
EMPTY = frozenset(TABLE["empty"])


def turns(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(file.read_text("utf-8"))["turns"])


def test_there_are_twenty() -> None:
    assert len(FILES) == 20
    assert all(len(turns(file)) >= 5 for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_properties(file: Path) -> None:
    replies = [turn["hearth"] for turn in turns(file)]
    asked = 0
    for turn, reply in zip(turns(file), replies, strict=True):
        act = READER.read(turn["person"]).act
        assert reply.count("?") <= 1
        assert len(reply.split()) <= 32
        assert not {"promise", "superior", "rude"} & set(JUDGE.clean(reply))
        assert likeness(reply, turn["person"], EMPTY) < 1 or act in ("statement", "goodnight")
        if act in ("goodbye", "goodnight"):
            assert "?" not in reply
            assert len(reply.split()) <= 7
        asked = asked + 1 if reply.endswith("?") and act == "statement" else 0
        assert asked <= 2
    assert max(Counter(reply for reply in replies if len(reply.split()) > 3).values()) == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_reply_is_rated(file: Path) -> None:
    for turn in turns(file):
        assert turn["rating"] in ("good", "fair", "poor")
        assert turn["rating"] == "good" or turn["wrong"]
