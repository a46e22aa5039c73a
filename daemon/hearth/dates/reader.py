"""A sentence in, the times that it tells out: forms are found, put together, and placed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from hearth import sentences
from hearth.dates.forms import Forms
from hearth.dates.piece import NOTHING, Piece
from hearth.dates.placing import Prefer, placed
from hearth.dates.when import When
from hearth.dates.words import Form, Words, part_of
from hearth.sentences import Sentences

Named = Callable[[str], datetime | date | None]
"""Knows when something is that a person named: "mum's birthday", "my dentist appointment"."""

_OPERATORS = frozenset(("before", "later", "until"))
"""Forms that say something about the time behind them."""

_LONGEST_NAME = 6
_BLANK = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_START = re.compile(r"(?<![\w'])(?=[\w@])")


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start`` to ``end`` of a text tell ``when``."""

    start: int
    end: int
    when: When


@dataclass(frozen=True, slots=True)
class _Task:
    """A text, and as what it is to be read."""

    text: str
    now: datetime
    prefer: Prefer
    named: Named | None
    morning: bool
    any_name: bool = False


class Dates:
    """Reads the times of one language; pure, and knows no time but the ``now`` it is told.

    Args:
        language: As in ``sentences.py``; a language without a table tells no times.
        loaded: The language's sentences, where they were read already.
    """

    def __init__(self, language: str = "en", loaded: Sentences | None = None) -> None:
        """Remember what to compile: half a second, when it is first needed (see ``compile``)."""
        self._language, self._loaded = language, loaded

    def compile(self) -> None:
        """Make ready what reads, in any thread. Raises ConfigError where the table is wrong."""
        _ = self._forms

    @cached_property
    def _words(self) -> Words:
        table = (self._loaded or sentences.load(self._language)).table("dates")
        return Words(table, self._language)

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self._words)

    @property
    def length(self) -> str:
        """What a length of time looks like, as a regular expression: "an hour and a half"."""
        return self._words.length

    def read(
        self,
        text: str,
        now: datetime,
        *,
        prefer: Prefer = "future",
        named: Named | None = None,
        morning: bool = False,
    ) -> When | None:
        """Return what the whole text tells; None where it is anything else, or more."""
        text = text.strip(" .,!?")
        found = self._at(_Task(text, now, prefer, named, morning), 0)
        return found.when if found and found.end == len(text) else None

    def find(
        self,
        text: str,
        now: datetime,
        *,
        prefer: Prefer = "future",
        named: Named | None = None,
        morning: bool = False,
        any_name: bool = False,
    ) -> tuple[Found, ...]:
        """Return the times that a text tells, in order, each the longest at its place.

        Args:
            text: Words, with or without punctuation.
            now: The present moment, aware, in the house's zone.
            prefer: Which "Friday" is meant where the words do not say.
            named: Knows the days that a person named ("the day before Mum's birthday").
            morning: "At six" is six in the morning, as for an alarm.
            any_name: Behind "the day before" and "two hours after" any words name a day, which is
                read as today: where the phrase stands is known, and when it is not yet.
        """
        task = _Task(text, now, prefer, named, morning, any_name)
        found: list[Found] = []
        at = 0
        for start in (m.start() for m in _START.finditer(text)):
            if start >= at and (hit := self._at(task, start)):
                found.append(hit)
                at = hit.end
        return tuple(found)

    def _at(self, task: _Task, start: int) -> Found | None:
        """Return the longest time that begins at ``start``."""
        if self._words.not_after.search(task.text[:start]):  # "good morning"
            return None
        chain = NOTHING
        best: Found | None = None
        places = [start]
        while places:
            joined = end = None
            for at in places:  # "in the evening" is a piece, "in" alone a joint
                step = self._piece(task, at)
                if step and (joined := chain.joined(step[0])):
                    end = step[1]
                    break
            if joined is None or end is None:
                break
            chain = joined
            if not chain.weak:
                when = placed(chain, task.now, task.prefer, morning=task.morning)
                best = Found(start, end, when) if when else best
            places = self._following(task.text, end)
        return best

    def _following(self, text: str, end: int) -> list[int]:
        """Return where the next piece may begin: behind the blank, or behind what joins."""
        blank = _BLANK.match(text, end)
        joint = self._words.joins.match(text, end)
        places = dict.fromkeys(m.end() for m in (blank, joint) if m and m.end() > end)
        return [place for place in places if place < len(text)]

    def _piece(self, task: _Task, at: int) -> tuple[Piece, int] | None:
        """Return the piece that begins at ``at``, and where it ends."""
        best: tuple[Piece, int] | None = None
        for form in self._words.forms:
            match = form.regex.match(task.text, at)
            if match is None or (best and match.end() <= best[1]):
                continue
            if form.says["is"] in _OPERATORS:
                step = self._relative(task, form, match)
            else:
                piece = self._forms.piece(form, match, task.now, task.prefer)
                step = (piece, match.end()) if piece else None
            if step and (best is None or step[1] > best[1]):
                best = step
        for form in self._words.part_forms:
            match = form.regex.match(task.text, at)
            if match and (best is None or match.end() > best[1]):
                weak = " " not in match.group().strip()
                best = Piece(part=part_of(form.says), weak=weak), match.end()
        if task.named and (best is None or best[0].weak):
            best = self._named(task.text, at, task.named) or best
        return best

    def _relative(self, task: _Task, form: Form, match: re.Match[str]) -> tuple[Piece, int] | None:
        """Return what is some time before or after what follows, or ends with it."""
        gap = self._words.joins.match(task.text, match.end())
        at = gap.end() if gap else match.end()
        rest = self._at(task, at)
        if rest is None and task.any_name and form.says["is"] != "until":
            return self._named(task.text, at, lambda _: task.now.date())
        if rest is None:
            return None
        if form.says["is"] == "until":
            last = rest.when
            clock = last.start.hour * 60 + last.start.minute if last.timed else None
            sure = not last.half_day
            return Piece(until=last.start.date(), clock=clock, sure=sure, weak=True), rest.end
        sign = -1 if form.says["is"] == "before" else 1
        piece = self._forms.offset(form.says, match, rest.when, sign)
        return (piece, rest.end) if piece else None

    def _named(self, text: str, at: int, named: Named) -> tuple[Piece, int] | None:
        """Return a day or a moment that a person named, by the longest name that is known."""
        lead = self._words.name.match(text, at)
        begin = lead.end() if lead else at
        words: list[re.Match[str]] = []
        for word in _WORD.finditer(text, begin):
            if word.group().strip(".,!?").lower() in self._words.name_ends:
                break
            words.append(word)
            if len(words) == _LONGEST_NAME or word.group()[-1] in ".,!?":
                break
        while words:
            end = begin + len(text[begin : words[-1].end()].rstrip(".,!?"))
            moment = named(text[begin:end])
            if isinstance(moment, datetime):
                return Piece(moment=moment), end
            if moment is not None:
                return Piece(day=moment), end
            words.pop()
        return None


@lru_cache(maxsize=4)
def dates(language: str) -> Dates:
    """Return the one reader of a language, for all who ask; compiled when first needed."""
    return Dates(language)
