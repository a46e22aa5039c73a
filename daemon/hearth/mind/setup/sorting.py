"""An answer in, its parts by the question that each belongs to out: some answer several at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hearth.mind.personas import Cast
from hearth.mind.setup.remarks import Remarks
from hearth.mind.setup.text import fold, phrases, said
from hearth.mind.setup.words import Words

_PARTS = re.compile(r"\s*[,;!?\u2026]+\s*|\.+(?:\s+|$)")
_LONGEST_NAME = 3
_LEAST_DIGITS = 6
"""So many digits are a number to call and nothing else: times have fewer."""


class Sorting:
    """Takes an answer apart; strict about what belongs elsewhere, and pure.

    Args:
        table: The language's ``setup``: ``begins`` are words that begin another clause after
            "and", ``calls`` what is said of whom to call.
    """

    def __init__(
        self, table: Mapping[str, Any], words: Words, remarks: Remarks, cast: Cast
    ) -> None:
        self._words, self._remarks, self._cast = words, remarks, cast
        self._calls = phrases(table.get("calls"))
        self._bids = frozenset(phrases(table.get("bids")))
        self._voice = phrases(table.get("a_voice"))
        ands = "|".join(
            map(re.escape, (*phrases(table.get("and")), *phrases(table.get("but_rather"))))
        )
        begins = "|".join(re.escape(word) for word in phrases(table.get("begins")))
        self._joint = re.compile(rf"\s+(?:{ands})\s+(?=(?:{begins})\b)", re.I) if begins else None

    def apart(self, text: str, step: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return what answers ``step``, and what answers which other question."""
        pieces = [piece for piece in _PARTS.split(text) if piece.strip()]
        if self._joint:
            pieces = [part for piece in pieces for part in self._joint.split(piece)]
        kinds = [self._kind(piece, step) for piece in pieces]
        for n, kind in enumerate(kinds):
            alone = kind == "trusted" and not self._words.people.trusted(pieces[n])
            if alone and n and not kinds[n - 1]:  # "Mara, 555 0192"
                kinds[n - 1] = self._called(pieces[n - 1])
            kinds[n] = "" if alone and n and not kinds[n - 1] else kind
        others: dict[str, list[str]] = {}
        for piece, kind in zip(pieces, kinds, strict=True):
            if kind:
                others.setdefault(kind, []).append(piece)
        if not others:
            return text, ()
        own = ", ".join(piece for piece, kind in zip(pieces, kinds, strict=True) if not kind)
        return own, tuple((kind, ", ".join(parts)) for kind, parts in others.items())

    def _called(self, name: str) -> str:
        people = self._words.people
        named = len(name.split()) <= _LONGEST_NAME or people.related(name)
        return "trusted" if named and people.trusted(name) else ""

    def _kind(self, piece: str, step: str) -> str:
        """Return the question that a part answers beyond doubt; empty: the one that was asked."""
        words, folded = self._words, fold(piece)
        if step == "name" and words.names.surely(piece):
            return ""
        hours = words.nights.speaks_of_sleep(piece) and words.nights.hours(piece)
        talk = words.wishes.speaks_of_talking(piece) and words.wishes.talk(piece)
        if step == "brings" and folded.partition(" ")[0] not in self._bids:
            talk = None  # "I'd like to talk more" is what brings somebody
        kinds = {
            "name": words.names.surely(piece),
            "named": self._remarks.call_you(piece),
            "sleep": hours,
            "trusted": self._person(piece),
            "country": self._remarks.lives(folded, asked=True),
            "talk": talk,
            "voice": (said(self._voice, folded) and words.wishes.sex(piece))
            or self._remarks.tempers(fold(words.bare(piece)), self._cast),
        }
        return next((kind for kind, is_so in kinds.items() if kind != step and is_so), "")

    def _person(self, piece: str) -> bool:
        """Return whether a part names whom to call, or has a number."""
        people = self._words.people
        reach = people.reach(piece)
        if "@" in reach or sum(map(str.isdigit, reach)) >= _LEAST_DIGITS:
            return True
        return people.related(piece) and said(self._calls, fold(piece))
