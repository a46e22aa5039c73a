"""A template in, a regular expression out: how words of the sentence files are looked for.

Templates are ``hassil``'s: ``(a|b)``, ``[optional]``, and ``{name}`` for another pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hassil import parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    TextChunk,
)

from hearth.compiled import compiled
from hearth.error import ConfigError
from hearth.numbers import said

_BLANK = r"(?:\s+|\b)"
_HIGHEST = 120
"""The highest number that is looked for as words; time and percent need no more."""


def expression(template: str, lists: Mapping[str, str] | None = None) -> str:
    """Return a template as the text of a regular expression; ``lists`` fill ``{name}``.

    Each ``{name}`` becomes a group of that name. Raises ConfigError.
    """
    try:
        tree = parse_sentence(template.strip()).expression
        return _of(tree, lists or {})
    except (ValueError, KeyError, AssertionError) as error:
        raise ConfigError((f"{template!r} cannot be read as a template ({error})",)) from error


def pattern(
    templates: Iterable[object], shape: str = r"(?<!\S)(?:{})(?!\S)"
) -> re.Pattern[str] | None:
    """Compile templates into one pattern, longer ones first; None where there are none."""
    parts = sorted((expression(str(t)) for t in templates), key=len, reverse=True)
    return compiled(shape.format("|".join(parts)), re.IGNORECASE) if parts else None


def any_of(words: Iterable[str]) -> str:
    """Return one expression for all words, the longest that fits; letters in common stand once."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree)


def _branches(node: Mapping[str, Any]) -> str:
    parts = [re.escape(letter) + _branches(rest) for letter, rest in node.items() if letter]
    if not parts:
        return ""
    inner = parts[0] if len(parts) == 1 and "" not in node else "(?:" + "|".join(parts) + ")"
    return inner + ("?" if "" in node else "")


def number_words(language: str) -> dict[str, int]:
    """Return what numbers are called in a language, by CLDR's rules; empty where it has none."""
    words: dict[str, int] = {}
    for number in range(_HIGHEST + 1):
        for name in said(number, language):
            plain = name.lower().replace("-", " ").replace("\u00ad", "")
            words.setdefault(plain, number)
            words.setdefault(plain.casefold(), number)
    return words


def _of(part: Expression, lists: Mapping[str, str]) -> str:
    match part:
        case TextChunk():
            return _BLANK.join(re.escape(word) for word in re.split(r"\s+", part.text))
        case ListReference():
            return f"(?P<{part.list_name}>{lists[part.list_name]})"
        case Alternative():
            items = [_of(item, lists) for item in part.items]
            return "(?:" + "|".join(sorted(items, key=len, reverse=True)) + ")"
        case Permutation():
            raise ValueError("';' is not known here")
        case Group():
            return "".join(_of(item, lists) for item in part.items)
    raise ValueError(f"{type(part).__name__} is not known here")
