"""A sentence and what was told before in, "You told me about the interview on Tuesday." out.

What ties the two is a thing that both name ("my interview", "the interview"), or a person's name.
It is said only of another day, only where that thing is seldom spoken of, and at most once in a
talk; nothing is claimed of it but when it was told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hearth.mind.remembering import Memory, Times

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z'-]{2,}\b")
_SELDOM = 2
"""A thing that more of the memories name is nothing to be reminded of."""

_SHORTEST = 4


class Linking:
    """Finds what ties a sentence to an earlier day, in one language."""

    def __init__(self, table: Mapping[str, Any], times: Times) -> None:
        """Read ``links`` of the table ``conversation``; without it nothing is tied."""
        links = table.get("links") or {}
        self._lines = tuple(str(line) for line in links.get("lines") or ())
        self._thing = re.compile(str(links["thing"])) if links.get("thing") else None
        self._common = frozenset(str(word) for word in links.get("common") or ())
        self._empty = frozenset(str(word) for word in table.get("empty") or ())
        self._the = str(links.get("the", "{thing}"))
        self._times = times

    def line(
        self, text: str, memories: Sequence[Memory], now: datetime, names: frozenset[str]
    ) -> str:
        """Return the sentence to say before a reply; "" where nothing ties them.

        ``memories`` are of the person; ``names`` (as they are written) are not taken: Hearth's
        own, and the person's. ``now`` is aware.
        """
        if not self._lines:
            return ""
        told = [(memory, dict(self._things(memory.quote, names))) for memory in memories]
        for thing, said in self._things(text, names):
            naming = [memory for memory, things in told if thing in things]
            if not 0 < len(naming) <= _SELDOM:
                continue
            first = min(naming, key=lambda memory: memory.told)
            if first.told.astimezone(now.tzinfo).date() == now.date():
                continue
            line = self._lines[now.toordinal() % len(self._lines)]
            when = self._times.told(first.told, now)
            return line.replace("{thing}", said).replace("{when}", when)
        return ""

    def _things(self, text: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield what a sentence names, and how it is said back."""
        for name in _NAME.findall(text):
            if name not in names:
                yield name, name
        lower = text.lower().replace("\u2019", "'")
        for run in self._thing.findall(lower) if self._thing else ():
            words = [w for w in run.split() if w not in self._common and w not in self._empty]
            for word in words[:1]:
                if len(word) >= _SHORTEST and not word.endswith(("ing", "ed", "ly")):
                    yield word, self._the.replace("{thing}", word)
