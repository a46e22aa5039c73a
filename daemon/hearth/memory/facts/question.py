"""A question in, what it asks out: of what kind, about whom, and which words an answer has.

``form`` is the question with "S" for each person and with one word for all forms of a verb, so that
"where does my sister live" and "where do I live" are one: "where do S live".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hearth.dates import When
from hearth.memory.facts.people import Context, Who, is_role
from hearth.memory.facts.stems import ANSWERS, FUNCTION, stem
from hearth.memory.facts.subjects import mention
from hearth.memory.facts.terms import word_set
from hearth.memory.facts.vocabulary import singular
from hearth.memory.facts.words import TIME, Clause, Token

_WH = word_set("who whom whose what which where when why how")
_BE, _DO, _HAVE = word_set("is are am 's 're be"), word_set("do does"), word_set("have has 've")
_WAS = word_set("was were")
_HELPING = (
    _BE | _DO | _HAVE | _WAS | word_set("did had will would can could should shall may might must")
)
_HOW = word_set("old many much long often far tall big heavy warm cold hot fast high")
_TIMES = word_set("time day date month year weekday hour")
_TYPES = word_set("kind type sort breed make brand model colour color name language size")
_OWN = word_set("have got has had")
_EDGE = word_set("on at in by for to with from of about")
_OPENS, _CLOSES = re.compile(str(ANSWERS["opens"])), re.compile(str(ANSWERS["closes"]))
_NO_QUESTION = ("what if", "yes do not", "where do what")
_NEVER = re.compile(
    "^(?:" + re.sub(r"\s*\n\s*", "", str(ANSWERS["never_here"])).replace(" |", "|") + r")(?: |$)"
)


@dataclass(frozen=True)
class Question:
    """What is asked.

    ``kind`` is the word that asks (``who``, ``where``, ``how many`` ...), ``yes`` for a question
    that a yes answers. ``noun`` are the words behind it ("which school"). ``people`` are whom it
    names, in order, and ``who`` whom it is about; ``content`` the stems that an answer has, and
    ``times`` those that it tells. ``open``: what is asked for is the subject ("who lives there").
    """

    kind: str
    form: str
    clause: Clause
    noun: tuple[str, ...] = ()
    people: tuple[Who, ...] = ()
    who: Who | None = None
    content: tuple[str, ...] = ()
    times: tuple[When, ...] = ()
    open: bool = False
    ends: str = ""
    mine: bool = False

    @property
    def talk(self) -> bool:
        """Whether it is asked of a companion's opinion, not of what it was told."""
        words = {token.norm for token in self.clause.tokens}
        if words & {"you", "your", "yours"} or self.form.startswith(
            ("what if", "yes do not", "where do what")
        ):
            return True
        return bool(_NEVER.match(self.clause.norm().strip()) or _NEVER.match(self.form))


def parse(clause: Clause, context: Context) -> Question | None:
    """Return what the words ask; None where they ask nothing."""
    tokens = _bare(list(clause.tokens))
    if len(tokens) < 2:
        return None
    clause = replace(clause, tokens=tuple(tokens))
    at = 0
    while at < len(tokens) - 1 and tokens[at].norm in _EDGE | {"since"}:
        at += 1
    if tokens[at].norm not in _WH:
        at = 0
    word = tokens[at].norm
    if word not in _WH:
        return _read(clause, "yes", 0, (), context) if word in _HELPING else None
    kind, at = word, at + 1
    noun: list[str] = []
    if kind in ("what", "which") and _norm(tokens, at) in _TIMES:
        kind, at = "when", at + 1
    elif kind == "how" and _norm(tokens, at) in _HOW:
        kind, at = f"how {_norm(tokens, at)}", at + 1
    if kind == "when" and word == "when" and _norm(tokens, at) not in _HELPING:
        return None  # "when I was a girl we had no electricity"
    takes = kind in ("what", "which", "whose", "how many", "how much")
    while takes and len(noun) < 4 and at < len(tokens) and tokens[at].norm not in _HELPING:
        if kind == "what" and not noun and _verb_follows(tokens, at):
            break  # "what ate my lettuces", "what happened to Mum"
        role = tokens[at].norm in _TYPES or is_role(singular(tokens[at].norm))
        if not role and mention(clause, at, context):
            break
        noun.append(tokens[at].norm)
        at += 1
    if noun and at >= len(tokens) and kind in ("what", "which"):
        at, noun = at - len(noun), noun[:1] if kind == "which" else []
        at += len(noun)
    return _read(clause, kind, at, tuple(noun), context)


