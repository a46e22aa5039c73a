"""A sentence said at any time in, what it changes of the set-up out; nothing where it may be
about something else ("call me a taxi", "I'll call you later").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hearth.mind.personas import Cast, Wish
from hearth.mind.setup.hours import Hours
from hearth.mind.setup.text import fold, phrases, said, spaced, whole
from hearth.mind.setup.words import Words
from hearth.persona import Trusted

_MOST_NAME_WORDS = 2


class Remarks:
    """Reads what a person says of themselves and of Hearth unasked; strict and pure."""

    def __init__(self, table: Mapping[str, Any], words: Words) -> None:
        """Take the table ``setup`` of a language, and what reads its answers."""
        self._words = words
        self._call_me = whole(table.get("call_me"), name=r"\S.*?")
        self._call_you = whole(table.get("call_you"), name=r"\S.*?")
        self._like = whole(table.get("be_like"), temper=r"\S.*?")
        self._less = whole(table.get("be_less"), temper=r"\S.*?")
        self._er = whole(table.get("be_er"), temper=r"\S.*?")
        self._comparatives = frozenset(phrases(table.get("comparatives")))
        self._beside = frozenset(phrases(table.get("beside_temper")))
        self._trusted = whole(table.get("trusted"), person=r"\S.*")
        self._sleeps = whole(table.get("sleeps"), times=r"\S.*?")
        self._here = whole(table.get("here"), country=r"\S.*?")
        self._lives = whole(table.get("lives"), country=r"\S.*?")
        self._no_names = frozenset(phrases(table.get("no_names")))

    def call_me(self, text: str) -> str:
        """Return the name that a person wants to be called by; empty: none."""
        return self._name(text, self._call_me)

    def call_you(self, text: str) -> str:
        """Return the name that Hearth is given; empty: none."""
        return self._name(text, self._call_you)

    def be(self, text: str, cast: Cast) -> tuple[int, Wish] | None:
        """Return how Hearth is to be (1) or is not to be (-1); None where it says no such thing."""
        for sign, patterns in ((-1, self._less), (1, self._er), (1, self._like)):
            for pattern in patterns:
                match = pattern.fullmatch(fold(text))
                if match is None:
                    continue
                if patterns is self._er and match["temper"] not in self._comparatives:
                    continue
                if wish := self._tempers(match["temper"], cast):
                    return sign, wish
        return None

    def trusts(self, text: str) -> Trusted | None:
        """Return the trusted person that a sentence names; None: none."""
        for pattern in self._trusted:
            if match := pattern.fullmatch(spaced(text.strip(" .!?"))):
                return self._words.people.trusted(match["person"])
        return None

    def sleeps(self, text: str) -> Hours | None:
        """Return the quiet hours that a sentence sets; None: none."""
        for pattern in self._sleeps:
            if match := pattern.fullmatch(spaced(text.casefold().strip(" .!?"))):
                return self._words.nights.hours(match["times"])
        return None

    def lives(self, text: str, *, asked: bool = False) -> str:
        """Return the country that a sentence says they live in; empty: none. ``asked``: "we're in
        Spain" says so, too, and at any other time it may be a journey."""
        for pattern in (*self._lives, *(self._here if asked else ())):
            if match := pattern.fullmatch(fold(text)):
                return self._words.countries.exactly(match["country"])
        return ""

    def tempers(self, words: str, cast: Cast) -> Wish | None:
        """Return the wish where every word is of a temper, and there is more than one word."""
        return self._tempers(words, cast) if len(words.split()) > 1 else None

    def _tempers(self, words: str, cast: Cast) -> Wish | None:
        """Return the wish where every word is of a temper."""
        known = self._words.wishes.vocabulary(cast)
        left = f" {words} "
        found = []
        for temper, names in known.items():
            for name in sorted(names, key=len, reverse=True):
                if said((name,), words):
                    found.append(temper)
                    left = left.replace(f" {name} ", "  ")
        rest = [word for word in left.split() if word not in self._beside]
        if not found or rest:
            return None
        wish = self._words.wishes.wish(words, cast)
        return Wish(tuple(dict.fromkeys(found)), wish.sex if wish else "")

    def _name(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        name = self._words.names.within(text, patterns)
        words = fold(name).split()
        if not 0 < len(words) <= _MOST_NAME_WORDS or words[0] in self._no_names:
            return ""
        return "" if " ".join(words) in self._no_names else name
