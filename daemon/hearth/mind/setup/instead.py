"""What was said in place of an answer in, what it is out: skip, why, later, or something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from hearth.mind.setup.text import clauses, fold, phrases, whole
from hearth.mind.written.reading import UNCLEAR, Reader, Reading

Aside = Literal["later", "why", "skip", ""]
"""What was said instead of an answer."""

Stray = Literal["trouble", "question", "parting", "story", ""]
"""Something else than an answer: a feeling or what weighs on somebody, a question, a goodbye, or
something that is told."""

_TROUBLES = frozenset(
    ("death", "illness", "unwell", "breakup", "conflict", "jobloss", "accident", "failed")
)
"""Topics that weigh on somebody who brings them up in the middle of something else."""

_HEAVY = frozenset(("sad", "tired", "anxious", "angry", "guilty", "lonely"))
_OF_HEARTH = frozenset(
    (
        "who",
        "real",
        "alive",
        "feelings",
        "loves",
        "sees",
        "listens",
        "data",
        "maker",
        "where",
        "age",
    )
)
"""Acts that ask who or what Hearth is."""

_PARTINGS = frozenset(("goodbye", "goodnight"))
_BRIEF = frozenset(
    ("yes", "no", "okay", "fine", "dont_know", "cannot", "quiet", "go_on", "request")
)
_TOLD_WORDS = 4


class Instead:
    """Tells an answer from what is none; pure.

    Args:
        table: The language's ``setup``.
        reader: Reads what kind of sentence something is (``mind/written``).
    """

    def __init__(self, table: Mapping[str, Any], reader: Reader) -> None:
        self._reader = reader
        self._asides: tuple[tuple[Aside, list[re.Pattern[str]]], ...] = (
            ("later", whole(table.get("later"))),
            ("why", whole(table.get("why"))),
            ("skip", whole(table.get("skip"))),
        )
        self._today = phrases(table.get("today"))
        self._self = phrases(table.get("self_words"))

    def aside(self, *told: str) -> Aside:
        """Return whether a person would rather skip, know why, or go on later.

        ``told`` is what was said, with and without what such a sentence begins with.
        """
        folded = dict.fromkeys(map(fold, told))
        for aside, patterns in self._asides:
            if any(pattern.fullmatch(words) for pattern in patterns for words in folded):
                return aside
        return ""

    def stray(self, text: str) -> Stray:
        """Return what a text is where it is clearly no answer to a question of the set-up."""
        reading = self._reader.read(text)
        if reading.act in _PARTINGS:
            return "parting"
        own = any(f" {word} " in f" {reading.words} " for word in self._self)
        felt = self._reader.feeling(reading.words)
        if own and (felt or reading.topic in _TROUBLES):
            return "trouble"
        return "question" if self._asks(text, reading) else ""

    def _asks(self, text: str, reading: Reading) -> bool:
        """Return whether a text, or the last part of it, asks something of Hearth."""
        last = self._reader.read((clauses(text) or [text])[-1])
        return any(
            each.act in _OF_HEARTH or (each.question and len(each.words.split()) > 1)
            for each in (reading, last)
        )

    def story(self, text: str) -> Stray:
        """Return what a text is that was not understood as an answer."""
        if stray := self.stray(text):
            return stray
        reading = self._reader.read(text)
        if reading.act in (UNCLEAR, *_BRIEF):
            return ""
        if self._reader.feeling(reading.words) in _HEAVY:
            return "trouble"
        own = any(f" {word} " in f" {reading.words} " for word in self._self)
        return "story" if own and len(reading.words.split()) >= _TOLD_WORDS else ""

    def of_today(self, text: str) -> bool:
        """Return whether it speaks of what just happened: that is for a talk, not for the file."""
        return any(f" {word} " in f" {fold(text)} " for word in self._today)
