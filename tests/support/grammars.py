"""The real grammar of a language, read once for all tests of a process."""

from __future__ import annotations

import gc
from functools import cache

from hearth.mind.grammar import Grammar


@cache
def grammar(language: str = "en") -> Grammar:
    """Return it ready for any sentence, as the daemon has it."""
    made = Grammar(language)
    made.warm()
    gc.freeze()  # it stays: as in the daemon, the collector need not look through it again
    return made
