"""Words about time in, a ``Schedule`` out: "in five minutes", "at half past seven", "until ten".

The words are data: ``discourse.time`` in ``configs/sentences/<lang>.yaml``. Numbers are digits or
what CLDR calls them in the language. Nothing here knows what time it is: "at seven" stays
``half_day``, and who carries the schedule out takes the next seven o'clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import lru_cache
from typing import Any

from hearth.compiled import compiled
from hearth.pattern import any_of, expression, number_words, pattern
from hearth.port import Schedule

_DAY_MIN = 24 * 60
_NOON_H = 12
_KEPT = 64
"""Clauses of one sentence are looked at several times over."""


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start`` to ``end`` of a text are about time and say ``schedule``."""

    start: int
    end: int
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to say something: its pattern, and what the data says of it."""

    regex: re.Pattern[str]
    says: Mapping[str, Any]


class Moments:
    """Finds words about time in one language; without the table ``time`` it finds none."""

    def __init__(self, table: Mapping[str, Any], language: str) -> None:
        """Take the table ``discourse.time``. Raises ConfigError where a template is wrong."""
        self._numbers = number_words(language) | {
            str(word): float(value) for word, value in (table.get("numbers") or {}).items()
        }
        self._number = rf"(?:\d+(?:[.,]\d+)?|{any_of(self._numbers)})(?!\w)"
        lists = {
            "n": self._number,
            "h": rf"(?:[01]?\d|2[0-4]|{self._words(0, 24)})(?!\w)",
            "m": rf"(?:[0-5]?\d|{self._words(1, 59)})(?!\w)",
            "mm": r"[0-5]\d",
        }
        self._durations = self._forms(table.get("durations"), lists)
        one = "|".join(form.regex.pattern for form in self._durations)
        one = re.sub(r"\?P<\w+>", "?:", one)
        also = pattern(table.get("also") or (), "(?:{})")
        joint = rf"(?:\s+(?:{also.pattern}\s+)?)" if also else r"\s+"
        duration = rf"(?:{one})(?:{joint}(?:{one}))*(?!\w)"
        self._duration = compiled(duration, re.IGNORECASE)
        self._clocks = self._forms(table.get("clocks"), lists)
        halves, days, suns = (self._forms(table.get(k), {}) for k in ("halves", "days", "suns"))
        self._halves, self._days, self._suns = map(_apart, (halves, days, suns))
        half = _any(halves)
        clock = rf"(?:{_any(self._clocks)})(?:\s+(?:{half}))?"
        day, sun = _any(days), _any(suns)
        inner = {
            "duration": duration,
            "clock": clock,
            "clock1": clock,
            "day": day,
            "sun": sun,
            "moment": rf"(?:{clock})(?:\s+(?:{day}))?|(?:{sun})(?:\s+(?:{day}))?|(?:{day})",
        }
        self._kept = lru_cache(maxsize=_KEPT)(self._find)
        self._phrases = self._forms(table.get("phrases"), inner, r"(?<!\s)(?!\S)")

    def find(self, text: str) -> tuple[Found, ...]:
        """Return the phrases about time in ``text``, in order; each the longest at its place."""
        return self._kept(text)

    def _find(self, text: str) -> tuple[Found, ...]:
        found: list[Found] = []
        at = 0
        while at < len(text):
            best = max(
                (hit for form in self._phrases if (hit := self._hit(form, text, at))),
                key=lambda f: f.end,
                default=None,
            )
            if best:
                found.append(best)
            following = text.find(" ", best.end if best else at)
            at = following + 1 if following >= 0 else len(text)
        return tuple(found)

    def durations(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return where a duration stands, whatever it is for: its words belong together."""
        if not self._durations:
            return ()
        return tuple((m.start(), m.end()) for m in self._duration.finditer(text))

    def seconds(self, text: str) -> float:
        """Return how long the durations in ``text`` are together."""
        return self._seconds(text)

    def _hit(self, form: _Form, text: str, at: int) -> Found | None:
        match = form.regex.match(text, at)
        if match is None:
            return None
        schedule = self._schedule(form.says, match)
        return Found(match.start(), match.end(), schedule) if schedule else None

    def _schedule(self, says: Mapping[str, Any], match: re.Match[str]) -> Schedule | None:
        """Return what a phrase says; None where its numbers make no sense."""
        told = {key: value for key, value in match.groupdict().items() if value}
        kind = str(says.get("is", "at"))
        length = self._seconds(told["duration"]) if "duration" in told else 0.0
        if kind in ("after", "for"):
            fields = {"after": "after_s", "for": "for_s"}
            return Schedule(**{fields[kind]: length}) if length > 0 else None  # type: ignore[arg-type]  # both are floats
        moment = self._moment(" ".join(v for k, v in told.items() if k in _WHEN))
        if moment is None:
            return None
        if kind == "until":
            moment = Schedule(until=moment)
        elif kind == "between":
            end = self._moment(f"{told['clock1']} {told.get('day', '')}")
            moment = replace(moment, until=end)
        elif kind in ("before", "later") and moment.sun:
            moment = replace(moment, offset_s=-length if kind == "before" else length)
        return moment

    def _moment(self, text: str) -> Schedule | None:
        """Read "half past seven tomorrow evening"; None where it names neither time nor sun."""
        left = f" {text} "
        moment = Schedule()
        half: Mapping[str, Any] = {}
        left, day = _take(self._days, left)
        left, sun = _take(self._suns, left)
        if sun:
            moment = replace(moment, sun=sun["sun"])
        elif clock := self._clock(left):
            minutes, sure, rest = clock
            _, half = _take(self._halves, rest)
            half = half or {k: day[k] for k in ("half", "from_h") if k in (day or {})}
            moment = _at(minutes, half, sure=sure)
        elif day and "at" in day:
            hour, _, minute = str(day["at"]).partition(":")
            moment = replace(moment, at=time(int(hour), int(minute or 0)))
        else:
            return None
        if day:
            moment = replace(moment, days_ahead=day.get("ahead"), weekday=day.get("weekday"))
        return moment

    def _clock(self, text: str) -> tuple[int, bool, str] | None:
        """Return minutes of the day, whether the half of the day is sure, and what is left."""
        best: tuple[int, bool, str] | None = None
        longest = 0
        for form in self._clocks:
            match = form.regex.search(text)
            if match is None or match.end() - match.start() <= longest:
                continue
            told = match.groupdict()
            hour = self._value(told.get("h") or "0")
            minute = self._value(told.get("m") or told.get("mm") or "0")
            said = str(told.get("h") or "")
            whole = int(hour) * 60 + int(minute) * int(form.says.get("sign", 1))
            whole += int(form.says.get("plus", 0))
            sure = (
                int(hour) > _NOON_H
                or said.startswith("0")
                or (bool(form.says.get("sure")) and int(hour) == 0)
                or "h" not in told
            )
            longest = match.end() - match.start()
            rest = text[: match.start()] + " " + text[match.end() :]
            best = (whole % _DAY_MIN, sure, rest)
        return best

    def _seconds(self, text: str) -> float:
        """Return the sum of all durations in ``text``."""
        total, at = 0.0, 0
        while at < len(text):
            hits = [(m, form) for form in self._durations if (m := form.regex.match(text, at))]
            if hits:
                match, form = max(hits, key=lambda hit: hit[0].end())
                count = self._value(match.groupdict().get("n") or "1")
                total += count * form.says.get("s", 0) + form.says.get("plus", 0)
                at = match.end()
            following = text.find(" ", at)
            at = following + 1 if following >= 0 else len(text)
        return total

    def _value(self, text: str) -> float:
        folded = " ".join(text.lower().split())
        if not folded:
            return 0.0
        number = self._numbers.get(folded)  # zero is a number, too
        return float(folded.replace(",", ".") if number is None else number)

    def _words(self, low: int, high: int) -> str:
        fitting = [w for w, n in self._numbers.items() if low <= n <= high and n == int(n)]
        return any_of(fitting) or "(?!)"

    @staticmethod
    def _forms(rows: Any, lists: Mapping[str, str], end: str = "") -> tuple[_Form, ...]:
        return tuple(
            _Form(compiled(expression(str(row["in"]), lists) + end, re.IGNORECASE), row)
            for row in rows or ()
        )


