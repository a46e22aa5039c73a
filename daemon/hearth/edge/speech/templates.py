"""Sentence templates in, typical sentences out, as words: what a language model can count.

The templates are those that the grammar understands: ``home-assistant-intents`` and Hearth's own in
the same format. A template stands for more sentences than can be listed (up to 10^9), so each is
walked at random many times, with a fixed seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sequence as SequenceGroup
from hassil.intents import Intents, RangeSlotList, SlotList, TextSlotList
from hassil.numbers import get_rbnf_engine
from hassil.parse_expression import parse_sentence
from home_assistant_intents import get_intents

from hearth.sentences import Sentences

NAME, PLACE = "[name]", "[place]"
"""What stands in a sentence for any thing's name, and for any area's or floor's."""

GAP = "<gap>"
"""What stands for free text (a message, a shopping list's item): nothing is known about it."""

_OPENING_SHARE = 0.1
"""Of the sentences, how many begin with a frame ("could you please") where a file has them."""

_SHARED = ("lists", "expansion_rules")
_CLASSES = {"name": NAME, "area": PLACE, "floor": PLACE}
_WORD = re.compile(r"\[name\]|\[place\]|<gap>|\d+|[^\W\d_](?:[^\W\d_]|['.-])*")


class Templates:
    """The templates of one language.

    Args:
        language: A language of ``home-assistant-intents`` (``en``).
        own: Hearth's own sentences of that language, which are added.
    """

    def __init__(self, language: str, own: Sentences) -> None:
        data = get_intents(language) or {}
        shared = {key: {**data.get(key, {}), **own.table(key)} for key in _SHARED}
        self._language = language
        self._before: list[str] = own.table("frames").get("before", [])
        self._intents = [
            Intents.from_dict({"language": language, **shared, "intents": intents})
            for intents in (data.get("intents", {}), own.table("intents"))
        ]

    def sample(self, times: int, seed: int = 1) -> Iterator[list[str]]:
        """Yield ``times`` sentences of each template, as lists of lower-case words."""
        chance = random.Random(seed)  # noqa: S311  # a repeatable choice, no secret
        before = [parse_sentence(text).expression for text in self._before]
        opening = _Walk({}, {}, self._language, chance)
        for intents in self._intents:
            for intent in intents.intents.values():
                for group in intent.data:
                    rules = {**intents.expansion_rules, **(group.expansion_rules or {})}
                    lists = {**intents.slot_lists, **(group.slot_lists or {})}
                    walk = _Walk(lists, rules, self._language, chance)
                    for sentence in group.sentences:
                        for _ in range(times):
                            said = list(walk.through(sentence.expression))
                            if before and chance.random() < _OPENING_SHARE:
                                said = [*opening.through(chance.choice(before)), " ", *said]
                            yield words("".join(said))


def words(text: str, language: str = "en") -> list[str]:
    """Return the spoken words of a text: lower case, numbers in words, no signs.

    >>> words("Set Lamp 2 to 50%")
    ['set', 'lamp', 'two', 'to', 'fifty', 'percent']
    """
    text = text.casefold().replace("%", " percent").replace("&", " and ").replace("\u2019", "'")
    spoken: list[str] = []
    for word in _WORD.findall(text):
        if word.isdigit():
            spoken += _spelled(int(word), language)
        elif word := word if word[0] in "[<" else word.strip("'.-"):
            spoken += word.split("-") if word[0] != "[" else [word]
    return spoken


@lru_cache(maxsize=4096)
def _spelled(number: float, language: str) -> tuple[str, ...]:
    if number > 10**6:  # a serial number, not a quantity: digit by digit
        digits = (_spelled(int(digit), language) for digit in str(number))
        return tuple(word for digit in digits for word in digit)
    text = get_rbnf_engine(language).format_number(number).text
    return tuple(text.replace("-", " ").casefold().split())


class _Walk:
    """One way at random through a template."""

    def __init__(
        self,
        lists: Mapping[str, SlotList],
        rules: Mapping[str, Any],
        language: str,
        chance: random.Random,
    ) -> None:
        self._lists = lists
        self._rules = rules
        self._language = language
        self._chance = chance
        self._numbers: dict[str, tuple[float, ...]] = {}

    def through(self, expression: Expression) -> Iterator[str]:
        if isinstance(expression, TextChunk):
            yield expression.original_text
        elif isinstance(expression, Alternative):
            yield from self.through(self._chance.choice(expression.items))
        elif isinstance(expression, SequenceGroup):
            for item in expression.items:
                yield from self.through(item)
        elif isinstance(expression, Permutation):
            for item in self._chance.sample(expression.items, len(expression.items)):
                yield " "
                yield from self.through(item)
        elif isinstance(expression, RuleReference):
            yield from self.through(self._rules[expression.rule_name].expression)
        elif isinstance(expression, ListReference):
            yield from self._value(expression.list_name)

    def _value(self, name: str) -> Iterator[str]:
        values = self._lists.get(name)
        if name in _CLASSES:
            yield f" {_CLASSES[name]} "
        elif isinstance(values, TextSlotList) and values.values:
            yield from self.through(self._chance.choice(values.values).text_in)
        elif isinstance(values, RangeSlotList):
            if name not in self._numbers:
                self._numbers[name] = tuple(values.get_numbers())
            number = self._chance.choice(self._numbers[name])
            yield f" {' '.join(_spelled(number, self._language))} "
        else:
            yield f" {GAP} "
