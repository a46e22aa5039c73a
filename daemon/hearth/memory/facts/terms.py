"""What facts are made of: relations, which have one value, which rule others out."""

from __future__ import annotations

from hearth.remember import plain


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(words.split())


ME = "me"
"""The subject of what a person told about themselves."""

OPEN = "open"
TOLD = "told"
YEARLY = frozenset({"birthday", "anniversary"})

_SINGLE = word_set(
    "name age birthday anniversary lives_in works_at works_as diet mother father wife "
    "husband partner boyfriend girlfriend fiance fiancee boss landlord landlady marital "
    "from born_in grew_up_in studies"
)
"""Relations with one value at a time: a new one supersedes the old."""

_SPOUSES = frozenset(
    ("wife", "husband", "partner", "boyfriend", "girlfriend", "fiance", "fiancee", "spouse")
)

_OPPOSITE = {"likes": "dislikes", "dislikes": "likes"}


def rivals(new: str, new_value: str, old: str, old_value: str) -> bool:
    """Tell whether a fact of the same subject cannot hold any longer beside a new one."""
    same_value = plain(new_value) == plain(old_value)
    if new == old:
        single = new in _SINGLE or new.startswith("favourite ")
        return single and not same_value
    if _OPPOSITE.get(new) == old:
        return same_value
    if new.startswith("ex-"):
        return (old == new[3:] or (old in _SPOUSES and new == "ex")) and same_value
    return new in _SPOUSES and old in _SPOUSES and same_value
