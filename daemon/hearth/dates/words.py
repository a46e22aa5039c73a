"""The table ``dates`` of a language in; its numbers, names and forms as patterns out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from hearth.compiled import compiled
from hearth.pattern import any_of, expression, number_words

_EDGE = r"(?<![\w'])(?:{})(?![\w'])"
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: its hours, the hour it means alone, and its half for the clock."""

    start: time | None
    end: time | None
    at: time | None
    half: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say something: its pattern, and what the data says of it."""

    regex: re.Pattern[str]
    says: Mapping[str, Any]


class Words:
    """What is data in one language, compiled."""

    def __init__(self, table: Mapping[str, Any], language: str) -> None:
        """Take the table ``dates``. Raises ConfigError where a template is wrong."""
        self.numbers: dict[str, float] = {k: float(v) for k, v in number_words(language).items()}
        self.numbers |= {str(k): float(v) for k, v in (table.get("numbers") or {}).items()}
        self.ordinals = {str(w): i for i, w in enumerate(table.get("ordinals") or (), 1)}
        for word, number in (table.get("more_ordinals") or {}).items():
            self.ordinals[str(word)] = int(number)
        self.last = frozenset(str(w) for w in table.get("last") or ())
        self.years = self._year_words(table)
        self._named = {
            "weekday": _alternatives(enumerate(table.get("weekdays") or ())),
            "month": _alternatives(enumerate(table.get("months") or (), 1)),
            "season": _alternatives((table.get("seasons") or {}).items()),
            "unit": _alternatives((table.get("units") or {}).items()),
            "holiday": _alternatives((table.get("holidays") or {}).items()),
        }
        parts = table.get("parts") or ()
        self._parts = [
            (compiled(_EDGE.format(_bare(expression(str(r["in"])))), re.I), r) for r in parts
        ]
        slots = self._slots(table, parts)
        self.forms = tuple(
            Form(compiled(_EDGE.format(expression(str(row["in"]), slots)), re.IGNORECASE), row)
            for row in table.get("say") or ()
        )
        self.part_forms = tuple(
            Form(regex, row) for regex, row in self._parts if not row.get("suffix")
        )
        self.joins = compiled(
            rf"(?:\s|{_bare(expression(str(table.get('joins') or ',')))}(?!\w))*", re.I
        )
        self.length = _bare(slots["length"])
        self._length = compiled(rf"(?:{slots['one']})(?!\w)", re.IGNORECASE)
        self._one = compiled(self._one_of(slots), re.IGNORECASE)
        self.name = compiled(rf"(?:{_bare(expression(str(table.get('name') or '-')))}\s+)?", re.I)
        self.name_ends = frozenset(str(w) for w in table.get("name_ends") or ())
        not_after = "|".join(re.escape(str(w)) for w in table.get("not_after") or ("-",))
        self.not_after = compiled(rf"(?:^|\W)(?:{not_after})\s+$", re.IGNORECASE)
        self.weak = frozenset(str(w) for w in table.get("weak") or ())

    # --- patterns ------------------------------------------------------------------------------

    def _slots(self, table: Mapping[str, Any], parts: Any) -> dict[str, str]:
        words = any_of(self.numbers)
        n = rf"(?:\d+(?:[.,]\d+)?|{words})(?!\w)"
        digits = str(table.get("ordinal_digits") or r"\.")
        ordinal = rf"(?:\d{{1,2}}{digits}|{any_of(self.ordinals)})"
        weekday = self._any("weekday")
        units = self._any("unit")
        joint = rf"(?:\s+{_bare(expression(str(table.get('also') or 'and')))})?\s+"
        half = _bare(expression(str(table.get("and_a_half") or "and a half")))
        one = rf"{n}[ \-]?(?:{half}\s+)?{units}(?:\s+{half})?"
        suffix = (
            "|".join(_bare(expression(str(r["in"]))) for r in parts if r.get("suffix")) or "(?!)"
        )
        comma = r"(?:\s*,\s*(?:and\s+)?|\s+(?:and|und|&)\s+)"
        every = rf"{weekday}s?(?:{comma}{weekday}s?)*"
        return {
            "n": n,
            "one": one,
            "length": rf"{one}(?:{joint}{one})*",
            "ord": ordinal + r"(?!\w)",
            "nth": rf"(?:{ordinal}|{any_of(self.last)})(?!\w)" if self.last else ordinal,
            "dom": rf"(?:[12]?\d|3[01]|{self._small(1, 31)})(?!\w)",
            "h": rf"(?:[01]?\d|2[0-4]|{self._small(0, 24)})(?!\w)",
            "h1": rf"(?:[01]?\d|2[0-4]|{self._small(0, 24)})(?!\w)",
            "h2": rf"(?:[01]?\d|2[0-4]|{self._small(0, 24)})(?!\w)",
            "hd": r"(?:1[0-2]|0?[1-9])",
            "m": rf"(?:[0-5]?\d|{self._small(1, 59)})(?!\w)",
            "mm": r"[0-5]\d",
            "year": rf"(?:(?:19|20)\d\d|{any_of(self.years)})(?!\w)",
            "iso": r"\d{4}-\d\d-\d\d",
            "dmy": r"\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4})?",
            "weekday": weekday,
            "weekday1": weekday,
            "weekdays": every,
            "plurals": rf"{weekday}s(?:{comma}{weekday}s)*",
            "month": self._any("month"),
            "season": self._any("season"),
            "unit": units,
            "holiday": self._any("holiday"),
            "suffix": suffix,
            "suffix1": suffix,
            "at": _bare(expression(str(table.get("at") or "at").strip())) + r"\s+",
        }

    def _one_of(self, slots: Mapping[str, str]) -> str:
        return rf"(?P<n>{slots['n']})(?P<more>.*?)(?P<unit>{slots['unit']})(?P<after>\s+\D*)?$"

    def _any(self, kind: str) -> str:
        return (
            "(?:" + "|".join(p for p, _ in self._named[kind]) + ")" if self._named[kind] else "(?!)"
        )

    def _small(self, low: int, high: int) -> str:
        return (
            any_of(
                w
                for w, v in self.numbers.items()
                if low <= v <= high and v == int(v) and w not in _NOT_CLOCK
            )
            or "(?!)"
        )

    # --- values --------------------------------------------------------------------------------

    def which(self, kind: str, text: str) -> Any:
        """Return what a name of a weekday, month, season, unit or holiday stands for."""
        text = " ".join(text.lower().split())
        for pattern, value in self._named[kind]:
            if re.fullmatch(pattern, text, re.IGNORECASE):
                return value
        raise ValueError(f"{text!r} is no {kind}")

    def several(self, text: str) -> list[int]:
        """Return the weekdays that are named in a row."""
        found = []
        for match in re.finditer(self._any("weekday"), text, re.IGNORECASE):
            found.append(int(self.which("weekday", match.group())))
        return sorted(set(found))

    def number(self, text: str) -> float:
        """Return the number that words or digits tell."""
        folded = " ".join(text.lower().split())
        known = self.numbers.get(folded)
        return float(folded.replace(",", ".")) if known is None else known

    def ordinal(self, text: str) -> int:
        """Return the number of an ordinal; -1 for the last."""
        folded = " ".join(text.lower().split())
        if folded in self.last:
            return -1
        if folded in self.ordinals:
            return self.ordinals[folded]
        return int(re.sub(r"\D", "", folded))

    def year(self, text: str) -> int:
        """Return a year of four digits or of words."""
        folded = " ".join(text.lower().split())
        return self.years.get(folded) or int(folded)

    def lengths(self, text: str) -> list[tuple[float, str]]:
        """Return the durations in a text as numbers and units, in order."""
        found = []
        for match in self._length.finditer(text):
            one = self._one.match(match.group())
            if one is None:
                continue
            count = self.number(one["n"])
            if one["more"].strip(" -") or (one["after"] or "").strip():
                count += 0.5
            found.append((count, str(self.which("unit", one["unit"]))))
        return found

    def part(self, text: str) -> Part | None:
        """Return the part of the day that a text names; None where it names none."""
        for regex, row in self._parts:
            if regex.search(text):
                return part_of(row)
        return None

    def _year_words(self, table: Mapping[str, Any]) -> dict[str, int]:
        """Return "twenty twenty six" and "two thousand and six" as years."""
        small = {int(v): k for k, v in self.numbers.items() if v == int(v)}
        found: dict[str, int] = {}
        thousand = str(table.get("thousand") or "")
        for year in _YEARS:
            high, low = divmod(year, 100)
            if low and high in small and low in small:
                found[f"{small[high]} {small[low]}"] = year
            if thousand and year >= 2000:
                rest = f" {small[year - 2000]}" if year > 2000 and year - 2000 in small else ""
                found[f"{thousand}{rest}"] = year
                found[f"{thousand} and{rest}"] = year
        return found


_NOT_CLOCK = frozenset(
    (
        "a",
        "an",
        "several",
        "a few",
        "a couple",
        "a couple of",
        "a dozen",
        "ein",
        "eine",
        "einem",
        "einer",
        "einen",
    )
)
"""Words that are numbers of things, and no hours."""


def part_of(row: Mapping[str, Any]) -> Part:
    """Return a part of the day from its row."""
    return Part(
        _time(row.get("from")), _time(row.get("to")), _time(row.get("at")), str(row.get("half", ""))
    )


def _time(text: object) -> time | None:
    if not text:
        return None
    hour, _, minute = str(text).partition(":")
    return time.max if hour == "24" else time(int(hour), int(minute or 0))


def _alternatives(rows: Any) -> list[tuple[str, Any]]:
    """Return patterns with their values; templates of ``hassil``."""
    return [(_bare(expression(str(template))), value) for value, template in rows]


def _bare(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)
