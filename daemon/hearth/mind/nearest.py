"""A sentence that the grammar does not know in, the command that it says in other words out.

The second stage. Names, rooms and numbers are replaced by stand-ins, a sentence encoder brings the
rest near known ways of saying (``sayings`` in ``configs/sentences/<lang>-sayings.yaml``), and the
nearest one's command is filled with the names again, for the grammar to read. It is no free guess:

- the sentence has to hold exactly the names and numbers that the command takes;
- words that tell of something else ("never", "yesterday", "she") end it before it begins;
- words of one direction ("off") exclude the commands of the other;
- the nearest way has to be nearer than ``NEAR``, by ``MARGIN`` nearer than what is no command, and
  by ``RIVAL`` nearer than any other command.

The figures were set on the labelled sentences ``dev`` and on public requests that are not the
home's: of those that pass the words above, none that is no command came nearer than 0.62. The part
``heldout`` measures them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hearth.error import EngineError
from hearth.house import House
from hearth.mind.names import Names, fold, signature
from hearth.mind.sentence.moment import Moments
from hearth.mind.vectors import Vectors, vectors_of
from hearth.numbers import said
from hearth.port import Encoder

log = logging.getLogger(__name__)

NEAR = 0.7
"""Least cosine of the sentence and the nearest way of saying a command."""

MARGIN = 0.08
"""By how much that has to be nearer than the nearest saying that is no command."""

RIVAL = 0.02
"""By how much that has to be nearer than the nearest way of another command."""

MAX_WORDS = 14
_DURATION = "\0"
"""Begins the word that stands for a duration; no person can say it."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence with stand-ins; ``slots`` are what stood there, by placeholder."""

    text: str
    slots: Mapping[str, str]
    rest: frozenset[str]


@dataclass(frozen=True, slots=True)
class Saying:
    """A way to say ``command`` (empty: none), with its placeholders."""

    text: str
    command: str
    slots: frozenset[str]
    way: str = ""
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A command in the grammar's words, and how near the sentence was to it, 0 to 1."""

    command: str
    score: float


class Sayings:
    """The ways of saying of one language; pure data."""

    def __init__(self, table: Mapping[str, Any], language: str = "en") -> None:
        """Read the table ``sayings``; without one nothing is known."""
        self.numbers = dict(_numbers(language)) if table else {}
        self.stand_ins = {str(k): str(v) for k, v in (table.get("stand_ins") or {}).items()}
        self.never = frozenset(str(word) for row in table.get("never") or () for word in row)
        self.home = frozenset(str(word) for word in table.get("home") or ())
        self.units = tuple(str(unit) for unit in table.get("units") or ())
        self.ways = {
            str(way): frozenset(str(word) for word in words)
            for way, words in (table.get("ways") or {}).items()
        }
        self.all: tuple[Saying, ...] = (
            *self._commands(table.get("commands") or ()),
            *self._others(table),
        )
        self.always = self.never.difference(*(saying.may for saying in self.all))

    def masked(self, text: str, slots: Mapping[str, str] | None = None) -> str:
        """Return ``{light}`` ... filled with ``slots``, else with what the encoder is told."""
        for key, value in (self.stand_ins if slots is None else slots).items():
            text = text.replace(f"{{{key}}}", value)
        return text

    def allows(self, saying: Saying, words: frozenset[str]) -> bool:
        """Return whether the words have what the command needs and nothing that contradicts it."""
        if not self.never.isdisjoint(words - saying.may):
            return False
        said = {name for name, known in self.ways.items() if not known.isdisjoint(words)}
        if saying.way and said != {saying.way}:
            return False
        return not saying.needs or not saying.needs.isdisjoint(words)

    def _commands(self, groups: Iterable[Mapping[str, Any]]) -> Iterable[Saying]:
        for group in groups:
            command, way = str(group["command"]), str(group.get("way", ""))
            needs = frozenset(str(word) for word in group.get("needs") or ())
            may = frozenset(str(word) for word in group.get("may") or ())
            for text in (command, *group["like"]):
                yield Saying(str(text), command, self._slots(command), way, needs, may)

    def _others(self, table: Mapping[str, Any]) -> Iterable[Saying]:
        for text in table.get("others") or ():
            yield Saying(str(text), "", self._slots(str(text)))

    def _slots(self, text: str) -> frozenset[str]:
        return frozenset(key for key in self.stand_ins if f"{{{key}}}" in text)


