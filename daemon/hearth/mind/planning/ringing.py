"""What is said to something that rings in; what is meant out: stop, done, later, not today.

The words are data: ``planning: ringing`` of ``configs/sentences/<lang>-calendar.yaml``. A sentence
has to be nothing else: what a person says to someone in the room is no answer to an alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from hearth import sentences
from hearth.dates import Dates, dates
from hearth.pattern import expression

Meant = Literal["stop", "done", "later", "skip", "heard"]
_ORDER: tuple[Meant, ...] = ("done", "later", "skip", "stop", "heard")
_SAYS: tuple[Meant, ...] = ("later", "done", "skip", "stop", "heard")
"""Of several things said in one breath, the one that is meant: "stop, ten more minutes"."""

_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """What was meant; ``later`` may tell for how long or until when."""

    meant: Meant
    until: datetime | None = None


@lru_cache(maxsize=4)
def ringing_words(language: str) -> RingingWords:
    """Return what understands answers in a language, read when it first rings."""
    return RingingWords(sentences.load(language).table("planning"), dates(language))


class RingingWords:
    """Understands answers to what rings, in one language."""

    def __init__(self, table: Mapping[str, Any], dates: Dates) -> None:
        """Take the table ``planning``; without it nothing is understood. Raises ConfigError."""
        lists = {
            "length": r".{1,40}?",
            "when": r".{1,40}?",
            "about": r"(?:\w+\s+){0,2}\w+",
        }
        ringing = dict(table.get("ringing") or {})
        leading, polite = table.get("leading"), ringing.pop("polite", None)
        ends = [expression(str(each)) for each in (leading, polite) if each]
        self._leading = re.compile(rf"^(?:{'|'.join(ends)}|no)\s+", re.I) if ends else None
        self._trailing = re.compile(rf"\s+(?:{ends[-1]})$", re.I) if polite else None
        self._dates = dates
        self._in = str(table.get("in", "in {}"))
        more = "|".join(str(w) for w in table.get("more") or ("more", "another"))
        self._more = re.compile(rf"\b(?:{more})\b", re.IGNORECASE)
        self._forms = [
            (meant, re.compile(expression(str(template), lists), re.IGNORECASE))
            for meant in _ORDER
            for template in ringing.get(meant) or ()
        ]

    def read(self, text: str, now: datetime, about: Sequence[str] = ()) -> Said | None:
        """Return what an answer to what rings means; None where it is none.

        ``about`` is what rings: "I've taken my pills" answers that, and "I took the bus" does not.
        """
        words = " ".join(re.sub(r"[^\w\s':]+", " ", text.replace("\u2019", "'")).split())
        whole = self._whole(words, now, about)
        return whole or self._several(words.split(), now, about)

    def _whole(self, words: str, now: datetime, about: Sequence[str]) -> Said | None:
        """Return what words mean as one thing, with what is only polite around it or without."""
        ways = [words]
        for end in (self._leading, self._trailing):
            while end and (shorter := end.sub("", ways[-1])) != ways[-1] and shorter:
                ways.append(shorter)
        for said in ways:
            for meant, regex in self._forms:
                match = regex.fullmatch(said)
                if match and (found := self._said(meant, match, now, about)):
                    return found
        return None

    def _several(self, words: list[str], now: datetime, about: Sequence[str]) -> Said | None:
        """Return what is meant where several things were said: "okay okay, I heard you"."""
        if len(words) > _MOST_WORDS:
            return None
        best: list[tuple[Said, ...] | None] = [()]
        for end in range(1, len(words) + 1):
            pieces: Iterator[tuple[Said, ...]] = (
                (*before, piece)
                for start in range(end)
                if (before := best[start]) is not None
                and (piece := self._whole(" ".join(words[start:end]), now, about))
            )
            best.append(next(pieces, None))
        said = sorted(best[-1] or (), key=lambda each: _SAYS.index(each.meant))
        return said[0] if said else None

    def _said(
        self, meant: Meant, match: re.Match[str], now: datetime, about: Sequence[str]
    ) -> Said | None:
        told = match.groupdict()
        if (thing := told.get("about")) and not any(_shares(thing, each) for each in about):
            return None
        if length := " ".join(self._more.sub(" ", told.get("length") or "").split()):
            when = self._dates.read(self._in.format(length), now)
        elif words := told.get("when"):
            when = self._dates.read(words, now)
        else:
            return Said(meant)
        if when is None or when.start <= now or when.recurs:
            return None
        return Said(meant, when.start if when.grain == "moment" else when.at(9).start)


def _shares(words: str, text: str) -> bool:
    """Return whether words tell of what a reminder is about."""
    told = {w[:5] for w in text.casefold().split() if len(w) > 3 and w != "your"}
    return any(w[:5] in told for w in words.casefold().split() if len(w) > 3)
