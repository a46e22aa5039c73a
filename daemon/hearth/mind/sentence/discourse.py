"""The words of a language that join, take back, leave out and put off: data in, patterns out.

The data are ``discourse`` in ``configs/sentences/<lang>*.yaml``. A language without them has
sentences of one clause, as ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth.compiled import compiled
from hearth.mind.sentence.moment import Moments
from hearth.pattern import any_of, expression, number_words, pattern

_WORD = re.compile(r"(?:[^\s,;.!?]|[.,](?=\d))+|[,;.!?]+")
_HALF = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
_ONE = r"(?<!\S)(?:{})(?!\S)"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as words; ``stops`` are the numbers of those with punctuation before them."""

    words: tuple[str, ...]
    stops: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The words with blanks between them."""
        return " ".join(self.words)

    def part(self, start: int, end: int | None = None) -> Line:
        """Return the words from ``start`` to before ``end``."""
        words = self.words[start:end]
        stops = frozenset(s - start for s in self.stops if start < s < start + len(words))
        return Line(words, stops)

    def find(self, regex: re.Pattern[str] | None) -> tuple[tuple[int, int], ...]:
        """Return the spans of words that match, as numbers of the first and after the last."""
        if regex is None:
            return ()
        return self.spans((m.start(), m.end()) for m in regex.finditer(self.text))

    def spans(self, characters: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Return spans of characters as spans of words."""
        text = self.text
        return tuple(
            (
                text.count(" ", 0, start),
                text.count(" ", 0, start + len(text[start:end].rstrip())) + 1,
            )
            for start, end in characters
            if text[start:end].strip()
        )


def line(text: str) -> Line:
    """Return a sentence as words without its punctuation."""
    words: list[str] = []
    stops: set[int] = set()
    for match in _WORD.finditer(_HALF.sub(r"\1m", text.replace("\u2019", "'"))):
        if match.group()[0] in ",;.!?":
            stops.add(len(words))
        else:
            words.append(match.group())
    return Line(tuple(words), frozenset(s for s in stops if 0 < s < len(words)))


@dataclass(frozen=True, slots=True)
class Short:
    """A sentence without its thing, and the sentences with one that it stands for."""

    regex: re.Pattern[str]
    whole: tuple[str, ...]


class Discourse:
    """What is known of one language's ways to join clauses."""

    def __init__(self, table: Mapping[str, Any], language: str) -> None:
        """Take the table ``discourse``. Raises ConfigError where a template is wrong."""
        self.known = bool(table)

        def of(key: str, shape: str = _ONE) -> re.Pattern[str] | None:
            return pattern(table.get(key) or (), shape)

        self.joint = pattern([*(table.get("then") or ()), *(table.get("and") or ())])
        self.aside = of("aside", r"^(?:(?:{})(?!\S)\s*)+$")
        self.any_aside = of("aside")
        self.hesitation = of("hesitation")
        self.correction = of("correction")
        self.cancel = of("cancel", r"^(?:{})$")
        self.condition = of("condition")
        self.exception = of("except")
        self.lead = of("lead", r"^(?:{})(?!\S)\s*")
        self.trail = of("trail", r"\s*(?<!\S)(?:{})$")
        self.again = of("again")
        self.here = of("here")
        self.reason = of("reason")
        self.other = of("other", r"^(?:{})$")
        self.both = of("both", r"^(?:{})$")
        self.repeat = of("repeat", r"^(?:{})$")
        self.more = of("more", r"^(?:{})$")
        self.one = _filled(table.get("one"), {"word": r"[^\W\d]+"})
        pronoun = table.get("pronoun") or {}
        self.pronoun_one = pattern(pronoun.get("one") or ())
        self.pronoun_many = pattern(pronoun.get("many") or ())
        self.fillers = frozenset(str(w) for w in table.get("fillers") or ())
        self.ones = frozenset(str(w) for w in table.get("ones") or ())
        self.verbs = tuple(str(v) for v in table.get("verbs") or ())
        self.classes = {
            str(word): f"class {number}"
            for number, words in enumerate(table.get("classes") or ())
            for word in words
        }
        self.in_place = str(table.get("in_place") or "{place}")
        self.moments = Moments(table.get("time") or {}, language)
        numbers = any_of(number_words(language)) or "(?!)"
        self.number = compiled(rf"(?:\d+(?:[.,]\d+)?|{numbers})\Z", re.IGNORECASE)
        self.short = tuple(_short(row, numbers) for row in table.get("short") or ())

    def filler(self, word: str) -> bool:
        """Return whether a word says nothing alone: an article, a preposition."""
        return word.casefold() in self.fillers


def _filled(template: object, lists: Mapping[str, str]) -> re.Pattern[str] | None:
    return compiled(rf"^(?:{expression(str(template), lists)})$", re.I) if template else None


def _short(row: Mapping[str, Any], numbers: str) -> Short:
    lists = {"n": rf"\d+(?:[.,]\d+)?|{numbers}"}
    said = expression(str(row["said"]), lists)
    said = re.sub(r"\?P<\w+>", "?:", said)
    whole = expression(str(row["in"]), {"said": said, "said1": said})
    return Short(compiled(rf"^(?:{whole})\Z(?<!\s)", re.I), tuple(str(t) for t in row["as"]))
