"""A sentence in, the feelings that the person names of themselves out: "I'm not sad, I'm tired".

What a person says of their own feelings outweighs every reading of them. The words are data:
``moods`` in ``configs/sentences/<lang>-mood.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hearth.pattern import any_of
from hearth.sentences import load

_CUT = re.compile(r"[,.;:!?]+|\s+")


@dataclass(frozen=True, slots=True)
class Told:
    """What a person said they feel, and what they said they do not."""

    feels: tuple[str, ...] = ()
    feels_not: tuple[str, ...] = ()


class Telling:
    """Understands one language's words for feelings; pure."""

    def __init__(self, language: str) -> None:
        """Read the language's words, English where it has none. Raises ConfigError."""
        table = load(language).table("moods") or load("en").table("moods")
        self._words: dict[str, str] = {
            str(word): str(feeling)
            for feeling, words in table.get("words", {}).items()
            for word in words
        }
        self.hints: Mapping[str, str] = {
            str(feeling): str(hint) for feeling, hint in table.get("hints", {}).items()
        }

        def of(key: str) -> str:
            return any_of(sorted(map(str, table.get(key, ()))))

        feeling = any_of(sorted(self._words))
        degree, self_, negation = of("degrees"), of("self"), of("negations")
        # "i am [not] [so] sad [and|or tired]", and what goes on without "i am": "just tired".
        self._own = re.compile(
            rf"(?<!\S)(?:{self_})(?P<no> (?:{negation}))?(?: (?:{degree}))*"
            rf" (?P<feeling>{feeling})(?!\S)"
        )
        self._bare = re.compile(
            rf"^(?P<no>(?:{negation}) )?(?:(?:{degree}) )*(?P<feeling>{feeling})$"
        )
        self._written = [(str(a), str(b)) for a, b in table.get("written_out", {}).items()]
        self._breaks = [str(word) for word in table.get("breaks", ())]

    def find(self, text: str) -> Told:
        """Return what is told; empty where a sentence names no feeling of the speaker."""
        said = text.casefold().replace("\u2019", "'")
        for short, long in self._written:
            said = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, said)
        for word in self._breaks:
            said = re.sub(rf"\s{re.escape(word)}\s", f" | {word} ", said)
        said = " ".join(re.sub(r"[,.;:!?]+", " | ", said).split())
        feels: list[str] = []
        feels_not: list[str] = []
        own = list(self._own.finditer(said))
        if not own:
            return Told()
        parts = said.replace(" | ", "|").split("|")
        for part in parts:
            stripped = part.strip()
            for word in self._breaks:
                stripped = stripped.removeprefix(f"{word} ")
            for found in (*self._own.finditer(stripped), *self._bare.finditer(stripped)):
                into = feels_not if found["no"] else feels
                feeling = self._words[found["feeling"]]
                if feeling not in into:
                    into.append(feeling)
        return Told(tuple(feels), tuple(name for name in feels_not if name not in feels))


@cache
def telling(language: str) -> Telling:
    """Return a language's words, read once."""
    return Telling(language)
