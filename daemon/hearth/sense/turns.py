"""A language in, its words of turn-taking out: what goes on, what is a mere nod, what stops.

The words are data (``turntaking`` in ``configs/sentences/<lang>-turntaking.yaml``); a language
without them has none: then every silence is the same, and everything that is said interrupts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth import sentences

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001  # the apostrophe that programs write

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class TurnWords:
    """The classes of words that ``finished`` and ``overheard`` reason in."""

    open: frozenset[str] = frozenset()
    stranded: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    separable: frozenset[str] = frozenset()
    beginnings: frozenset[Phrase] = frozenset()
    owing: frozenset[str] = frozenset()
    owing_words: int = 0
    asking: frozenset[str] = frozenset()
    measured: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    backchannels: frozenset[Phrase] = frozenset()
    stops: frozenset[Phrase] = frozenset()


def load(language: str) -> TurnWords:
    """Read a language's words. Raises ConfigError where a file is wrong."""
    table = sentences.load(language).table("turntaking")
    return TurnWords(
        open=_words(table, "open"),
        stranded=_words(table, "stranded"),
        questions=_words(table, "questions"),
        particles=_words(table, "particles"),
        separable=_words(table, "separable"),
        beginnings=_phrases(table, "beginnings"),
        owing=_words(table, "owing"),
        owing_words=int(table.get("owing_words", 0)),
        asking=_words(table, "asking"),
        measured=_words(table, "measured"),
        numbers=_words(table, "numbers"),
        backchannels=_phrases(table, "backchannels"),
        stops=_phrases(table, "stops"),
    )


def words(text: str) -> Phrase:
    """Return the words of a text, folded."""
    return tuple(m.group().replace("\u2019", "'") for m in _WORD.finditer(text.casefold()))


def _words(table: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(word for line in _lines(table, key) for word in line.split())


def _phrases(table: Mapping[str, Any], key: str) -> frozenset[Phrase]:
    return frozenset(words(phrase) for line in _lines(table, key) for phrase in line.split("|"))


def _lines(table: Mapping[str, Any], key: str) -> Iterable[str]:
    return [str(line) for line in table.get(key) or ()]
