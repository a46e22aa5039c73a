"""What is said to something that rings in; what is meant out: stop, done, later, not today.

The words are data: ``planning: ringing`` of ``configs/sentences/<lang>-calendar.yaml``. A sentence
has to be nothing else: what a person says to someone in the room is no answer to an alarm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from hearth import sentences
from hearth.dates import Dates, dates
from hearth.pattern import expression

Meant = Literal["stop", "done", "later", "skip", "heard"]
_ORDER: tuple[Meant, ...] = ("done", "later", "skip", "stop", "heard")


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
        lists = {"length": r".{1,40}?", "when": r".{1,40}?"}
        leading = table.get("leading")
        self._leading = (
            re.compile(rf"^(?:{expression(str(leading))}|no)[\s,]+", re.IGNORECASE)
            if leading
            else None
        )
        self._dates = dates
        self._in = str(table.get("in", "in {}"))
        more = "|".join(str(w) for w in table.get("more") or ("more", "another"))
        self._more = re.compile(rf"\b(?:{more})\b", re.IGNORECASE)
        ringing = table.get("ringing") or {}
        self._forms = [
            (meant, re.compile(expression(str(template), lists), re.IGNORECASE))
            for meant in _ORDER
            for template in ringing.get(meant) or ()
        ]

    def read(self, text: str, now: datetime) -> Said | None:
        """Return what an answer means; None where it is none."""
        words = " ".join(re.sub(r"[^\w\s':]+", " ", text.replace("\u2019", "'")).split())
        shorter = self._leading.sub("", words) if self._leading else words
        for said in dict.fromkeys((words, shorter)):
            for meant, regex in self._forms:
                match = regex.fullmatch(said)
                if match and (found := self._said(meant, match, now)):
                    return found
        return None

    def _said(self, meant: Meant, match: re.Match[str], now: datetime) -> Said | None:
        told = match.groupdict()
        if length := " ".join(self._more.sub(" ", told.get("length") or "").split()):
            when = self._dates.read(self._in.format(length), now)
        elif words := told.get("when"):
            when = self._dates.read(words, now)
        else:
            return Said(meant)
        if when is None or when.start <= now or when.recurs:
            return None
        return Said(meant, when.start if when.grain == "moment" else when.at(9).start)