_WHEN = frozenset(("clock", "day", "sun", "moment"))


def _any(forms: tuple[_Form, ...]) -> str:
    """Return one pattern for all forms, without their names; one that never matches for none."""
    parts = [re.sub(r"\?P<\w+>", "?:", f.regex.pattern) for f in forms]
    return "|".join(sorted(parts, key=len, reverse=True)) or "(?!)"


def _apart(forms: tuple[_Form, ...]) -> tuple[_Form, ...]:
    """Return forms that are found where they stand between words."""
    return tuple(
        replace(f, regex=compiled(rf"(?<!\w)(?:{f.regex.pattern})(?!\w)", re.IGNORECASE))
        for f in forms
    )


def _take(forms: tuple[_Form, ...], text: str) -> tuple[str, Mapping[str, Any]]:
    """Take the longest form out of ``text``; return the rest and what the form says."""
    hits = [(m, f) for f in forms if (m := f.regex.search(text))]
    if not hits:
        return text, {}
    match, form = max(hits, key=lambda hit: hit[0].end() - hit[0].start())
    return text[: match.start()] + " " + text[match.end() :], form.says


def _at(minutes: int, half: Mapping[str, Any], *, sure: bool) -> Schedule:
    """Return the moment that the clock shows ``minutes`` after midnight, in the half told."""
    hour, minute = divmod(minutes, 60)
    which = half.get("half")
    if which == "am" and hour == _NOON_H:
        hour = 0
    elif which == "pm" and hour < _NOON_H:
        from_h = int(half.get("from_h", 0))  # "at one in the night" is one, not thirteen
        hour += _NOON_H if hour + _NOON_H >= from_h and hour >= int(half.get("least_h", 0)) else 0
    return Schedule(at=time(hour % 24, minute), half_day=not sure and not which)
