"""The words of a sentence in, the templates that have all of them out.

A template can match only what it can spell: each word of the sentence has to be made of its
literal pieces, of a name of the house, of a number, or fall to a list that takes any words. Sets of
templates are bits of one integer, so that a word costs one lookup however many templates there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hassil import TextSlotList
from hassil.expression import Expression, Group, ListReference, RuleReference, Sentence, TextChunk
from hassil.intents import RangeSlotList, SlotList

_WORDS = re.compile(r"[^\W_]+")
_LONGEST_PARTED = 30
_KEPT = 20_000
"""So many words are remembered; people's are not endless, noise is."""


class Vocabulary:
    """Which template, by its number, can spell which words."""

    def __init__(
        self,
        templates: Iterable[tuple[Expression, Mapping[str, Sentence], Mapping[str, SlotList]]],
        skip_words: Iterable[str],
        number_words: Iterable[str],
        house_lists: Iterable[str],
    ) -> None:
        """Take each template with its rules and lists, words that are passed over, and numbers."""
        self._pieces: dict[str, int] = {}
        self._named = self._numbered = self._wild = self._all = 0
        self._cache: dict[str, int] = {}
        house = frozenset(house_lists)
        for number, (expression, rules, lists) in enumerate(templates):
            bit = 1 << number
            self._all |= bit
            for part in _leaves(expression, rules):
                if isinstance(part, TextChunk):
                    self._spell(part, bit)
                    continue
                found = lists.get(part.list_name)
                if part.list_name in house:
                    self._named |= bit
                elif isinstance(found, RangeSlotList):
                    self._numbered |= bit
                elif isinstance(found, TextSlotList):
                    for value in found.values:
                        for leaf in _leaves(value.text_in, rules):
                            if isinstance(leaf, TextChunk):
                                self._spell(leaf, bit)
                            else:
                                self._wild |= bit
                else:
                    self._wild |= bit
        self._skipped = frozenset(w for s in skip_words for w in _WORDS.findall(s.casefold()))
        self._numbers = frozenset(w for n in number_words for w in _WORDS.findall(n.casefold()))

    def spelling(self, text: str, named: frozenset[str] | None) -> int:
        """Return the templates that can spell every word of ``text``, as bits.

        ``named`` are the words of those names of the house that are in it; None for any word.
        """
        able = self._all
        for word in text.casefold().split():
            able &= self._of(word, named)
            if not able:
                break
        return able

    def _of(self, word: str, named: frozenset[str] | None) -> int:
        if word in self._skipped or not word.isalnum():
            return self._all
        able = self._wild | self._parted(word)
        if any(c.isdigit() for c in word) or word in self._numbers:
            able |= self._numbered
        if named is None or word in named or any(n in word for n in named):
            able |= self._named
        return able

    def _parted(self, word: str) -> int:
        """Return the templates with pieces that make up ``word``: "minute" and "s"."""
        if word not in self._cache:
            able = self._pieces.get(word, 0)
            if len(word) <= _LONGEST_PARTED:
                for cut in range(1, len(word)):
                    if first := self._pieces.get(word[:cut], 0):
                        able |= first & self._parted(word[cut:])
            if len(self._cache) > _KEPT:
                self._cache.clear()
            self._cache[word] = able
        return self._cache[word]

    def _spell(self, chunk: TextChunk, bit: int) -> None:
        for word in _WORDS.findall(chunk.text.casefold()):
            self._pieces[word] = self._pieces.get(word, 0) | bit


def _leaves(
    expression: Expression, rules: Mapping[str, Sentence]
) -> Iterator[TextChunk | ListReference]:
    """Yield the literal pieces of an expression, and its lists."""
    if isinstance(expression, (TextChunk, ListReference)):
        yield expression
    elif isinstance(expression, RuleReference):
        yield from _leaves(rules[expression.rule_name].expression, rules)
    elif isinstance(expression, Group):
        for item in expression.items:
            yield from _leaves(item, rules)
