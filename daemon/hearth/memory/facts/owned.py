"""A clause in, what belongs to somebody out: names, birthdays, favourites, and where things are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from hearth.memory.facts import plans, rules
from hearth.memory.facts.people import Context, Who
from hearth.memory.facts.subjects import name, owner, proper, thing
from hearth.memory.facts.terms import word_set
from hearth.memory.facts.vocabulary import pattern, relation
from hearth.memory.facts.words import Clause
from hearth.remember import Fact, Utterance

SURE = 0.95
"""How sure a fact is that was said outright."""

_NAME_IS = pattern("name_is")
_NAMED_ME = pattern("named_me")
_FAVOURITE = pattern("favourite")
_IS_FAVOURITE = pattern("is_favourite")
_BIRTHDAY = pattern("birthday")
_IT_IS = pattern("it_is")
_ATTRIBUTE = pattern("attribute")
_CALLED = pattern("called")
_KEPT = pattern("kept")
_PUT = pattern("put")


class Owned:
    """One clause, and the facts of what belongs to somebody in it."""

    def __init__(self, clause: Clause, context: Context, said: Utterance) -> None:
        self._clause, self._context, self._said = clause, context, said

    def _kin(self, who: Who, named: str, confidence: float) -> Fact:
        kin = "pet" if who.pet else relation(who.kin)
        value = f"{named} ({who.kin})" if who.pet else named
        return self._made(who.of, kin, value, confidence=confidence)

    def _ends(self, at: int) -> bool:
        """Tell whether nothing that changes the meaning follows."""
        rest = self._clause.norm(at)
        return not rest or rest.startswith(_GO_ON)

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
            yield self._kin(who, named, SURE)
            if not follows.startswith(("and ", ", ")):
                return
            at += 1
            strong = True

    def _kept(self, at: int) -> Iterator[Fact]:
        """Yield where a thing is kept: "the passport is in the blue drawer", "I put it in ...",
        and what one is called: "my boat is called Marguerite"."""
        clause = self._clause
        found = thing(clause, at)
        if found and (match := _KEPT.match(clause.norm(found.next))):
            start = clause.index(match.start("v"), found.next)
            yield self._made(found.label, "kept_in", self._place(start))
        elif found and (match := _CALLED.match(clause.norm(found.next))):
            yield from self._thing_called(found, match.end())
        elif match := _PUT.match(clause.norm(at)):
            start = clause.index(match.start("x"), at)
            held = clause.index(match.start("v"), at)
            label = clause.said(start, held)
            meant = self._context.meant("it") if match["x"].strip() in ("it", "them") else None
            if match["x"].split()[0] in _POINTING and not meant:
                return
            label = meant.label if meant else re.sub(r"^(?:an?|some)\s", "my ", label)
            yield self._made(label, "kept_in", self._place(held))

    def _place(self, start: int) -> str:
        """Return a place from its preposition on."""
        words = rules.cut_place(self._clause.norm(start))
        return trimmed(self._clause.said(start, start + words.count(" ")))

    def _thing_called(self, who: Who, characters: int) -> Iterator[Fact]:
        """Yield that "my boat" is called "Marguerite", "the plumber" "Ralf"."""
        clause = self._clause
        at = clause.index(characters, who.next)
        value = rules.cut(clause.norm(at), 5).rstrip()
        if value and value.split()[0] not in ("off", "in", "back", "by", "on", "to", "the same"):
            words = proper(trimmed(clause.said(at, at + value.count(" ") + 1)))
            yield self._made(who.label, "called", words)
            if name(clause, at, strong=False) and not who.thing:
                self._context.named(who, words)

    def _of_owner(self, at: int) -> Iterator[Fact]:
        clause, context = self._clause, self._context
        it_is = _IT_IS.match(clause.norm(at))
        begin = clause.index(it_is.end(), at) if it_is else at
        who = owner(clause, begin, context)
        if who is None:
            return
        rest = clause.norm(who.next)
        kin = who.label
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
                said = trimmed(clause.said(start, start + value.count(" ") + 1))
                yield self._made(kin, f"favourite {match['what'].strip()}", said)
        elif match := _ATTRIBUTE.match(rest):
            value = rules.cut(match["v"] + " ", 6).rstrip()
            start = clause.index(match.start("v"), who.next)
            if value and value.split()[0] not in _STATES_OF:
                said = trimmed(clause.said(start, start + value.count(" ") + 1))
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
                    self._context.me, f"favourite {what}", trimmed(self._clause.said(start, end))
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


_GO_ON = (
    *(", ", "@ ", "and ", "now ", "who ", "from ", "in ", "at ", "by the way ", "but ", "so "),
    *("because ", "he ", "she ", "too ", "though "),
)
_POINTING = word_set("that this these those him her us me you")
_STATES_OF = word_set(
    "not so really very too the a an gone broken dead here there on off in at going "
    "getting being always never still almost about just like full empty ready killing "
    "driving making"
)


def trimmed(text: str) -> str:
    """Return words without what only parts them."""
    return text.strip(" ,;:.!")
