"""A question in, what answers it out: a fact by its form, or the words that were told.

No language model: a form of question names the relation that answers it (``memory.questions`` of
``configs/sentences/<lang>.yaml``); what no form knows is looked for in what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from hearth.agenda import Agenda
from hearth.memory.facts.extracting import Found
from hearth.memory.facts.labels import Labels, canonical
from hearth.memory.facts.matching import ails, best
from hearth.memory.facts.people import Context, is_role
from hearth.memory.facts.question import Question, parse
from hearth.memory.facts.reader import Claim, Reader
from hearth.memory.facts.stems import FUNCTION, stem
from hearth.memory.facts.subjects import mention
from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import relation, singular
from hearth.port import Clock
from hearth.remember import HEARTH, PERSON, Fact, Recall, Utterance, plain
from hearth.skills.memory.spoken import Spoken

_SESSION = timedelta(minutes=20)
_BEFORE = 14
_NEWEST = 60
_HITS = 25
_SOON = timedelta(days=14)
"""How far ahead "what's coming up" looks."""

_HALF = 0.5
_LONGEST_QUOTE = 24
_NEAREST = 3
_SURE = 0.6
"""The score of recall from which on something is worth quoting as the nearest thing."""

_SINGLE = ("lives_in", "works_at", "works_as", "kept_in", "age", "marital")


class Said(Protocol):
    """What was said (``memory.turns.StoredTurns``)."""

    async def newest(
        self, most: int, *, since: datetime | None = None, speaker: str = ""
    ) -> tuple[Utterance, ...]:
        """Return the last utterances, in order."""

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""


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


class Answering:
    """Finds answers."""

    def __init__(
        self,
        facts: Facts,
        said: Said,
        recall: Recall | None,
        reader: Reader,
        *,
        spoken: Spoken,
        table: Mapping[str, Any],
        clock: Clock,
        agenda: Agenda | None,
    ) -> None:
        """``table`` is the language's ``memory``; what stands in ``agenda`` is not told here."""
        self._facts, self._said, self._recall = facts, said, recall
        self._reader, self._clock, self._agenda = reader, clock, agenda
        self._spoken = spoken
        lately, mentioned = table.get("lately"), table.get("mentioned")
        self._lately = re.compile(str(lately)) if lately else None
        self._mentioned = re.compile(str(mentioned)) if mentioned else None
        self._forms = [_form(row) for row in table.get("questions") or ()]

    async def answer(  # noqa: PLR0911  # a way to an answer each
        self, text: str, turn: str, site: str
    ) -> Answer | None:
        """Return what answers a sentence; None where it is no question to the memory."""
        if not self._forms:
            return None
        now = self._clock.now()
        labels = Labels(await self._facts.every())
        context = await self._context(turn, site, now, labels)
        question = parse(self._reader.question(text, now, context), context)
        if question is None:
            return None
        claims = await self.claims(text, turn, labels)
        if question.talk:
            told = self._by_words(question, claims, labels)
            return told if told and told.text and not told.near else None
        if lately := await self._of_the_talk(text, turn, site, labels):
            return lately
        found = await self._by_form(question, labels)
        if found and found.facts:
            return found
        named = found is not None and found.kind == "no_name"
        told = None if named else self._by_words(question, claims, labels)
        if told and (not told.near or told.whole):
            return told
        if found is None and not (_asks_of_life(question) and _own(question, claims, labels)):
            return None
        return told or await self._near(question, text, claims, labels) or found or Answer()

    async def _of_the_talk(self, text: str, turn: str, site: str, labels: Labels) -> Answer | None:
        """Return what was spoken of last, or when something was."""
        if self._lately and self._lately.fullmatch(plain(text)):
            found = await self.lately(turn, site)
            return Answer("", found) if found else Answer(kind="nothing_lately")
        if self._mentioned and (match := self._mentioned.fullmatch(plain(text))):
            found = await self.about(match["what"], turn, most=1)
            return Answer("", found) if found else None
        return None

    def before(self, one: Fact) -> str:
        """Return in words what held before."""
        return self._spoken.before(one)

    async def about(self, topic: str, turn: str, *, most: int = 4) -> tuple[Fact, ...]:
        """Return what was told about somebody or something, in order, to be quoted."""
        now = self._clock.now()
        labels = Labels(await self._facts.every())
        context = Context(names=frozenset(labels.names))
        clause = self._reader.question(topic, now, context)
        who = mention(clause, 0, context) if clause.tokens else None
        wanted = labels.meant(topic if who is None or who.label == ME else who.label)
        words = [stem(token.norm) for token in clause.tokens if token.norm not in FUNCTION]
        found: dict[str, Fact] = {}
        for claim in await self.claims(topic, turn, labels):
            meant = {label for _, one in claim.people for label in labels.meant(one.label)}
            have = {stem(token.norm) for token in claim.clause.tokens}
            if claim.clause.asks or not (meant & wanted or (words and have.issuperset(words))):
                continue
            one = quote(claim)
            found.setdefault(one.quote.casefold(), one)
        return tuple(found.values())[-most:]

    async def lately(self, turn: str, site: str) -> tuple[Fact, ...]:
        """Return what was told last in a room, to be quoted."""
        labels = Labels(await self._facts.every())
        said = await self._said.newest(_NEWEST, speaker=PERSON)
        context = Context(names=frozenset(labels.names))
        told = [
            claim
            for each in said
            if each.site == site and each.id.partition(".")[0] != turn
            for claim in self._reader.claims(each, context)
        ]
        found = {quote(one).quote.casefold(): quote(one) for one in told if not one.clause.asks}
        return tuple(found.values())[-2:]

    # --- by facts ------------------------------------------------------------

    async def _by_form(self, question: Question, labels: Labels) -> Answer | None:
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

    # --- by what was said ------------------------------------------------------------

    def _by_words(  # noqa: PLR0911  # each is another way to know nothing
        self, question: Question, claims: Sequence[Claim], labels: Labels
    ) -> Answer | None:
        if not (question.content or question.people or question.times):
            return None
        if question.form in ("who be S", "who was S"):
            return _first_mention(question, claims, labels)
        match = best(question, claims, labels)
        if match is None:
            return None
        quoted = quote(match.claim, question.kind)
        if not match.whole or match.found is None:
            if not question.content:
                return None
            enough = match.whole or match.covered > _HALF
            return Answer("", (quoted,), near=True, whole=enough)
        if ails(question):
            return Answer("", (quoted, *_after(match.claim, claims)))
        text = labelled(self._spoken.found(match.found, labels), labels)
        return Answer(text, (_named(quoted, question, match.found),))

    async def _near(
        self, question: Question, text: str, claims: Sequence[Claim], labels: Labels
    ) -> Answer | None:
        """Return what recall finds surely enough, of the same people, as the nearest thing."""
        hits = await self._recall.recall(text, _NEAREST) if self._recall else ()
        scores = {hit.utterance.id: hit.score for hit in hits if hit.score >= _SURE}
        wanted = {label for one in question.people for label in labels.meant(one.label)}
        near = [
            (scores[claim.said.id], claim)
            for claim in claims
            if claim.said.id in scores
            and not claim.clause.asks
            and any(labels.meant(who.label) & wanted for _, who in claim.people)
        ]
        if not near:
            return None
        return Answer("", (quote(max(near, key=lambda pair: pair[0])[1]),), near=True)

    async def claims(self, text: str, turn: str, labels: Labels) -> list[Claim]:
        """Return what people said that may answer, each with whom it is about."""
        newest = await self._said.newest(_NEWEST, speaker=PERSON)
        hits = await self._recall.recall(text, _HITS) if self._recall else ()
        found = {each.id: each for each in newest}
        found |= {h.utterance.id: h.utterance for h in hits if h.utterance.speaker != HEARTH}
        claims: list[Claim] = []
        gone = {
            (one.source, one.quote)
            for one in await self._facts.every()
            if one.superseded is not None or one.until is not None
        }
        read: set[str] = set()
        for each in sorted(found.values(), key=lambda one: (one.time, one.id)):
            if each.id in read:
                continue
            known = labels.names
            context = Context(names=frozenset(known))
            for one in await self._said.around(each.id, _BEFORE, 200):
                if one.speaker == HEARTH or one.id.partition(".")[0] == turn:
                    continue
                if one.id in read:
                    continue
                made = self._reader.claims(one, context)
                if one.id in found:
                    claims += (claim for claim in made if _words(claim) not in gone)
                    read.add(one.id)
        return claims

    async def context(self, turn: str, site: str) -> Context:
        """Return who was spoken of in a room just now, for "she"."""
        labels = Labels(await self._facts.every())
        return await self._context(turn, site, self._clock.now(), labels)

    async def _context(self, turn: str, site: str, now: datetime, labels: Labels) -> Context:
        """Return who was spoken of in a room just now."""
        said = await self._said.newest(_BEFORE, since=now - _SESSION, speaker=PERSON)
        context = Context(names=frozenset(labels.names))
        for each in said:
            if each.site == site and each.id.partition(".")[0] != turn:
                self._reader.claims(each, context)
        context.begin()
        return context


