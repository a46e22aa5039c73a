"""A sentence in, the command inside its politeness and hesitation out.

The words are data: ``frames`` in ``configs/sentences/<lang>.yaml``, each a ``hassil`` template:
``before`` and ``after`` a command, ``between`` its words; ``asking`` ("would you mind") with
``after_asking``, which maps the verb's form behind it; ``spelling`` maps one word to another;
``halves`` maps a half behind a number to what the templates know, behind words and behind digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hassil import parse_sentence, sample_expression
from hassil.util import normalize_for_matching


class Frames:
    """What may stand around a command in one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Take the table ``frames``; without one nothing is stripped."""
        self._before = _pattern(table.get("before") or (), r"^(?:{})\b[\s,]*")
        self._after = _pattern(table.get("after") or (), r"[\s,]*\b(?:{})$")
        self._between = _pattern(table.get("between") or (), r"(?:(?<=\s)|^)(?:{})(?=\s|$)")
        self._asking = _pattern(table.get("asking") or (), r"^(?:{})\s+(?=\w)")
        self._spelling = {
            str(k).casefold(): str(v) for k, v in (table.get("spelling") or {}).items()
        }
        self._halves = {
            str(k).casefold(): (str(spoken), str(written))
            for k, (spoken, written) in (table.get("halves") or {}).items()
        }
        said = sorted(map(re.escape, self._halves), key=len, reverse=True)
        self._half = re.compile(rf"(\w) ({'|'.join(said)})\b", re.IGNORECASE) if said else None
        self._forms = {
            str(k).casefold(): str(v) for k, v in (table.get("after_asking") or {}).items()
        }

    def numbered(self, text: str) -> str:
        """Return the sentence with its numbers as the templates know them."""

        def half(found: re.Match[str]) -> str:
            spoken, written = self._halves[found[2].casefold()]
            return f"{found[1]}{written}" if found[1].isdigit() else f"{found[1]} {spoken}"

        return self._half.sub(half, text) if self._half else text

    def peeled(self, text: str) -> tuple[str, ...]:
        """Return shorter forms of the sentence, the nearest to it first; may be empty."""
        words = str(normalize_for_matching(text).text)
        shorter: list[str] = []
        bare = self._peel(
            " ".join(self._spelling.get(word.casefold(), word) for word in words.split())
        )
        if bare != words:
            shorter.append(bare)
        if self._between and (inner := self._peel(_tidy(self._between.sub(" ", bare)))) != bare:
            shorter.append(inner)
        return tuple(s for s in shorter if s)

    def _peel(self, text: str) -> str:
        """Take politeness off both ends until none is left."""
        while True:
            before = text
            if self._asking and (match := self._asking.match(text)):
                first, _, rest = text[match.end() :].partition(" ")
                if form := self._forms.get(first.casefold()):
                    text = _tidy(f"{form} {rest}")
            if self._before:
                text = _tidy(self._before.sub("", text))
            if self._after:
                text = _tidy(self._after.sub("", text))
            if text == before or not text:
                return text or before


def _pattern(templates: Iterable[object], shape: str) -> re.Pattern[str] | None:
    """Compile templates into one pattern, the longest phrase first; None where there are none."""
    phrases = {
        _tidy(sample)
        for template in templates
        for sample in sample_expression(parse_sentence(str(template)).expression)
    }
    ordered = sorted((re.escape(p) for p in phrases if p), key=len, reverse=True)
    return re.compile(shape.format("|".join(ordered)), re.IGNORECASE) if ordered else None


def _tidy(text: str) -> str:
    """Return text with single blanks and none at its ends."""
    return " ".join(text.split()).strip(" ,")
