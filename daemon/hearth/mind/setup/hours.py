"""Words about a night in, from when until when out: "between eleven and seven" is 23:00 to 7:00."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal, Protocol

from hearth.mind.setup.text import fold, phrases, said, spaced, whole
from hearth.port import Schedule

_NOON_H, _DUSK_H = 12, 6
_HALF_DAY_MIN = 12 * 60
_LONGEST = 6
"""The most words of one time: "quarter past eleven in the evening"."""

_JOINED = (
    (re.compile(r"(\d)[.h](\d\d)\b"), r"\1:\2"),
    (re.compile(r"\b([ap])\.\s?m\b\.?"), r"\1m"),
    (re.compile(r"(?<=\d)(am|pm|uhr)\b"), r" \1"),
    (re.compile(r"(?<=[a-z\d])-?ish\b"), ""),
    (re.compile(r"[,;!?\u2026]+|\.(?=\s|$)"), " , "),
)
"""How times are written that ``Moments`` reads word for word."""


class Found(Protocol):
    """A phrase about time that was found in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def schedule(self) -> Schedule:
        """What it says."""


class Moments(Protocol):
    """Reads words about time (``mind.sentence.moment``)."""

    def find(self, text: str) -> Sequence[Found]:
        """Return the phrases about time in a text."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when; what was not said is None."""

    start: time | None = None
    end: time | None = None


Role = Literal["start", "end", ""]


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time that was said, whether its half of the day was left out, and the words before it."""

    at: time
    open: bool
    before: str


class Nights:
    """Reads when a house sleeps; pure. Takes the table ``setup`` of a language."""

    def __init__(self, table: Mapping[str, Any], moments: Moments) -> None:
        self._moments = moments
        self._until, self._to_bed, self._up, self._repairs, self._or, self._no_clock = (
            phrases(table.get(key))
            for key in ("until", "to_bed", "gets_up", "repairs", "or_so", "no_clock")
        )
        self._minutes, self._maybe_minutes = (
            frozenset(phrases(table.get(key))) for key in ("minutes_to", "maybe_minutes_to")
        )
        self._at = str(table.get("at", "at"))
        self._no_hours = whole(table.get("no_hours"))

    def none(self, text: str) -> bool:
        """Return whether there are to be no quiet hours."""
        return any(pattern.fullmatch(fold(text)) for pattern in self._no_hours)

    def speaks_of_sleep(self, text: str) -> bool:
        """Return whether a text speaks of going to bed or getting up."""
        return said((*self._to_bed, *self._up), fold(text))

    def hours(self, text: str, known: Hours | None = None) -> Hours | None:
        """Return from when until when the house sleeps; None where no time was said.

        An hour without its half of the day is an evening's for the beginning (6 to 12) and a
        morning's for the end. What is taken back in the same breath does not count ("eleven, no,
        half past ten"); ``known`` are hours said before, of which a lone time corrects one.
        """
        start, end = _known(known)
        surely_up = False
        last: Role = ""
        for clock in self._clocks(text):
            role = self._role(clock.before)
            repaired = bool(last) and said(self._repairs, clock.before)
            again = repaired or known is not None
            if not role and last and said(self._or, clock.before):
                continue  # "ten or eleven"
            if role == "end" and start and end and not (surely_up or again):
                start = end  # "he at ten, I at midnight, and we're up at seven"
            elif not role and start and end:
                if not again:
                    break  # "but I nap at two"
                role = "start" if _apart(clock, start) < _apart(clock, end) else "end"
            elif not role:
                role = last if repaired else "end" if start else "start"
            if role == "start" and (again or not (start and end)):
                start = clock
            elif role == "end":
                end, surely_up = clock, said(self._up, clock.before)
            last = role
        if last == "":
            return None
        return Hours(_evening(start) if start else None, end.at if end else None)

    def wakes(self, text: str) -> time | None:
        """Return until when the house sleeps."""
        clocks = self._clocks(text)
        found = [c for c in clocks if self._role(c.before) == "end"]
        found = found or [c for c in clocks[1:] if said(self._repairs, c.before)] or clocks[:1]
        return found[-1].at if found else None

    def to_bed(self, text: str) -> time | None:
        """Return from when the house sleeps."""
        hours = self.hours(text)
        return hours.start if hours else None

    def _role(self, before: str) -> Role:
        """Return what the words before a time make of it: the last of them counts."""
        ends = (*self._until, *self._up)
        at = {w: before.rfind(f" {w} ") for w in (*ends, *self._to_bed) if f" {w} " in before}
        if not at:
            return ""
        word = max(at, key=lambda w: (at[w] + len(w), len(w)))
        longer = [w for w in self._to_bed if word in w.split() and f" {w} " in before]
        return "start" if word in self._to_bed or longer else "end"

    def _clocks(self, text: str) -> list[_Clock]:
        """Return the times in a text, in order."""
        dashed = re.sub(r"(?<=\d)\s*[-\u2013]\s*(?=\d)", f" {self._until[0]} ", text.casefold())
        plain = spaced(dashed)
        for pattern, by in _JOINED:
            plain = pattern.sub(by, plain)
        words = plain.split()
        found: list[_Clock] = []
        at = since = 0
        while at < len(words):
            length, clock = self._clock(words, at, " ".join(words[since:at]))
            if clock and not said(self._no_clock, " ".join(words[at + length : at + length + 1])):
                found.append(clock)
                since = at + length
            at += max(length, 1)
        return found

    def _clock(self, words: Sequence[str], at: int, before: str) -> tuple[int, _Clock | None]:
        """Return how many words from ``at`` are one time, and which; as many as fit."""
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            piece = words[at : at + length]
            if length > 1 and self._two_times(piece, words[at + length :]):
                continue
            text = f"{self._at} {' '.join(piece)}"
            for found in self._moments.find(text):
                clock = found.schedule
                if (found.start, found.end) == (0, len(text)) and clock.at is not None:
                    return length, _Clock(clock.at, clock.half_day, f" {before} ")
        return 0, None

    def _two_times(self, piece: Sequence[str], after: Sequence[str]) -> bool:
        """Return whether "ten to six" is from ten until six here, and not ten before six."""
        joint = next((n for n, word in enumerate(piece) if word in self._until), 0)
        if not joint or piece[0] in self._minutes:
            return False
        return piece[0] not in self._maybe_minutes or not set(after) & set(self._until)


def _known(hours: Hours | None) -> tuple[_Clock | None, _Clock | None]:
    """Return hours that were said before as times."""
    if hours is None or hours.start is None or hours.end is None:
        return None, None
    return _Clock(hours.start, False, ""), _Clock(hours.end, False, "")


def _apart(one: _Clock, other: _Clock) -> int:
    """Return how far two times are apart on a clock's face, in minutes."""
    far = abs(one.at.hour * 60 + one.at.minute - other.at.hour * 60 - other.at.minute)
    return min(far % _HALF_DAY_MIN, _HALF_DAY_MIN - far % _HALF_DAY_MIN)


def _evening(clock: _Clock) -> time:
    """Return when a night begins: "eleven" is 23:00, "twelve" midnight, "one" 1:00."""
    at = clock.at
    if clock.open and at.hour == _NOON_H:
        return at.replace(hour=0)
    late = clock.open and _DUSK_H <= at.hour < _NOON_H
    return at.replace(hour=at.hour + _NOON_H) if late else at