def _words(claim: Claim) -> tuple[str, str]:
    """Return where a clause comes from, and its words as a fact quotes them."""
    clause = claim.clause
    return claim.said.id, clause.said(0, len(clause.tokens)).strip(" ,;:")


def labelled(text: str, labels: Labels) -> str:
    """Return a text with a capital for each name that was told, as a recognizer writes none."""
    return re.sub(
        r"[^\W\d_]+",
        lambda word: (
            word[0].capitalize() if word[0].islower() and word[0] in labels.names else word[0]
        ),
        text,
    )


def quote(claim: Claim, kind: str = "") -> Fact:
    """Return the words of a claim as a fact that quotes them: its sentence where that is short."""
    clause = claim.clause
    text = claim.said.text
    said = text[clause.start : clause.end].strip(" ,;:")
    if len(said.split()) > _LONGEST_QUOTE and kind != "why" and clause.tokens:
        said = text[clause.tokens[0].start : clause.tokens[-1].end].strip(" ,;:")
    return Fact(0, "", "said", said, said, claim.said.id, claim.said.time)


def _after(claim: Claim, claims: Sequence[Claim]) -> tuple[Fact, ...]:
    """Return what was told next in the same talk."""
    later = [
        each
        for each in claims
        if each.said.session == claim.said.session
        and each.said.time > claim.said.time
        and not each.clause.asks
    ]
    return (quote(later[0]),) if later else ()


