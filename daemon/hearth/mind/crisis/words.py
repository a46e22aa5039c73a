"""A language's words of danger in, one compiled pattern for each kind out.

The notation of ``configs/sentences/<lang>-crisis.yaml``: ``<class>`` stands for any entry of a
class, ``(this|that)`` for one of several, ``[optional]`` for what may be left out, ``..`` for up
to three words, ``...`` for up to ten, ``word*`` for a word with any ending, ``^`` and ``$`` for
the sentence's begin and end. A pattern is looked for anywhere in a sentence that ``plain`` made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from hearth.compiled import compiled
from hearth.error import ConfigError
from hearth.sentences import load

Kind = str
"""``self``, ``danger``, ``medical``, ``harm`` (they may hurt somebody), ``other`` or ``past``."""

KINDS = ("medical", "harm", "other", "self", "danger", "past")
"""In the order in which they are looked for: the most urgent first."""

_TOKEN = re.compile(r"<(\w+)>|\.\.\.|\.\.|[()\[\]|^$]|[^\s()\[\]|^$<>]+|\s+")
_DEEPEST = 6

FALLBACK = "en"
"""The language whose words are looked for where another has none."""


class Patterns:
    """Patterns of which one has to be found; each is compiled when it is first used."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = tuple(texts)

    @cached_property
    def _compiled(self) -> list[re.Pattern[str]]:
        return []

    def __iter__(self) -> Iterator[re.Pattern[str]]:
        yield from self._compiled
        for text in self._texts[len(self._compiled) :]:
            self._compiled.append(compiled(text))
            yield self._compiled[-1]

    def compile(self) -> None:
        """Compile what was not used yet."""
        for _ in self:
            pass

    def search(self, said: str) -> bool:
        """Tell whether one of them is in the sentence."""
        return any(pattern.search(said) for pattern in self)

    def without(self, said: str) -> str:
        """Return the sentence with what they match taken out."""
        for pattern in self:
            said = pattern.sub(" ~", said)
        return said


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for, by kind: ``firm`` before what only sounds so is taken out, ``sure`` and
    ``likely`` after."""

    firm: Mapping[Kind, Patterns]
    sure: Mapping[Kind, Patterns]
    likely: Mapping[Kind, Patterns]
    harmless: Patterns
    media: Patterns
    overcome: Patterns
    relapse: Patterns
    commands: Patterns
    safe: Patterns
    parting: Patterns
    amusement: Patterns
    written: tuple[tuple[str, str], ...]

    def compile(self) -> None:
        """Compile all patterns, so that no sentence has to wait for one."""
        levels = [*self.firm.values(), *self.sure.values(), *self.likely.values()]
        orders = (self.harmless, self.media, self.overcome, self.relapse, self.commands)
        for patterns in (*levels, *orders, self.safe, self.parting, self.amusement):
            patterns.compile()


@cache
def words(language: str) -> Words:
    """Return a language's words, read once; English where it has none. Raises ConfigError."""
    table = load(language).table("crisis")
    return read(table or load(FALLBACK).table("crisis"))


def read(table: Mapping[str, Any]) -> Words:
    """Return what stands under ``crisis``. Raises ConfigError, which names the faulty pattern."""
    classes = {str(name): str(entries) for name, entries in table.get("classes", {}).items()}

    def patterns(entries: Iterable[object]) -> Patterns:
        return Patterns(expression(str(entry), classes) for entry in entries)

    def of(level: str) -> dict[Kind, Patterns]:
        return {
            kind: patterns(table[kind][level]) for kind in KINDS if level in table.get(kind, {})
        }

    contractions: Mapping[str, Any] = table.get("written_out", {})
    return Words(
        firm=of("firm"),
        sure=of("sure"),
        likely=of("likely"),
        harmless=patterns(table.get("harmless", ())),
        media=patterns(table.get("about_media", ())),
        overcome=patterns(table.get("overcome", ())),
        relapse=patterns(table.get("relapse", ())),
        commands=patterns(table.get("commands", ())),
        safe=patterns(table.get("safe", ())),
        parting=patterns(table.get("parting", ())),
        amusement=patterns(table.get("amusement", ())),
        written=tuple((str(short), str(long)) for short, long in contractions.items()),
    )


def expression(pattern: str, classes: Mapping[str, str], depth: int = 0) -> str:
    """Return a pattern as the text of a regular expression. Raises ConfigError."""
    if depth > _DEEPEST:
        raise ConfigError((f"crisis: a class of {pattern!r} contains itself",))
    out: list[str] = []
    for match in _TOKEN.finditer(pattern):
        token, name = match.group(0), match.group(1)
        if name:
            if name not in classes:
                raise ConfigError((f"crisis: {pattern!r} names the unknown class <{name}>",))
            out.append(f"(?:{expression(classes[name], classes, depth + 1)})")
        else:
            out.append(_part(token))
    text = "".join(out)
    if not depth and text.count("(") != text.count(")"):
        raise ConfigError((f"crisis: the brackets of {pattern!r} do not close",))
    return text


def _part(token: str) -> str:
    """Return one token; every word brings the blank before it along."""
    fixed = {
        "...": r"(?: \S+){0,10}?",
        "..": r"(?: \S+){0,3}?",
        "(": "(?:",
        "[": "(?:",
        "]": ")?",
        ")": ")",
        "|": "|",
        "^": "^",
        "$": r"(?=\s*$)",
    }
    if token in fixed:
        return fixed[token]
    if token.isspace():
        return ""
    if token.endswith("*"):
        return f" {re.escape(token[:-1])}\\S*"
    return f" {token if token.startswith(chr(92)) else re.escape(token)}(?= |$)"
