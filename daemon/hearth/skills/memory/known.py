"""The form of a question in, the facts that answer it out: who, where, when, what is liked.

A form (``memory.questions`` of ``configs/sentences/<lang>.yaml``) names the relation that answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from hearth.agenda import Agenda
from hearth.memory.facts.labels import Labels, canonical
from hearth.memory.facts.people import is_role
from hearth.memory.facts.question import Question
from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import relation, singular
from hearth.port import Clock
from hearth.remember import Fact, plain
from hearth.skills.memory.spoken import Spoken

_SINGLE = ("lives_in", "works_at", "works_as", "kept_in", "age", "marital")

_SOON = timedelta(days=14)
"""How far ahead "what's coming up" looks."""


class Facts(Protocol):
    """The facts (``memory.facts.table.StoredFacts``)."""

    async def all(self) -> tuple[Fact, ...]:
        """Return every fact that holds, the newest first."""

    async def every(self) -> tuple[Fact, ...]:
        """Return all facts, those that hold no longer, too."""

    async def open(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        """Return what comes up between two moments."""


@dataclass(frozen=True)
class Answer:
    """What answers a question: its first words, and the facts behind it, to be quoted.

    ``was`` is a fact that held before. ``near``: it is not an answer, only close to
    one; ``whole``: it has each word that was asked with. Without facts it is not known; ``kind``
    tells how that is said.
    """

    text: str = ""
    facts: tuple[Fact, ...] = ()
    was: Fact | None = None
    near: bool = False
    whole: bool = False
    kind: str = "not_told"


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    relations: tuple[str, ...]
    mine: bool
    was: bool = False


class Known:
    """Finds facts by the form of a question."""

    def __init__(
        self,
        facts: Facts,
        *,
        spoken: Spoken,
        table: Mapping[str, Any],
        clock: Clock,
        agenda: Agenda | None,
    ) -> None:
        """``table`` is the language's ``memory``; what stands in ``agenda`` is not told here."""
        self._facts, self._spoken = facts, spoken
        self._clock, self._agenda = clock, agenda
        self._forms = [_form(row) for row in table.get("questions") or ()]

    @property
    def able(self) -> bool:
        """Whether the language has any questions."""
        return bool(self._forms)

    async def by_form(self, question: Question, labels: Labels) -> Answer | None:
        """Return the facts that a form of question asks for; empty where there are none."""
        empty: Answer | None = None
        for form in self._forms:
            match = form.pattern.fullmatch(question.form)
            if match is None:
                continue
            found = await self._facts_of(question, form, match.groupdict(), labels)
            if found is not None:
                return found
            if form.mine and (question.mine or question.people):
                kinds = {"open": "nothing_planned", "name": "no_name", "birthday": "no_date"}
                empty = empty or Answer(kind=kinds.get(form.relations[0], "not_told"))
        return empty

    async def _facts_of(  # noqa: PLR0911  # a sort of fact each
        self, question: Question, form: _Form, groups: Mapping[str, str], labels: Labels
    ) -> Answer | None:
        first = form.relations[0]
        if first == "open":
            return await self._planned(question)
        every = await self._facts.every() if form.was else await self._facts.all()
        if first == "who":
            return self._who(question, every, labels)
        if first == "name":
            return self._named(question, every, labels)
        if first in ("due", "thing"):
            return self._thing(groups.get("what") or "", first, every)
        label = question.people[0].label if question.people else ME
        wanted = labels.meant(label)
        of = [one for one in every if one.subject == label or canonical(one.subject) in wanted]
        found = [one for one in of if _fits(one, form, groups)]
        if form.was:
            found = [one for one in found if one.superseded or one.until]
            found = found[-1:]
        if not found and first == "age":
            return self._age(of)
        if not found:
            return None
        if value := groups.get("value") or "":
            other = question.people[-1].label if value.startswith("S") else value
            return self._whether(found, plain(other))
        if first in _SINGLE:
            found = found[:1]
            return Answer(self._spoken.facts(found), tuple(found), await self._before(found[0]))
        found.sort(key=lambda one: one.id)
        return Answer(self._spoken.facts(found), tuple(found))

    def _age(self, of: Iterable[Fact]) -> Answer | None:
        """Return how old somebody is whose year of birth was told."""
        now = self._clock.now()
        born = [one for one in of if one.relation == "birthday" and one.due and one.due < one.told]
        born = [one for one in born if one.due and re.search(r"\b(?:19|20)\d\d\b", one.value)]
        if not born or born[0].due is None:
            return None
        return Answer(self._spoken.years(born[0].due.astimezone(now.tzinfo)), tuple(born[:1]))

    def _whether(self, found: Sequence[Fact], value: str) -> Answer | None:
        """Return yes or no, where one of the facts is about that value."""
        if value in ("anything", "something", "any", "animals"):
            return Answer(self._spoken.facts(found), tuple(found))
        words = {word.removesuffix("s") for word in value.split()} - {"my", "the", "a", "an"}
        about = [
            one
            for one in found
            if words <= {word.removesuffix("s") for word in plain(one.value).split()}
        ]
        if not about:
            single = found[0].relation in _SINGLE
            text = f"{self._spoken.yes(agrees=False)} {self._spoken.facts(found[:1])}"
            return Answer(text, tuple(found[:1])) if single else None
        no = about[0].relation in ("dislikes", "avoids")
        return Answer(self._spoken.yes(agrees=not no), tuple(about[:1]))

    async def _before(self, one: Fact) -> Fact | None:
        """Return the fact that held before this one; none that was put right."""
        older = [
            each
            for each in await self._facts.every()
            if each.superseded == one.told
            and (each.subject.casefold(), each.relation) == (one.subject.casefold(), one.relation)
            and each.until is not None
            and each.until > each.told
        ]
        return older[-1] if older else None

    def _who(self, question: Question, every: Iterable[Fact], labels: Labels) -> Answer | None:
        """Return who "my sister" is by name, or what Mara is to whom."""
        who = question.people[0] if question.people else None
        if who is None or who.label == ME:
            return None
        facts = list(every)
        by_kin = canonical(who.label) if who.kin and not who.name else ""
        if not by_kin and canonical(who.label) in {
            canonical(one.subject) for one in facts if one.relation == "called"
        }:
            by_kin = canonical(who.label)
        if by_kin:
            found = [one for one in facts if by_kin in _keys_of(one)] or [
                one
                for one in facts
                if labels.meant(who.of) and _kin_of(one, who.kin, labels.meant(who.of))
            ]
            found.sort(key=lambda one: one.id)  # as they were told
            return Answer(self._spoken.facts(found), tuple(found)) if found else None
        name = canonical(who.label)
        is_ = [
            one
            for one in facts
            if plain(one.value.partition(" (")[0]) == plain(name)
            and (is_role(one.relation) or one.relation in ("called", "pet", "spouse"))
        ]
        if is_:
            texts = dict.fromkeys(self._is(one, name) for one in is_)
            text = self._spoken.sentence(self._spoken.listing(list(texts)[:2]))
            of = [o for o in facts if canonical(o.subject) == name and o.relation == "works_as"]
            return Answer(text, (*is_[:2], *of[:1]))
        of = [one for one in facts if canonical(one.subject) == name]
        return Answer("", tuple(of[:2])) if of else None

    def _is(self, one: Fact, name: str) -> str:
        """Return what somebody is: "your sister", "Mara's husband"."""
        if one.relation == "called":
            return self._spoken.turned(one.subject)
        kind = one.value.partition("(")[2].rstrip(")") or one.relation.replace("_", " ")
        said = re.search(rf"\b(\w+(?: in law)?)\b[ ,]+{re.escape(name)}\b", one.quote.casefold())
        if said and relation(said[1].replace(" ", "-")) == one.relation:
            kind = said[1]
        if one.subject == ME:
            return self._spoken.turned(f"my {kind}")
        return f"{self._spoken.turned(one.subject)}'s {kind}"

    def _named(self, question: Question, every: Iterable[Fact], labels: Labels) -> Answer | None:
        """Return what somebody or something is called."""
        who = question.people[0] if question.people else None
        facts = list(every)
        if (
            who is not None
            and who.label == ME
            and question.form.count("S") == 1
            and "'s" not in question.form
        ):
            found = [one for one in facts if one.subject == ME and one.relation == "name"]
            return Answer(self._spoken.facts(found[:1]), tuple(found[:1])) if found else None
        if who is not None and who.label != ME and not who.thing:
            named = self._who(question, facts, labels)
            if named and who.kin and not who.name:
                return named
            if who.name and labels.one(who.label) == "" and who.kin:
                mine = [o for o in facts if plain(o.value.partition(" (")[0]) == plain(who.name)]
                return Answer(self._spoken.facts(mine[:1]), tuple(mine[:1])) if mine else None
            return None
        return None

    def _thing(self, what: str, sort: str, every: Iterable[Fact]) -> Answer | None:
        """Return where something is kept, what it is called, or when it is."""
        words = _heads(what)
        if not words:
            return None
        if sort == "due":
            found = [
                one
                for one in every
                if one.due
                and one.relation == "open"
                and words <= _heads(f"{one.value} {one.quote}")
            ]
            return Answer(self._spoken.facts(found[:1]), tuple(found[:1])) if found else None
        found = [
            one
            for one in every
            if one.relation in ("kept_in", "called") and words <= _heads(one.subject)
        ]
        return Answer(self._spoken.facts(found[:1]), tuple(found[:1])) if found else None

    async def _planned(self, question: Question) -> Answer | None:
        """Return what was to be done at the time that is asked for."""
        start = self._clock.now()
        end = start + _SOON
        if question.times:
            when = question.times[0]
            start, end = when.start, max(when.end, when.start + timedelta(minutes=1))
            if not when.timed:
                end = max(end, start + timedelta(days=1))
        elif self._agenda is None:
            return None
        if self._agenda is not None and await self._agenda.between(start, end):
            return None  # the calendar knows more
        found = [one for one in await self._facts.open(start, end) if one.relation == "open"]
        return Answer("", tuple(found[:3])) if found else None


