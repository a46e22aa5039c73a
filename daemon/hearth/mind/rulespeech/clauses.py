"""One clause in, what sets a rule off, or has to hold, out: "the front door is open".

A clause is read as a happening ("opens"), as a state ("is open"), or as both: then it may set a
rule off and be its condition as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from hearth.compiled import compiled
from hearth.house import Entity
from hearth.mind.rulespeech.clause import Clause, Row, keyed, rows
from hearth.mind.rulespeech.meanings import Means, states_of
from hearth.mind.rulespeech.meters import Meters
from hearth.mind.rulespeech.moments import Moments
from hearth.mind.rulespeech.pattern import Compiler, slots
from hearth.mind.rulespeech.subjects import Found, Nouns, Subjects, is_kind, person
from hearth.rule import (
    Condition,
    EventTrigger,
    ModeCondition,
    PresenceCondition,
    PresenceTrigger,
    StateCondition,
    StateTrigger,
    SunCondition,
    SunTrigger,
)

_LONGEST_SAYING = 5
"""How many words "when I say ..." may have: more of them are a story."""


class Clauses:
    """Reads the clauses of one language."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler, moments: Moments) -> None:
        """Take the table ``rules``."""
        self.moments = moments
        self.nouns = Nouns.of(table, compiler)
        self._states = rows(table, "states", compiler)
        self._presence = rows(table, "presence", compiler)
        self._events = rows(table, "events", compiler)
        self._copulas = frozenset(table.get("copulas") or ())
        self._suns = keyed(table, "suns", compiler)
        self._light = keyed(table, "light", compiler)
        self._meters = Meters(table, compiler, moments, self.nouns)
        self._modes = Row(tuple(compiler.pattern(s) for s in table.get("modes") or ()))
        self._spoken = Row(tuple(compiler.pattern(s) for s in table.get("spoken") or ()))
        lasting = compiler.text(table.get("lasting") or ("(?!)",))
        self._lasting = compiled(rf"(?:(?<=\s)|^)(?:{lasting})(?=\s|$)")

    def read(self, text: str, subjects: Subjects, it: tuple[Entity, ...] = ()) -> Clause | None:
        """Return what a clause says of this house; None where it says nothing that is known.

        ``it`` are the things that a pronoun may mean. Where the words are those of a clause, but
        its thing is not there, the result has only ``missing``.
        """
        windows: list[Condition] = []
        rest, for_s = self._stay(text)
        while True:
            window, shorter = self.moments.window(rest)
            if window is None or not shorter:
                break
            windows.append(window)
            rest = shorter
            if not for_s:
                rest, for_s = self._stay(rest)
        clause = self._core(rest, subjects, for_s, it)
        if clause is None or clause.missing:
            return clause
        return replace(clause, conditions=(*clause.conditions, *windows), told=clause.told)

    def _stay(self, text: str) -> tuple[str, float]:
        """Take "for ten minutes" out of a clause."""
        if (match := self._lasting.search(text)) is None:
            return text, 0.0
        seconds = self.moments.duration(slots(match)["duration"])
        if seconds is None:
            return text, 0.0
        return " ".join((text[: match.start()] + " " + text[match.end() :]).split()), seconds

    def _core(
        self, text: str, subjects: Subjects, for_s: float, it: tuple[Entity, ...]
    ) -> Clause | None:
        fixed = self._sun(text) or self._who(text, subjects, for_s) or self._mode(text)
        if fixed:
            return fixed
        missing = ""
        bare, place = subjects.without_place(text)
        tries = [(text, None), (bare, place)] if place else [(text, None)]
        for words, where in tries:
            for clause in (
                *self._meters.read(words, subjects, for_s, where, it),
                *self._state(words, subjects, for_s, where, it),
            ):
                if not clause.missing:
                    return clause
                missing = missing or clause.missing
        if said := self._said(text):
            return said
        return Clause(missing=missing) if missing else None

    # --- what needs no thing --------------------------------------------------------------

    def _sun(self, text: str) -> Clause | None:
        for key, pattern in self._suns:
            if pattern.fullmatch(text):
                return Clause((SunTrigger(key),), eventive=True, told=text)  # type: ignore[arg-type]  # a key of the table
        moment = self.moments.moment(text)
        if moment and moment.sun:
            return Clause((moment.trigger(),), eventive=True, told=text)
        for key, pattern in self._light:
            if pattern.fullmatch(text):
                down = key == "down"
                return Clause(
                    (SunTrigger("sunset" if down else "sunrise"),),
                    (SunCondition("down" if down else "up"),),
                    told=text,
                )
        return None

    def _who(self, text: str, subjects: Subjects, for_s: float) -> Clause | None:
        for row in self._presence:
            for found in row.match(text):
                who = str(row.says["who"])
                if "person" in found:
                    entity = person(subjects.names.all, found["person"])
                    if entity is None:
                        continue
                    who = entity.id
                to: Literal["home", "away"] = "home" if row.says["to"] == "home" else "away"
                return Clause(
                    (PresenceTrigger(to, who, for_s),),
                    (PresenceCondition(is_=to, who=who),),
                    eventive=bool(row.says.get("event")),
                    told=text,
                )
        return None

    def _mode(self, text: str) -> Clause | None:
        for found in self._modes.match(text):
            mode = found["mode"].replace(" ", "_")
            return Clause(
                (EventTrigger("ModeSet", {"mode": mode}),), (ModeCondition((mode,)),), told=text
            )
        for row in self._events:
            for _ in row.match(text):
                told = str(row.says.get("told") or text)
                return Clause((EventTrigger(str(row.says["event"])),), eventive=True, told=told)
        return None

    def _said(self, text: str) -> Clause | None:
        for found in self._spoken.match(text):
            if len(found["words"].split()) > _LONGEST_SAYING:
                continue
            return Clause(
                (EventTrigger("Heard", {"text": found["words"]}),), eventive=True, told=text
            )
        return None

    # --- states of things -----------------------------------------------------------------

    def _state(
        self,
        text: str,
        subjects: Subjects,
        for_s: float,
        place: Any,
        it: tuple[Entity, ...],
    ) -> Iterator[Clause]:
        for row in self._states:
            means, kind = str(row.says["means"]), str(row.says.get("kind", ""))

            def fits(entity: Entity, means: str = means, kind: str = kind) -> int | None:
                if kind and not is_kind(kind, entity) and means not in ("rung", "pressed"):
                    return None
                found = states_of(means, entity)
                return found[0] if found else None

            for said in row.match(text):
                thing = said.get("thing", "")
                if thing and thing.split()[-1] in self._copulas:
                    continue
                found = self._thing(thing, subjects, fits, kind, place, it)
                if found is None:
                    if thing and self._is_noun(thing, subjects):
                        yield Clause(missing=self.nouns.article.sub("", f"{thing} ").strip())
                    continue
                yield self._of_states(found, row, for_s)

    def _of_states(self, found: Found, row: Row, for_s: float) -> Clause:
        means = str(row.says["means"])
        said = states_of(means, found.things[0])
        meant = said[1] if said else Means(frozenset(), ())
        trigger = StateTrigger(found.which, meant.states, (), meant.attribute, for_s)
        conditions: tuple[Condition, ...] = ()
        if meant.states:
            conditions = (
                StateCondition(
                    found.which, meant.states, meant.attribute, any=len(found.things) > 1
                ),
            )
        return Clause(
            (trigger,),
            conditions,
            bool(row.says.get("event")) and not for_s,
            str(row.says.get("told", "")),
            found.things,
        )

    def _thing(  # noqa: PLR0917 - what a clause needs
        self,
        text: str,
        subjects: Subjects,
        fits: Any,
        kind: str,
        place: Any,
        it: tuple[Entity, ...],
    ) -> Found | None:
        if text and self.nouns.pronoun.fullmatch(text):
            ranked = [(rank, e) for e in it if (rank := fits(e)) is not None]
            best = min((rank for rank, _ in ranked), default=0)
            things = tuple(e for rank, e in ranked if rank == best)
            if things:
                return Found(subjects.named(things), things)
            if not kind:
                return None
            text = ""
        return subjects.find(text, fits, kind=kind, place=place)

    def _is_noun(self, text: str, subjects: Subjects) -> bool:
        """Return whether words name a kind of thing, though none is there."""
        noun, _ = subjects.place_of(text)
        words = noun.split()
        return bool(words) and any(
            said.fullmatch(" ".join(words[i:]))
            for i in range(len(words))
            for _, said in self.nouns.kinds
        )
