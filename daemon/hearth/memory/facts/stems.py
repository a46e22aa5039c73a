"""Words in, what they are compared by out: "lives" and "living" are one, "job" and "work" alike."""

from __future__ import annotations

from functools import cache

from hearth.memory.facts.vocabulary import load

_ENDINGS = ("ings", "ing", "ied", "ies", "ed", "es", "s")
_LEAST = 3

ANSWERS = load("answers.yaml")
"""The whole file; ``question.py`` and ``extracting.py`` read their parts of it."""

FUNCTION = frozenset(str(ANSWERS["function"]).split())

_BASE = {
    form: str(base)
    for base, forms in ANSWERS["irregular"].items()
    for form in (str(base), *str(forms).split())
}


@cache
def stem(word: str) -> str:
    """Return a word without its ending."""
    if word in _BASE:
        word = _BASE[word]
    else:
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
                if ending == "s" and word.endswith(("ss", "us", "is")):
                    break
                word = word[: -len(ending)]
                word = f"{word}y" if ending in ("ied", "ies") else word
                if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "lsez":
                    word = word[:-1]
                break
    return word.removesuffix("e") if len(word) > _LEAST else word


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for number, row in enumerate(ANSWERS["alike"]):
        for word in str(row).split():
            key = stem(word)
            found[key] = found.get(key, frozenset()) | {number}
    return found


def alike(one: str, other: str) -> bool:
    """Tell whether two stems answer for one another."""
    groups = _groups()
    return one == other or bool(groups.get(one, frozenset()) & groups.get(other, frozenset()))
