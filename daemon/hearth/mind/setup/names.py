"""An answer in, the name that it gives out: a person's own, or the one that Hearth is to bear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hearth.mind.setup.text import WORD, capital, clauses, fold, phrases, said, spaced, whole

_MOST_NAME_WORDS = 3
_LONGEST_NAME = 40
_ANYTHING = r"\S.*?"


class Names:
    """Reads names; pure. Takes the table ``setup`` of a language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._surely = whole(table.get("name_surely"), name=_ANYTHING)
        self._rather = whole(table.get("name_rather"), name=_ANYTHING)
        self._plainly = whole(table.get("names"), name=_ANYTHING)
        self._given = whole(table.get("name_given"), name=_ANYTHING)
        self._no_name = frozenset(phrases(table.get("no_name")))
        self._not = tuple(f"{word} " for word in phrases(table.get("not")))
        self._tails = sorted(phrases(table.get("tails")), key=len, reverse=True)
        self._approving, self._disapproving, self._other, self._shorter = (
            phrases(table.get(key))
            for key in ("approving", "disapproving", "somebody_else", "another_name")
        )
        but = "|".join(map(re.escape, phrases(table.get("but_rather"))))
        self._but = re.compile(rf"\b(?:{but})\b", re.I) if but else re.compile(r"(?!)")

    def surely(self, text: str) -> str:
        """Return the name that a text asks to be used, in so many words ("call me Sam")."""
        return self._last(text, self._surely)

    def clearly(self, text: str) -> str:
        """Return the name that a text puts before another, or asks to be used."""
        return self._last(text, (*self._surely, *self._rather))

    def alone(self, text: str) -> str:
        """Return the name that is the whole first part of a text: "Kitty, well, Katherine"."""
        first = (self._parts(text) or [""])[0]
        return first if self.within(first, self._plainly) == capital(first) else ""

    def own(self, text: str) -> str:
        """Return the name that an answer gives; empty: none. The one they rather hear counts:
        "Samantha, but everybody says Sam"."""
        if name := self.clearly(text):
            return name
        parts = [part for part in self._parts(text) if not fold(part).startswith(self._not)]
        found = [name for part in parts if (name := self.within(part, self._plainly))]
        if not found:
            return ""
        longer = [name for name in found if name.startswith(f"{found[0]} ")]  # "Tom. Tom Baker"
        return longer[0] if longer else found[0]

    def given(self, text: str, offered: str) -> str:
        """Return the name that Hearth is given in place of the one it offered; empty: none."""
        for patterns in (self._given, self._plainly):
            for part in reversed(self._parts(text)):
                name = self.within(part, patterns)
                if name and fold(offered) not in (fold(name), *fold(name).split()):
                    return name
        return ""

    def approves(self, text: str, offered: str = "") -> bool:
        """Return whether somebody is pleased with a name that was offered ("that's a nice one")."""
        words = fold(text)
        if said(self._disapproving, words):
            return False
        named = bool(offered) and said((fold(offered),), words) and "?" not in text
        return named or said(self._approving, words)

    def rejects(self, text: str) -> bool:
        """Return whether somebody would like another name and says none."""
        return said((*self._disapproving, *self._shorter), fold(text))

    def somebody_else(self, text: str) -> bool:
        """Return whether a person would rather have another persona."""
        words = fold(text)
        return words in self._other or said((p for p in self._other if " " in p), words)

    def within(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        """Return the name where the whole text is one of the patterns around a name."""
        words = spaced(text.strip(' .,!?;:"\u201c\u201d'))
        for tail in self._tails:
            if fold(words).endswith(f" {tail}"):
                words = words[: -len(tail)].rstrip(" ,")
        for pattern in patterns:
            match = pattern.fullmatch(words)
            name = _tidy(match["name"]) if match else ""
            if name and self._no_name.isdisjoint(fold(name).split()):
                return name
        return ""

    def _last(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        """Return the last name that a part of the text asks for."""
        for part in (*reversed(self._parts(text)), text):
            if name := self.within(part, patterns):
                return name
        return ""

    def _parts(self, text: str) -> list[str]:
        parts = (piece for clause in clauses(text) for piece in self._but.split(clause))
        return [part.strip() for part in parts if part.strip()]


def _tidy(name: str) -> str:
    """Return a name with single blanks; empty where it can be none."""
    words = WORD.findall(name)
    joined = " ".join(words)
    if not 0 < len(words) <= _MOST_NAME_WORDS or len(joined) > _LONGEST_NAME:
        return ""
    if all(len(word) == 1 for word in words) and len(words) > 1:  # it is spelled
        return ""
    return "" if any(map(str.isdigit, joined)) else capital(joined)
