"""A sentence in, its words as they were said and as they are compared out."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+(?:[.:,]\d+)*|[^\W_]+(?:['\-][^\W_]+)*|[,;°%]|[\u2013\u2014]")
_MARKS = {";": ",", "\u2014": ",", "\u2013": ","}
_DAYTIME = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a sentence: ``said`` as they were, ``folded`` as they are compared."""

    said: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.said)

    def part(self, start: int, end: int | None = None) -> Words:
        """Return the words from ``start`` to ``end``, without commas at their ends."""
        said, folded = self.said[start:end], self.folded[start:end]
        first, last = 0, len(said)
        while first < last and said[first] == ",":
            first += 1
        while last > first and said[last - 1] == ",":
            last -= 1
        return Words(said[first:last], folded[first:last])

    @property
    def text(self) -> str:
        """The words as they are compared, without commas."""
        return " ".join(word for word in self.folded if word != ",")

    @property
    def original(self) -> str:
        """The words as they were said."""
        return " ".join(self.said).replace(" ,", ",")


def words(text: str) -> Words:
    """Return the words of a sentence; commas are words, other punctuation is left out."""
    clean = _DAYTIME.sub(r"\1m", text.replace("\u2019", "'"))
    clean = re.sub(r"(?<=\d)(am|pm|uhr|w|kwh|kw|lux|ppm)\b", r" \1", clean, flags=re.IGNORECASE)
    said = tuple(_MARKS.get(token, token) for token in _TOKEN.findall(clean))
    return Words(said, tuple(token.casefold() for token in said))
