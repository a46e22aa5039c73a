"""A language in, all that reads what people say of themselves and of Hearth out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hearth import sentences
from hearth.mind.personas import Cast
from hearth.mind.setup.course import Questions
from hearth.mind.setup.hours import Moments
from hearth.mind.setup.remarks import Remarks
from hearth.mind.setup.sorting import Sorting
from hearth.mind.setup.words import Words
from hearth.mind.written.reading import Reader


@dataclass(frozen=True)
class Reading:
    """What reads answers, remarks and the course of the set-up, in one language."""

    words: Words
    remarks: Remarks
    questions: Questions


def reading(
    language: str, cast: Cast, moments: Moments, digits: Callable[[str], str] = lambda text: ""
) -> Reading:
    """Read a language's words; where it has none, English steps in. Raises ConfigError."""
    own = sentences.load(language)
    tables = own if own.table("setup") else sentences.load("en")
    table = tables.table("setup")
    words = Words(table, moments, Reader(tables.table("conversation")), digits)
    remarks = Remarks(table, words)
    return Reading(words, remarks, Questions(words, Sorting(table, words, remarks, cast), cast))
