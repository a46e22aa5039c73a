"""An answer in, what a person allows out. What is not said clearly is not allowed.

A general yes allows the mood in the words, who is there and how they sleep, and never the mood in
the voice: that has to be named, and has a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hearth.mind.setup.text import clauses, fold, groups, phrases, said, whole
from hearth.persona import Notice

EVERYTHING: tuple[Notice, ...] = ("mood", "voice", "presence", "sleep")
GENERAL: frozenset[Notice] = frozenset(("mood", "presence", "sleep"))
"""What a yes without further words allows."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be noticed; ``ask_voice``: the voice was left open, and is to be asked for."""

    what: frozenset[Notice]
    ask_voice: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an answer: what it is about, whether it allows that, and what of the rest."""

    what: frozenset[Notice]
    yes: bool
    rest: bool | None


class Consents:
    """Reads what is allowed; pure. Takes the table ``setup`` of a language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._things = groups(table, "notice")
        self._plain_mood = frozenset(phrases(table.get("plain_mood")))
        self._all, self._rest, self._none, self._no, self._yes, self._only = (
            phrases(table.get(key))
            for key in ("everything", "the_rest", "nothing", "refuses", "agrees", "only")
        )
        self._except = phrases(table.get("except"))
        self._but, self._and = phrases(table.get("but")), phrases(table.get("and"))
        willing = "|".join(map(re.escape, phrases(table.get("no_refusal")))) or "(?!)"
        self._willing = re.compile(rf"\b(?:{willing})\b", re.I)
        self._word_yes = next(iter(self._yes), "")
        self._lukewarm = whole(table.get("lukewarm"))
        self._conditions = phrases(table.get("conditions"))
        self._clear, self._hedges = phrases(table.get("clear_yes")), phrases(table.get("hedges"))
        self._refusal = whole(table.get("clear_no"))
        joints = sorted((*self._except, *self._but, *self._and), key=len, reverse=True)
        joint = "|".join(map(re.escape, joints)) or "(?!)"
        self._joints = re.compile(rf"(?<!\S)({joint})(?!\S)")

    def half(self, text: str) -> bool:
        """Return whether a text neither allows nor forbids: "I guess", "if you like"."""
        return self._is(self._lukewarm, fold(text))

    def notice(self, text: str) -> Allowed | None:
        """Return what may be noticed; None where the answer does not tell."""
        text = self._willing.sub(self._word_yes, text)
        words = fold(text)
        if self._is(self._lukewarm, words):
            return None
        parts = self._parts(text)
        yes = frozenset(w for part in parts if part.yes for w in part.what)
        no = frozenset(w for part in parts if not part.yes for w in part.what)
        rests = [part.rest for part in parts if part.rest is not None]
        rest = rests[-1] if rests else None
        if self._is(self._refusal, words) and not yes:
            return Allowed(frozenset())
        unread = rest is False and not no and not said((*self._no, *self._none), words)
        if not yes and (rest is None or unread):
            return None  # "not my voice" says nothing of the others
        what = yes | (GENERAL if rest and not said(self._only, words) else frozenset())
        open_ = bool(rest) and "voice" not in yes | no and "mood" in what - no
        if "voice" in what and said(self._conditions, words):  # "my voice too, if it helps"
            what, open_ = what - {"voice"}, True
        return Allowed(what - (no - yes), open_)

    def voice(self, text: str) -> bool | None:
        """Return whether the mood may be read from the voice; None where it is not clear.

        Only a clear yes is one: "okay" and "if you like" are not.
        """
        words = fold(text)
        if self._is(self._lukewarm, words) or said(self._hedges, words):
            return None
        refusing = fold(self._willing.sub("", text))
        if said((*self._none, *self._no), refusing) or self._is(self._refusal, refusing):
            return False  # "you may not"
        named = "voice" in self._about(words) and said(self._yes, words)
        return True if named or said(self._clear, words) else None

    @staticmethod
    def _is(patterns: list[re.Pattern[str]], words: str) -> bool:
        return any(pattern.fullmatch(words) for pattern in patterns)

    def _parts(self, text: str) -> list[_Part]:
        """Return the parts of an answer, each with what it allows or forbids."""
        found: list[_Part] = []
        yes, everything = True, False
        for clause in clauses(text):
            pieces = self._joints.split(fold(clause))
            for joint, words in zip(("", *pieces[1::2]), pieces[0::2], strict=True):
                if not words.strip():
                    if joint in self._except or (joint in self._but and everything):
                        yes = False
                    continue
                verdict = self._verdict(words)
                excepted = joint in self._except or (
                    joint in self._but and everything and verdict is not True
                )
                if excepted:
                    yes = False
                elif verdict is not None:
                    yes = verdict
                elif joint not in self._and:
                    yes = True
                everything = not excepted and said(self._all, words)
                rest = self._others(words, yes=yes)
                about = self._about(words)
                if about or rest is not None:
                    found.append(_Part(about, yes, rest))
        return found

    def _others(self, words: str, *, yes: bool) -> bool | None:
        """Return what a part says of everything that it does not name; None: nothing."""
        if said(self._none, words) or said(self._only, words):
            return False
        if said(self._rest, words):  # "the rest is my business" allows nothing
            return self._verdict(words) is True
        if said(self._all, words):
            return yes
        if not self._about(words) and said(self._yes, words):
            return yes
        return False if not self._about(words) and said(self._no, words) else None

    def _verdict(self, words: str) -> bool | None:
        """Return whether a part allows (True) or forbids by its words; None: by neither."""
        if said(self._no, words) or said(self._none, words):
            return False
        return True if said((*self._yes, *self._only), words) else None

    def _about(self, words: str) -> frozenset[Notice]:
        plain = words.replace("'s ", " ")  # "sleep's fine"
        found = {
            what for what, known in self._things.items() if said(known, words) or said(known, plain)
        }
        if {"voice", "mood"} <= found:  # "my mood in my voice" is about the voice alone
            telling = [w for w in self._things["mood"] if w not in self._plain_mood]
            found -= set() if said(telling, words) else {"mood"}
        return frozenset(what for what in EVERYTHING if what in found)
