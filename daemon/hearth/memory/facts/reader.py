"""An utterance of a person in, the facts that it tells out: pure, by rules, with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hearth.memory.facts import plans, rules
from hearth.memory.facts.owned import SURE, Owned, trimmed
from hearth.memory.facts.people import Context, Who, is_role
from hearth.memory.facts.subjects import mentions, name, proper, subject, thing
from hearth.memory.facts.table import Ended
from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import (
    EVENTS,
    JOBS,
    MODIFIERS,
    PETS,
    STATES,
    TABLE,
    pattern,
    singular,
)
from hearth.memory.facts.words import TIME, Clause, Times, clauses, whole
from hearth.remember import HEARTH, PERSON, Fact, Utterance

_MACHINES = frozenset((HEARTH, "assistant", "ai", "bot", "system", "agent", "samantha"))
_LONGEST = 2000
_LIKELY = 0.8

_CALLED = pattern("called")
_NAME_IS = pattern("name_is")
_BE = pattern("be")
_HAVE_ONE = pattern("have_one")
_TO_KIN = pattern("to_kin")
_MARRIED = pattern("married")
_BORN = pattern("born")
_GONE = pattern("gone")


_CORRECTS = pattern("corrects")
_THAT_IS = pattern("that_is")
_KEPT_IT = pattern("kept_it")
_HAVE_A = pattern("have_a")
_ORDER = re.compile(str(TABLE["order"]))


@dataclass(frozen=True)
class Claim:
    """A clause as it was understood: who it is about, and whom or what each word of it means.

    ``people`` holds whoever is named or meant, with the word at which that begins.
    """

    said: Utterance
    clause: Clause
    who: Who | None
    people: tuple[tuple[int, Who], ...]
    facts: tuple[Fact | Ended, ...] = ()


class Reader:
    """Reads one language (English); ``times`` finds when something is."""

    def __init__(self, times: Times) -> None:
        self._times = times

    def read(self, said: Utterance, context: Context | None = None) -> tuple[Fact | Ended, ...]:
        """Return the facts that an utterance tells, each once; nothing of what Hearth said.

        ``context`` knows who was spoken of before, and learns of whom this one speaks.
        """
        found: dict[tuple[str, str, str], Fact | Ended] = {}
        for claim in self.claims(said, context):
            for one in claim.facts:
                found.setdefault((one.subject, one.relation, one.value.casefold()), one)
        return tuple(found.values())

    def claims(self, said: Utterance, context: Context | None = None) -> tuple[Claim, ...]:
        """Return the clauses of an utterance with whom they are about, and the facts they tell."""
        speaker = said.speaker.casefold()
        if speaker in _MACHINES or len(said.text) > _LONGEST or _ORDER.match(said.text.lower()):
            return ()
        me = ME if speaker in (PERSON, "user", "human", ME) else said.speaker
        context = context or Context(me)
        found = []
        for clause in clauses(said.text, said.time, self._times, context.names):
            context.begin()
            context.me = me
            found.append(_Clause(clause, context, said).claim())
        return tuple(found)

    def question(self, text: str, now: datetime, context: Context) -> Clause:
        """Return the words of a question."""
        return whole(text, now, self._times, context.names)

    def corrects(self, text: str) -> bool:
        """Tell whether it is said as a correction of what was said before."""
        return bool(_CORRECTS.match(text.casefold()))


class _Clause(Owned):
    """One clause being read."""

    def claim(self) -> Claim:
        """Return the clause as it is understood."""
        at = self._begin()
        who = subject(self._clause, at, self._context)
        facts = tuple(self._facts(at, who) if self._clause.sure else self._presupposed(who))
        people = mentions(self._clause, at, who, self._context)
        self._note_things(at, who)
        return Claim(self._said, self._clause, who, people, facts)

    def _begin(self) -> int:
        at, tokens = 0, self._clause.tokens
        while at < len(tokens) and tokens[at].norm in (TIME, ",", "and", "then"):
            at += 1
        return at

    def _facts(self, at: int, who: Who | None) -> Iterator[Fact | Ended]:
        """Yield what the clause tells."""
        if at >= len(self._clause.tokens):
            return
        yield from self._is_favourite(at)
        yield from self._of_owner(at)
        yield from self._call_me(at)
        if who is None or who.label == self._context.me:
            yield from self._kept(at)
        if who is None:
            yield from self._weak_name(at)
            yield from self._that_is(at)
            yield from plans.there_is(self._clause, at, self._made, self._said.time)
            yield from self._it(at)
            yield from self._mentioned(0)
            return
        yield from self._introduced(who)
        self._context.note(who)
        for each in who.each():
            yield from self._told_of(each)
        yield from self._mentioned(who.next)

    def _presupposed(self, who: Who | None) -> Iterator[Fact]:
        """Yield who is whose where no more is sure: "my colleague Ingrid could go instead"."""
        if who is not None and not self._clause.asks and not who.of.startswith(("he", "she")):
            yield from self._introduced(who)

    def _note_things(self, at: int, who: Who | None) -> None:
        """Remember the thing that is spoken of, for "it"."""
        clause = self._clause
        if who is None and (found := thing(clause, at)):
            self._context.note(found)
        elif who is not None and (match := _HAVE_A.match(clause.norm(who.next))):
            start = clause.index(match.start("v"), who.next)
            words = clause.said(start, clause.index(match.end("v"), who.next))
            if not any(is_role(singular(word)) for word in match["v"].split()):
                self._context.note(Who(f"my {words}", 0, thing=True))

    # --- who somebody is ------------------------------------------------------------

    def _introduced(self, who: Who) -> Iterator[Fact]:
        """Yield that "my sister Mara" is my sister."""
        for each in who.each():
            if each.kin and each.name and self._new(each):
                yield self._kin(each, each.name, SURE)

    def _new(self, who: Who) -> bool:
        """Tell whether it is said here what somebody is, not only their name or a pronoun."""
        known = self._context.known(who.label)
        return known is None or known.kin != who.kin or who.kin in self._clause.norm()

    def _mentioned(self, start: int) -> Iterator[Fact]:
        """Yield whom other words name: "I met my sister Mara", "a cat called Luna"."""
        clause = self._clause
        for at in range(start, len(clause.tokens)):
            if clause.tokens[at].norm in ("my", "our", "his", "her", "their") or _possessive(
                clause, at
            ):
                who = subject(clause, at, self._context)
                if who and who.kin and who.name and not who.also:
                    self._context.note(who)
                    yield self._kin(who, who.name, _LIKELY)

    def _weak_name(self, at: int) -> Iterator[Fact]:
        """Yield "ximena is my boss", where only that tells the name."""
        clause = self._clause
        if length := name(clause, at, strong=False):
            yield from self._is_my(proper(clause.said(at, at + length)), at + length)

    def _that_is(self, at: int) -> Iterator[Fact]:
        """Yield "Tom, that's my brother-in-law"."""
        match = _THAT_IS.match(self._clause.norm(at))
        if match and (named := self._context.one_named()):
            yield from self._is_my(named.name, at + 1)

    def _it(self, at: int) -> Iterator[Fact]:
        """Yield what is told of the thing that was spoken of: where it is kept, what it is called,
        and when it is."""
        clause = self._clause
        held = self._context.meant("it") if clause.tokens[at].norm == "it" else None
        if held is None:
            return
        who = replace(held, next=at + 1)
        rest = clause.norm(who.next)
        if match := _KEPT_IT.match(rest):
            start = clause.index(match.start("v"), who.next)
            yield self._made(who.label, "kept_in", self._place(start), confidence=_LIKELY)
        elif (match := _CALLED.match(rest)) and who.pet:
            yield from self._named(who, who.next, match.end(), strong=False)
        elif match := _CALLED.match(rest):
            yield from self._thing_called(who, match.end())
        elif any(word.removesuffix("s") in EVENTS for word in who.label.casefold().split()):
            yield from plans.it_is(clause, who, self._made, self._said.time)

    def _is_my(self, named: str, at: int) -> Iterator[Fact]:
        """Yield that somebody is "my boss" or "my brother's friend"."""
        rest = self._clause.norm(at)
        if not (match := _TO_KIN.match(rest)):
            return
        begin = self._clause.index(match.end(), at)
        who = subject(self._clause, begin, self._context)
        if who and who.kin and not who.name and self._ends(who.next):
            self._context.named(who, named)
            yield self._kin(who, named, SURE)

    # --- what somebody is called, has, and likes -------------------------------------------------

    def _told_of(self, who: Who) -> Iterator[Fact | Ended]:
        clause = self._clause
        rest = clause.norm(who.next)
        if who.kin and not who.name:
            if match := _CALLED.match(rest) or _NAME_IS.match(rest):
                yield from self._named(who, who.next, match.end(), strong=False)
                return
            if match := _BE.match(rest):
                found = list(self._named(who, who.next, match.end(), strong=True))
                yield from found
                if found:
                    return
        if who.name:
            yield from self._is_my(who.name, who.next)
        if match := _HAVE_ONE.match(rest):
            yield from self._has(who, match)
        if match := _MARRIED.match(rest):
            at = clause.index(match.end(), who.next)
            if length := name(clause, at, strong=True):
                yield self._made(who.label, "spouse", proper(clause.said(at, at + length)))
        if match := _BORN.match(rest):
            yield from self._birthday(
                who.label, "birthday", clause.index(match.end() - 1, who.next)
            )
        if who.kin and _GONE.match(rest):
            yield self._made(who.label, "died", who.name or who.label)
        yield from plans.plans(clause, who, self._made, self._said.time)
        yield from self._by_rules(who, rest)

    def _has(self, who: Who, match: re.Match[str]) -> Iterator[Fact]:
        """Yield "I have a sister called Mara", "we have two cats, Luna and Milo", "a dog"."""
        clause = self._clause
        at = clause.index(match.start("mods"), who.next)
        for number in range(at, min(at + 4, len(clause.tokens))):
            word = clause.tokens[number].norm
            kin = singular(word)
            after = clause.tokens[number + 1].norm if number + 1 < len(clause.tokens) else ""
            if not is_role(kin) or kin in JOBS or is_role(after):
                continue
            next_ = number + 1
            rest = clause.norm(next_)
            of = who.label
            label = f"my {kin}" if of == self._context.me else f"{of}'s {kin}"
            held = Who(label, next_, kin, "", of, kin in PETS, many=kin != word)
            called = re.match(r"^(?:, )?(?:who is |that is |which is )?(?:called|named|, ) ?", rest)
            begin = clause.index(called.end(), next_) if called else next_
            strong = called is None or called.group().strip() == ","
            strong = strong and (kin in PETS or rest.count(" ") != 1)
            found = list(self._listed(held, match["n"], begin)) if kin != word else []
            found = found or list(self._named(held, begin, 0, strong=strong))
            yield from found
            plain_end = not rest or rest.startswith((", ", "and ", "@ ", "at home", "who ", "now "))
            if not found:
                self._context.note(held)
            if not found and kin in PETS and plain_end and word != "fish":
                value = clause.said(clause.index(match.start("n"), who.next), next_)
                yield self._made(who.label, "pet", value, confidence=_LIKELY)
            return

    def _listed(self, held: Who, number: str, at: int) -> Iterator[Fact]:
        """Yield as many names as were told how many there are: "three sons olaf jan and per"."""
        clause = self._clause
        places = [
            n
            for n in range(at, len(clause.tokens))
            if clause.tokens[n].norm not in MODIFIERS | {"and", ",", "called", "named"}
        ]
        counted = len(places) == _COUNTS.get(number)
        if counted and all(name(clause, n, strong=False) for n in places):
            for place in places:
                named = proper(clause.said(place, place + 1))
                self._context.named(held, named)
                yield self._kin(held, named, _LIKELY)

    def _by_rules(self, who: Who, rest: str) -> Iterator[Fact | Ended]:
        """Yield what the first pattern that fits makes."""
        clause = self._clause
        if who.label != self._context.me and _BASE.match(rest):
            return  # "Alexa play chess": somebody is told to, nobody does
        habit = plans.habit(clause, who, self._made)
        for rule in rules.RULES:
            if not (match := rule.pattern.match(rest)):
                continue
            value = rules.cut(match["v"].rstrip() + " ").rstrip()
            if not rule.fits(value):
                continue
            start = clause.index(match.start("v"), who.next)
            end = start + value.count(" ") + 1
            words = trimmed(clause.said(start, end))
            term = STATES.get(value, rule.relation) if rule.relation == "state" else rule.relation
            ended = rule.ends or bool(re.search(r"\b(?:any ?more|any longer)\b", rest))
            if term == "dislikes" and ended:
                yield Ended(who.label, "likes", words, self._said.id, self._said.time)
            elif ended:
                gone = "" if term == "works_at" and value in ("my", "our", "his", "her") else words
                yield Ended(who.label, term, gone, self._said.id, self._said.time)
                continue
            since = self._past() if term in ("lives_in", "works_at", "works_as", "owns") else None
            yield self._made(who.label, term, words, since=since)
            break
        if habit:
            yield habit


_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_BASE = pattern("base")


def _possessive(clause: Clause, at: int) -> bool:
    """Tell whether "Mara's" begins there."""
    tokens = clause.tokens
    return at + 1 < len(tokens) and tokens[at + 1].norm == "'s" and tokens[at].norm != "it"
