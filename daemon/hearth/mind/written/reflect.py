"""What a person said of themselves in, the same thing as one who listened says it out.

"I had a fight with my brother" becomes "You and your brother had a fight." Only what the person
said is in it: words are swapped, none is added. Where that cannot be done surely (the sentence
speaks to Hearth, is a question, is long or tangled) there is no reflection. Only languages whose
verbs allow it have the table ``reflect``; the idea is that of Weizenbaum (1966, ELIZA).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FEWEST, MOST = 3, 12
"""Words of a clause that is worth saying again."""


class Reflector:
    """Swaps the persons of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Read the table ``reflect``; an empty one reflects nothing."""
        self._swap = {str(k): str(v) for k, v in (table.get("swap") or {}).items()}
        self._verbs = {str(k): str(v) for k, v in (table.get("verbs") or {}).items()}
        self._subjects = frozenset(map(str, table.get("subjects") or ()))
        self._adverbs = frozenset(map(str, table.get("adverbs") or ()))
        self._cut = re.compile(str(table["cut"])) if table.get("cut") else None
        self._lead = re.compile(str(table["lead"])) if table.get("lead") else None
        self._tail = re.compile(str(table["tail"])) if table.get("tail") else None
        self._begins = re.compile(str(table["begins"])) if table.get("begins") else None
        self._never = re.compile(str(table["never"])) if table.get("never") else None
        self._before = _rewrites(table.get("before") or ())
        self._after = _rewrites(table.get("after") or ())

    def reflect(self, words: str) -> str:
        """Return the reflection of a plain sentence (``Plain.words``), or ""."""
        if not self._swap or not self._cut or not self._never:
            return ""
        for clause in self._cut.split(words):
            if clause and (said := self._clause(clause.strip())):
                return said
        return ""

    def _clause(self, clause: str) -> str:
        """Return one clause with its persons swapped, or ""."""
        if self._lead:
            clause = self._lead.sub("", clause)
        if self._tail:
            clause = self._tail.sub("", clause)
        clause = clause.strip()
        if not FEWEST <= len(clause.split()) <= MOST or not self._begins or not self._never:
            return ""
        if not self._begins.match(clause) or self._never.search(clause):
            return ""
        for pattern, new in self._before:
            clause = pattern.sub(new, clause)
        out: list[str] = []
        subject = False
        for word in clause.split():
            if subject and word in self._verbs:
                out.append(self._verbs[word])
                subject = False
                continue
            out.append(self._swap.get(word, word))
            subject = word in self._subjects or (subject and word in self._adverbs)
        said = " ".join(out)
        for pattern, new in self._after:
            said = pattern.sub(new, said)
        return said[:1].upper() + said[1:] + "."


def _rewrites(rows: Any) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(str(pattern)), str(new)) for pattern, new in rows)
