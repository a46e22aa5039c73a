"""A sentence in, the draft of a rule out, whichever part of it was said first.

A rule needs a trigger that this house can see and something to do that is understood. Where either
is missing the sentence is no rule: a question ("when did it open"), or a story ("when I was young").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from itertools import zip_longest
from typing import Any, cast

from hearth.house import Entity
from hearth.mind.recognize import Place
from hearth.mind.rulespeech.clauses import Clause, Clauses
from hearth.mind.rulespeech.deeds import TELL, Deeds, Doing, Understand, sentence
from hearth.mind.rulespeech.moments import Moment, Moments
from hearth.mind.rulespeech.pattern import Compiler
from hearth.mind.rulespeech.subjects import Subjects
from hearth.mind.rulespeech.words import Words, words
from hearth.rule import Condition, Rule, SayStep, Step, TimeTrigger, Trigger

KINDS = ("once", "when", "if", "only", "unless")
MAX_WORDS = 45
_ID = "draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it was understood; its id and room are the keeper's business."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Problem:
    """It was meant as a rule, but something is missing: a thing, a time, which one of several."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class _Hinge:
    """A word that joins a clause: where it begins and ends, and how it joins."""

    start: int
    end: int
    kind: str


@dataclass
class _Parts:
    """What has been read of a sentence so far."""

    triggers: list[Trigger] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    deeds: Deeds = field(default_factory=Deeds)
    told: str = ""
    once: bool = False
    missing: str = ""


