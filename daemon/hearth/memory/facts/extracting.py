"""A question and the words that answer it in, what exactly answers it out: a place, a time, who."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hearth.dates import When
from hearth.memory.facts import rules
from hearth.memory.facts.people import is_role
from hearth.memory.facts.question import Question
from hearth.memory.facts.reader import Claim
from hearth.memory.facts.stems import ANSWERS, FUNCTION, alike, stem
from hearth.memory.facts.terms import ME, word_set
from hearth.memory.facts.vocabulary import JOBS
from hearth.memory.facts.words import TIME, Clause

_PLACES = word_set(str(ANSWERS["places"]))
_AFTER_MOVING = word_set("to into towards")
_NO_PLACE = word_set(str(ANSWERS["no_place"]))
_COLOURS = word_set(str(ANSWERS["colours"]))
_NUMBER = re.compile(rf"(?<!\S){ANSWERS['numbers']}(?!\S)")
_UNITS = word_set(str(ANSWERS["units"]))
_MONEY = word_set(str(ANSWERS["money"]))
_MEASURES = word_set(str(ANSWERS["measures"]))
_BE = word_set("is are am was were 's be been")
_VERBAL = _BE | word_set("has have had 've does do did will would can could")
_DETERMINERS = word_set("a an the my our his her their your this that some any")
_OFTEN = re.compile(
    r"(?<!\S)(?:(?:once|twice|three times|four times|several times|\w+ times) (?:a|per|every) \w+"
    r"|every (?:other |second |single |few |two |three )?\w+(?: \w+)??|always|never|daily|weekly"
    r"|most \w+)(?= |$)"
)
_WHY = re.compile(r"\b(?:because(?: of)?|since|so that|in order to|due to|as)\b", re.IGNORECASE)
_LONGEST = 14
_NOT = word_set("not never n't no")


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question: words of the person, or a time, or yes or no; ``sort`` tells."""

    sort: str
    text: str = ""
    when: When | None = None
    claim: Claim | None = None


def extract(question: Question, claim: Claim, matched: Sequence[int]) -> Found | None:  # noqa: PLR0911  # a kind a case
    """Return what answers a question in a clause; ``matched`` are the words that it asked with."""
    kind, clause = question.kind, claim.clause
    last = max(matched, default=-1)
    if kind == "where":
        return _where(clause, last, question)
    if kind == "when":
        return _when(question, claim)
    if kind in ("who", "whom"):
        return _who(question, claim, matched)
    if kind.startswith("how "):
        return _how(question, clause, last)
    if kind == "why":
        return _why(clause)
    if kind == "yes":
        negative = any(token.norm in _NOT for token in clause.tokens)
        asked = " not " in f" {question.form} "
        return Found("no" if negative != asked else "yes")
    if kind in ("what", "which"):
        return _what(question, claim, matched)
    return None


def _where(clause: Clause, last: int, question: Question) -> Found | None:
    """Return the first place behind the words that were asked with, else before them."""
    tokens = clause.tokens
    asked = {stem(token.norm) for token in question.clause.tokens}
    for start in (*range(last + 1, len(tokens)), *range(1, last + 1)):
        word = tokens[start].norm
        after = tokens[start + 1].norm if start + 1 < len(tokens) else ""
        if word in ("upstairs", "downstairs", "outside", "abroad", "next"):
            after = word if word != "next" else after
        if word not in _PLACES | {"abroad"} or not after or after in _NO_PLACE | {TIME, ","}:
            continue
        words = rules.cut_place(clause.norm(start))
        end = start + words.count(" ")
        inner = [token.norm for token in tokens[start + 1 : end]]
        told = [w for w in inner if w not in FUNCTION and stem(w) not in asked]
        who = "".join(w for w in inner if w in ("my", "me", "his", "her", "mum", "dad"))
        if not told and not who and word not in ("upstairs", "downstairs", "abroad", "outside"):
            continue
        if word in ("with", "for", "from", "off", "about", "down", "up", "over") and not (
            question.ends == word or (word == "with" and {"live", "stay"} & asked)
        ):
            continue
        if word in _AFTER_MOVING and {inner[0]} & {"do", "be", "see", "have"}:
            continue
        return Found("place", clause.said(start, end).strip(" ,;:.!"))
    return None