def _form(row: Mapping[str, Any]) -> _Form:
    relations = row["is"] if isinstance(row["is"], list) else [row["is"]]
    return _Form(
        re.compile(str(row["in"])),
        tuple(map(str, relations)),
        bool(row.get("mine", True)),
        bool(row.get("was")),
    )


def _fits(one: Fact, form: _Form, groups: Mapping[str, str]) -> bool:
    what = plain(groups.get("what") or "").replace("favorite", "favourite")
    if form.relations[0] == "favourite" and what:
        return one.relation == what
    if form.relations[0] == "attribute":
        return one.relation.replace("_", " ") == what
    return any(one.relation == r or one.relation.startswith(f"{r} ") for r in form.relations)


def _keys_of(one: Fact) -> list[str]:
    of = "my " if one.subject == ME else f"{canonical(one.subject)}'s "
    if one.relation == "called":
        return [canonical(one.subject)]
    if one.relation == "pet":
        return [f"{of}{one.value.partition('(')[2].rstrip(')')}", f"{of}pet"]
    return [f"{of}{one.relation}"]


def _kin_of(one: Fact, kin: str, of: frozenset[str]) -> bool:
    """Tell whether a fact names the sister, or the dog, of somebody."""
    wanted = relation(singular(kin))
    children = wanted == "child" and one.relation in ("son", "daughter", "child")
    parents = wanted == "parent" and one.relation in ("mother", "father")
    siblings = wanted == "sibling" and one.relation in ("sister", "brother")
    spouse = wanted in ("husband", "wife", "spouse") and one.relation == "spouse"
    same = one.relation == wanted or (
        one.relation == "pet" and (wanted == "pet" or one.value.endswith(f"({wanted})"))
    )
    return (same or children or parents or siblings or spouse) and bool(
        {one.subject, canonical(one.subject)} & of
    )


def _heads(words: str) -> set[str]:
    small = {
        "my",
        "the",
        "our",
        "a",
        "an",
        "his",
        "her",
        "their",
        "to",
        "of",
        "for",
        "in",
        "on",
        "s",
    }
    return {word.removesuffix("s") for word in plain(words).split() if word not in small}
