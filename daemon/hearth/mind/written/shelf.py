"""A kind of reply in, one of its lines out: none twice in a day while another is left."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_BRACES = re.compile(r"\{(\w+)\}")


class Shelf:
    """The written lines of one language, by dotted keys (``ack.sad``, ``topics.work.ask``)."""

    def __init__(self, table: Mapping[str, Any], dice: random.Random | None = None) -> None:
        """Read the table ``replies``; ``dice`` chooses among lines that are equally fresh."""
        self._lines = dict(_flat(table))
        self._dice = dice or random.Random()  # noqa: S311  # chooses a phrase, no secret
        self._used: dict[str, int] = {}
        self._day: date | None = None
        self._count = 0

    def has(self, key: str) -> bool:
        """Whether there are lines under that key."""
        return bool(self._lines.get(key))

    def take(
        self,
        key: str,
        fills: Mapping[str, str],
        today: date,
        *,
        asks: bool = True,
        again: bool = True,
    ) -> str:
        """Return a line with its braces filled, the least used first; "" where none can be.

        Without ``asks`` no line that ends with a question, without ``again`` none of today's.
        """
        if today != self._day:
            self._day, self._used = today, {}
        fit = [
            line
            for line in self._lines.get(key, ())
            if all(fills.get(name) for name in _BRACES.findall(line))
            and (asks or not line.endswith("?"))
        ]
        if not fit:
            return ""
        fresh = [line for line in fit if line not in self._used]
        if not fresh and not again:
            return ""
        line = self._dice.choice(fresh) if fresh else min(fit, key=lambda known: self._used[known])
        self._count += 1
        self._used[line] = self._count
        return _BRACES.sub(lambda found: fills[found[1]], line)


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Sequence[str]]]:
    rows: list[tuple[str, Sequence[str]]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            rows.append((f"{prefix}{key}", [str(line) for line in value]))
    return rows
