"""Words about a night in, from when until when out: "between eleven and seven" is 23:00 to 7:00."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Protocol

from hearth.mind.setup.text import either, phrases, spaced
from hearth.port import Schedule

Clock = tuple[time, bool]
"""A time, and whether its half of the day was left out."""

_NOON_H, _DUSK_H = 12, 6


class Found(Protocol):
    """A phrase about time that was found in a text."""

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


class Nights:
    """Reads when a house sleeps; pure."""

    def __init__(self, table: Mapping[str, Any], moments: Moments) -> None:
        """Take the table ``setup`` of a language."""
        self._moments = moments
        self._between = phrases(table.get("between"))
        self._from = sorted(phrases(table.get("from_when")), key=len, reverse=True)
        self._until = either(table.get("until"))
        self._at = str(table.get("at", "at"))

    def hours(self, text: str) -> Hours | None:
        """Return from when until when the house sleeps; None where no time was said.

        An hour without its half of the day is an evening's for the beginning (6 to 12) and a
        morning's for the end.
        """
        words = spaced(text.casefold().strip(" .!?"))
        for word in self._between:
            words = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", " ", words, count=1)
        words = words.strip()
        for parting in self._until.finditer(words):
            start, end = self._clock(words[: parting.start()]), self._clock(words[parting.end() :])
            if start and end:
                return Hours(_evening(start), _morning(end))
        if parting_first := self._until.match(words):
            only_end = self._clock(words[parting_first.end() :])
            return Hours(None, _morning(only_end)) if only_end else None
        only = self._clock(words)
        return Hours(_evening(only)) if only else None

    def wakes(self, text: str) -> time | None:
        """Return until when the house sleeps."""
        hours = self.hours(text)
        if hours and hours.end is not None:
            return hours.end
        clock = self._clock(self._until.sub(" ", spaced(text.casefold().strip(" .!?"))))
        return _morning(clock) if clock else None

    def _clock(self, text: str) -> Clock | None:
        words = text.strip(" ,")
        for word in self._from:
            if words.startswith(word + " "):
                words = words[len(word) + 1 :].strip()
                break
        for prefix in (f"{self._at} ", ""):
            for found in self._moments.find(prefix + words):
                if found.schedule.at is not None:
                    return found.schedule.at, found.schedule.half_day
        return None


def _evening(clock: Clock) -> time:
    """Return when a night begins: "eleven" is 23:00, "twelve" midnight, "one" 1:00."""
    at, open_ = clock
    if open_ and at.hour == _NOON_H:
        return at.replace(hour=0)
    return at.replace(hour=at.hour + _NOON_H) if open_ and _DUSK_H <= at.hour < _NOON_H else at


def _morning(clock: Clock) -> time:
    """Return when a night ends: an hour without its half is of the morning."""
    return clock[0]
