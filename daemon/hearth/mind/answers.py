"""What was said to a question in; yes or no, which of them, or digits out.

The words are data (``answers`` in ``configs/sentences/<lang>.yaml``); where a language has none,
English steps in. A yes has to be nothing but a yes: what opens the house is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from hassil.numbers import get_rbnf_engine
from rapidfuzz import fuzz

from hearth import sentences
from hearth.house import Entity, House

Phrase = tuple[str, ...]

_NEAR = 84.0
"""How alike (0 to 100, ``rapidfuzz.fuzz.ratio``) a misheard word of a name has to be."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")


class Answers:
    """Understands short answers in one language; pure."""

    def __init__(self, language: str = "en", folders: Iterable[Path] | None = None) -> None:
        """Read the language's words. Raises ConfigError where a file is wrong."""
        folders = None if folders is None else tuple(folders)
        table = sentences.load(language, folders).table("answers")
        table = table or sentences.load("en", folders).table("answers")
        self._yes, self._no, self._polite, self._all, self._here, self._last, self._pin = (
            frozenset(phrase for group in _groups(table, key) for phrase in group)
            for key in ("yes", "no", "polite", "all", "here", "last", "pin")
        )
        self._filler = frozenset(p[0] for g in _groups(table, "filler") for p in g)
        self._order = [frozenset(group) for group in _groups(table, "first")]
        self._doubles = {p: n for n, g in enumerate(_groups(table, "double"), 2) for p in g}
        self._language = language
        self._digits = _numbers(language, range(100))
        self._lows = {"".join(words): digits for words, digits in self._digits.items()}
        self._highs = {
            thousands + hundreds: "".join(
                (*_spell(language, thousands), *_spell(language, hundreds))
                if thousands and hundreds
                else _spell(language, thousands or hundreds)
            )
            for thousands in range(0, 10_000, 1000)
            for hundreds in range(0, 1000, 100)
            if thousands or hundreds
        }
        for digit, group in enumerate(_groups(table, "digits")):
            self._digits |= dict.fromkeys(group, str(digit))

    def yes(self, text: str) -> Literal["yes", "no", "starts_yes", ""]:
        """Return whether it is a yes or a no; ``starts_yes`` where more than a yes follows it."""
        rest, agreed = _folded(text), False
        while rest:
            if length := _leading(rest, self._yes):
                agreed = True
            elif not (length := _leading(rest, self._polite)):
                break
            rest = rest[length:]
        if _leading(rest, self._no):  # "yes, don't": the no counts
            return "no"
        if not agreed:
            return ""
        return "starts_yes" if rest else "yes"

    def which(
        self, text: str, choices: Sequence[Entity], house: House, area: str | None
    ) -> tuple[Entity, ...]:
        """Return which of the choices are meant: one, several, or none where it does not tell.

        ``area`` is the id of the area in which the person speaks.
        """
        words = self._bare(text)
        plain = tuple(word for word in words if word not in self._filler)
        for told in dict.fromkeys((words, plain)):
            if told in self._all:
                return tuple(choices)
            if told in self._here:
                return tuple(c for c in choices if area and c.area == area)
            if told in self._last:
                return tuple(choices[-1:])
            for place, phrases in enumerate(self._order):
                if told in phrases:
                    return tuple(choices[place : place + 1])
        labels = [_labels(choice, house) for choice in choices]
        known = frozenset(word for label in labels for word in label)
        full = tuple(word for word in words if word in known or word not in self._filler)
        for told in (full, plain):  # "lamp a": the "a" tells them apart
            pairs = zip(choices, labels, strict=True)
            if told and (found := tuple(c for c, label in pairs if self._covers(told, label))):
                return found
        return ()

    def all_of_them(self, text: str) -> bool:
        """Return whether all of the choices are meant."""
        words = self._bare(text)
        return words in self._all or tuple(w for w in words if w not in self._filler) in self._all

    def digits(self, text: str) -> str:
        """Return the digits of a spoken number ("one two three four", "twelve thirty four"), ""
        where it is none."""
        words = _folded(text)
        while words and (words[:1] in self._pin):
            words = words[1:]
        return self._spelled(words) or self._long(words)

    def bare(self, text: str) -> str:
        """Return the words without the polite ones and those that tell nothing apart."""
        return " ".join(word for word in self._bare(text) if word not in self._filler)

    def _spelled(self, words: Phrase) -> str:
        found, times = "", 1
        while words:
            if words[:1] in self._doubles:
                times, words = self._doubles[words[:1]], words[1:]
                continue
            if words[0].isascii() and words[0].isdecimal():
                digits, length = words[0], 1
            elif length := _leading(words, self._digits):
                digits = self._digits[words[:length]]
            elif words[:1] in self._pin or words[:1] in self._polite:
                digits, length = "", 1
            else:
                return ""
            found += digits * times
            times, words = 1, words[length:]
        return found

    def _long(self, words: Phrase) -> str:
        """Return a number that was said as one: "one thousand two hundred thirty four"."""
        together = "".join(word for word in words if (word,) not in self._pin)
        for high, prefix in self._highs.items():
            if prefix and together.startswith(prefix):
                rest = together.removeprefix(prefix)
                low = self._lows.get(rest) if rest else "0"
                if low is not None:
                    return str(high + int(low))
        return ""

    def _bare(self, text: str) -> Phrase:
        words, kept = _folded(text), []
        while words:
            if length := _leading(words, self._polite):
                words = words[length:]
            else:
                kept.append(words[0])
                words = words[1:]
        return tuple(kept)

    def _covers(self, said: Phrase, label: Collection[str]) -> bool:
        """Return whether each word that was said belongs to a thing."""
        return all(
            word in label
            or self._digits.get((word,), word) in label
            or any(len(word) > 3 and fuzz.ratio(word, known) >= _NEAR for known in label)
            for word in said
        )


def _labels(entity: Entity, house: House) -> frozenset[str]:
    """Return the words that a thing may be told by: its names, its area's and its floor's."""
    names = [entity.name, *entity.aliases]
    if area := house.area(entity.area):
        names += [area.name, *area.aliases]
        names += [n for f in house.floors if f.id == area.floor for n in (f.name, *f.aliases)]
    return frozenset(word for name in names for word in _folded(name))


def _groups(table: Mapping[str, Any], key: str) -> list[list[Phrase]]:
    return [[_folded(str(phrase)) for phrase in group] for group in table.get(key) or ()]


def _folded(text: str) -> Phrase:
    return tuple(m.group().replace("\u2019", "'") for m in _WORD.finditer(text.casefold()))


def _leading(words: Phrase, phrases: Collection[Phrase]) -> int:
    """Return the length of the longest phrase that ``words`` begin with."""
    return next((n for n in range(min(len(words), 5), 0, -1) if words[:n] in phrases), 0)


def _numbers(language: str, numbers: Iterable[int]) -> dict[Phrase, str]:
    return {_spell(language, number): str(number) for number in numbers}


def _spell(language: str, number: int) -> Phrase:
    """Return how a number is said; as digits in a language without such rules."""
    try:
        return _folded(get_rbnf_engine(language).format_number(number).text.replace("\u00ad", ""))
    except ValueError:
        return (str(number),)
