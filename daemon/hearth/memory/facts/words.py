"""A text in, clauses that claim something out: words with their places, times as one word.

What is asked, supposed, wished, quoted or dreamt claims nothing and is left out here, so that no
rule has to think of it. Every clause knows where it stands in the text, for the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from hearth.dates import Found, When
from hearth.memory.facts.terms import word_set
from hearth.memory.facts.vocabulary import KIN, TABLE, first_names, pattern

TIME = "@"
"""The word that stands for a time in the folded clause."""

_TOKEN = pattern("token")
_QUOTED = pattern("quoted")
_SENTENCE = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_ABBREVIATED = re.compile(r"(?i:\b(?:mr|mrs|ms|dr|st|prof|vs|etc|e\.g|i\.e|[ap]\.m|no))$")

_SPELT = {
    "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "n't": "not",
    "im": "am", "favorite": "favourite", "mom": "mom", "gonna": "going to", "gotta": "got to",
    "wanna": "want to", "&": "and", "ca": "can", "wo": "will", "sha": "shall", "ain": "is",
}  # fmt: skip
_RUN_ON = {
    "im": "i am", "ive": "i have", "dont": "do not", "doesnt": "does not", "cant": "can not",
    "cannot": "can not", "isnt": "is not", "didnt": "did not", "thats": "that is",
    "theres": "there is", "wont": "will not", "havent": "have not", "hasnt": "has not",
    "arent": "are not", "wasnt": "was not", "couldnt": "could not", "id": "i would",
    "gonna": "going to", "favorite": "favourite", "favourites": "favourite",
    "shes": "she 's", "hes": "he 's", "lets": "let us", "weve": "we have", "theyre": "they are",
    "theyve": "they have", "youre": "you are", "werent": "were not", "itll": "it will",
    "whats": "what is", "wheres": "where is", "whos": "who is", "whens": "when is",
    "hows": "how is", "wouldnt": "would not", "shouldnt": "should not", "hadnt": "had not",
    "aint": "is not", "theyll": "they will",
}  # fmt: skip


_SUBJECTS = word_set(
    "i we my our he she they his her their it there this that these those you mine"
)
_TELLS = re.compile(
    r"\W*(?:(?:hey|oh|so|and|well),? )?"
    r"(?:did i (?:ever )?tell you|did you know|have i told you|guess what)\b",
    re.IGNORECASE,
)
_BREAKS = frozenset((";", ":", "\u2013", "\u2014", "(", ")"))
_JOINTS = word_set("and but because so while although though yet plus whereas since as or")
_ASKING = word_set(
    "do does did is are am was were can could would should shall has had what who whose "
    "whom where why how which"
)
_SUPPOSED = re.compile(str(TABLE["supposed"]))
_CONDITION = word_set("if unless whenever once when suppose imagine")
_DOUBT = re.compile(str(TABLE["doubt"]))


class Times(Protocol):
    """Finds the times that a text tells (``dates.Dates``)."""

    def find(self, text: str, now: datetime) -> Sequence[Found]:
        """Return them in order."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, folded, and where it stands in the text; ``when`` where it is a time."""

    norm: str
    start: int
    end: int
    when: When | None = None
    cased: bool = False


@dataclass(frozen=True)
class Clause:
    """Words of a text that claim one thing. ``first``: its first word begins a sentence.

    ``sure``: it is claimed, and neither supposed nor what somebody else said. ``start`` and ``end``
    are where its sentence stands in the text, without what only opens it.
    ``asks``: it is a question.
    ``known`` are names in lower case.
    """

    text: str
    tokens: tuple[Token, ...]
    first: bool = True
    shouted: bool = False
    sure: bool = True
    start: int = 0
    end: int = 0
    asks: bool = False
    known: frozenset[str] = frozenset()

    def norm(self, start: int = 0) -> str:
        """Return the folded words from token ``start`` on, each followed by a blank."""
        return "".join(f"{token.norm} " for token in self.tokens[start:])

    def said(self, start: int, end: int) -> str:
        """Return the text of these tokens as it was said."""
        if end <= start:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def index(self, characters: int, start: int = 0) -> int:
        """Return which token begins at so many characters of ``norm(start)``."""
        at = 0
        for number, token in enumerate(self.tokens[start:], start):
            if at >= characters:
                return number
            at += len(token.norm) + 1
        return len(self.tokens)

    def capital(self, number: int) -> bool:
        """Tell whether a word is written like a name, and that tells something here."""
        token = self.tokens[number]
        if token.norm in self.known:
            return True
        return token.cased and not self.shouted and not (self.first and number == 0)


