"""A sentence as it was said in, the plain words that patterns read out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_MARKS = re.compile(r"[^\w'%+*/.,-]+")
_POINTS = re.compile(r"(?<!\d)[.,/*+-]+|[.,/*+-]+(?!\d)")


class Plain:
    """Folds case, marks and contractions of one language, and drops what only opens a sentence."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Read ``contractions``, ``openers`` and ``closers`` of the table ``conversation``."""
        self._short = {str(k): str(v) for k, v in (table.get("contractions") or {}).items()}
        self._openers = _words(table.get("openers") or ())
        self._closers = _words(table.get("closers") or ())

    def words(self, text: str) -> str:
        """Return the sentence in small letters, without marks, contractions written out."""
        folded = _MARKS.sub(" ", text.casefold().replace("\u2019", "'"))
        folded = _POINTS.sub(" ", folded)
        return " ".join(self._short.get(word, word) for word in folded.split() if word.strip("'"))

    def core(self, text: str, names: Sequence[str] = ()) -> str:
        """Return ``words`` without what opens or closes it ("well", "please", a name)."""
        words = self.words(text).split()
        also = {name.casefold() for name in names}
        while len(words) > 1 and (words[0] in self._openers or words[0] in also):
            words = words[1:]
        while len(words) > 1 and (words[-1] in self._closers or words[-1] in also):
            words = words[:-1]
        return " ".join(words)


def _words(rows: Sequence[object]) -> frozenset[str]:
    return frozenset(str(word) for word in rows)


def content(text: str, empty: frozenset[str]) -> frozenset[str]:
    """Return the stems of the words that carry meaning; ``empty`` are those that do not."""
    return frozenset(
        stem(word)
        for word in re.findall(r"[^\W\d_]+", text.casefold())
        if len(word) > 2 and word not in empty
    )


def stem(word: str) -> str:
    """Return a word without its commonest endings, crudely: for comparing, not for showing."""
    for ending in (
        "ingly",
        "edly",
        "ings",
        "ing",
        "ies",
        "ied",
        "est",
        "ed",
        "es",
        "ly",
        "er",
        "s",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] in "ei" else word
