"""Words of a sentence file in, patterns and folded text out: the small tools of the set-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from hearth.pattern import expression

WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
"""A word, with what is joined to it: "I'm", "Jean-Luc"."""


def whole(templates: Iterable[object] | None, **lists: str) -> list[re.Pattern[str]]:
    """Compile templates that have to fit a whole text."""
    return [
        re.compile(rf"\s*{expression(str(t), lists)}\s*", re.IGNORECASE) for t in templates or ()
    ]


def either(words: Iterable[object] | None) -> re.Pattern[str]:
    """Return a pattern for any of the words, as a word of its own; a dash may stand close."""
    parts = sorted((re.escape(str(w)) for w in words or ()), key=len, reverse=True)
    worded = "|".join(p for p in parts if p[-1].isalpha())
    return re.compile(rf"(?<!\S)(?:{worded})(?!\S)|\s*[-\u2013]\s*", re.IGNORECASE)


def phrases(words: Iterable[object] | None) -> tuple[str, ...]:
    """Return phrases of a sentence file, folded."""
    return tuple(fold(str(word)) for word in words or ())


def groups(table: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    """Return a table's phrases by their group, folded."""
    return {str(name): phrases(words) for name, words in (table.get(key) or {}).items()}


def said(any_of: Iterable[str], text: str) -> bool:
    """Return whether one of the phrases is in a text; both folded."""
    padded = f" {text} "
    return any(f" {phrase} " in padded for phrase in any_of)


def fold(text: str) -> str:
    """Return a text's words in lower case, one blank between them."""
    return " ".join(m.group().replace("\u2019", "'") for m in WORD.finditer(text.casefold()))


def spaced(text: str) -> str:
    """Return a text with single blanks, and plain apostrophes."""
    return " ".join(text.replace("\u2019", "'").split())


def capital(name: str) -> str:
    """Return a name with capitals where it has none."""
    return " ".join(w if w != w.lower() else w[:1].upper() + w[1:] for w in name.split())


class Countries:
    """Countries by their names: those of the tz database, and a language's own before them."""

    def __init__(self, own: Mapping[str, Iterable[object]]) -> None:
        """Take a language's names by code; the first of each is the one that is said."""
        table = resources.files("tzdata") / "zoneinfo" / "iso3166.tab"
        self._codes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for line in table.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                code, _, name = line.partition("\t")
                plain = re.sub(r"\(.*?\)|&.*", "", name).strip()
                self._codes[fold(plain)], self._names[code] = code, plain
        for code, given in own.items():
            called = [str(name) for name in given]
            self._names[code] = called[0]
            self._codes |= {fold(name.removeprefix("the ")): code for name in called}

    def code(self, text: str) -> str:
        """Return the ISO 3166 code of the country that a text names; empty: none."""
        padded = f" {fold(text)} "
        named = [name for name in self._codes if f" {name} " in padded]
        return self._codes[max(named, key=len)] if named else ""

    def exactly(self, name: str) -> str:
        """Return the code of the country of exactly that name; empty: none."""
        return self._codes.get(fold(name).removeprefix("the "), "")

    def name(self, code: str) -> str:
        """Return what a country is called; the code where it is not known."""
        return self._names.get(code, code)
