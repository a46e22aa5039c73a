"""Templates as people write them in, regular expressions with slots out.

The templates are ``hassil``'s: ``[may be left out]``, ``(this|that)``, ``<rule>``, ``{slot}``.
``hassil`` itself reads closed lists; here a slot is whatever stands between the other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hassil import parse_sentence
from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sequence as Row

from hearth.compiled import compiled

_BLANK = re.compile(r"\s+")
_ANY = r".+?"
_AGAIN = "__"


@dataclass
class Compiler:
    """Knows a language's ``rules`` (expansions) and what its slots look like.

    ``slots`` maps a slot's name to a regular expression without named groups; a slot that is not
    in it takes any words.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)

    def pattern(self, *templates: str) -> re.Pattern[str]:
        """Return one expression for several templates; raises hassil's ParseError."""
        return compiled(self.text(templates))

    def text(self, templates: Iterable[str]) -> str:
        """Return the expression of several templates as text."""
        groups = _Groups(self)
        return "|".join(groups.write(_parsed(t)) for t in templates)


def _parsed(template: str) -> Expression:
    return parse_sentence(str(template).strip()).expression


@dataclass
class _Groups:
    """Writes one expression; a slot that comes again has to bear another group's name."""

    compiler: Compiler
    used: int = 0

    def write(self, part: Expression) -> str:
        if isinstance(part, TextChunk):
            return _BLANK.sub(r"\\s*\\b", re.escape(_BLANK.sub(" ", part.text)).replace(r"\ ", " "))
        if isinstance(part, ListReference):
            self.used += 1
            inside = self.compiler.slots.get(part.list_name, _ANY)
            return rf"(?P<{part.slot_name}{_AGAIN}{self.used}>{inside})"
        if isinstance(part, RuleReference):
            return f"(?:{self.write(_parsed(self.compiler.rules[part.rule_name]))})"
        if isinstance(part, Permutation):
            raise TypeError("a template of rules has no permutation")
        if isinstance(part, Alternative):
            return f"(?:{'|'.join(self.write(item) for item in part.items)})"
        if isinstance(part, Row):
            return "".join(self.write(item) for item in part.items)
        raise TypeError(type(part).__name__)


def slots(match: re.Match[str]) -> dict[str, str]:
    """Return what a match found for each slot, trimmed."""
    return dict(_slots(match))


def _slots(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    for name, text in match.groupdict().items():
        if text is not None:
            yield name.partition(_AGAIN)[0], text.strip()