class RuleSpeech:
    """Reads the rules of one language; without a table it reads none."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        """Take the table ``rules`` of the sentence files."""
        self._table = table
        if not table:
            return
        expansions = {str(k): str(v) for k, v in (table.get("expansions") or {}).items()}
        self.moments = self._moments = Moments(language, table.get("times") or {}, expansions)
        compiler = Compiler(expansions, {"duration": self._moments.fragments["duration"]})
        self._clauses = Clauses(table, compiler, self._moments)
        self._doing = Doing(table, compiler, self._moments)
        hinges = table.get("hinges") or {}
        self._hinges = [
            (kind, re.compile(rf"(?:{compiler.text(hinges[kind])})(?=\s|$)"))
            for kind in KINDS
            if hinges.get(kind)
        ]
        self._bare = re.compile(rf"\s*(?:{compiler.text(hinges.get('bare') or ('(?!)',))})$")
        unhinged = table.get("unhinged") or ("(?!)",)
        self._unhinged = re.compile(rf"(?<!\S)(?:{compiler.text(unhinged)})(?=\s|$)")
        asides = table.get("asides") or ("(?!)",)
        self._asides = re.compile(rf"(?:^|\s)(?:{compiler.text(asides)})(?=\s|$)")
        openers = table.get("openers") or ("(?!)",)
        self._openers = re.compile(rf"^(?:{compiler.text(openers)})\s+")
        joined = "|".join(re.escape(str(w)) for w in table.get("joints") or ("and",))
        either = compiler.text(table.get("or") or ("or",))
        self._and = re.compile(rf"\s*,?\s+(?:{joined})\s+|\s*,\s*")
        self._or = re.compile(rf"\s*,?\s+(?:{either})\s+")
        self._hinge_first = re.compile(
            r"^(?:" + "|".join(p.pattern for _, p in self._hinges) + r")\s+"
        )

    def draft(self, text: str, place: Place, understand: Understand) -> Draft | Problem | None:
        """Return the rule that a sentence asks for; None where it asks for none.

        ``understand`` reads a command that stands alone.
        """
        if not self._table:
            return None
        said = words(text)
        if not 3 <= len(said) <= MAX_WORDS:
            return None
        said = self._trimmed(said)
        hinges = self._found(said)
        first = said.part(0, hinges[0].start) if hinges else said
        if not hinges and self._edges(first.text)[0] is None:
            return None
        subjects = Subjects(self._clauses.nouns, place.house, place.names, place.area)
        reader = _Reader(self, subjects, understand)
        return reader.whole(said, first, hinges, text)

    def _trimmed(self, said: Words) -> Words:
        """Take "from now on" and "if you can" out."""
        joined = " ".join(said.folded)
        if match := self._openers.match(joined):
            said = said.part(len(match.group().split()))
            joined = " ".join(said.folded)
        while match := self._asides.search(joined):
            start = len(joined[: match.start()].split())
            end = start + len(match.group().split())
            said = Words(
                said.said[:start] + said.said[end:], said.folded[:start] + said.folded[end:]
            )
            said = said.part(0)
            joined = " ".join(said.folded)
        return said

    def _found(self, said: Words) -> list[_Hinge]:
        """Return the hinges of a sentence in order."""
        joined = " ".join(said.folded)
        starts = [0]
        for word in said.folded[:-1]:
            starts.append(starts[-1] + len(word) + 1)
        masked = {
            i
            for match in self._unhinged.finditer(joined)
            for i in range(match.start(), match.end())
        }
        found: list[_Hinge] = []
        at = 0
        while at < len(starts):
            best: tuple[int, str] | None = None
            if starts[at] not in masked:
                for kind, pattern in self._hinges:
                    match = pattern.match(joined, starts[at])
                    if match and match.group().strip():
                        length = len(match.group().split())
                        if best is None or length > best[0]:
                            best = length, kind
            if best:
                found.append(_Hinge(at, at + best[0], best[1]))
                at += best[0]
            else:
                at += 1
        return found

    def _edges(self, text: str) -> tuple[Moment | None, str]:
        """Read the times at both ends of what shall be done; return them and what is left."""
        found: Moment | None = None
        fronted = False
        for trailing in (False, True):
            while text:
                read = self._moments.trailing if trailing else self._moments.leading
                one, rest = read(text)
                if one is None:
                    break
                merged = self._moments.joined(found or Moment(), one)
                if merged is None:
                    break
                found, text = merged, self._doing.bare(rest)
                fronted = fronted or not trailing
        if found is None or not (found.recurring or (fronted and found.sun)):
            return None, text
        return found, text


class _Reader:
    """Reads one sentence."""

    def __init__(self, speech: RuleSpeech, subjects: Subjects, understand: Understand) -> None:
        self._s = speech
        self._subjects = subjects
        self._understand = understand
        self._read: dict[tuple[str, tuple[str, ...]], Clause | None] = {}

    def whole(
        self, said: Words, first: Words, hinges: list[_Hinge], original: str
    ) -> Draft | Problem | None:
        """Put the parts of a sentence together."""
        for parts in self._parts(said, first, hinges):
            if parts.missing:
                return Problem("thing", parts.missing) if parts.deeds.moving else None
            if parts.deeds.unclear:
                return Problem("which", ", ".join(parts.deeds.unclear))
            if parts.triggers and parts.deeds.steps:
                return Draft(self._rule(parts, original))
        return None

    def _parts(self, said: Words, first: Words, hinges: list[_Hinge]) -> Iterator[_Parts]:
        """Yield what the sentence may say, the likeliest first."""
        parts = _Parts()
        moment, rest, windows = self._opening(first, alone=not hinges)
        parts.conditions += windows
        if moment is not None:
            if (trigger := self._timed(moment)) is None:
                return
            parts.triggers.append(trigger)
            rest = self._aligned(first, rest)
        if rest:
            deeds = self._deeds(rest, parts)
            if deeds is None:
                return
            parts.deeds = deeds
        segments = [
            (hinge, said.part(hinge.end, nxt.start if nxt else None))
            for hinge, nxt in zip_longest(hinges, hinges[1:])
        ]
        for number, (hinge, segment) in enumerate(segments, 1):
            if not self._segment(hinge, segment, parts, last=number == len(segments)):
                if parts.missing:
                    yield parts
                return
        yield parts

    def _opening(
        self, first: Words, *, alone: bool
    ) -> tuple[Moment | None, Words, list[Condition]]:
        """Read the times around what is said before the first hinge."""
        text = " ".join(first.folded)
        moment, rest = self._s._edges(text)
        if moment is not None:
            return moment, words(rest), []
        windows: list[Condition] = []
        if not alone:
            text = self._s._bare.sub("", text)
            while True:
                window, shorter = self._s._moments.window(text)
                if window is None:
                    break
                windows.append(window)
                text = self._s._bare.sub("", shorter)
        return None, self._aligned(first, words(text)) if windows else first, windows

    def _aligned(self, source: Words, shorter: Words) -> Words:
        """Return the shorter words with the capitals of the source."""
        known = dict(zip(source.folded, source.said, strict=True))
        return Words(tuple(known.get(w, w) for w in shorter.folded), shorter.folded)

    def _timed(self, moment: Moment) -> Trigger | None:
        if moment.whole:
            return moment.trigger()
        default = (self._s._table.get("default_times") or {}).get(moment.part)
        return TimeTrigger(time.fromisoformat(str(default)), moment.days) if default else None

    def _deeds(self, said: Words, parts: _Parts) -> Deeds | None:
        """Read what shall be done, and the times of day that stand at its end."""
        text = said
        windows: list[Condition] = []
        while True:
            deeds = self._s._doing.read(text, self._subjects, self._understand)
            if deeds is not None and (deeds.steps or deeds.unclear):
                kept_for_text = bool(windows) or not self._ends_in_window(text)
                if kept_for_text:
                    parts.conditions += windows
                    return deeds
            window, shorter = self._s._moments.window(" ".join(text.folded))
            bare = self._s._bare.sub("", shorter)
            if window is None or not bare:
                parts.conditions += windows
                return deeds
            windows.append(window)
            text = self._aligned(said, words(bare))

    def _ends_in_window(self, said: Words) -> bool:
        return self._s._moments.window(" ".join(said.folded))[0] is not None

    def _segment(self, hinge: _Hinge, segment: Words, parts: _Parts, *, last: bool) -> bool:
        """Read a clause, and what shall be done behind it; False where it is not understood."""
        it = parts.deeds.things
        for end in range(len(segment), 0, -1):
            if segment.folded[end - 1] == ",":
                continue
            rest = segment.part(end)
            if not rest.text and last and not parts.deeds.steps:
                continue
            clause = self._group(segment.part(0, end).folded, hinge.kind, it)
            if clause is None:
                continue
            extra = _Parts()
            found = self._deeds(rest, extra) if rest.text else Deeds()
            if found is None:
                continue
            if clause.missing:
                if not parts.missing:
                    parts.missing, parts.deeds = clause.missing, _all(parts.deeds, found)
                continue
            if not self._take(hinge, clause, parts):
                continue
            parts.missing = ""
            parts.conditions += extra.conditions
            parts.deeds = _all(parts.deeds, found)
            return True
        return False

    def _take(self, hinge: _Hinge, clause: Clause, parts: _Parts) -> bool:
        """Add a clause as what it is: a trigger, a condition, or both."""
        if hinge.kind == "unless":
            if len(clause.conditions) != 1:
                return False
            parts.conditions.append(replace(clause.conditions[0], negate=True))
            return True
        if hinge.kind == "only" or (hinge.kind == "if" and parts.triggers):
            if not clause.conditions:
                return False
            parts.conditions += clause.conditions
            return True
        if parts.triggers and not all(isinstance(t, TimeTrigger) for t in parts.triggers):
            if not clause.conditions:
                return False
            parts.conditions += clause.conditions
            return True
        if parts.triggers:  # "every weekday at seven, when nobody is home, ..."
            parts.conditions += clause.conditions
            return bool(clause.conditions)
        if not clause.triggers:
            return False
        parts.triggers += clause.triggers
        parts.conditions += clause.conditions
        parts.told = clause.told
        parts.deeds = replace(parts.deeds, things=parts.deeds.things + clause.things)
        parts.once = parts.once or hinge.kind == "once"
        return True

    def _clause(self, text: str, it: tuple[Entity, ...]) -> Clause | None:
        key = (text, tuple(e.id for e in it))
        if key not in self._read:
            self._read[key] = self._s._clauses.read(text, self._subjects, it)
        return self._read[key]

    def _group(self, folded: tuple[str, ...], kind: str, it: tuple[Entity, ...]) -> Clause | None:
        """Read one clause, or several that "and" or "or" joins."""
        text = " ".join(folded)
        bare = " ".join(w for w in folded if w != ",")
        one = self._clause(bare, it)
        if one is not None and not one.missing:
            return self._single(one, kind)
        for match in self._s._or.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            right = self._group(tuple(text[match.end() :].split()), kind, it)
            if left and right and left.triggers and right.triggers and not right.conditions:
                return replace(left, triggers=left.triggers + right.triggers, conditions=())
        for match in self._s._and.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            if left is None or left.missing:
                continue
            after = self._s._hinge_first.sub("", text[match.end() :])
            right_all = self._joined(tuple(after.split()), it or left.things)
            if right_all is None:
                continue
            return _and(left, right_all, kind)
        return one

    def _joined(self, folded: tuple[str, ...], it: tuple[Entity, ...]) -> list[Clause] | None:
        text = " ".join(folded)
        one = self._clause(_plain(text), it)
        if one is not None and not one.missing:
            return [one]
        for match in self._s._and.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            if left and not left.missing:
                after = self._s._hinge_first.sub("", text[match.end() :])
                if rest := self._joined(tuple(after.split()), it):
                    return [left, *rest]
        return None

    def _single(self, clause: Clause, kind: str) -> Clause:
        """Return a clause alone: where it sets the rule off, it need not be a condition as well."""
        if kind in ("only", "unless"):
            return clause
        windows = tuple(
            c for c in clause.conditions if c.condition in ("time",) or _is_sun(c, clause)
        )
        return replace(clause, conditions=windows) if clause.triggers else clause

    def _rule(self, parts: _Parts, original: str) -> Rule:
        told = sentence(self._s._doing.turned(parts.told)) if parts.told else ""
        steps = tuple(_told(step, told or sentence(original)) for step in parts.deeds.steps)
        return Rule(
            id=_ID,
            when=tuple(parts.triggers),
            then=cast(Any, steps),
            if_=tuple(parts.conditions),
            once=parts.once,
            said=original,
            origin="voice",
        )


def _all(first: Deeds, second: Deeds) -> Deeds:
    return Deeds(
        first.steps + second.steps,
        first.things + second.things,
        first.moving or second.moving,
        first.unclear + second.unclear,
    )


def _told(step: Step, told: str) -> Step:
    return replace(step, text=told) if isinstance(step, SayStep) and step.text == TELL else step


def _is_sun(condition: Condition, clause: Clause) -> bool:
    """Return whether a condition on the sun is beside the trigger, not the same said twice."""
    return condition.condition == "sun" and not any(t.trigger == "sun" for t in clause.triggers)


def _and(left: Clause, right: list[Clause], kind: str) -> Clause | None:
    """Join clauses by "and": what happens sets the rule off, and what is so has to hold."""
    every = [left, *right]
    if kind in ("only", "unless"):
        if not all(c.conditions for c in every):
            return None
        return replace(left, conditions=tuple(x for c in every for x in c.conditions))
    happening = [c for c in every if c.eventive]
    if len(happening) > 1:
        return None
    if happening or kind != "if":
        first = happening[0] if happening else left
        others = [c for c in every if c is not first]
        if not all(c.conditions for c in others):
            return None
        own = tuple(c for c in first.conditions if c.condition == "time")
        return replace(first, conditions=own + tuple(x for c in others for x in c.conditions))
    # "if nobody is home and the light is on": whichever becomes so last
    return replace(
        left,
        triggers=tuple(t for c in every for t in c.triggers),
        conditions=tuple(x for c in every for x in c.conditions),
    )


def _plain(text: str) -> str:
    return " ".join(word for word in text.replace(",", " ").split())
