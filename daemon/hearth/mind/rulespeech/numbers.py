"""Words in, numbers out: "twenty one point five", "two hundred and five", "21.5"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hearth.numbers import said

_LARGEST = 100


class Numbers:
    """Reads the numbers of one language, and writes expressions that find them."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        """Take ``rules: times``; without number words only digits are read."""
        self._known = _words(language)
        self._powers: Mapping[str, float] = table.get("powers") or {}
        self._and = "|".join(re.escape(str(w)) for w in table.get("and") or ("and",))
        self._point_word = re.escape(str(table.get("point", "point")))
        self._point = re.compile(rf"(?:{self._point_word})")

    def read(self, text: str) -> float | None:
        """Return the number that words or digits tell."""
        text = text.strip().replace("-", " ")
        if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
            return float(text.replace(",", "."))
        whole, *rest = self._point.split(text)
        value = self._whole(whole)
        if value is None or not rest:
            return value
        digits = [self._whole(word) for word in rest[0].split()]
        if len(rest) > 1 or not digits or not all(d is not None and d < 10 for d in digits):
            return None
        return float(f"{value:.0f}." + "".join(f"{d:.0f}" for d in digits if d is not None))

    def expression(self) -> str:
        """Return an expression for any number."""
        powers = "|".join(re.escape(str(word)) for word in self._powers) or "(?!)"
        one = rf"(?:{self._tokens(10 * _LARGEST)}|{powers})"
        row = rf"{one}(?:[ \-](?:{one}))*(?: (?:{self._and}) {one}(?:[ \-]{one})?)?"
        return rf"(?:\d+(?:[.,]\d+)?|(?:a )?{row}(?: {self._point_word}(?: {one})+)?)"

    def small(self, below: int) -> str:
        """Return an expression for whole numbers below a limit, as of a clock."""
        one = self._tokens(below)
        return rf"(?:\d{{1,2}}|(?:{one})(?:[ \-](?:{one}))?)"

    def _whole(self, text: str) -> float | None:
        """Return a whole number of words; hundreds and thousands are put together."""
        text = " ".join(text.removeprefix("a ").split())
        if text.isdigit():
            return float(text)
        if text in self._known:
            return float(self._known[text])
        for word, size in self._powers.items():
            before, found, after = text.partition(str(word))
            if found:
                many = self._whole(before) if before.strip() else 1.0
                rest = re.sub(r"^\s*(?:and|und)\s+", "", after).strip()
                more = self._whole(rest) if rest else 0.0
                return None if many is None or more is None else many * size + more
        return None

    def _tokens(self, below: int) -> str:
        """Return an expression for the single words of the numbers below a limit."""
        small = (word for word, number in self._known.items() if number < below)
        tokens = {token for word in small for token in word.split()}
        ordered = sorted(tokens, key=lambda token: (-len(token), token))
        return "|".join(map(re.escape, ordered)) or "(?!)"


def _words(language: str) -> dict[str, int]:
    """Return the number words of a language: up to a hundred, and the hundreds."""
    found: dict[str, int] = {}
    for number in (*range(_LARGEST), *range(_LARGEST, 10 * _LARGEST, _LARGEST)):
        for word in said(number, language):
            clean = word.replace("\xad", "").replace("-", " ").casefold()
            found.setdefault(clean, number)
    return found
