"""A language's concepts in, the meaning of each word or phrase of a sentence out.

The words are data: ``concepts`` in ``configs/sentences/<lang>.yaml``, each a ``hassil`` template
under its kind and value (``verb: {dim: [dim, darken]}``). Numbers come from ``hassil``'s tables of
number words, colours from Home Assistant's list of the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hassil import parse_sentence, sample_expression

from hearth.mind.names import Name, fold
from hearth.numbers import said

HIGHEST_WORD = 100
"""The highest number that is known by its words; higher ones are known by their digits."""

MIN_HEAD = 4
"""Letters that the last part of a compound has at least."""

COSTS = {"filler": 0.6, "one": 0.6, "name": 0.9, "place": 0.9, "thing": 0.95, "aspect": 0.95}
"""How much a piece counts against a reading; any other counts 1."""

_SYMBOLS = re.compile(r"(?<=\d)\s*(%|°\s*[cf]?\b|°)", re.IGNORECASE)
_DIGITS = re.compile(r"^\d{1,5}(?:[.,]\d)?$")
_BLANKS = str.maketrans("-_", "  ")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words ``start`` to ``end`` of a sentence and what they may mean.

    ``kind`` is a kind of concept, ``name`` (``names`` are the things that it may name) or ``place``
    (``names`` has the area or floor); ``score`` is below 1 where a name was not said exactly.
    """

    start: int
    end: int
    kind: str
    value: Any = ""
    names: tuple[Name, ...] = ()
    score: float = 1.0

    @property
    def cost(self) -> float:
        """How much worse a reading gets by this piece; fewer and exact pieces are better."""
        return COSTS.get(self.kind, 1.0) + 2 * (1 - self.score)


class Lexicon:
    """The concepts of one language, found by the first word of a phrase."""

    def __init__(
        self, table: Mapping[str, Any], colors: Iterable[tuple[str, Any]], language: str
    ) -> None:
        """Expand all templates; about 50 ms. Without a table nothing is known."""
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, Any]]] = {}
        self.known = bool(table)
        for kind, values in table.items():
            if kind == "link":
                continue
            if isinstance(values, Mapping):
                for value, templates in values.items():
                    self._add(kind, value, _samples(templates))
            else:
                self._add(kind, "", _samples(values))
        if self.known:
            for words, color in colors:
                self._add("color", color, _samples([words]))
            for words, number in _numbers(language):
                self._add("number", number, [words])
        self._links = ("", *(str(link) for link in table.get("link") or ()))
        self._compounds = "link" in table
        for phrases in self._phrases.values():
            phrases.sort(key=lambda entry: -len(entry[0]))
        every = [entry for phrases in self._phrases.values() for entry in phrases]
        of: dict[tuple[str, Any], list[str]] = {}
        for phrase, kind, value in every:
            of.setdefault((kind, value), []).append(" ".join(phrase))
        self._of = {key: tuple(phrases) for key, phrases in of.items()}
        self.vocabulary = frozenset(word for entry in every for word in entry[0])
        single = [(words[0], kind) for words, kind, _ in every if len(words) == 1]
        self._heads = tuple(w for w, kind in single if kind == "thing" and len(w) >= MIN_HEAD)
        self._rooms = frozenset(w for w, kind in single if kind == "room")

    def phrases(self, kind: str, value: Any) -> tuple[str, ...]:
        """Return the phrases of one concept."""
        return self._of.get((kind, value), ())

    def words(self, text: str, names: frozenset[str] = frozenset()) -> list[str]:
        """Return the words of a sentence as phrases are compared; a possessive loses its ``'s``.

        A compound of a room and a thing ("Küchenlicht") is parted, unless it is a word of
        ``names``.
        """
        parted = _SYMBOLS.sub(r" \1 ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        words = fold(parted).translate(_BLANKS).split()
        return [part for word in words for part in self._parts(self._plain(word), names)]

    def knows(self, word: str) -> bool:
        """Return whether a word occurs in any concept, or is a number."""
        return word in self.vocabulary or bool(_DIGITS.match(word))

    def found_at(self, words: Sequence[str], start: int) -> Iterator[Chunk]:
        """Yield what may begin at one word."""
        first = words[start]
        for phrase, kind, value in self._phrases.get(first, ()):
            end = start + len(phrase)
            if tuple(words[start:end]) == phrase:
                yield Chunk(start, end, kind, value)
        if _DIGITS.match(first):
            yield Chunk(start, start + 1, "number", float(first.replace(",", ".")))

    def _add(self, kind: str, value: Any, phrases: Iterable[str]) -> None:
        for phrase in phrases:
            words = tuple(phrase.split())
            if words:
                entry = (words, str(kind), str(value) if isinstance(value, str) else value)
                known = self._phrases.setdefault(words[0], [])
                if entry not in known:
                    known.append(entry)

    def _parts(self, word: str, names: frozenset[str]) -> tuple[str, ...]:
        """Return the room and the thing of a compound, or the word itself."""
        if not self._compounds or word in self.vocabulary or word in names:
            return (word,)
        for head in self._heads:
            if word.endswith(head):
                stem = word.removesuffix(head)
                for link in self._links:
                    room = stem.removesuffix(link) if link else stem
                    if stem.endswith(link) and room in self._rooms | names:
                        return (room, head)
        return (word,)

    def _plain(self, word: str) -> str:
        if word not in self.vocabulary and word.endswith(("'s", "s'")):
            return word[:-2] if word.endswith("'s") else word[:-1]
        return word


def _samples(templates: Iterable[Any]) -> list[str]:
    """Return every phrase that the templates stand for, as it is compared."""
    return [
        " ".join(fold(sample).translate(_BLANKS).split())
        for template in templates
        for sample in sample_expression(parse_sentence(str(template)).expression)
    ]


def _numbers(language: str) -> Iterator[tuple[str, float]]:
    """Yield the words of whole numbers; none where the language has no table of them."""
    for number in range(HIGHEST_WORD + 1):
        for words in said(number, language):
            yield words.casefold().translate(_BLANKS), float(number)