def _named(quoted: Fact, question: Question, found: Found) -> Fact:
    """Return words as the fact that they tell, where it can be put right: where somebody works."""
    does = [key for key in question.content if key in _RELATIONS]
    if question.kind != "where" or question.who is None or not does or found.sort != "place":
        return quoted
    return replace(
        quoted, subject=question.who.label, relation=_RELATIONS[does[0]], value=found.text
    )


_RELATIONS = {stem("work"): "works_in", stem("live"): "lives_in", stem("stay"): "lives_in"}


def _first_mention(question: Question, claims: Sequence[Claim], labels: Labels) -> Answer | None:
    """Return what was first told of somebody of whom no fact is known."""
    wanted = labels.meant(question.people[0].label)
    for claim in claims:
        if any(labels.meant(who.label) & wanted for _, who in claim.people):
            return Answer("", (quote(claim),))
    return None


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


def _own(question: Question, claims: Sequence[Claim], labels: Labels) -> bool:
    """Tell whether it is asked of the person's own life, or of somebody they spoke of."""
    known = [one for one in question.people if one.label != ME and not one.thing]
    if question.mine or any(_is_known(one.label, labels) for one in known):
        return True
    wanted = {label for one in known for label in labels.meant(one.label)}
    return any(labels.meant(who.label) & wanted for claim in claims for _, who in claim.people)


def _is_known(label: str, labels: Labels) -> bool:
    return any(word in labels.names for word in plain(label).split())


_ASKED_OF_LIFE = ("who", "whom", "where", "when", "what", "which", "whose")


def _asks_of_life(question: Question) -> bool:
    """Tell whether it is asked of somebody's life, so that "you have not told me" answers it."""
    if question.kind == "yes":
        return any(one.label != ME and not one.thing for one in question.people)
    return question.kind in _ASKED_OF_LIFE or question.kind.startswith("how ")
