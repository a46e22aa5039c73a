"""Words of a sentence file in, patterns and folded text out: the small tools of the set-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from hearth.pattern import expression

WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
"""A word, with what is joined to it: "I'm", "Jean-Luc"."""

_ANY = re.compile(r"\(\?P<(?:rest|word)>")
_MARKS = re.compile(r"[,;!?\u2026\u2014]+|\.+(?=\s|$)")


def whole(templates: Iterable[object] | None, **lists: str) -> list[re.Pattern[str]]:
    """Compile templates that have to fit a whole text; ``{word}`` is any word, ``{rest}`` any."""
    lists = {"rest": r"\S.*", "word": r"\S+", **lists}
    told = [str(template) for template in templates or ()]
    told += [t.casefold() for t in told if t.casefold() != t.lower()]  # a folded "ß" is "ss"
    return [
        re.compile(rf"\s*{_ANY.sub('(?:', expression(each, lists))}\s*", re.IGNORECASE)
        for each in told
    ]


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


def clauses(text: str) -> list[str]:
    """Return the parts of a text between its marks; a number keeps its own ("0151/22.33")."""
    return [part.strip() for part in _MARKS.split(text) if part.strip(' "\u201c\u201d')]


def without(words: Iterable[str], text: str) -> str:
    """Return a text without these words where they stand alone, and the comma after them."""
    parts = sorted((re.escape(word) for word in words), key=len, reverse=True)
    if not parts:
        return text
    alone = re.compile(rf"(?<![^\s,])(?:{'|'.join(parts)})(?:\s*[,.\u2026]+|(?=[\s?!]|$))", re.I)
    return alone.sub(" ", text).strip(" ,")


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
    """Countries by their names, a language's own before the tz database's, and its cities."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Take the table ``setup``: ``countries`` has names by code, the first is the one said.

        ``elsewhere`` are words that stand before a country that is not meant ("not", "from").
        """
        self._codes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for code, name in _rows("iso3166.tab", 0, 1):
            plain = re.sub(r"\(.*?\)|&.*", "", name).strip()
            self._codes[fold(plain)], self._names[code] = code, plain
        for code, given in (table.get("countries") or {}).items():
            called = [str(name) for name in given]
            self._names[code] = called[0]
            self._codes |= {fold(name.removeprefix("the ")): code for name in called}
        self._places = groups(table, "places")
        self._cities = {
            fold(zone.rpartition("/")[2].replace("_", " ")): code
            for code, zone in _rows("zone.tab", 0, 2)
        }
        self._elsewhere = phrases(table.get("elsewhere"))

    def code(self, text: str) -> str:
        """Return the ISO 3166 code of the country that a text names; empty: none.

        The last that is named counts ("from Poland, but we live in Austria"), a country before
        a place in one.
        """
        words = f" {' , '.join(fold(part) for part in clauses(text))} "
        places = {name: code for code, names in self._places.items() for name in names}
        for known in (self._codes, places, self._cities):
            found = [(words.rindex(f" {n} "), len(n), n) for n in known if f" {n} " in words]
            meant = [
                (at, length, name)
                for at, length, name in found
                if not any(words[:at].rstrip().endswith(word) for word in self._elsewhere)
            ]
            if found:
                at, length, name = max(meant or found)
                inside = [n for a, size, n in found if a <= at and a + size >= at + length]
                return known[max(inside, key=len) if inside else name]
        return ""

    def exactly(self, name: str) -> str:
        """Return the code of the country of exactly that name; empty: none."""
        return self._codes.get(fold(name).removeprefix("the "), "")

    def name(self, code: str) -> str:
        """Return what a country is called; the code where it is not known."""
        return self._names.get(code, code)


def _rows(file: str, *columns: int) -> list[list[str]]:
    """Return columns of a table of the tz database."""
    text = (resources.files("tzdata") / "zoneinfo" / file).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return [[row[column] for column in columns] for row in rows]
