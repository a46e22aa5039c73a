"""A sentence with a name that is almost right in, a reading with the right name out.

Only a name is put right, and only where the rest of the sentence then is a command as it stands,
word for word: "turn on the kitchin lamp" (misspelt or misheard), "turn on the desk lamp" (short
for "Office Desk Lamp", if no other thing can be meant), "the bed room" (a blank too many).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jellyfish import metaphone
from rapidfuzz import fuzz, process

from hearth.mind.exact.recognize import Place, Reading, Recognition
from hearth.mind.names import Name, Names, fold

SAME_LETTERS = 0.97
"""Confidence where only blanks, hyphens and accents differ."""

LIKE_CUTOFF = 85.0
"""Least similarity (``rapidfuzz.fuzz.ratio``, percent) of a misspelt name."""

MARGIN = 0.06
"""By how much a name has to be nearer than the next one."""

PART = 0.85
"""Confidence where a name was said in part."""

SOUND = 0.86
"""Confidence where a name only sounds like what was said (the same metaphone)."""

SOUND_CUTOFF = 65.0
"""Least similarity of a name that sounds the same."""

MIN_SOUNDS = 3
"""Least number of sounds by which a name can be told."""

MAX_WORDS = 6
MAX_SENTENCE_WORDS = 25
MAX_TRIES = 6
MIN_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """Words ``start`` to ``end`` of a sentence may be a name; ``rivals`` are as near as it."""

    start: int
    end: int
    name: Name
    score: float
    rivals: tuple[Name, ...] = ()


class Index:
    """The names of one house, by their letters and by their words."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.all = names.all
        self.folded = [name.folded for name in names.all]
        self.known = frozenset(self.folded)
        self.squashed: dict[str, list[Name]] = {}
        self.by_word: dict[str, list[Name]] = {}
        self.by_sound: dict[str, list[Name]] = {}
        rooms: set[str] = set()
        for name in names.all:
            self.squashed.setdefault(_squash(name.folded), []).append(name)
            if len(code := _sounds(name.folded)) >= MIN_SOUNDS:
                self.by_sound.setdefault(code, []).append(name)
            words = name.folded.split()
            if name.entity is None:
                rooms |= set(words)
            else:
                for word in dict.fromkeys(words):
                    self.by_word.setdefault(word, []).append(name)
        self.rooms = frozenset(rooms)

    def guesses(self, words: list[str], room: str | None) -> Iterator[Guess]:
        """Yield the names that some run of words may stand for."""
        runs = [
            (start, end, " ".join(words[start:end]))
            for start in range(len(words))
            for end in range(start + 1, min(len(words), start + MAX_WORDS) + 1)
        ]
        runs = [run for run in runs if run[2] not in self.known]
        left = []
        for start, end, said in runs:
            if same := self.squashed.get(_squash(said)):
                yield _guess(start, end, [(n, SAME_LETTERS) for n in same], room)
            else:
                left.append((start, end, said))
        alike = self._alike([said for _, _, said in left])
        for (start, end, _), near in zip(left, alike, strict=True):
            if near:
                yield _guess(start, end, near, room)
            elif parts := self._parts(words[start:end]):
                yield _guess(start, end, [(n, PART) for n in parts], room)
            elif sounding := self._sounding(" ".join(words[start:end])):
                yield _guess(start, end, [(n, SOUND) for n in sounding], room)

    def _alike(self, runs: list[str]) -> list[list[tuple[Name, float]]]:
        """Return for each run the names that are spelt almost like it; mostly none."""
        if not runs or not self.all:
            return [[] for _ in runs]
        scores = process.cdist(
            runs, self.folded, scorer=fuzz.ratio, score_cutoff=LIKE_CUTOFF - 100 * MARGIN
        )
        near: list[list[tuple[Name, float]]] = []
        for said, row in zip(runs, scores, strict=True):
            best = float(row.max())
            if len(said) < MIN_LETTERS or best < LIKE_CUTOFF:
                near.append([])
            else:
                near.append([(self.all[i], float(row[i]) / 100) for i in row.nonzero()[0]])
        return near

    def _sounding(self, said: str) -> list[Name]:
        """Return the names that sound like what was said and are spelt somewhat like it."""
        code = _sounds(said)
        return [
            name
            for name in (self.by_sound.get(code, ()) if len(code) >= MIN_SOUNDS else ())
            if fuzz.ratio(said, name.folded) >= SOUND_CUTOFF
        ]

    def _parts(self, said: list[str]) -> list[Name]:
        """Return the things of whose names ``said`` is a part, in order.

        The name of a room alone does not tell a thing in it from the room.
        """
        if all(len(word) < MIN_LETTERS or word in self.rooms for word in said):
            return []
        return [n for n in self.by_word.get(said[0], ()) if _is_part(said, n.folded.split())]


