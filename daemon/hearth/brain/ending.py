"""Text that grows in, where its sentences end out."""

from __future__ import annotations

import re

_END = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s|$)|[。！？]""")  # noqa: RUF001  # other scripts' ends are meant
_CLOSING = "\"'”’)]"  # noqa: RUF001  # closing quotes are meant
_SHORT = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|a\.m|p\.m|No|approx|bzw|z\.B|ca|Nr|\d+)"
    r"\.$"
)
"""A full stop after one of these is not yet an end; after a number neither ("3." may go on)."""


def ends(text: str, *, over: bool) -> list[int]:
    """Return where the sentences of ``text`` end.

    While more may come (``over`` is false) three dots at the end are a pause and not an end. A
    number's or an abbreviation's full stop ends a sentence only where the text is over.
    """
    found = []
    for match in _END.finditer(text):
        last = match.end() == len(text.rstrip())
        if (last and over) or not _goes_on(text, match):
            found.append(match.end())
    return found


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Tell whether these dots are an abbreviation's, a number's, or a pause."""
    mark = match.group().rstrip(_CLOSING)
    if mark == ".":
        return bool(_SHORT.search(text[: match.start() + 1]))
    return mark in ("...", "…") and not _begins(text[match.end() :])


def _begins(rest: str) -> bool:
    """Tell whether a sentence begins here: not with a small letter."""
    rest = rest.lstrip(" \t\n\"'“‘(")  # noqa: RUF001  # opening quotes are meant
    return bool(rest) and not rest[0].islower()
