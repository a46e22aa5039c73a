"""A person's own sentences, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.error import ConfigError, MissingError
from hearth.house import House
from hearth.mind.grammar import Grammar

OWN = """\
language: en
intents:
  HearthTossCoin:
    data:
      - sentences:
          - "(toss|flip) a coin [<quickly>]"
expansion_rules:
  quickly: "(quickly|fast)"
"""


def test_own_sentences_are_understood(tmp_path: Path) -> None:
    (tmp_path / "coin.yaml").write_text(OWN)
    grammar = Grammar("en", [tmp_path])
    assert [c.intent for c in grammar.understand("flip a coin fast", House())] == ["HearthTossCoin"]


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("[<quickly>]", "[<slowly>]", "coin.yaml:6: HearthTossCoin: unknown rule <slowly>"),
        ("a coin", "a {coin}", "coin.yaml:6: HearthTossCoin: unknown list {coin}"),
        ("(toss|flip)", "(toss|flip", "coin.yaml:6: HearthTossCoin: the sentence cannot be read"),
        ("language: en", "language: en\nwords: 3", "coin.yaml:2: unknown key 'words'"),
        ("language: en\n", "", "coin.yaml:1: 'language' is missing"),
        ("intents:", "intents: [", "coin.yaml:4: is not valid YAML"),
        ("- sentences:", "- sentence:", "coin.yaml:3: each block of 'HearthTossCoin' needs"),
    ],
)
def test_a_broken_file_is_told_with_file_and_line(
    tmp_path: Path, written: str, instead: str, fault: str
) -> None:
    (tmp_path / "coin.yaml").write_text(OWN.replace(written, instead))
    with pytest.raises(ConfigError) as error:
        Grammar("en", [tmp_path])
    assert fault in error.value.faults[0]


def test_an_unknown_language_is_told_with_the_known_ones() -> None:
    with pytest.raises(MissingError, match=r"no sentences for language 'xx'.*de, de-CH, el, en"):
        Grammar("xx", [])


def test_german_is_understood() -> None:
    commands = Grammar("de").understand("könntest du bitte fünf Minuten Timer stellen", House())
    assert [(c.intent, dict(c.slots)) for c in commands] == [("HassStartTimer", {"minutes": 5})]


def test_a_language_without_number_words_reads_digits() -> None:
    commands = Grammar("nb").understand("sett timer på 5 minutter", House())
    assert [dict(c.slots) for c in commands] == [{"minutes": 5}]
