"""A number in, what a language calls it out: by CLDR's rules, as ``unicode_rbnf`` carries them."""

from __future__ import annotations

from functools import lru_cache

from hassil.numbers import get_rbnf_engine


@lru_cache(maxsize=4096)
def said(number: float, language: str) -> tuple[str, ...]:
    """Return every way to say a number ("two", "second"); empty in a language without rules."""
    try:
        found = get_rbnf_engine(language).format_number(number)
    except ValueError:
        return ()
    return tuple(dict.fromkeys(found.text_by_ruleset.values()))
