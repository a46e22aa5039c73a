"""Words and a house's names in, the ways to explain every word by a concept or a name out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count

from hearth.mind.concepts.lexicon import Chunk, Lexicon
from hearth.mind.names import Name, Names
from hearth.mind.near import PART, Index

MAX_WORDS = 20
"""A clause of more words is a story."""

MAX_UNKNOWN = 3
"""So many words of a clause may be a name that was heard wrongly."""

MAX_WAYS = 48
"""So many ways to explain a sentence are looked at, the simplest first."""

SLACK = 1.001
"""By how much a way may be longer than the shortest."""

TELLING = frozenset(("verb", "particle", "compare", "complaint", "ask", "be", "which", "gauge")) | {
    "level", "unit", "factor", "color", "ensure",
}  # fmt: skip
"""Kinds of concepts of which a command or a question has at least one."""


class Namebook:
    """The names of one house by their first word, and without blanks."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.near = Index(names)
        self._by_word: dict[str, dict[tuple[str, ...], list[Name]]] = {}
        words: set[str] = set()
        for name in names.all:
            said = tuple(name.folded.replace("-", " ").replace("_", " ").split())
            if said:
                self._by_word.setdefault(said[0], {}).setdefault(said, []).append(name)
                words.update(said)
        self.words = frozenset(words)

    def found_at(self, words: Sequence[str], start: int) -> Iterator[Chunk]:
        """Yield the names that begin at one word."""
        for said, names in self._by_word.get(words[start], {}).items():
            end = start + len(said)
            if tuple(words[start:end]) == said:
                yield from _chunks(start, end, names, 1.0)

    def almost(
        self, words: list[str], room: str | None, known: Callable[[str], bool]
    ) -> Iterator[Chunk]:
        """Yield the names that a run of words is a part of, or sounds or is spelt almost like.

        A word that is ``known`` to mean something else is no part of a name by itself.
        """
        for guess in self.near.guesses(words, room):
            if guess.rivals and guess.score != PART:
                continue  # two names that are spelt alike: neither is guessed
            if guess.score == PART and guess.end == guess.start + 1 and known(words[guess.start]):
                continue  # "the lights" is not short for "Counter Lights"
            near = [guess.name, *guess.rivals]
            yield from _chunks(guess.start, guess.end, near, guess.score)


def coverings(chunks: list[Chunk], length: int) -> list[tuple[Chunk, ...]]:
    """Return the ways to cover words 0 to ``length``, the simplest first; empty for none."""
    starting: list[list[Chunk]] = [[] for _ in range(length)]
    for chunk in chunks:
        starting[chunk.start].append(chunk)
    best: list[float] = [*([float("inf")] * length), 0.0]
    for start in reversed(range(length)):
        best[start] = min((c.cost + best[c.end] for c in starting[start]), default=float("inf"))
    if best[0] == float("inf"):
        return []
    found: list[tuple[Chunk, ...]] = []
    tie = count()
    ways: list[tuple[float, int, float, int, tuple[Chunk, ...]]] = [(best[0], 0, 0.0, 0, ())]
    while ways and len(found) < MAX_WAYS:
        _, _, cost, at, way = heappop(ways)
        if at == length:
            found.append(way)
            continue
        for chunk in starting[at]:
            so_far = cost + chunk.cost
            whole = so_far + best[chunk.end]
            if whole <= best[0] + SLACK:
                heappush(ways, (whole, next(tie), so_far, chunk.end, (*way, chunk)))
    return found


def explained(
    words: list[str], lexicon: Lexicon, book: Namebook, room: str | None, *, guess: bool
) -> list[tuple[Chunk, ...]]:
    """Return the ways to explain all words; with ``guess`` also by names that are almost right."""
    if not 1 <= len(words) <= MAX_WORDS:
        return []
    unknown = [w for w in words if not lexicon.knows(w) and w not in book.words]
    if len(unknown) > (MAX_UNKNOWN if guess else 0):
        return []
    chunks = [c for at in range(len(words)) for c in lexicon.found_at(words, at)]
    if not any(c.kind in TELLING for c in chunks):
        return []
    named = [c for at in range(len(words)) for c in book.found_at(words, at)]
    places = {(c.start, c.end) for c in named if c.kind == "place"}
    chunks = [c for c in chunks if c.kind != "room" or (c.start, c.end) not in places] + named
    if guess:
        exact = {(c.start, c.end) for c in chunks if c.kind in ("name", "place")}
        chunks += [
            c for c in book.almost(words, room, lexicon.knows) if (c.start, c.end) not in exact
        ]
    return coverings(chunks, len(words))


def _chunks(start: int, end: int, names: list[Name], score: float) -> Iterator[Chunk]:
    """Yield one piece for the things and one for each place of that name."""
    things = tuple(n for n in names if n.entity is not None)
    if things:
        yield Chunk(start, end, "name", "", things, score)
    for name in names:
        if name.entity is None:
            yield Chunk(start, end, "place", name.kind, (name,), score)
