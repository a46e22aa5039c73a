"""A question in, what answers it out: a fact by its form, or the words that were told.

No language model: a form of question names the relation that answers it (``memory.questions`` of
``configs/sentences/<lang>.yaml``); what no form knows is looked for in what was said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from hearth.agenda import Agenda
from hearth.memory.facts.extracting import Found
from hearth.memory.facts.labels import Labels
from hearth.memory.facts.matching import ails, best
from hearth.memory.facts.people import Context
from hearth.memory.facts.question import Question, parse
from hearth.memory.facts.reader import Claim, Reader
from hearth.memory.facts.stems import FUNCTION, stem
from hearth.memory.facts.subjects import mention
from hearth.memory.facts.terms import ME
from hearth.port import Clock
from hearth.remember import HEARTH, PERSON, Fact, Recall, Utterance, plain
from hearth.skills.memory.known import Answer, Facts, Known
from hearth.skills.memory.spoken import Spoken

_SESSION = timedelta(minutes=20)
_BEFORE = 14
_NEWEST = 60
_HITS = 25
_HALF = 0.5
_LONGEST_QUOTE = 24
_NEAREST = 3
_SURE = 0.6
"""The score of recall from which on something is worth quoting as the nearest thing."""


class Said(Protocol):
    """What was said (``memory.turns.StoredTurns``)."""

    async def newest(
        self, most: int, *, since: datetime | None = None, speaker: str = ""
    ) -> tuple[Utterance, ...]:
        """Return the last utterances, in order."""

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""


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
        self._reader, self._clock = reader, clock
        self._known = Known(facts, spoken=spoken, table=table, clock=clock, agenda=agenda)
        self._spoken = spoken
        lately, mentioned = table.get("lately"), table.get("mentioned")
        self._lately = re.compile(str(lately)) if lately else None
        self._mentioned = re.compile(str(mentioned)) if mentioned else None

    async def answer(  # noqa: PLR0911  # a way to an answer each
        self, text: str, turn: str, site: str
    ) -> Answer | None:
        """Return what answers a sentence; None where it is no question to the memory."""
        if not self._known.able:
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
        found = await self._known.by_form(question, labels)
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
