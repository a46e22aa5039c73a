"""Drafts in, the best one that may be said out, or none.

A small model is fluent and invents. The judge is a pure function of the text, of what was said and
of what is known: a draft with a fault is out, the others get a score from 0 to 1. Fit to the
sentence is the cosine of the sentence encoder where it is in time, else the words in common.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hearth.mind.judge import signs
from hearth.mind.written.plain import content, stem
from hearth.mind.written.writer import HIGH, LOW

GOOD = 0.6
"""The least score with which a draft is said in the place of a written reply."""

SURE = 0.8
"""A score that is not waited beyond: no better draft is likely to come."""

_NAME = re.compile(r"(?<![.!?…\"'] )(?<!^)\b[A-Z][a-z]+\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Case:
    """What a draft is judged by.

    ``text`` is the person's sentence, ``said`` what Hearth said lately, ``earlier`` what the person
    said lately, ``known`` the words of memories that were given to the model, ``names`` those that
    may be used; ``feeling`` is the person's, ``advice`` whether they asked for some;
    ``question`` whether the reply may ask one.
    """

    text: str
    said: Sequence[str] = ()
    earlier: Sequence[str] = ()
    known: Sequence[str] = ()
    names: Sequence[str] = ()
    feeling: str = ""
    advice: bool = False
    most_sentences: int = signs.MOST_SENTENCES
    question: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """A draft's score from 0 to 1, and the names of its faults; with a fault the score is 0."""

    score: float
    faults: tuple[str, ...] = ()


class Judge:
    """Judges the drafts of one language."""

    def __init__(self, table: Mapping[str, Any], *, strict: bool = True) -> None:
        """Read the table ``conversation``: ``judge`` (what is never said), ``empty`` words.

        ``strict`` is for a small model: a question, nothing of itself, no "not", and no word with a
        meaning that was not said or is not among the common ones.
        """
        rules = table.get("judge") or {}
        self._strict = strict
        self._never = _all(rules.get("never") or {})
        self._small = _all(rules.get("strict") or {}) if strict else {}
        self._first = _one([rules["strict_first"]] if rules.get("strict_first") else None)
        self._may = _one([rules["strict_may"]] if rules.get("strict_may") else None)
        self._low = _one(rules.get("low"))
        self._high = _one(rules.get("high"))
        self._advice = _one(rules.get("advice"))
        self._yours = _one(rules.get("yours"))
        self._common = frozenset(stem(str(word)) for word in rules.get("common") or ())
        self._empty = frozenset(str(word) for word in table.get("empty") or ())

    def judge(self, draft: str, case: Case, fit: float | None = None) -> Verdict:
        """Return how good a draft is; ``fit`` is the cosine of draft and sentence, where known."""
        faults = [*signs.form(draft), *self._said(draft, case), *self._invented(draft, case)]
        if len(signs.sentences(draft)) > case.most_sentences:
            faults.append("length")
        if "?" in draft and not case.question:
            faults.append("questions")
        if self._strict and "?" not in draft:
            faults.append("statement")  # "She's your husband.": its own statements are guesses
        if faults:
            return Verdict(0.0, tuple(dict.fromkeys(faults)))
        mine, theirs = content(draft, self._empty), content(case.text, self._empty)
        shared = len(mine & theirs) / max(1, min(len(theirs), 3))
        near = min(1.0, shared) * 0.7 if fit is None else max(0.0, fit)
        grounded = 1.0 if not mine else len(mine & self._ground(case)) / len(mine)
        score = 0.15 + 0.75 * near + 0.2 * grounded
        if mine and not mine & theirs and fit is None:
            score -= 0.3
        return Verdict(max(0.0, min(1.0, score)))

    def clean(self, text: str) -> tuple[str, ...]:
        """Return what must never be said that is in a text; for written lines, too."""
        return tuple(name for name, pattern in self._never.items() if pattern.search(text))

    def _said(self, draft: str, case: Case) -> list[str]:
        """Return what is wrong with what a draft says."""
        faults = [*self.clean(draft)]
        faults += [name for name, pattern in self._small.items() if pattern.search(draft)]
        if self._strict and self._first:
            rest = self._may.sub("", draft) if self._may else draft
            if self._first.search(rest):
                faults.append("itself")
        if case.feeling in LOW and self._high and self._high.search(draft):
            faults.append("cheers")
        if case.feeling not in LOW and self._low and self._low.search(draft):
            faults.append("condoles")
        if case.feeling in HIGH and self._low and self._low.search(draft):
            faults.append("condoles")
        if not case.advice and self._advice and self._advice.search(draft):
            faults.append("advice")
        if signs.repeats(draft, case.said, self._empty):
            faults.append("repeats")
        if signs.repeats(draft, (case.text, *case.earlier), self._empty):
            faults.append("echo")
        return faults

    def _invented(self, draft: str, case: Case) -> list[str]:
        """Return the faults of names, numbers and things of theirs that nobody told."""
        told = " ".join((case.text, *case.earlier, *case.known, *case.said, *case.names))
        folded = told.casefold()
        faults: list[str] = []
        names = {name for name in _NAME.findall(draft) if name.casefold() not in folded}
        if names or any(number not in told for number in _NUMBER.findall(draft)):
            faults.append("name")
        ground = self._ground(case)
        if self._strict and content(draft, self._empty) - ground:
            faults.append("ungrounded")
        for found in self._yours.finditer(draft) if self._yours else ():
            thing = content(found[1], self._empty)
            if thing and not thing <= ground | self._common:
                faults.append("invented")
                break
        return faults

    def _ground(self, case: Case) -> frozenset[str]:
        """Return the words that were really said, and those that need no ground."""
        texts = (case.text, *case.earlier, *case.known)
        return frozenset().union(*(content(text, self._empty) for text in texts)) | self._common


def _all(table: Mapping[str, Any]) -> dict[str, re.Pattern[str]]:
    found = {str(name): _one(rows) for name, rows in table.items()}
    return {name: pattern for name, pattern in found.items() if pattern}


def _one(rows: Sequence[object] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{row})" for row in rows), re.IGNORECASE) if rows else None
