"""Wake words: which are spotted how, and what of a name is left at the start of a sentence."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_LIKE = 0.8  # "samanta", "sam antha" and "okay nabo" are above it; other words mostly below 0.6
_TAIL_MS = 500
_LEFTOVER = 3  # letters that the tail of a name needs, so that no short word is taken for one


def without_name(text: str, word: str) -> str:
    """Return what was said after the wake word.

    A recognizer may be given the end of the name, or may write it in another way; up to one word
    more than the name has is compared with it, spaces aside, by Ratcliff and Obershelp's ratio.
    """
    tokens = text.split()
    name = _letters(word)
    if not name:
        return text
    heads = range(1, min(len(tokens), len(word.split()) + 1) + 1)
    score, count = max(((_alike("".join(tokens[:n]), name), n) for n in heads), default=(0.0, 0))
    if score > _LIKE:
        return " ".join(tokens[count:])
    first = _letters(tokens[0]) if tokens else ""
    if len(first) >= _LEFTOVER and first != name and name.endswith(first):
        return " ".join(tokens[1:])
    return text


def is_tail(text: str, audio_ms: int) -> bool:
    """Return whether words right after a name are only its last vowel, as a recognizer heard it.

    True for one word of up to three letters ("you", "ooh") in less than half a second: a command
    of that length in the same breath as the name is rarer than a name that was found too early.
    """
    return audio_ms < _TAIL_MS and len(text.split()) == 1 and len(_letters(text)) <= _LEFTOVER


def _alike(said: str, name: str) -> float:
    return SequenceMatcher(None, _letters(said), name, autojunk=False).ratio()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
