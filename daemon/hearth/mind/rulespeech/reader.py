"""The words around the hinges of one sentence in, the parts of its rule out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from itertools import zip_longest
from typing import Any, cast

from hearth.house import Entity
from hearth.mind.rulespeech.clause import Clause
from hearth.mind.rulespeech.deeds import TELL, Deeds, Understand, sentence
from hearth.mind.rulespeech.language import Language
from hearth.mind.rulespeech.moments import Moment
from hearth.mind.rulespeech.parts import Draft, Hinge, Parts, Problem
from hearth.mind.rulespeech.subjects import Subjects
from hearth.mind.rulespeech.words import Words, words
from hearth.rule import Condition, Rule, SayStep, StateTrigger, Step, TimeTrigger, Trigger

_ID = "draft"


class Reader:
    """Reads one sentence."""

    def __init__(self, language: Language, subjects: Subjects, understand: Understand) -> None:
        self._s = language
        self._subjects = subjects
        self._understand = understand
        self._read: dict[tuple[str, tuple[str, ...]], Clause | None] = {}

    def whole(
        self, said: Words, first: Words, hinges: list[Hinge], original: str
    ) -> Draft | Problem | None:
        """Put the parts of a sentence together."""
        for parts in self._parts(said, first, hinges):
            if parts.missing:
                moving = parts.moving or parts.deeds.moving
                return Problem("thing", parts.missing) if moving else None
            if parts.deeds.unclear:
                return Problem("which", ", ".join(parts.deeds.unclear))
            if parts.triggers and parts.deeds.steps:
                return Draft(self._rule(parts, original))
        return None

    def _parts(self, said: Words, first: Words, hinges: list[Hinge]) -> Iterator[Parts]:
        """Yield what the sentence may say, the likeliest first."""
        parts = Parts()
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
        if segments and self._asks_now(segments[0][0], parts):
            parts.asking = True
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
        moment, rest = self._s.edges(text)
        if moment is not None:
            return moment, words(rest), []
        windows: list[Condition] = []
        if not alone:
            text = self._s.only.sub("", text)
            while True:
                window, shorter = self._s.moments.window(text)
                if window is None:
                    break
                windows.append(window)
                text = self._s.only.sub("", shorter)
        return None, self._aligned(first, words(text)) if windows else first, windows

    def _asks_now(self, hinge: Hinge, parts: Parts) -> bool:
        """Return whether "tell me if ..." begins it: what is so now is asked for then."""
        steps = parts.deeds.steps
        return (
            hinge.kind == "if"
            and len(steps) == 1
            and isinstance(steps[0], SayStep)
            and steps[0].text == TELL
        )

    def _aligned(self, source: Words, shorter: Words) -> Words:
        """Return the shorter words with the capitals of the source."""
        known = dict(zip(source.folded, source.said, strict=True))
        return Words(tuple(known.get(w, w) for w in shorter.folded), shorter.folded)

    def _timed(self, moment: Moment) -> Trigger | None:
        if moment.whole:
            return moment.trigger()
        default = (self._s.table.get("default_times") or {}).get(moment.part)
        return TimeTrigger(time.fromisoformat(str(default)), moment.days) if default else None

    def _deeds(self, said: Words, parts: Parts) -> Deeds | None:
        """Read what shall be done, and the times of day that stand at its end."""
        text = said
        windows: list[Condition] = []
        moment, rest = self._s.edges(" ".join(said.folded))
        if moment is not None and (trigger := self._timed(moment)):
            parts.triggers.append(trigger)
            text = said = self._aligned(said, words(rest))
        while True:
            deeds = self._s.doing.read(text, self._subjects, self._understand)
            if deeds is not None and (deeds.steps or deeds.unclear):
                kept_for_text = bool(windows) or not self._ends_in_window(text)
                if kept_for_text:
                    parts.conditions += windows
                    return deeds
            window, shorter = self._s.moments.window(" ".join(text.folded))
            bare = self._s.only.sub("", shorter)
            if window is None or not bare:
                parts.conditions += windows
                return deeds
            windows.append(window)
            text = self._aligned(said, words(bare))

    def _ends_in_window(self, said: Words) -> bool:
        return self._s.moments.window(" ".join(said.folded))[0] is not None

    def _segment(self, hinge: Hinge, segment: Words, parts: Parts, *, last: bool) -> bool:
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
            extra = Parts()
            found = self._deeds(rest, extra) if rest.text else Deeds()
            if found is None:
                continue
            if clause.missing:
                if not parts.missing:
                    parts.missing, parts.moving = clause.missing, found.moving
                continue
            parts.triggers += extra.triggers
            if not self._take(hinge, clause, parts):
                continue
            parts.missing = ""
            parts.conditions += extra.conditions
            parts.deeds = _all(parts.deeds, found)
            return True
        return False

    def _take(self, hinge: Hinge, clause: Clause, parts: Parts) -> bool:  # noqa: PLR0911 - a case a form
        """Add a clause as what it is: a trigger, a condition, or both."""
        if parts.asking and not clause.eventive and _is_now(clause):
            return False
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
            self._read[key] = self._s.clauses.read(text, self._subjects, it)
        return self._read[key]

    def _group(self, folded: tuple[str, ...], kind: str, it: tuple[Entity, ...]) -> Clause | None:
        """Read one clause, or several that "and" or "or" joins."""
        text = " ".join(folded)
        bare = " ".join(w for w in folded if w != ",")
        one = self._clause(bare, it)
        if one is not None and not one.missing:
            return self._single(one, kind)
        for match in self._s.either.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            right = self._group(tuple(text[match.end() :].split()), kind, it)
            if left and right and left.triggers and right.triggers and not right.conditions:
                return replace(left, triggers=left.triggers + right.triggers, conditions=())
        for match in self._s.also.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            if left is None or left.missing:
                continue
            after = self._s.hinge_first.sub("", text[match.end() :])
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
        for match in self._s.also.finditer(text):
            left = self._clause(_plain(text[: match.start()]), it)
            if left and not left.missing:
                after = self._s.hinge_first.sub("", text[match.end() :])
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

    def _rule(self, parts: Parts, original: str) -> Rule:
        told = sentence(self._s.doing.turned(parts.told)) if parts.told else ""
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


def _is_now(clause: Clause) -> bool:
    """Return whether a clause may as well be a question about the present."""
    return all(isinstance(t, StateTrigger) and not t.for_s for t in clause.triggers)


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
