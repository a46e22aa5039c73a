"""Clauses of one sentence in, their readings out, each read once and not without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from hearth.mind.clause import Clauses
from hearth.mind.names import fold
from hearth.mind.recognize import Place, Reading, Recognition
from hearth.port import Command

_EXACT = 36
_ANYHOW = 5
"""How many clauses are tried for one sentence: word for word, and with guessing."""

AREAS = ("area", "floor")


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` to before ``end`` are a name of this kind: name, area or floor."""

    start: int
    end: int
    kind: str
    value: str


class Reader:
    """Reads the clauses of one sentence, in one place."""

    def __init__(
        self,
        recognition: Recognition,
        clauses: Clauses,
        *,
        peel: Callable[[str], tuple[str, ...]],
        verbs: frozenset[str],
        place: Place,
        language: str,
    ) -> None:
        self._recognition = recognition
        self._clauses = clauses
        self._peel = peel
        self._verbs = verbs
        self._language = language
        self.place = place
        self._exact: dict[str, Reading | None] = {}
        self._anyhow: dict[str, Reading | None] = {}

    def exact(self, text: str) -> Reading | None:
        """Return the reading of a clause word for word, politeness aside."""
        if text not in self._exact:
            if len(self._exact) >= _EXACT or not text:
                return None
            self._exact[text] = self._recognition.read(text, self.place)
        return self._exact[text]

    def anyhow(self, text: str) -> Reading | None:
        """Return the reading of a clause by all means that there are for one."""
        if text not in self._anyhow:
            if reading := self.exact(text):
                return reading
            if len(self._anyhow) >= _ANYHOW or not text:
                return None
            self._anyhow[text] = self._clauses.read(text, self.place)
        return self._anyhow[text]

    def verb(self, word: str) -> bool:
        """Return whether a word is one that commands begin with, and end with seldom."""
        return word.casefold() in self._verbs

    def bare(self, text: str) -> str:
        """Return a clause without what is said around a command."""
        shorter = self._peel(text)
        return shorter[-1] if shorter else text

    def spans(self, words: tuple[str, ...]) -> tuple[Span, ...]:
        """Return the names among the words, the longest at each place."""
        folded = [fold(word) for word in words]
        lists = self.place.names.found_in(" ".join(words))
        known: dict[tuple[str, ...], tuple[str, str]] = {}
        for kind in (*AREAS, "name"):
            for value in lists[kind].values:
                key = tuple(str(value.text_in.text).casefold().split())  # type: ignore[union-attr]  # names are plain text, see names.py
                known.setdefault(key, (kind, str(value.value_out)))
        found: list[Span] = []
        at = 0
        while at < len(words):
            best = max(
                (k for k in known if tuple(folded[at : at + len(k)]) == k), key=len, default=()
            )
            if best:
                found.append(Span(at, at + len(best), *known[best]))
            at += len(best) or 1
        return tuple(found)

    def command(self, reading: Reading) -> Command:
        """Return a reading as the command that leaves the grammar."""
        return Command(
            intent=reading.intent,
            slots=MappingProxyType(reading.slots),
            targets=reading.targets.ids,
            confidence=round(reading.confidence, 3),
            response=reading.result.response or "default",
            language=self._language,
            said=MappingProxyType(reading.said),
            choices=reading.targets.choices,
        )


def wild(reading: Reading) -> bool:
    """Return whether a reading rests on words that could be any."""
    return any(e.is_wildcard for e in reading.result.entities.values())
