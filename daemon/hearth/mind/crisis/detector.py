"""A sentence in, what danger it tells of out: rules only, in well under a millisecond or two.

Models that watch for such sentences miss much, so this one leans towards asking: what may be meant
so counts, and what only sounds so ("this traffic is killing me") is taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hearth.mind.crisis.words import KINDS, Kind, Patterns, Words

_MARKS = re.compile(r"[^\w' ]+")
_FIRST = re.compile(r"(?<!\S)(?:i|me|my|myself|mich|mir|ich|mein|meine|meinem|meinen|meiner)(?!\S)")
_SPEAKER = re.compile(r"(?<!\S)(?:i|ich)(?!\S)")
_LONGEST = 400
"""Characters of a sentence that are looked at, from each end: speech is shorter."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a sentence tells of; it is not ``sure`` where it may be meant otherwise."""

    kind: Kind
    sure: bool = True


class Detector:
    """Finds the danger in a sentence."""

    def __init__(self, words: Words) -> None:
        self._words = words
        longest = sorted((short for short, _ in words.written), key=len, reverse=True)
        ends = [short for short in longest if not short[0].isalpha() or short == "n't"]
        whole = [short for short in longest if short not in ends]
        self._long = dict(words.written)
        self._whole = _choice(whole, r"(?<![\w'])(?:{})(?![\w'])")
        self._ends = _choice(ends, r"(?:{})(?![\w'])")

    def plain(self, text: str) -> str:
        """Return a sentence in lower case, without punctuation, with contractions written out.

        It begins with a blank, and one stands between two words.
        """
        if len(text) > 2 * _LONGEST:
            text = f"{text[:_LONGEST]} {text[-_LONGEST:]}"
        text = text.casefold().replace("\u2019", "'").replace("`", "'")
        for pattern in (self._whole, self._ends):
            if pattern:
                text = pattern.sub(lambda found: self._long[found.group(0)], text)
        words = _MARKS.sub(" ", text).replace("'", " ").replace("_", " ").split()
        return "".join(f" {word}" for word in words)

    def find(self, text: str) -> Finding | None:
        """Return what the sentence tells of, the most urgent; None where it is ordinary."""
        said = self.plain(text)
        if not said or self._words.commands.search(said):
            return None
        if firm := _first(self._words.firm, said):
            return Finding(firm)
        if self._words.overcome.search(said) and not self._words.relapse.search(said):
            return None
        said = self._words.harmless.without(said)
        if self._words.media.search(said) and not _FIRST.search(said):
            return None
        sure = _first(self._words.sure, said)
        if sure == "other" and self._words.sure["self"].search(said) and _SPEAKER.search(said):
            sure = "self"
        if sure:
            return Finding(sure)
        likely = _first(self._words.likely, said)
        return Finding(likely, sure=False) if likely else None

    def is_safe(self, text: str) -> bool:
        """Tell whether a sentence says that the danger is over."""
        return self._words.safe.search(self.plain(text))

    def is_parting(self, text: str) -> bool:
        """Tell whether a sentence takes leave."""
        return self._words.parting.search(self.plain(text))

    def asks_amusement(self, text: str) -> bool:
        """Tell whether a sentence asks for music, a joke or a game."""
        return self._words.amusement.search(self.plain(text))


def _first(patterns: Mapping[Kind, Patterns], said: str) -> Kind | None:
    """Return the most urgent kind whose pattern is in the sentence."""
    found = (kind for kind in KINDS if kind in patterns and patterns[kind].search(said))
    return next(found, None)


def _choice(words: list[str], shape: str) -> re.Pattern[str] | None:
    return re.compile(shape.format("|".join(map(re.escape, words)))) if words else None
