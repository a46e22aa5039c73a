"""What people tell becomes facts with their words; what they ask, suppose or quote does not."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from hearth.dates.reader import dates
from hearth.memory.facts.reader import Reader
from hearth.memory.facts.table import Ended
from hearth.remember import HEARTH, PERSON, Fact, Utterance

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
LABELLED = Path(__file__).parent / "labelled"


@cache
def reader() -> Reader:
    return Reader(dates("en"))


def read(text: str, speaker: str = PERSON) -> tuple[Fact | Ended, ...]:
    return reader().read(Utterance("t1", "s", NOW, speaker, text))


def shown(one: Fact | Ended) -> str:
    """Return a fact as the labelled files write it, folded."""
    if isinstance(one, Ended):
        return _folded(f"{one.subject} | -{one.relation} | {one.value}")
    due = f" | {one.due:%Y-%m-%d}" if one.due else ""
    return _folded(f"{one.subject} | {one.relation} | {one.value}{due}")


def _folded(line: str) -> str:
    return " | ".join(part.strip().casefold() for part in line.split("|"))


def measured(name: str) -> tuple[float, float, list[str]]:
    """Return precision and recall over a file, and what was wrong."""
    right = made = wanted = 0
    wrong = []
    for row in yaml.safe_load((LABELLED / name).read_text("utf-8")):
        want = {_folded(line) for line in row["facts"]}
        have = {shown(one) for one in read(row["say"])}
        right, made, wanted = right + len(want & have), made + len(have), wanted + len(want)
        if want != have:
            wrong.append(f"{row['say']}: made {sorted(have - want)}, missed {sorted(want - have)}")
    return right / made, right / wanted, wrong


def test_facts_of_the_sentences_that_were_looked_at() -> None:
    precision, recall, wrong = measured("facts-dev.yaml")
    assert precision >= 0.98, wrong
    assert recall >= 0.98, wrong


def test_facts_of_the_sentences_that_were_not_looked_at() -> None:
    precision, recall, _ = measured("facts-heldout.yaml")
    assert precision >= 0.9
    assert recall >= 0.7


def test_what_hearth_said_is_never_mined() -> None:
    assert read("My sister Mara lives in Leeds", HEARTH) == ()


def test_an_import_tells_of_who_spoke() -> None:
    (one,) = read("I live in Leeds", "Caroline")
    assert isinstance(one, Fact)
    assert (one.subject, one.relation, one.value) == ("Caroline", "lives_in", "Leeds")


def test_the_quote_is_a_part_of_what_was_said() -> None:
    text = "Well, it rained. My sister Mara lives in Leeds, and I have a cat called Luna!"
    found = [one for one in read(text) if isinstance(one, Fact)]
    assert {one.quote for one in found} == {
        "My sister Mara lives in Leeds",
        "I have a cat called Luna",
    }
    assert all(one.quote in text and one.source == "t1" and one.told == NOW for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "",
        '"',
        "'s 's",
        "my",
        "my sister",
        "@ @",
        "i have a a a a a a a",
        "🙂 i'm 🙂",
        "my my my",
    ],
)
def test_scraps_of_words_tell_nothing(text: str) -> None:
    assert read(text) == ()


def test_long_and_wild_words_take_no_time() -> None:
    began = time.perf_counter()
    for text in ("i have a " * 200, "my sister " * 190, "and i like it, " * 130, "a" * 1999):
        read(text)
    assert time.perf_counter() - began < 5
