"""An answer in, whether it means "not now" out: "I'm busy", "another time"; pure.

As an answer only: said by itself it is plain talk, and no command. The templates are data
(``answers: later`` in ``configs/sentences/<lang>.yaml``); where a language has none, English steps
in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from hearth import sentences
from hearth.pattern import expression

_MARKS = re.compile(r"[^\w' ]+")


class Later:
    """Understands "not now" in one language."""

    def __init__(self, language: str = "en", folders: Iterable[Path] | None = None) -> None:
        """Read the language's templates. Raises ConfigError where one is wrong."""
        folders = None if folders is None else tuple(folders)
        rows = sentences.load(language, folders).table("answers").get("later")
        rows = rows or sentences.load("en", folders).table("answers").get("later") or ()
        self._patterns = [re.compile(expression(str(row)), re.IGNORECASE) for row in rows]

    def means(self, text: str) -> bool:
        """Return whether the whole answer puts it off."""
        folded = " ".join(_MARKS.sub(" ", text.casefold().replace("\u2019", "'")).split())
        return any(pattern.fullmatch(folded) for pattern in self._patterns)