def _verb_follows(tokens: list[Token], at: int) -> bool:
    """Tell whether "what" is the subject: "what ate my lettuces"."""
    after = _norm(tokens, at + 1)
    if tokens[at].norm.endswith("ed"):
        return True
    return after in ("my", "our", "the", "his", "her", "me", "us")


def _read(clause: Clause, kind: str, at: int, noun: tuple[str, ...], context: Context) -> Question:
    tokens = clause.tokens
    form, content = [kind], list[str]()
    people: list[Who] = []
    places: list[int] = []
    times = []
    who: Who | None = None
    mine = False
    start = at
    while at < len(tokens):
        token = tokens[at]
        if token.when is not None:
            times.append(token.when)
            form.append(TIME)
            at += 1
            continue
        one = _mentioned(clause, at, context, people)
        if one is not None:
            places.append(len(form))
            theirs = token.norm in ("his", "her", "their") and one.next == at + 1
            if not (theirs and kind in ("who", "whom", "whose")):
                people.append(one)
            end = max(one.next, at + 1)
            form.append("S")
            if token.norm in ("my", "our") and one.label == context.me:
                form.append("'s")
                mine = True
            elif token.norm in ("his", "her", "their") and end == at + 1:
                form.append("'s")
            else:
                if one.label == context.me:
                    mine = True
                if at == start or form[-2] in ("do", "did", "be", "was", "have", "will", "can"):
                    who = who or one
            at = end
            continue
        form.append("'s" if token.norm == "'s" and form[-1] == "S" else _common(token.norm))
        if token.norm not in FUNCTION | _HELPING or (at == len(tokens) - 1 and token.norm in _OWN):
            content.append(stem(token.norm))
        at += 1
    kept = [stem(word) for word in noun if word not in FUNCTION | _TYPES]
    text = " ".join(form)
    first = places[0] if places else len(form)
    subject_first = kind in ("who", "what", "which", "how many", "whose") and (
        first > 2 or not places
    )
    if len(form) > 2 and form[1] in ("do", "did") and kind != "who":
        subject_first = False
    if len(form) > 2 and form[2] in ("he", "she", "they", "it", "you"):
        subject_first = False
    asks = subject_first or (kind in ("who", "what", "which") and first == 2 and not _aux(form[1]))
    return Question(
        kind, _CLOSES.sub("", text), clause, noun, tuple(people), who, (*kept, *content),
        tuple(times), open=bool(asks), ends=tokens[-1].norm if tokens[-1].norm in _EDGE else "",
        mine=mine or any(one.kin and one.of == context.me for one in people),
    )  # fmt: skip


def _mentioned(clause: Clause, at: int, context: Context, people: list[Who]) -> Who | None:
    """Return who is named there; "his" is whom the question named: "when did Dad have his test"."""
    one = mention(clause, at, context)
    own = clause.tokens[at].norm in ("his", "her", "their", "him")
    named = [each for each in people if each.label != context.me]
    return replace(named[-1], next=at + 1) if one and own and named and one.next == at + 1 else one


def _aux(word: str) -> bool:
    return word in ("be", "was", "do", "did", "have", "had", "will", "can", "would", "could")


def _common(word: str) -> str:
    """Return one word for all forms of a helping verb, else the word."""
    for base, forms in (("be", _BE), ("do", _DO), ("have", _HAVE), ("was", _WAS)):
        if word in forms and not (word == "'s" and base != "be"):
            return base
    return word


def _bare(tokens: list[Token]) -> list[Token]:
    """Return the words without what opens and closes a question."""
    while True:
        norm = "".join(f"{token.norm} " for token in tokens)
        opened = _OPENS.match(norm)
        count = opened.group().count(" ") if opened else 0
        if not count or count >= len(tokens):
            break
        tokens = tokens[count:]
    while len(tokens) > 2 and (
        closed := _CLOSES.search(" " + " ".join(token.norm for token in tokens))
    ):
        tokens = tokens[: len(tokens) - len(closed.group().split())]
    return tokens


def _norm(tokens: list[Token], at: int) -> str:
    return tokens[at].norm if at < len(tokens) else ""