def _when(question: Question, claim: Claim) -> Found | None:
    clause = claim.clause
    asked = [when.start for when in question.times]
    for token in clause.tokens:
        if token.norm == TIME and token.when and token.when.start not in asked:
            when = _over(token.when, question, claim)
            return Found("time", clause.text[token.start : token.end], when, claim)
    norm = clause.norm()
    if clock := _CLOCK.search(norm):
        start = clause.index(clock.start())
        return Found("text", clause.said(start, clause.index(clock.end() + 1)))
    return None


def _over(when: When, question: Question, claim: Claim) -> When:
    """Return the Tuesday before, where it is asked when something happened: "when did he ..."."""
    ahead = when.start - claim.said.time
    coming = any(token.norm in ("will", "going") for token in claim.clause.tokens)
    past = " did " in question.form and not coming and not when.recurs
    if not past or not timedelta() < ahead <= _WEEK or when.end - when.start > _DAY:
        return when
    return replace(when, start=when.start - _WEEK, end=when.end - _WEEK)


_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_CLOCK = re.compile(
    r"(?<!\S)at (?:about |around )?((?:half past |quarter (?:past|to) )?(?:one|two|three|four|five"
    r"|six|seven|eight|nine|ten|eleven|twelve|noon|midnight|\d+))(?= |$)"
)


def _who(question: Question, claim: Claim, matched: Sequence[int]) -> Found | None:
    """Return the person in the clause whom the question does not name, its subject first."""
    clause = claim.clause
    named = {one.label.casefold() for one in question.people}
    if question.open:
        if claim.who is not None:
            label = claim.who.label
            return None if label.casefold() in named else Found("person", label, claim=claim)
        first = min((n for n in matched), default=0)
        words = _subject_words(clause, first)
        return Found("text", words) if words else None
    last = max(matched, default=-1)
    others = [
        (at, one)
        for at, one in claim.people
        if one.label.casefold() not in named and one.label != ME and not one.thing
    ]
    for at, one in (*(o for o in others if o[0] > last), *(o for o in others if o[0] <= last)):
        if claim.who is not None and at == claim.people[0][0] and one.label == claim.who.label:
            continue
        return Found("person", one.label, claim=claim)
    after = re.search(
        r"(?:^| )(?:with|to|by|from|for|called|at) ((?:the|some|an?) .+)", clause.norm()
    )
    if after and question.ends:
        start = clause.index(after.start(1))
        words = rules.cut(clause.norm(start))
        return Found("text", clause.said(start, start + words.count(" ")))
    return None


def _subject_words(clause: Clause, first: int) -> str:
    """Return what stands before the verb: "a man called Derek"."""
    end = first
    while end > 1 and clause.tokens[end - 1].norm in _VERBAL | _ADVERBS:
        end -= 1
    words = [token.norm for token in clause.tokens[:end]]
    if all(word in _DETERMINERS | FUNCTION for word in words):
        return ""
    if not words or words[0] in ("it", "there", "that", "this", "they", "and") or TIME in words:
        return ""
    return clause.said(0, end).strip(" ,;:")


_ADVERBS = word_set("just also always still really only never already recently usually often not")


def _how(question: Question, clause: Clause, last: int) -> Found | None:
    kind = question.kind
    norm = clause.norm()
    if kind == "how often":
        token = next((t for t in clause.tokens if t.when and t.when.recurs), None)
        if match := _OFTEN.search(norm):
            start = clause.index(match.start())
            return Found("text", clause.said(start, clause.index(match.end() + 1)))
        return Found("text", clause.text[token.start : token.end]) if token else None
    for match in _NUMBER.finditer(norm):
        start = clause.index(match.start())
        end = clause.index(match.end() + 1)
        after = [token.norm for token in clause.tokens[end : end + 3]]
        first = after[0] if after else ""
        if kind == "how many" and not _counts(question, clause, start, after):
            continue
        if kind == "how much" and first not in _MONEY | _MEASURES and not _costs(norm):
            continue
        prior = clause.tokens[start - 1].norm if start else ""
        if kind == "how much" and prior == "by" and "by" not in question.form.split():
            continue
        if kind == "how long" and first not in _UNITS:
            continue
        if kind == "how old" and not _ages(clause, start, first):
            continue
        if kind == "how old" and first in _UNITS - {"year", "years", "month", "months"}:
            continue
        if kind in ("how far", "how tall", "how big", "how heavy") and first not in _MEASURES:
            continue
        unit = int(first in _UNITS | _MONEY | _MEASURES)
        return Found("text", clause.said(start, end + unit))
    if kind == "how long":
        token = next((t for t in clause.tokens if t.norm == TIME and t.when), None)
        if token:
            before = clause.norm()[: clause.norm().index(TIME)].split()[-1:]
            lead = before[0] if before and before[0] in ("since", "until", "till") else ""
            return Found("text", f"{lead} {clause.text[token.start : token.end]}".strip())
    return None


