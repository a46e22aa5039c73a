"""An answer in, the person it names and how to reach them out: whom to call when it matters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from hearth.mind.setup.text import WORD, capital, clauses, fold, phrases, said, whole
from hearth.persona import Trusted

_MOST_NAME_WORDS = 3
_REACH = re.compile(r"\S+@\S+\.\S+|(?<!\w)(?:\+|\(|\d)[\d\s()/.\-]*\d")
_LEAST_DIGITS, _LEAST_WITHIN = 3, 5
_LEAST_WORDS, _MOST_SPELLED = 3, 24

Digits = Callable[[str], str]
"""Reads a number that was spelled aloud ("oh one five one"); "" where it is none."""


class People:
    """Reads people and their numbers; pure. Takes the table ``setup`` of a language."""

    def __init__(self, table: Mapping[str, Any], digits: Digits) -> None:
        self._digits = digits
        self._around, self._my, self._cut, self._pronouns, self._titles, self._nobody_names = (
            frozenset(phrases(table.get(key)))
            for key in ("around_person", "my", "after_person", "pronouns", "titles", "no_person")
        )
        self._nobody_names |= frozenset(phrases(table.get("no_name")))
        self._name_words = frozenset(phrases(table.get("name_words")))
        self._your = str(table.get("your", ""))
        self.relations = frozenset(phrases(table.get("relations")))
        self._no_family = frozenset(phrases(table.get("no_family")))
        self._zeros = {str(k): str(v) for k, v in (table.get("zeros") or {}).items()}
        self._plus_word = str(table.get("plus", "plus"))
        self._nobody = whole(table.get("nobody"))

    def trusted(self, text: str) -> Trusted | None:
        """Return the person that an answer names, and how to reach them; None: nobody.

        "My sister Mara, 0151 234": Mara; "my sister": the person's sister.
        """
        reach, rest = self.numbered(text)
        relation = ""
        for clause in clauses(rest):
            name, kin = self._person(clause)
            if name:
                return Trusted(name, reach)
            relation = relation or kin
        return Trusted(relation, reach) if relation else None

    def reach(self, text: str) -> str:
        """Return the number or address in a text, spelled aloud or in digits; empty: none."""
        return self.numbered(text)[0]

    def nobody(self, text: str) -> bool:
        """Return whether there is nobody to be named."""
        return any(pattern.fullmatch(fold(text)) for pattern in self._nobody)

    def related(self, text: str) -> bool:
        """Return whether a text speaks of somebody by how they relate ("my sister")."""
        words = fold(text).split()
        spans = zip(words, words[1:], [*words[2:], ""], strict=False)
        return any(my in self._my and {kin, next_} & self.relations for my, kin, next_ in spans)

    def mentioned(self, text: str) -> bool:
        """Return whether a sentence mentions somebody of the person's own: a friend, a sister."""
        return said(self.relations - self._no_family, fold(text))

    def numbered(self, text: str) -> tuple[str, str]:
        """Return the number or address in a text, and the text without it."""
        if found := _REACH.search(text):
            reach = " ".join(found.group().split()).strip(" .-/,")
            if "@" in reach or sum(map(str.isdigit, reach)) >= _LEAST_DIGITS:
                return reach, text.replace(found.group(), " , ")
        words = text.split()[:_MOST_SPELLED]
        spans = sorted(combinations(range(len(words) + 1), 2), key=lambda s: s[0] - s[1])
        for start, end in (
            s for s in spans if s[1] - s[0] >= _LEAST_WORDS
        ):  # the longest first; to the end a few digits are enough
            spelled = " ".join(self._zeros.get(fold(word), word) for word in words[start:end])
            digits = self._digits(spelled)
            if len(digits) >= (_LEAST_DIGITS if end == len(words) else _LEAST_WITHIN):
                rest = " ".join((*words[:start], ",", *words[end:]))
                return self._plus(words[:start], digits), rest
        return "", text

    def _plus(self, before: Sequence[str], digits: str) -> str:
        """Return a number that was spelled, with the plus that stands before it."""
        return f"+{digits}" if before and fold(before[-1]) == self._plus_word else digits

    def _person(self, clause: str) -> tuple[str, str]:
        """Return the name in a clause, and by how they relate what the person may be called."""
        words = [m.group() for m in WORD.finditer(clause)]
        while words and fold(words[0]) in self._around:
            words = words[1:]
        told = {fold(word) for word in words[1:3]}
        about = bool(words) and fold(words[0]) in self._pronouns  # "he's my brother": no name
        while about and words and fold(words[0]) in (self._pronouns | self._around):
            words = words[1:]
        about = about and told.isdisjoint(self._name_words)  # "her name's Beth" is one
        own = bool(words) and fold(words[0]) in self._my
        words = words[1:] if own else words
        low = [fold(word) for word in words]
        kin = self._kin(low)
        if own and not kin and self._kin(low[1:]):  # "my big sister"
            words, low = words[1:], low[1:]
            kin = self._kin(low)
        titled = kin == 1 and not own and low[0] in self._titles
        named = words if titled else words[kin:]
        while named and fold(named[0]) in self._around and fold(named[0]) not in self._cut:
            named = named[1:]
        stops = self._around | self._cut
        end = next((n for n, word in enumerate(named) if fold(word) in stops), len(named))
        if named and named[0][:1].isupper():  # "Amy worries"
            end = next((n for n, word in enumerate(named[:end]) if word.islower()), end)
        name = capital(" ".join(named[:end]))
        if about or (own and not kin) or not 0 < end <= _MOST_NAME_WORDS:
            name = ""
        if any(map(str.isdigit, name)) or not self._nobody_names.isdisjoint(fold(name).split()):
            name = ""
        if not kin:
            return name, ""
        called = " ".join(words[:kin])
        return name, f"{self._your} {called}".strip() if own else capital(called)

    def _kin(self, low: Sequence[str]) -> int:
        """Return how many words at the beginning say how somebody relates."""
        return next(
            (n for n in (3, 2, 1) if low[n - 1 :] and " ".join(low[:n]) in self.relations), 0
        )
