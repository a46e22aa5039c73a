"""An utterance of a person in, the facts that it tells out: pure, by rules, with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from hearth.memory.facts import plans, rules
from hearth.memory.facts.subjects import Context, Who, name, owner, proper, subject
from hearth.memory.facts.table import Ended
from hearth.memory.facts.terms import ME, word_set
from hearth.memory.facts.vocabulary import KIN, PETS, STATES, pattern, relation
from hearth.memory.facts.words import TIME, Clause, Times, clauses
from hearth.remember import HEARTH, PERSON, Fact, Utterance

_MACHINES = frozenset((HEARTH, "assistant", "ai", "bot", "system", "agent", "samantha"))
_LONGEST = 2000
_SURE, _LIKELY = 0.95, 0.8

_CALLED = pattern("called")
_NAME_IS = pattern("name_is")
_BE = pattern("be")
_HAVE_ONE = pattern("have_one")
_TO_KIN = pattern("to_kin")
_MARRIED = pattern("married")
_NAMED_ME = pattern("named_me")
_FAVOURITE = pattern("favourite")
_IS_FAVOURITE = pattern("is_favourite")
_BIRTHDAY = pattern("birthday")
_IT_IS = pattern("it_is")
_BORN = pattern("born")
_ATTRIBUTE = pattern("attribute")
_GONE = pattern("gone")


_CORRECTS = pattern("corrects")


class Reader:
    """Reads one language (English); ``times`` finds when something is."""

    def __init__(self, times: Times) -> None:
        self._times = times

    def read(self, said: Utterance) -> tuple[Fact | Ended, ...]:
        """Return the facts that an utterance tells, each once; nothing of what Hearth said."""
        speaker = said.speaker.casefold()
        if speaker in _MACHINES or len(said.text) > _LONGEST:
            return ()
        me = ME if speaker in (PERSON, "user", "human", ME) else said.speaker
        context = Context(me)
        found: dict[tuple[str, str, str], Fact | Ended] = {}
        for clause in clauses(said.text, said.time, self._times):
            for one in _Clause(clause, context, said).facts():
                found.setdefault((one.subject, one.relation, one.value.casefold()), one)
        return tuple(found.values())

    def corrects(self, text: str) -> bool:
        """Tell whether it is said as a correction of what was said before."""
        return bool(_CORRECTS.match(text.casefold()))


class _Clause:
    """One clause being read."""

    def __init__(self, clause: Clause, context: Context, said: Utterance) -> None:
        self._clause, self._context, self._said = clause, context, said
        self._used: set[int] = set()

    def facts(self) -> Iterator[Fact | Ended]:
        """Yield what the clause tells."""
        clause, at = self._clause, 0
        while at < len(clause.tokens) and clause.tokens[at].norm in (TIME, ",", "and", "then"):
            at += 1
        if at >= len(clause.tokens):
            return
        yield from self._is_favourite(at)
        yield from self._of_owner(at)
        yield from self._call_me(at)
        who = subject(clause, at, self._context)
        if who is None:
            yield from self._weak_name(at)
            yield from plans.there_is(self._clause, at, self._made, self._said.time)
            yield from self._mentioned(0)
            return
        yield from self._introduced(who)
        self._context.note(who)
        yield from self._told_of(who)
        yield from self._mentioned(who.next)

    # --- who somebody is ------------------------------------------------------------

    def _introduced(self, who: Who) -> Iterator[Fact]:
        """Yield that "my sister Mara" is my sister."""
        if who.kin and who.name:
            yield self._kin(who, who.name, _SURE)

    def _mentioned(self, start: int) -> Iterator[Fact]:
        """Yield whom other words name: "I met my sister Mara", "a cat called Luna"."""
        clause = self._clause
        for at in range(start, len(clause.tokens)):
            if clause.tokens[at].norm in ("my", "our"):
                who = subject(clause, at, self._context)
                if who and who.kin and who.name:
                    self._context.note(who)
                    yield self._kin(who, who.name, _LIKELY)

    def _kin(self, who: Who, named: str, confidence: float) -> Fact:
        kin = "pet" if who.pet else relation(who.kin)
        value = f"{named} ({who.kin})" if who.pet else named
        return self._made(who.of, kin, value, confidence=confidence)

    def _weak_name(self, at: int) -> Iterator[Fact]:
        """Yield "ximena is my boss", where only that tells the name."""
        clause = self._clause
        if length := name(clause, at, strong=False):
            yield from self._is_my(proper(clause.said(at, at + length)), at + length)

    def _is_my(self, named: str, at: int) -> Iterator[Fact]:
        """Yield that somebody is "my boss" or "my brother's friend"."""
        rest = self._clause.norm(at)
        if not (match := _TO_KIN.match(rest)):
            return
        begin = self._clause.index(match.end(), at)
        who = subject(self._clause, begin, self._context)
        if who and who.kin and not who.name and self._ends(who.next):
            self._context.named(who, named)
            yield self._kin(who, named, _SURE)

    def _ends(self, at: int) -> bool:
        """Tell whether nothing that changes the meaning follows."""
        rest = self._clause.norm(at)
        return not rest or rest.startswith(
            (", ", "@ ", "and ", "now ", "who ", "from ", "in ", "at ")
        )

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

    def _named(self, who: Who, start: int, characters: int, *, strong: bool) -> Iterator[Fact]:
        """Yield the names that follow: "is called Mara", "are called Tom and Ben"."""
        clause = self._clause
        at = clause.index(characters, start)
        while length := name(clause, at, strong=strong):
            named, at = proper(clause.said(at, at + length)), at + length
            follows = clause.norm(at)
            if strong and follows and not self._ends(at):
                return
            self._context.named(who, named)
            yield self._kin(who, named, _SURE)
            if not follows.startswith(("and ", ", ")):
                return
            at += 1
            strong = True

    def _has(self, who: Who, match: re.Match[str]) -> Iterator[Fact]:
        """Yield "I have a sister called Mara", "we have two cats, Luna and Milo", "a dog"."""
        clause = self._clause
        at = clause.index(match.start("mods"), who.next)
        for number in range(at, min(at + 4, len(clause.tokens))):
            word = clause.tokens[number].norm
            kin = word if word in KIN or word in PETS else word.removesuffix("s")
            if kin == "pupp" or (kin not in KIN and kin not in PETS):
                continue
            next_ = number + 1
            rest = clause.norm(next_)
            held = Who(word, next_, kin, "", who.label, kin in PETS)
            called = re.match(r"^(?:, )?(?:who is |that is |which is )?(?:called|named|, ) ?", rest)
            begin = clause.index(called.end(), next_) if called else next_
            strong = called is None or called.group().strip() == ","
            found = list(self._named(held, begin, 0, strong=strong))
            yield from found
            plain_end = not rest or rest.startswith((", ", "and ", "@ ", "at home", "who ", "now "))
            if not found and kin in PETS and plain_end and word != "fish":
                value = clause.said(clause.index(match.start("n"), who.next), next_)
                yield self._made(who.label, "pet", value, confidence=_LIKELY)
            return

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
            words = _trimmed(clause.said(start, end))
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

    # --- what belongs to somebody ------------------------------------------------------------

    def _of_owner(self, at: int) -> Iterator[Fact]:
        clause, context = self._clause, self._context
        it_is = _IT_IS.match(clause.norm(at))
        begin = clause.index(it_is.end(), at) if it_is else at
        who = owner(clause, begin, context)
        if who is None:
            return
        rest = clause.norm(who.next)
        kin = f"{who.label}" if who.label != context.me else context.me
        if it_is:
            if re.match(r"^(?:\w+ )?birthday (?:@|on @)", rest):
                yield from self._birthday(kin, "birthday", self._time_after(who.next))
            return
        if match := _BIRTHDAY.match(rest):
            what = "anniversary" if "anniversary" in match["what"] else "birthday"
            yield from self._birthday(kin, what, clause.index(match.end() - 1, who.next))
        elif match := _NAME_IS.match(rest):
            if kin == context.me:
                yield from self._my_name(clause.index(match.end(), who.next), strong=False)
            elif who.kin:
                yield from self._named(who, who.next, match.end(), strong=False)
        elif match := _FAVOURITE.match(rest):
            value = rules.cut(rest[match.end() :], 8).rstrip()
            start = clause.index(match.end(), who.next)
            if value and value.split()[0] not in ("not", "when", "to", "that", "the"):
                said = _trimmed(clause.said(start, start + value.count(" ") + 1))
                yield self._made(kin, f"favourite {match['what'].strip()}", said)
        elif match := _ATTRIBUTE.match(rest):
            value = rules.cut(match["v"] + " ", 6).rstrip()
            start = clause.index(match.start("v"), who.next)
            if value and value.split()[0] not in _STATES_OF:
                said = _trimmed(clause.said(start, start + value.count(" ") + 1))
                yield self._made(kin, match["what"].replace(" ", "_"), said)
        else:
            yield from plans.of_owner(clause, who, self._made, self._said.time)

    def _is_favourite(self, at: int) -> Iterator[Fact]:
        if match := _IS_FAVOURITE.match(self._clause.norm(at)):
            start, end = at, self._clause.index(match.end("v"), at)
            if match["v"].split()[0] not in (
                "it",
                "that",
                "this",
                "he",
                "she",
                "what",
                "which",
                "they",
            ):
                what = match["what"].strip()
                yield self._made(
                    self._context.me, f"favourite {what}", _trimmed(self._clause.said(start, end))
                )

    def _call_me(self, at: int) -> Iterator[Fact]:
        if match := _NAMED_ME.match(self._clause.norm(at)):
            yield from self._my_name(self._clause.index(match.end(), at), strong=True)

    def _my_name(self, at: int, *, strong: bool) -> Iterator[Fact]:
        length = name(self._clause, at, strong=strong)
        if length and self._ends(at + length):
            yield self._made(self._context.me, "name", proper(self._clause.said(at, at + length)))

    def _birthday(self, label: str, what: str, at: int) -> Iterator[Fact]:
        """Yield a day of the year; one that already was this year comes up in the next."""
        if at >= len(self._clause.tokens):
            return
        token = self._clause.tokens[at]
        when = token.when
        if when is None or when.grain == "moment" or when.recurs:
            return
        words = re.sub(r"^(?:on|at|in)\s", "", self._clause.said(at, at + 1), flags=re.IGNORECASE)
        if when.end - when.start > timedelta(days=2):
            return
        yield self._made(label, what, words, due=when.start)

    def _time_after(self, at: int) -> int:
        tokens = self._clause.tokens
        return next((n for n in range(at, len(tokens)) if tokens[n].when), len(tokens))

    # --- making ------------------------------------------------------------

    def _past(self) -> datetime | None:
        """Return the time in the clause, where it is not to come."""
        found = (token.when for token in self._clause.tokens if token.when)
        return next((w.start for w in found if w.start <= self._said.time and not w.recurs), None)

    def _made(
        self,
        subject: str,
        relation: str,
        value: str,
        *,
        due: datetime | None = None,
        since: datetime | None = None,
        confidence: float = 0.9,
    ) -> Fact:
        """Return a fact with the whole clause as its quote."""
        clause = self._clause
        quote = clause.said(0, len(clause.tokens)).strip(" ,;:")
        said = self._said
        return Fact(
            0, subject, relation, value, quote, said.id, said.time,
            since=since, due=due, confidence=confidence,
        )  # fmt: skip


_BASE = pattern("base")
_STATES_OF = word_set(
    "not so really very too the a an gone broken dead here there on off in at going "
    "getting being always never still almost about just like full empty ready killing "
    "driving making"
)


def _trimmed(text: str) -> str:
    return text.strip(" ,;:.!")