def _ages(clause: Clause, start: int, after: str) -> bool:
    """Tell whether a number is an age: "is seven", "turns eleven", "six months old"."""
    before = clause.tokens[start - 1].norm if start else ""
    return before in _AGED or after in ("year", "years", "month", "months", "weeks")


_AGED = _BE | word_set("turns turned turning turn aged age nearly almost only just already")


def _costs(norm: str) -> bool:
    return bool(re.search(r"\b(?:paid|pay|cost|costs|owe|owes|earn|price|rent)\b", norm))


def _counts(question: Question, clause: Clause, start: int, after: Sequence[str]) -> bool:
    """Tell whether a number counts what was asked for."""
    noun = [stem(word) for word in question.noun]
    near = [stem(word) for word in after]
    if not noun:
        return True
    if clause.tokens[start].norm in ("once", "twice"):
        return True
    return any(alike(one, other) for one in noun[-1:] for other in near)


def _why(clause: Clause) -> Found | None:
    said = clause.text[clause.start : clause.end]
    match = _WHY.search(said)
    return Found("text", said[match.start() :].strip(" .,!")) if match else None


def _what(  # noqa: PLR0911, PLR0912  # a form a case
    question: Question, claim: Claim, matched: Sequence[int]
) -> Found | None:
    clause, noun = claim.clause, question.noun
    tokens = clause.tokens
    last = max(matched, default=-1)
    if noun and noun[-1] in ("colour", "color", "colours"):
        found = [t.norm for t in tokens if t.norm in _COLOURS]
        return Found("text", " and ".join(found)) if found else None
    if noun and (behind := _noun_phrase(clause, noun, question)):
        return Found("text", behind)
    if question.open and not question.form.startswith(("what be ", "what was ", "which be ")):
        if claim.who is not None and claim.who.label != ME:
            return Found("person", claim.who.label, claim=claim)
        words = _subject_words(clause, min(matched, default=0))
        return Found("text", words) if words else None
    if any(words in question.form for words in ("wrong with", "matter with", "happened to")):
        return None
    if _NAMING.search(question.form):
        return _called(clause, last)
    if _is_of(question) and _LIVING.search(clause.norm()):
        return Found("quote")
    if _is_of(question) or (noun and noun[-1] in _TYPES):
        return _predicate(clause, jobs=not noun)
    if question.ends and question.ends not in [t.norm for t in tokens[last + 1 :]]:
        return None
    start = last + 1
    only = noun and all(alike(stem(noun[-1]), stem(tokens[n].norm)) for n in matched)
    if only and not question.open:
        return _predicate(clause, jobs=False)
    if noun and all(alike(stem(noun[-1]), stem(tokens[n].norm)) for n in matched):
        start = next((n + 1 for n, t in enumerate(tokens) if t.norm in _BE), start)
    while start < len(tokens) and tokens[start].norm in _SKIPPED:
        start += 1
    words = _cut(clause, start)
    if not words:
        return None
    said = clause.said(start, start + words.count(" ")).strip(" ,;:.!")
    bare = [w for w in words.split() if w not in _EMPTY]
    return Found("text", said) if bare else None


_SKIPPED = _BE | word_set("of to for in at on with about as that being going called named now also")
_EMPTY = word_set("it them that this so too him her me us you and or a an the to of very now again")
_TYPES = word_set("kind type sort breed make brand model")


_NAMING = re.compile(r" (?:called|named)$|\bname of\b| names?$")


