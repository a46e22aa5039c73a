"""A sentence in, the draft of a rule out, whichever part of it was said first.

A rule needs a trigger that this house can see and something to do that is understood. Where one of
them is missing it is no rule but a question ("when did it open"), or a story ("when I was young").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.mind.exact.recognize import Place
from hearth.mind.rulespeech.deeds import Understand
from hearth.mind.rulespeech.language import Language
from hearth.mind.rulespeech.moments import Moments
from hearth.mind.rulespeech.parts import Draft, Problem
from hearth.mind.rulespeech.reader import Reader
from hearth.mind.rulespeech.subjects import Subjects
from hearth.mind.rulespeech.words import words

MAX_WORDS = 45


class RuleSpeech:
    """Reads the rules of one language."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        """Take the table ``rules`` of the sentence files."""
        self._language = Language(language, table)

    @property
    def moments(self) -> Moments:
        """What reads times that come again."""
        return self._language.moments

    def draft(self, text: str, place: Place, understand: Understand) -> Draft | Problem | None:
        """Return the rule that a sentence asks for; None where it asks for none.

        ``understand`` reads a command that stands alone.
        """
        said = words(text)
        if not 3 <= len(said) <= MAX_WORDS:
            return None
        said = self._language.trimmed(said)
        hinges = self._language.hinges(said)
        first = said.part(0, hinges[0].start) if hinges else said
        if not hinges and self._language.edges(first.text)[0] is None:
            return None
        subjects = Subjects(self._language.clauses.nouns, place.house, place.names, place.area)
        reader = Reader(self._language, subjects, understand)
        return reader.whole(said, first, hinges, text)
