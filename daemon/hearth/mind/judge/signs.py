"""A draft in, what is wrong with its form out: length, marks, repetition, several questions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hearth.mind.written.plain import content

MOST_SENTENCES = 2
MOST_WORDS = 30
FEWEST_WORDS = 2

NEARLY_ALL = 0.7
"""So large a share of common words makes two sentences the same."""

_MARKS = re.compile(r"[*_#`<>|{}\[\]()\\^~=@]|https?:|www\.|\n\s*[-\d]")
_ROLE = re.compile(r"^\s*[A-Za-z][\w ]{0,15}:\s|\b(?:user|assistant|system)\s*:", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?…])[\"')]*\s+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def sentences(text: str) -> list[str]:
    """Return the sentences of a short text."""
    return [part for part in _END.split(text.strip()) if part.strip()]


def form(text: str) -> tuple[str, ...]:
    """Return what is wrong with the form of a draft: names of faults, none where it is spoken."""
    faults: list[str] = []
    words = _WORD.findall(text)
    if (
        len(words) < FEWEST_WORDS
        or len(words) > MOST_WORDS
        or len(sentences(text)) > MOST_SENTENCES
    ):
        faults.append("length")
    if _MARKS.search(text) or any(ord(sign) > 0x2FFF for sign in text):
        faults.append("marks")
    if _ROLE.search(text):
        faults.append("role")
    if text.count("?") > 1:
        faults.append("questions")
    if text.rstrip()[-1:] not in ".!?…":
        faults.append("cut")
    if _stutters([word.casefold() for word in words]):
        faults.append("stutter")
    return tuple(faults)


def likeness(one: str, other: str, empty: frozenset[str]) -> float:
    """Return the share of words with a meaning that two texts have in common, 0 to 1 (Jaccard)."""
    first, second = content(one, empty), content(other, empty)
    return len(first & second) / len(first | second) if first and second else 0.0


def repeats(text: str, said: Iterable[str], empty: frozenset[str]) -> bool:
    """Return whether a draft says again what was said, word for word or nearly so."""
    bare = _bare(text)
    return any(bare == _bare(old) or likeness(text, old, empty) > NEARLY_ALL for old in said)


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _stutters(words: list[str]) -> bool:
    """Whether three words in a row come twice."""
    threes = list(zip(words, words[1:], words[2:], strict=False))
    return len(threes) != len(set(threes))