def _called(clause: Clause, last: int) -> Found | None:
    """Return the name behind "called"."""
    for at in range(max(last, 0), len(clause.tokens) - 1):
        if clause.tokens[at].norm in ("called", "named", "name"):
            begin = at + 1 + int(clause.tokens[at + 1].norm in _BE)
            words = rules.cut(clause.norm(begin), 5)
            if words.strip():
                return Found("text", clause.said(begin, begin + words.count(" ")))
    return None


def _plainly(clause: Clause, at: int, value: str) -> bool:
    """Tell whether a clause says no more than what somebody is, or was: "he was a fitter"."""
    head = re.split(r" (?:at|in|for|with|on|by|of) ", value)[0]
    words = [word for word in head.split() if word not in _DETERMINERS]
    short = clause.norm()[:at].count(" ") <= _FEW and len(words) <= _FEW
    return short and bool(words) and not is_role(words[-1]) and words[-1] not in _NO_JOB


_FEW = 3
_NO_JOB = word_set(
    "bit lot mess nightmare pain star legend darling angel liar man woman person fan member"
    " vegetarian vegan idiot fool saint genius joke disaster worry risk problem winner"
)
_OCCUPIED = ("ist", "maker", "keeper", "worker", "driver", "ician", "smith", "woman", "teacher")
_LIVING = re.compile(
    r"\bfor a living\b|\b(?:runs?|ran|owns?|owned|sells?|sold|builds?|built|fixe?s|repairs?|drives?"
    r"|drove|teache?s|taught|manages?|managed|works?|worked) (?!it\b|me\b|out\b|to\b)"
    r"|\b(?:was|is|were|am|'s) in (?:the )?(?:navy|army|police|air force|marines|civil service)\b"
    r"|\bused to be an? "
)


def _is_of(question: Question) -> bool:
    """Tell whether it is asked what somebody does in life."""
    return bool(re.fullmatch(r"what (?:do|did|was|be) S (?:do|doing)?", question.form))


def _predicate(clause: Clause, *, jobs: bool) -> Found | None:
    """Return what somebody or something is: "a border collie"."""
    match = re.search(
        r"(?:is|are|am|was|were|'s|got|have|has) (?:just |also |actually )?(?P<v>(?:an?|the) .+)",
        clause.norm(),
    )
    if match is None:
        return None
    value = rules.cut(match["v"])
    job = any(word in JOBS or word.endswith(_OCCUPIED) for word in value.split())
    if not value.strip() or (jobs and not job and not _plainly(clause, match.start(), value)):
        return None
    start = clause.index(match.start("v"))
    return Found("text", clause.said(start, start + value.count(" ")))


_STOPS = frozenset((TIME, ",", "because", "when", "but", "so", "which", "if", ";"))


def _cut(clause: Clause, start: int) -> str:
    """Return the words of a value from ``start`` on."""
    kept = ""
    for token in clause.tokens[start : start + _LONGEST]:
        if token.norm in _STOPS or (kept and token.norm in ("always", "every", "i", "he", "she")):
            break
        kept += f"{token.norm} "
    return kept


def _noun_phrase(clause: Clause, noun: Sequence[str], question: Question) -> str:
    """Return "ward seven" for "which ward", "Hillside Primary" for "which school"."""
    key = stem(noun[-1])
    for at, token in enumerate(clause.tokens):
        if not alike(stem(token.norm), key):
            continue
        after = clause.tokens[at + 1 : at + 2]
        if after and (_NUMBER.fullmatch(after[0].norm) or after[0].cased):
            end = at + 2
            while end < len(clause.tokens) and (
                clause.tokens[end].cased or _NUMBER.fullmatch(clause.tokens[end].norm)
            ):
                end += 1
            return clause.said(at, end)
        begin = at
        while begin > 0 and clause.tokens[begin - 1].norm not in _DETERMINERS | _VERBAL | FUNCTION:
            begin -= 1
        if begin < at and question.who is not None and clause.tokens[begin].norm != TIME:
            words = clause.said(begin, at + 1)
            asked = {stem(t.norm) for t in question.clause.tokens}
            if not all(stem(w.casefold()) in asked for w in words.split()):
                return words
    return ""
