"""Clauses of one sentence in, their readings out, each read once and not without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from hearth.mind.clause import Clauses
from hearth.mind.exact.recognize import Place, Reading, Recognition
from hearth.mind.names import fold
from hearth.mind.targets import named
from hearth.port import Command

_EXACT = 36
_ANYHOW = 5
"""How many clauses are tried for one sentence: word for word, and with guessing."""

_ASKING_WORDS = 4

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
        self._spans: dict[tuple[str, ...], tuple[Span, ...]] = {}
        self._exact: dict[str, Reading | None] = {}
        self._anyhow: dict[str, Reading | None] = {}

    def exact(self, text: str) -> Reading | None:
        """Return the reading of a clause word for word, politeness aside."""
        if text not in self._exact:
            if len(self._exact) >= _EXACT or not text:
                return None
            self._exact[text] = self._clauses.exact(text, self.place)
        return self._exact[text]

    def anyhow(self, text: str) -> Reading | None:
        """Return the reading of a clause by all means that there are for one."""
        if text not in self._anyhow:
            if reading := self.exact(text):
                return reading
            if len(self._anyhow) >= _ANYHOW or not text:
                return None
            reading = self._clauses.read(text, self.place)
            self._anyhow[text] = reading if reading and self._whole(reading, text) else None
        return self._anyhow[text]

    def loosely(self, text: str) -> Reading | None:
        """Return the reading of a clause by the concepts in it; these know exceptions, too."""
        return self._clauses.loosely(text, self.place)

    def _whole(self, reading: Reading, text: str) -> bool:
        """Return whether a guess is about every thing that was named: of two it may drop one."""
        about = {*reading.targets.ids, *reading.targets.choices}
        for span in self.spans(tuple(text.split())):
            things = [e for e in self.place.house.entities if named(e, span.value)]
            if span.kind == "name" and about.isdisjoint(e.id for e in things):
                return False
        return True

    def verb(self, word: str) -> bool:
        """Return whether a word is one that commands begin with, and end with seldom."""
        return word.casefold() in self._verbs

    def asked(self, head: str, text: str) -> str:
        """Return a clause in the form of a command where ``head`` asked for it by another form.

        After "would you mind turning off the lamp" the clause "closing the blind" is "close ...".
        """
        words = head.split()
        for count in range(2, min(len(words), _ASKING_WORDS + 1)):
            whole = " ".join((*words[:count], text))
            shorter = self._peel(whole)
            if shorter and not whole.endswith(shorter[0]):
                return shorter[0]
        return text

    def bare(self, text: str) -> str:
        """Return a clause without what is said around a command."""
        shorter = self._peel(text)
        return shorter[-1] if shorter else text

    def spans(self, words: tuple[str, ...]) -> tuple[Span, ...]:
        """Return the names among the words, the longest at each place."""
        if words not in self._spans:
            self._spans[words] = self._named(words)
        return self._spans[words]

    def _named(self, words: tuple[str, ...]) -> tuple[Span, ...]:
        folded = [fold(word) for word in words]
        lists = self.place.names.found_in(" ".join(words))
        known: dict[tuple[str, ...], tuple[str, str]] = {}
        for kind in (*AREAS, "name"):
            for value in lists[kind].values:
                key = tuple(str(value.text_in.text).casefold().split())  # type: ignore[attr-defined]  # plain text: names.py
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