def clauses(
    text: str, now: datetime, times: Times, known: frozenset[str] = frozenset()
) -> Iterator[Clause]:
    """Yield the clauses of a text in order; those that claim nothing are not ``sure``.

    ``known`` are names in lower case.
    """
    for start, end, asked in _sentences(text):
        for clause in _claims(text, start, end, now, times, asked=asked):
            yield replace(clause, known=known) if known else clause


def whole(text: str, now: datetime, times: Times, known: frozenset[str] = frozenset()) -> Clause:
    """Return all words of a text, a question for one, without what only opens it."""
    tokens = _tokens(text, 0, len(text), now, times)
    shouted = not any(c.islower() for c in text)
    return Clause(text, tuple(_without_lead(tokens)), shouted=shouted, end=len(text), known=known)


def _sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where each sentence begins and ends, and whether it is a question."""
    at = 0
    for match in _SENTENCE.finditer(text):
        if _ABBREVIATED.search(text[at : match.start()]) and match.end() < len(text) - 1:
            continue
        yield at, match.start(), "?" in match.group()
        at = match.end()
    if text[at:].strip():
        yield at, len(text), False


def _claims(
    text: str, start: int, end: int, now: datetime, times: Times, *, asked: bool
) -> Iterator[Clause]:
    quoted = [match.span() for match in _QUOTED.finditer(text, start, end)]
    tokens = _tokens(text, start, end, now, times)
    if quoted:  # what somebody else said, or a title: the words around it claim nothing sure
        tokens = [t for t in tokens if t.end <= quoted[0][0]]
    tokens = _without_lead(tokens)
    if not tokens:
        return
    whole = text[start:end]
    if (asked and not _TELLS.match(whole)) or _asks(tokens):
        yield Clause(text, tuple(tokens), sure=False, start=start, end=end, asks=True)
        return
    shouted = not any(c.islower() for c in whole)
    supposing = False
    for number, part in enumerate(_parts(tokens)):
        norm = "".join(f"{token.norm} " for token in part)
        was, supposing = supposing, False
        if not part:
            continue
        sure = False
        if part[0].norm in _CONDITION and not norm.startswith("once a"):
            supposing = True
        elif was or _DOUBT.search(norm):
            supposing = was and number == 0
        else:
            sure = not _SUPPOSED.search(norm)
        first = part[0].start <= tokens[0].start
        yield Clause(text, tuple(part), first, shouted, sure, tokens[0].start, end)


def _tokens(text: str, start: int, end: int, now: datetime, times: Times) -> list[Token]:
    """Return the words of a stretch of text; each time that it tells is one of them."""
    piece = text[start:end]
    found = times.find(piece, now)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(piece):
        at, until = match.start() + start, match.end() + start
        inside = next((f for f in found if f.start + start <= at < f.end + start), None)
        if inside:
            if tokens and tokens[-1].when is inside.when:
                continue
            tokens.append(Token(TIME, inside.start + start, inside.end + start, inside.when))
            continue
        word = match.group().replace("\u2019", "'")
        folded = word.casefold()
        cased = word[0].isupper() and folded != "i"
        spelt = _RUN_ON.get(folded) or _SPELT.get(folded, folded)
        if folded.startswith("'") or folded == "n't":
            spelt = _SPELT.get(folded, folded)
        spelt = spelt.removesuffix("'")
        tokens += [Token(each, at, until, cased=cased) for each in spelt.split()]
        if folded.endswith("s'") and len(folded) > 3:
            tokens.append(Token("'s", until, until))
    return _merged(tokens)


_ONE_WORD = {tuple(str(words).split()): str(words).replace(" ", "-") for words in TABLE["one_word"]}


def _merged(tokens: list[Token]) -> list[Token]:
    """Return the words with those as one that are one: "mother in law"."""
    out: list[Token] = []
    while tokens:
        for length in (3, 2, 1):
            norms = tuple(token.norm for token in tokens[:length])
            norm = _ONE_WORD.get(norms, norms[0] if length == 1 else "")
            if norm:
                first, last = tokens[0], tokens[len(norms) - 1]
                out.append(Token(norm, first.start, last.end, first.when, first.cased))
                tokens = tokens[len(norms) :]
                break
    return out


_LEADS = tuple(tuple(str(lead).split()) for lead in TABLE["leads"])


def _without_lead(tokens: list[Token]) -> list[Token]:
    """Return the words without what only opens a sentence."""
    while tokens:
        norms = [token.norm for token in tokens[:7]]
        longest = max(
            (len(lead) for lead in _LEADS if tuple(norms[: len(lead)]) == lead), default=0
        )
        if norms[0] in (",", ";", ":", "\u2013", "\u2014"):
            longest = 1
        if not longest:
            return tokens
        tokens = tokens[longest:]
    return tokens


def _asks(tokens: list[Token]) -> bool:
    """Tell whether the words ask something, though no question mark says so."""
    first, second = tokens[0].norm, tokens[1].norm if len(tokens) > 1 else ""
    if first in _ASKING:
        return True
    if first == "have" and second in ("i", "you", "we", "they", "my"):
        return True
    if first == "will" and second in ("i", "you", "we", "they", "my", "it", "he", "she", "the"):
        return True
    return first == "when" and second in ("is", "are", "was", "did", "do", "does", "will", "am")


_RUNS_ON = word_set("i he she they we it one")
_NOT_BEHIND = word_set(
    "if 's when because that and but so as than while before after until since where what who whom"
    " how why which whether or like think thinks say says said know hope the is are was do does did"
    " reckon told tell guess wish one things thing all everything time way , not every once"
    " have has had will can could would should must might"
)
_HELPS = word_set(
    "is are am was were 's has have had will can could would do does did never always just also"
    " really still only got"
)


def _runs_on(tokens: list[Token], number: int, part: list[Token]) -> bool:
    """Tell whether a sentence begins here, where a recognizer wrote no stop before it."""
    token = tokens[number]
    if token.norm in ("my", "our"):
        return _relative_runs_on(tokens, number, part)
    if token.norm not in _RUNS_ON or len(part) < _SHORTEST or number + 1 >= len(tokens):
        return False
    if tokens[number - 1].norm in _NOT_BEHIND:
        return False
    verb = tokens[number + 1].norm
    told = any(each.norm in _HELPS or each.norm.endswith(("s", "ed")) for each in part[1:])
    if token.norm == "one" and verb not in ("is", "'s"):
        return False
    third = token.norm in ("he", "she", "it") and verb.endswith(("s", "ed"))
    return told and (verb in _HELPS or third or token.norm in ("he", "she", "i"))


def _relative_runs_on(tokens: list[Token], number: int, part: list[Token]) -> bool:
    """Tell whether "my husband chose them" begins here, behind a whole sentence."""
    if len(part) < _SHORTEST or tokens[number - 1].norm in _NOT_BEHIND | _LEADS_ON:
        return False
    after = [token.norm for token in tokens[number + 1 : number + 5]]
    told = any(each.norm in _HELPS or each.norm.endswith(("s", "ed")) for each in part[1:])
    verbs = [word for word in after[1:] if word in _HELPS or word.endswith(("ed", "s"))]
    return told and bool(after) and after[0] in KIN and bool(verbs)


_LEADS_ON = word_set(
    "with to for from of in on at by about than near behind under over into after before like as"
    " see saw met meet call called give gave love loves hate hates visit help told ask miss"
)
_SHORTEST = 3
"""Words that a sentence has at least before another one runs on behind it."""


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the parts that have a subject of their own; a list of things is not parted."""
    part: list[Token] = []
    stops = any(token.norm in _BREAKS or token.norm == "," for token in tokens)
    for number, token in enumerate(tokens):
        if not stops and _runs_on(tokens, number, part):
            yield part
            part = []
        after = [each.norm for each in tokens[number + 1 : number + 4]]
        joint = token.norm in _JOINTS or token.norm == ","
        if token.norm in _BREAKS or (joint and _begins(after, tokens, number)):
            yield part
            part = []
        elif token.norm in ("because", "although", "though", "whereas", "if", "unless", "when"):
            yield part
            part = [token] if token.norm in _CONDITION else []
        else:
            part.append(token)
    yield part


_VERB = re.compile(r"^(?:is|are|was|has|have|'s|lives?|likes?|loves?|works?|hates?|will|does|got)$")


def _begins(after: list[str], tokens: list[Token], number: int) -> bool:
    """Tell whether a clause begins behind a joint or a comma."""
    while after and (after[0] in _JOINTS or after[0] in (",", TIME, "also", "then")):
        after = after[1:]
    if not after or after[0] in _CONDITION:
        return True
    if after[0] in ("my", "our") and tokens[number].norm == ",":
        return number > 1  # "Mara, my sister, ...": the rule for it looks at the whole
    if after[0] in _SUBJECTS:
        return True
    if len(after) < 2:  # a word and its verb
        return False
    named = after[0] in first_names() or tokens[number + 1].cased
    return bool(_VERB.match(after[1])) or (named and after[1].endswith(("s", "ed")))
