"""An answer of a person in, what it says out: names, people, countries, wishes.

The words are data (``setup`` in ``configs/sentences/<lang>-self.yaml``). An answer to a question is
read generously; what is said at any other time strictly (``remarks.py``), as it may be about
something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import time
from typing import Any, Literal

from hearth.mind.personas import Cast, Sex, Wish
from hearth.mind.setup.hours import Hours, Moments, Nights
from hearth.mind.setup.text import (
    WORD,
    Countries,
    capital,
    fold,
    groups,
    phrases,
    said,
    spaced,
    whole,
)
from hearth.persona import Notice, Talk, Trusted

_MOST_NAME_WORDS = 3
_LONGEST_NAME = 40
_REACH = re.compile(r"\S+@\S+\.\S+|(?<!\w)(?:\+|\(|\d)[\d\s()/.\-]*\d")
_LEAST_DIGITS = 3
_SLOWER, _FASTER = 0.85, 1.15
_EVERYTHING: frozenset[Notice] = frozenset(("mood", "voice", "presence", "sleep"))

Aside = Literal["skip", "why", "later", ""]
"""What was said instead of an answer."""

Yes = Literal["yes", "no", "starts_yes", ""]


class Words:
    """Reads answers in one language; pure.

    Args:
        table: The language's ``setup``.
        moments: Reads times.
        digits: Reads a number that was spelled aloud ("oh one five one"); "" where it is none.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        moments: Moments,
        digits: Callable[[str], str] = lambda text: "",
    ) -> None:
        self._digits = digits
        self._nights = Nights(table, moments)
        self._asides: tuple[tuple[Aside, list[re.Pattern[str]]], ...] = (
            ("later", whole(table.get("later"))),
            ("why", whole(table.get("why"))),
            ("skip", whole(table.get("skip"))),
        )
        self._greetings = frozenset(phrases(table.get("greeting")))
        self._no_name = frozenset(phrases(table.get("no_name")))
        self._approving = frozenset(phrases(table.get("approving")))
        self._disapproving = frozenset(phrases(table.get("disapproving")))
        self._names = whole(table.get("names"), name=r"\S.*?")
        self._call_me = whole(table.get("call_me"), name=r"\S.*?")
        self._clauses = re.compile(
            rf"[,;.!?]|\b(?:{'|'.join(map(re.escape, phrases(table.get('but_rather'))))})\b", re.I
        )
        self._talk, self._sexes, self._paces, self._tempers, self._notice = (
            groups(table, key) for key in ("talk", "sexes", "paces", "tempers", "notice")
        )
        self._any, self._all, self._none, self._but, self._nobody, self._other, self._no_hours = (
            phrases(table.get(key))
            for key in (
                "any",
                "everything",
                "nothing",
                "but",
                "nobody",
                "somebody_else",
                "no_hours",
            )
        )
        self._plain_mood = frozenset(phrases(table.get("plain_mood")))
        self._around = frozenset(phrases(table.get("around_person")))
        self._my = frozenset(phrases(table.get("my")))
        self._your = str(table.get("your", ""))
        self._relations = frozenset(phrases(table.get("relations")))
        self._no_family = frozenset(phrases(table.get("no_family")))
        self.countries = Countries(table.get("countries") or {})

    # --- instead of an answer ---

    def aside(self, text: str) -> Aside:
        """Return whether a person would rather skip, know why, or go on later."""
        told = dict.fromkeys((fold(text), self._bare(text)))
        for aside, patterns in self._asides:
            if any(pattern.fullmatch(words) for pattern in patterns for words in told):
                return aside
        return ""

    # --- answers ---

    def name(self, text: str) -> str:
        """Return the name that an answer gives ("call me Anna, please"); empty: none."""
        clauses = [clause for clause in self._clauses.split(text) if clause and clause.strip()]
        for clause in reversed(clauses):  # "it's Robert, but call me Bob"
            if name := self.named(clause, self._call_me):
                return name
        plain = self._ungreeted(text)
        for clause in (plain, *self._clauses.split(plain), text):
            if clause and (name := self.named(clause, self._names)):
                return name
        return ""

    def approves(self, text: str) -> bool:
        """Return whether somebody is pleased with a name that was offered ("that's a nice one")."""
        words = fold(text)
        return said(self._approving, words) and not said(self._disapproving, words)

    def wish(self, text: str, cast: Cast) -> Wish | None:
        """Return how somebody would like Hearth to be; an empty wish where they do not mind.

        None where the answer says nothing of it.
        """
        words = fold(text)
        tempers = [t for t, known in self.vocabulary(cast).items() if said(known, words)]
        sexes = [s for s, known in self._sexes.items() if said(known, words)]
        sex: Sex = "female" if sexes == ["female"] else "male" if sexes == ["male"] else ""
        if not (tempers or sex or self.pace(text) or said(self._any, words)):
            return None
        return Wish(tuple(tempers), sex)

    def vocabulary(self, cast: Cast) -> dict[str, tuple[str, ...]]:
        """Return the words for each temper: a language's, and those of the persona files."""
        known = dict(self._tempers)
        for file in cast.files.values():
            known |= {t: (*known.get(t, ()), t) for t in file.tempers}
            names = (fold(v.name) for v in (file.female, file.male) if v)
            known[file.id] = (*known.get(file.id, ()), file.id, *names)
        return known

    def pace(self, text: str) -> float:
        """Return the pace that was wished for as a factor; 0: none."""
        factors = {"slower": _SLOWER, "faster": _FASTER}
        words = fold(text)
        return next((factors[p] for p, known in self._paces.items() if said(known, words)), 0.0)

    def talk(self, text: str) -> Talk | None:
        """Return how talkative Hearth may be; None where the answer does not tell.

        "Not much" is little, so the words for little go first; "a little bit" is some.
        """
        words = fold(text)
        levels: tuple[Talk, ...] = ("little", "much", "some")
        found = [level for level in levels if said(self._talk.get(level, ()), words)]
        longest = [w for w in self._talk.get("some", ()) if " " in w and said((w,), words)]
        return "some" if longest and "much" not in found else next(iter(found), None)

    def hours(self, text: str) -> Hours | None:
        """Return from when until when the house sleeps; None where no time was said."""
        return self._nights.hours(text)

    def wakes(self, text: str) -> time | None:
        """Return until when the house sleeps."""
        return self._nights.wakes(text)

    def no_hours(self, text: str) -> bool:
        """Return whether there are to be no quiet hours."""
        return {self._bare(text), fold(text)} & set(self._no_hours) != set()

    def trusted(self, text: str) -> Trusted | None:
        """Return the person that an answer names, and how to reach them; None: nobody.

        "My sister Mara, 0151 234": Mara; "my sister": the person's sister.
        """
        reach, rest = self._reach(text)
        found = [m.group() for m in WORD.finditer(rest)]
        while found and fold(found[0]) in self._around:
            found = found[1:]
        own = bool(found) and fold(found[0]) in self._my
        found = found[1:] if own else found
        low = [fold(word) for word in found]
        kin = next(
            (n for n in (3, 2, 1) if " ".join(low[:n]) in self._relations and low[n - 1 :]), 0
        )
        named = found[kin:]
        while named and fold(named[0]) in self._around:
            named = named[1:]
        end = next((n for n, word in enumerate(named) if fold(word) in self._around), len(named))
        named = named[:end]
        if not named and kin:
            relation = " ".join(found[:kin])
            return Trusted(f"{self._your} {relation}".strip() if own else capital(relation), reach)
        if not 0 < len(named) <= _MOST_NAME_WORDS:
            return None
        return Trusted(capital(" ".join(named)), reach)

    def nobody(self, text: str) -> bool:
        """Return whether there is nobody to be named."""
        return {self._bare(text), fold(text)} & set(self._nobody) != set()

    def reach(self, text: str) -> str:
        """Return the number or address in a text, spelled aloud or in digits; empty: none."""
        return self._reach(text)[0]

    def notice(self, text: str, yes: Yes) -> frozenset[Notice] | None:
        """Return what may be noticed; None where the answer does not tell. ``yes`` is what it
        would be as an answer of yes and no."""
        words = fold(text)
        for word in self._but:
            allowed, parted, taken = f" {words} ".partition(f" {word} ")
            if parted and (less := self._noticing(taken)):
                more = self._noticing(allowed)
                return (more or _EVERYTHING) - less
        some = self._noticing(words)
        if yes == "no" or said(self._none, words):
            return frozenset()
        if some:
            return some
        everything = yes in ("yes", "starts_yes") or said(self._all, words)
        return _EVERYTHING if everything else None

    def somebody_else(self, text: str) -> bool:
        """Return whether a person would rather have another persona."""
        longer = [phrase for phrase in self._other if " " in phrase]
        return self._bare(text) in self._other or said(longer, fold(text))

    def speaks_of_people(self, text: str) -> bool:
        """Return whether a sentence mentions somebody of the person's own: a friend, a sister."""
        return said(self._relations - self._no_family, fold(text))

    # --- within, and for remarks ---

    def named(self, text: str, patterns: Iterable[re.Pattern[str]]) -> str:
        """Return the name where the whole text is one of the patterns around a name."""
        words = spaced(text.strip(' .,!?;:"\u201c\u201d'))
        for pattern in patterns:
            match = pattern.fullmatch(words)
            name = _tidy(match["name"]) if match else ""
            if name and self._no_name.isdisjoint(fold(name).split()):
                return name
        return ""

    def _reach(self, text: str) -> tuple[str, str]:
        """Return the number or address in a text, and the text without it."""
        if found := _REACH.search(text):
            reach = " ".join(found.group().split()).strip(" .-/,")
            if "@" in reach or sum(map(str.isdigit, reach)) >= _LEAST_DIGITS:
                return reach, text.replace(found.group(), " ")
        words = text.split()
        for start in range(len(words) - _LEAST_DIGITS + 1):
            digits = self._digits(" ".join(words[start:]))
            if len(digits) >= _LEAST_DIGITS:
                return digits, " ".join(words[:start])
        return "", text

    def _noticing(self, words: str) -> frozenset[Notice]:
        found = {what for what, known in self._notice.items() if said(known, words)}
        if {"voice", "mood"} <= found:  # "my mood in my voice" is about the voice alone
            telling = [w for w in self._notice["mood"] if w not in self._plain_mood]
            found -= set() if said(telling, words) else {"mood"}
        return frozenset(what for what in _EVERYTHING if what in found)

    def _ungreeted(self, text: str) -> str:
        """Return a text without the hello that it begins with."""
        words = text.split()
        while len(words) > 1:
            if len(words) > 2 and fold(" ".join(words[:2])) in self._greetings:
                words = words[2:]
            elif fold(words[0]) in self._greetings:
                words = words[1:]
            else:
                break
        return " ".join(words)

    def _bare(self, text: str) -> str:
        return fold(self._ungreeted(text))


def _tidy(name: str) -> str:
    """Return a name with single blanks; empty where it can be none."""
    words = WORD.findall(name)
    joined = " ".join(words)
    if not 0 < len(words) <= _MOST_NAME_WORDS or len(joined) > _LONGEST_NAME:
        return ""
    return "" if any(map(str.isdigit, joined)) else capital(joined)
