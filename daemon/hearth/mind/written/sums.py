"""A sum said in words in, its result as a number out: what code knows for sure, no model guesses.

Plus, minus, times, divided by, percent of and squares; the words stand in the table ``sums``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hassil.numbers import get_rbnf_engine

_LARGEST = 1e12


class Sums:
    """Works out the sums of one language."""

    def __init__(self, table: Mapping[str, Any], language: str = "en") -> None:
        """Read ``ask`` (what a sum begins with), ``signs`` and ``scales``; empty: no sums."""
        self._ask = re.compile(str(table["ask"])) if table.get("ask") else None
        self._signs = {str(k): str(v) for k, v in (table.get("signs") or {}).items()}
        self._scales = {str(k): int(v) for k, v in (table.get("scales") or {}).items()}
        self._numbers = dict(_numbers(language)) if self._ask else {}

    def result(self, words: str) -> str:
        """Return the result of a plain sentence that asks for a sum, or ""."""
        found = self._ask.fullmatch(words) if self._ask else None
        if not found:
            return ""
        said = f" {found[1]} "
        for sign in sorted(self._signs, key=len, reverse=True):
            said = said.replace(f" {sign} ", f" {self._signs[sign]} ")
        parts = re.split(r" (\+|-|\*|/|%|\^2|sqrt) ?", said)
        try:
            value = self._value([part.strip() for part in parts])
        except (ValueError, ZeroDivisionError, OverflowError, IndexError):
            return ""
        return "" if abs(value) > _LARGEST else f"{round(value, 3):,.10g}".replace(",", "")

    def _value(self, parts: list[str]) -> float:
        """Return what the parts come to: percent and products before sums. Raises ValueError."""
        if len(parts) < 3:  # a number, a sign, and a number
            raise ValueError(parts)
        if parts[1] == "sqrt" and not parts[0]:
            return float(self._number(parts[2]) ** 0.5)
        terms: list[float] = [self._number(parts[0])]
        signs: list[str] = []
        for at in range(1, len(parts), 2):
            sign, right = parts[at], parts[at + 1]
            if sign == "^2" and not right:
                terms[-1] **= 2
                continue
            number = self._number(right)
            if sign == "*":
                terms[-1] *= number
            elif sign == "/":
                terms[-1] /= number
            elif sign == "%":
                terms[-1] *= number / 100
            else:
                signs.append(sign)
                terms.append(number)
        total = terms[0]
        for sign, term in zip(signs, terms[1:], strict=True):
            total += term if sign == "+" else -term
        return total

    def _number(self, text: str) -> float:
        """Return a number in digits or words. Raises ValueError where it is none."""
        try:
            return float(text.replace(",", ""))
        except ValueError:
            pass
        if text in self._numbers:
            return float(self._numbers[text])
        total, here, known = 0, 0, False
        for word in text.replace("-", " ").split():
            if word in self._scales:
                here = max(here, 1) * self._scales[word]
                if self._scales[word] >= 1000:  # a thousand closes a group
                    total, here = total + here, 0
            elif word in self._numbers:
                here += self._numbers[word]
            elif word.isdigit():
                here += int(word)
            elif not (known and word in ("and", "und")):
                raise ValueError(text)
            known = True
        if not known:
            raise ValueError(text)
        return float(total + here)


def _numbers(language: str) -> dict[str, int]:
    """Return the words of the numbers to 100."""
    engine = get_rbnf_engine(language)
    found: dict[str, int] = {"a": 1}
    for number in range(101):
        for words in set(engine.format_number(number).text_by_ruleset.values()):
            found[str(words).casefold()] = number
            found[str(words).casefold().replace("-", " ")] = number
    return found
