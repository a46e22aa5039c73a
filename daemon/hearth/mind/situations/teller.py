"""A situation and the talk so far in, what is said next out.

A talk about something has a course: it is taken in and asked about (``first``), a beat for each
sentence that goes on with it (``then``), and lines that only listen (``tell``) where enough was
asked. What a sentence is about stays until one tells of something else.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hearth.mind.situations.file import Situation
from hearth.mind.situations.matcher import Match
from hearth.mind.written.reading import ANSWER, OTHER_QUESTION, STATEMENT, UNCLEAR, Reading
from hearth.mind.written.shelf import Shelf

SURE = 0.5
"""The score from which on a few words, or a question, tell of something else than the talk was
about."""

_FEW = 6
"""Words of a question ("what should I do") that may ask about what was told before."""

_SHORT = frozenset({ANSWER, "yes", "no", "dont_know"})
_TELLING = frozenset({STATEMENT, UNCLEAR})
TOLD = _SHORT | _TELLING | {OTHER_QUESTION, "advice", "opinion", "why_me", "should_i", "go_on"}
"""Acts to whose sentences a situation may answer; all others have lines of their own."""


@dataclass(slots=True)
class Course:
    """Where a talk is: its situation, and how many later beats of it were said."""

    situation: Situation | None = None
    beat: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What is said next: a line of a situation, and whether the talk turns to it with this."""

    situation: Situation
    line: str
    new: bool


class Teller:
    """Says the lines of situations; ``dice`` chooses among those that are equally fresh."""

    def __init__(self, dice: random.Random | None = None) -> None:
        self._dice = dice
        self._shelves: dict[str, Shelf] = {}

    def step(
        self,
        match: Match | None,
        reading: Reading,
        course: Course,
        fills: Mapping[str, str],
        today: date,
        *,
        quiet: bool,
    ) -> Step | None:
        """Return what is said next; None where no situation has a line for it.

        ``quiet`` allows no question: two were asked, or the person wants little talk.
        """
        situation = self._meant(match, reading, course)
        if situation is None or situation.act:
            return None
        new = situation is not course.situation
        for key in _keys(reading, course.beat, new=new, quiet=quiet):
            line = self._shelf(situation).take(key, fills, today, asks=not quiet, again=False)
            if line:
                return Step(situation, line, new)
        return None

    def follow(self, course: Course, step: Step) -> None:
        """Keep where the talk is, once the line of ``step`` is said."""
        course.beat = 0 if step.new else course.beat + 1
        course.situation = step.situation

    @staticmethod
    def _meant(match: Match | None, reading: Reading, course: Course) -> Situation | None:
        """Return the situation that the sentence tells of, or goes on with."""
        if reading.act not in TOLD:
            return None
        found, score = (match.situation, match.score) if match else (None, 0.0)
        going = course.situation
        if reading.act == OTHER_QUESTION:
            if found and found.asks:
                return found
            return going if reading.own else None  # "how am I to do that" is no question to us
        if going is None:
            return None if reading.act in _SHORT else found
        asking = reading.act not in _TELLING | _SHORT
        short = reading.act in _SHORT or (asking and len(reading.core.split()) <= _FEW)
        if found is None:  # what is near nothing is only listened to
            return going if short else None
        return going if short and score < SURE else found

    def _shelf(self, situation: Situation) -> Shelf:
        shelf = self._shelves.get(situation.id)
        if shelf is None:
            beats = {str(number): list(lines) for number, lines in enumerate(situation.then)}
            lists = {key: list(getattr(situation, key)) for key in _LISTS}
            shelf = self._shelves[situation.id] = Shelf({**lists, "then": beats}, self._dice)
        return shelf


_LISTS = ("first", "tell", "unsure", "advice")


def _keys(reading: Reading, beat: int, *, new: bool, quiet: bool) -> list[str]:
    """Return the lists from which the next line may come, the most fitting first."""
    if reading.act in ("advice", "should_i"):
        return ["advice"]
    if reading.act == OTHER_QUESTION and not new:
        return ["advice", f"then.{beat}"]
    if reading.act == "dont_know" and not new:
        return ["unsure", f"then.{beat}"]
    if new:
        return ["tell", "first"] if quiet else ["first"]
    return [f"then.{beat}", "tell"] if quiet else [f"then.{beat}"]
