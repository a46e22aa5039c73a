"""An answer in, how somebody would like Hearth to be out: temper, voice, pace, talkativeness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hearth.mind.personas import Cast, Sex, Wish
from hearth.mind.setup.text import fold, groups, phrases, said
from hearth.persona import Talk

_SLOWER, _FASTER = 0.85, 1.15
_NEGATED_WITHIN = 3
"""How many words before another a "not" still means it."""


class Wishes:
    """Reads wishes; pure. Takes the table ``setup`` of a language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._talk, self._sexes, self._paces, self._tempers = (
            groups(table, key) for key in ("talk", "sexes", "paces", "tempers")
        )
        self._any, self._not = phrases(table.get("any")), phrases(table.get("not_so"))
        self._talking = phrases(table.get("talking"))
        self._opposite = {str(k): str(v) for k, v in (table.get("opposite") or {}).items()}

    def wish(self, text: str, cast: Cast) -> Wish | None:
        """Return how somebody would like Hearth to be; an empty wish where they do not mind.

        None where the answer says nothing of it. "Not too cheerful" is calm.
        """
        words = fold(text)
        known = self.vocabulary(cast)
        tempers = [t for t, names in known.items() if self._wanted(names, words)]
        if not tempers:
            unwanted = [t for t, names in known.items() if said(names, words)]
            tempers = [self._opposite[t] for t in unwanted if t in self._opposite]
        sex = self.sex(text)
        if not (tempers or sex or self.pace(text) or said(self._any, words)):
            return None
        return Wish(tuple(dict.fromkeys(tempers)), sex)

    def sex(self, text: str) -> Sex:
        """Return whose voice is wished for; empty where it is neither or both."""
        words = fold(text)
        wanted = [s for s, names in self._sexes.items() if self._wanted(names, words)]
        if wanted in (["female"], ["male"]):
            return "female" if wanted == ["female"] else "male"
        if not wanted and (unwanted := [s for s, n in self._sexes.items() if said(n, words)]):
            return "" if len(unwanted) > 1 else "male" if unwanted == ["female"] else "female"
        return ""

    def any(self, text: str) -> bool:
        """Return whether somebody does not mind."""
        return said(self._any, fold(text))

    def vocabulary(self, cast: Cast) -> dict[str, tuple[str, ...]]:
        """Return the words for each temper: a language's, and those of the persona files."""
        known = dict(self._tempers)
        for file in cast.files.values():
            known |= {t: (*known.get(t, ()), t) for t in file.tempers}
            names = (fold(v.name) for v in (file.female, file.male) if v)
            known[file.id] = (*known.get(file.id, ()), file.id, *names)
        return known

    def pace(self, text: str) -> float:
        """Return the pace that was wished for as a factor; 0: none."""
        factors = {"slower": _SLOWER, "faster": _FASTER}
        words = fold(text)
        return next((factors[p] for p, known in self._paces.items() if said(known, words)), 0.0)

    def talk(self, text: str) -> Talk | None:
        """Return how talkative Hearth may be; None where the answer does not tell.

        Of phrases within one another the longest counts ("not a lot" is little), of several the
        first.
        """
        words = f" {fold(text)} "
        levels: tuple[Talk, ...] = ("little", "some", "much")
        found = [
            (words.index(f" {phrase} "), -len(phrase), level)
            for level in levels
            for phrase in self._talk.get(level, ())
            if f" {phrase} " in words
        ]
        apart = [
            each
            for each in found
            if not any(
                other[0] <= each[0] and other[0] - other[1] >= each[0] - each[1] and other != each
                for other in found
                if other[1] < each[1]
            )
        ]
        told = [level for _, _, level in apart]
        if "some" in told:  # "sometimes little, sometimes a lot"
            return "some"
        return min(apart)[2] if apart else None

    def speaks_of_talking(self, text: str) -> bool:
        """Return whether a text speaks of how much Hearth talks."""
        return said(self._talking, fold(text))

    def _wanted(self, names: Iterable[str], words: str) -> bool:
        """Return whether one of the names is said, and not with a "not" before it."""
        padded = f" {words} "
        for name in names:
            at = padded.find(f" {name} ")
            if at < 0:
                continue
            before = " ".join(padded[:at].split()[-_NEGATED_WITHIN:])
            if not said(self._not, before):
                return True
        return False