class Nearest:
    """Finds the nearest way of saying.

    Args:
        sayings: What to compare with.
        moments: Finds the durations in a sentence.
        encoder: Where the vectors come from.
        folder: Where the vectors of the sayings are kept, by the hash of model and data.
    """

    def __init__(
        self,
        sayings: Sayings,
        moments: Moments,
        encoder: Encoder,
        folder: Path | None = None,
    ) -> None:
        self._sayings = sayings
        self._moments = moments
        self._encoder = encoder
        self._folder = folder
        self._vectors: Vectors | None = None
        self._signature: tuple[Any, ...] = ()
        self._book: dict[tuple[str, ...], tuple[str, str]] = {}

    @property
    def ready(self) -> bool:
        """Whether the sayings have their vectors."""
        return self._vectors is not None

    async def prepare(self) -> None:
        """Encode the sayings, or read what was kept. Raises EngineError."""
        texts = [self._sayings.masked(saying.text) for saying in self._sayings.all]
        if self._vectors is not None or not texts:
            return
        self._vectors = await vectors_of(texts, self._encoder, "sayings", self._folder)

    async def find(self, text: str, house: House) -> Found | None:
        """Return the command that the sentence is near to, or None. Raises EngineError."""
        masked = self.mask(text, house)
        if masked is None or self._vectors is None:
            return None
        vector = np.array((await self._encoder.encode([masked.text]))[0], np.float32)
        if vector.shape[0] != self._vectors.shape[1]:
            raise EngineError("The sentence encoder is another one than before.")
        return self.choose(masked, self._vectors @ vector)

    def mask(self, text: str, house: House) -> Masked | None:
        """Return the sentence with stand-ins, or None where it cannot be about one thing here."""
        words = self._shortened(fold(text)).split()
        if not 2 <= len(words) <= MAX_WORDS:
            return None
        parts: list[str] = []
        rest: list[str] = []
        slots: dict[str, str] = {}
        for part in self._parts(words, house):
            if isinstance(part, str):
                parts.append(part)
                rest += (part, part.removesuffix("'s"))
                continue
            key, value = part
            if key in slots or key not in self._sayings.stand_ins:
                return None  # two things of a kind, or one that no command is about
            slots[key] = value
            parts.append(self._sayings.stand_ins[key])
        about_home = slots or not self._sayings.home.isdisjoint(rest)
        if not about_home or not self._sayings.always.isdisjoint(rest):
            return None
        return Masked(" ".join(parts), slots, frozenset(rest))

    def choose(self, masked: Masked, nearness: Sequence[float] | Vectors) -> Found | None:
        """Return the nearest command where it is near enough and alone."""
        best: dict[str, float] = {}
        other = 0.0
        wanted = masked.slots.keys()
        for saying, near in zip(self._sayings.all, nearness, strict=True):
            if not saying.command:
                other = max(other, float(near))
            elif saying.slots == wanted and self._sayings.allows(saying, masked.rest):
                best[saying.command] = max(best.get(saying.command, 0.0), float(near))
        if not best:
            return None
        first, *others = sorted(best, key=lambda command: -best[command])
        score = best[first]
        alone = not others or score >= best[others[0]] + RIVAL
        if score < NEAR or score < other + MARGIN or not alone:
            return None
        return Found(self._sayings.masked(first, masked.slots), score)

    def _parts(self, words: list[str], house: House) -> Iterable[str | tuple[str, str]]:
        """Yield the words, with names and numbers as (placeholder, what was said)."""
        known = self._known(house)
        longest = max((len(name) for name in known), default=0)
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + longest), at, -1):
                if name := known.get(tuple(words[at:end])):
                    yield name
                    at = end
                    break
            else:
                word = words[at]
                if word.startswith(_DURATION):
                    yield "duration", self._length(float(word.removeprefix(_DURATION)))
                else:
                    yield ("number", word) if word.rstrip("%").isdigit() else word
                at += 1

    def _shortened(self, text: str) -> str:
        """Return the sentence with each duration as one word."""
        parts: list[str] = []
        at = 0
        for start, end in self._moments.durations(text):
            parts += (text[at:start], f" {_DURATION}{self._moments.seconds(text[start:end])} ")
            at = end
        return "".join((*parts, text[at:]))

    def _length(self, seconds: float) -> str:
        """Return a duration as the grammar reads it."""
        minutes, left = divmod(round(seconds), 60)
        counts = (*divmod(minutes, 60), left)
        said = zip(counts, self._sayings.units, strict=False)
        return " ".join(f"{count} {unit}" for count, unit in said if count)

    def _known(self, house: House) -> Mapping[tuple[str, ...], tuple[str, str]]:
        new = signature(house)
        if new != self._signature:
            self._signature = new
            self._book = dict(self._sayings.numbers)
            for name in Names(house).all:
                kind = name.entity.domain if name.entity else name.kind
                key = tuple(name.folded.split())
                taken = self._book.get(key)
                clash = taken is not None and taken[0] != kind
                self._book[key] = ("", "") if clash else (kind, name.text)
        return self._book


def _numbers(language: str) -> Iterable[tuple[tuple[str, ...], tuple[str, str]]]:
    """Yield the words of the numbers to 100, as names are known."""
    for number in range(101):
        for words in said(number, language):
            yield tuple(words.casefold().replace("-", " ").split()), ("number", str(number))
