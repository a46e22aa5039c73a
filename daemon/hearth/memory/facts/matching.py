"""A question and what was told in, the words that answer it best out: no model, and no guess.

An answer has every word that was asked with (or one that is alike), speaks of the same people, and
holds what was asked for: a place for "where", a person for "who". What has only some of it is
near, and is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hearth.dates import When
from hearth.memory.facts.extracting import Found, extract
from hearth.memory.facts.labels import Labels
from hearth.memory.facts.people import Who
from hearth.memory.facts.question import Question
from hearth.memory.facts.reader import Claim
from hearth.memory.facts.stems import ANSWERS, FUNCTION, alike, stem
from hearth.memory.facts.terms import ME, word_set
from hearth.memory.facts.words import TIME, Clause, Token

_SOFT = frozenset(stem(word) for word in str(ANSWERS["soft"]).split())
_HALF = 0.5
_WORDS = word_set("old next last own time have has had got 've")


@dataclass(frozen=True)
class Match:
    """How well a claim answers; ``found`` what it answers, None where it is only near."""

    claim: Claim
    covered: float
    whole: bool
    found: Found | None = None
    subject: bool = False
    mine: bool = False


def best(question: Question, claims: Sequence[Claim], labels: Labels) -> Match | None:
    """Return the claim that answers best; of those that are alike the one that was told last."""
    found: Match | None = None
    rank: tuple[float, ...] = ()
    for claim in (*claims, *_sentences(claims)):
        match = _match(question, claim, labels)
        if match is None:
            continue
        one_clause = len(claim.clause.tokens)
        mine = (
            match.whole and match.found is not None,
            match.whole,
            match.subject,
            match.covered,
            match.mine,
            claim.clause.sure,
            claim.said.time.timestamp() * (-1 if ails(question) else 1),
            -one_clause,
        )
        if mine > rank:
            found, rank = match, mine
    return found


def _sentences(claims: Iterable[Claim]) -> list[Claim]:
    """Return the sentences of several clauses, each as one claim."""
    groups: dict[tuple[str, int], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.said.id, claim.clause.start), []).append(claim)
    return [_joined(group) for group in groups.values() if len(group) > 1]


def _joined(group: Sequence[Claim]) -> Claim:
    first = group[0]
    tokens: list[Token] = []
    people: list[tuple[int, Who]] = []
    for claim in group:
        people += [(at + len(tokens), who) for at, who in claim.people if not who.thing]
        tokens += claim.clause.tokens
    clause = replace(
        first.clause, tokens=tuple(tokens), sure=all(claim.clause.sure for claim in group)
    )
    return Claim(first.said, clause, first.who, tuple(people), ())


def _match(question: Question, claim: Claim, labels: Labels) -> Match | None:
    if claim.clause.asks:
        return None
    wanted = [one for one in question.people if one.label != ME and not one.thing]
    known = [who for _, who in claim.people]
    if not all(any(_same(one, other, labels) for other in known) for one in wanted):
        return None
    me = any(one.label == ME for one in question.people)
    mine = any(who.label == ME for who in known)
    if question.who is not None and question.who.label == ME and not mine:
        return None
    stems = _stems(claim, thing=question.open and question.kind == "who")
    content = question.content
    matched = {n for key in content for n, each in stems if alike(key, each)}
    have = [key for key in content if any(alike(key, each) for _, each in stems)]
    hard = _hard(question, claim)
    missing = [key for key in hard if key not in have]
    timed = _times(question.times, claim.clause)
    covered = (len(have) + int(bool(question.times) and timed)) / max(
        1, len(content) + len(question.times)
    )
    if not have and not wanted and not (question.times and timed):
        return None
    subject = question.who is not None and (
        claim.who is not None and any(_same(question.who, one, labels) for one in claim.who.each())
    )
    whole = not missing and (not question.times or timed)
    if not hard and not question.times:
        owns = subject or (me and mine and question.kind == "where" and bool(have))
        if ails(question):
            owns = any(any(_same(one, other, labels) for other in known) for one in wanted)
            have = have or ["ails"] * owns
        whole = owns and (bool(have) or question.kind == "where" or _is_type(question))
    if question.kind == "yes":
        whole = whole and len(have) == len(content) and claim.clause.sure and bool(content)
        whole = whole and (subject or question.who is None)
    if question.kind not in ("yes", "why", "how") and not _told(question):
        asked = any(token.norm in _NOT for token in question.clause.tokens)
        whole = whole and asked == _negative(claim.clause, matched)
    places = [n for n in matched if n >= 0]
    found = extract(question, claim, places) if whole else None
    if whole and found is None and _told(question):
        found = Found("quote")
    if not whole and (covered < _HALF or not have):
        return None
    return Match(claim, covered, whole, found, subject, mine == me)


def _negative(clause: Clause, matched: Iterable[int]) -> bool:
    """Tell whether a "not" stands before one of the words that were asked with."""
    nots = [at for at, token in enumerate(clause.tokens) if token.norm in _NOT]
    return any(at < place <= at + _NEAR for at in nots for place in matched)


_NEAR = 3


_NOT = word_set("not never no nobody nothing without hardly")


def _obliges(claim: Claim, at: int) -> bool:
    """Tell whether "have" means "must" there."""
    tokens = claim.clause.tokens
    return at + 1 < len(tokens) and tokens[at + 1].norm == "to"


_SAYING = frozenset(map(stem, ("say", "tell", "think", "reckon", "mention")))


def _told(question: Question) -> bool:
    """Tell whether the words themselves are the answer: what somebody said, how it was."""
    saying = question.kind == "what" and any(key in _SAYING for key in question.content)
    return saying or ails(question) or question.kind in ("how", "whose")


def ails(question: Question) -> bool:
    """Tell whether it is asked what befell somebody, or something."""
    return any(words in question.form for words in ("wrong with", "matter with", "happened to"))


def _is_type(question: Question) -> bool:
    """Tell whether it is asked what somebody is: "what breed is Biscuit", "what does she do"."""
    return question.kind in ("what", "which") and not question.content


def _hard(question: Question, claim: Claim) -> list[str]:
    """Return the stems that an answer cannot do without."""
    noun = {stem(word) for word in question.noun}
    hard = [key for key in question.content if key not in _SOFT]
    rest = [key for key in hard if key not in noun]
    counted = question.kind == "how many" and claim.clause.norm().find("twice") < 0
    return hard if counted or not rest or question.kind == "how much" else rest


def _same(one: Who, other: Who, labels: Labels) -> bool:
    """Tell whether two labels are of one person."""
    if one.label.casefold() == other.label.casefold():
        return True
    return bool(labels.meant(one.label) & {n for e in other.each() for n in labels.meant(e.label)})


def _stems(claim: Claim, *, thing: bool) -> list[tuple[int, str]]:
    """Return the stems of a claim with their places; of those that stand for a person, too (-1)."""
    found = [
        (at, stem(token.norm))
        for at, token in enumerate(claim.clause.tokens)
        if token.norm not in FUNCTION or (token.norm in _WORDS and not _obliges(claim, at))
    ]
    for at, who in claim.people:
        if who.thing and at > 0 and not thing:  # "it", which something is done to
            continue
        words = f"{who.kin} {'' if who.label == ME else who.label}"
        found += [(-1, stem(word)) for word in words.casefold().replace("'s", "").split()]
    return found


def _times(asked: Sequence[When], clause: Clause) -> bool:
    """Tell whether a clause tells each of the times that was asked for."""
    told = [token.when for token in clause.tokens if token.norm == TIME and token.when]
    return all(any(_overlap(one, other) for other in told) for one in asked)


def _overlap(one: When, other: When) -> bool:
    if one.recurs and other.recurs:
        return bool(_days(one) & _days(other)) or one.rule == other.rule
    if one.recurs or other.recurs:
        rule, single = (one, other) if one.recurs else (other, one)
        return _DAYS[single.start.weekday()] in _days(rule) or "DAILY" in rule.rule
    return one.start <= max(other.start, other.end) and other.start <= max(one.start, one.end)


_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _days(when: When) -> frozenset[str]:
    """Return the days of the week on which a time comes again."""
    _, _, days = when.rule.partition("BYDAY=")
    found = frozenset(days.partition(";")[0].split(",")) if days else frozenset()
    return found or frozenset((_DAYS[when.start.weekday()],))