class Near:
    """Finds names that were said, or heard, almost right."""

    def __init__(self, recognition: Recognition) -> None:
        self._recognition = recognition
        self._index: Index | None = None
        process.cdist(["a"], ["b"])  # loads what it needs now, not in a person's sentence

    def read(self, text: str, place: Place) -> Reading | None:
        """Return a reading of ``text`` with one name put right, or None."""
        words = fold(text).split()
        if not 2 <= len(words) <= MAX_SENTENCE_WORDS or not self._recognition.could_name(
            text, place
        ):
            return None
        if self._index is None or self._index.names is not place.names:
            self._index = Index(place.names)
        guesses = sorted(
            self._index.guesses(words, place.area),
            key=lambda g: (-g.score * (g.end - g.start) ** 0.5, g.start),
        )
        for guess in guesses[:MAX_TRIES]:
            tried = " ".join((*words[: guess.start], guess.name.text, *words[guess.end :]))
            reading = self._recognition.read(tried, place)
            if reading is not None and _holds(reading, guess):
                return replace(reading, confidence=reading.confidence * guess.score)
        return None


def _is_part(said: list[str], whole: list[str]) -> bool:
    """Return whether all words that were said stand in the name in the same order."""
    rest = iter(whole)
    return len(said) < len(whole) and all(word in rest for word in said)


def _guess(start: int, end: int, scored: list[tuple[Name, float]], room: str | None) -> Guess:
    """Choose the nearest name, one in the person's room before others as near."""
    scored = sorted(scored, key=lambda s: (-s[1], s[0].area != room))
    best, score = scored[0]
    rivals = tuple(n for n, s in scored[1:] if s > score - MARGIN and not _same(n, best))
    if best.area == room and room is not None:
        rivals = tuple(r for r in rivals if r.area == room)
    return Guess(start, end, best, score, rivals)


def _holds(reading: Reading, guess: Guess) -> bool:
    """Return whether a reading rests on the guessed name and on more words than it alone."""
    if any(e.is_wildcard for e in reading.result.entities.values()):
        return False
    if reading.result.text_chunks_matched == 0:
        return False
    if reading.slots.get(guess.name.kind) != guess.name.text:
        return False
    return not any(_fits(reading, rival) for rival in guess.rivals)


def _fits(reading: Reading, rival: Name) -> bool:
    """Return whether the sentence could as well be about the rival."""
    domain = reading.result.intent_data.requires_context.get("domain")
    if rival.entity is None or not domain:
        return True
    return rival.entity.domain in ((domain,) if isinstance(domain, str) else domain)


def _same(one: Name, other: Name) -> bool:
    """Return whether two names name the same thing."""
    if one.entity is not None or other.entity is not None:
        return one.entity == other.entity
    return one.kind == other.kind and one.area == other.area


def _sounds(text: str) -> str:
    """Return the sounds of some words, as an English ear hears them."""
    return str(metaphone(_squash(text)))


def _squash(text: str) -> str:
    """Return text without blanks, hyphens and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum())
