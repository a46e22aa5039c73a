"""The table of a language in, what joins the parts of a rule out: hinges, times at the edges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hearth.mind.rulespeech.clauses import Clauses
from hearth.mind.rulespeech.deeds import Doing
from hearth.mind.rulespeech.moments import Moment, Moments
from hearth.mind.rulespeech.parts import Hinge
from hearth.mind.rulespeech.pattern import Compiler
from hearth.mind.rulespeech.words import Words

KINDS = ("once", "when", "if", "only", "unless")


class Language:
    """The words of one language that make a rule."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        """Take the table ``rules`` of the sentence files."""
        self.table = table
        expansions = {str(k): str(v) for k, v in (table.get("expansions") or {}).items()}
        self.moments = Moments(language, table.get("times") or {}, expansions)
        compiler = Compiler(expansions, {"duration": self.moments.fragments["duration"]})
        self.clauses = Clauses(table, compiler, self.moments)
        self.doing = Doing(table, compiler, self.moments)
        hinges = table.get("hinges") or {}
        self._joining = [
            (kind, re.compile(rf"(?:{compiler.text(hinges[kind])})(?=\s|$)"))
            for kind in KINDS
            if hinges.get(kind)
        ]
        self.only = re.compile(rf"\s*(?:{compiler.text(hinges.get('bare') or ('(?!)',))})$")
        unhinged = table.get("unhinged") or ("(?!)",)
        self._unhinged = re.compile(rf"(?<!\S)(?:{compiler.text(unhinged)})(?=\s|$)")
        asides = table.get("asides") or ("(?!)",)
        self._asides = re.compile(rf"(?:^|\s)(?:{compiler.text(asides)})(?=\s|$)")
        openers = table.get("openers") or ("(?!)",)
        self._openers = re.compile(rf"^(?:{compiler.text(openers)})\s+")
        joined = "|".join(re.escape(str(w)) for w in table.get("joints") or ("and",))
        either = compiler.text(table.get("or") or ("or",))
        self.also = re.compile(rf"\s*,?\s+(?:{joined})\s+|\s*,\s*")
        self.either = re.compile(rf"\s*,?\s+(?:{either})\s+")
        self.hinge_first = re.compile(
            r"^(?:" + "|".join(p.pattern for _, p in self._joining) + r")\s+"
        )

    def trimmed(self, said: Words) -> Words:
        """Take "from now on" and "if you can" out."""
        joined = " ".join(said.folded)
        if match := self._openers.match(joined):
            said = said.part(len(match.group().split()))
            joined = " ".join(said.folded)
        while match := self._asides.search(joined):
            start = len(joined[: match.start()].split())
            end = start + len(match.group().split())
            said = Words(
                said.said[:start] + said.said[end:], said.folded[:start] + said.folded[end:]
            )
            said = said.part(0)
            joined = " ".join(said.folded)
        return said

    def hinges(self, said: Words) -> list[Hinge]:
        """Return the hinges of a sentence in order."""
        joined = " ".join(said.folded)
        starts = [0]
        for word in said.folded[:-1]:
            starts.append(starts[-1] + len(word) + 1)
        masked = {
            i
            for match in self._unhinged.finditer(joined)
            for i in range(match.start(), match.end())
        }
        found: list[Hinge] = []
        at = 0
        while at < len(starts):
            best: tuple[int, str] | None = None
            if starts[at] not in masked:
                for kind, pattern in self._joining:
                    match = pattern.match(joined, starts[at])
                    if match and match.group().strip():
                        length = len(match.group().split())
                        if best is None or length > best[0]:
                            best = length, kind
            if best:
                found.append(Hinge(at, at + best[0], best[1]))
                at += best[0]
            else:
                at += 1
        return found

    def edges(self, text: str) -> tuple[Moment | None, str]:
        """Read the times at both ends of what shall be done; return them and what is left."""
        found: Moment | None = None
        reads = (self.moments.leading, self.moments.trailing, self.moments.within)
        for read in reads:
            while text:
                one, rest = read(text)
                if one is None:
                    break
                merged = self.moments.joined(found or Moment(), one)
                if merged is None:
                    break
                found, text = merged, self.doing.bare(rest)
        if found is None or not found.recurring:  # "at sunset" alone is once: a schedule's
            return None, text
        return found, text
