"""What has been understood of a sentence so far in, whether it sounds unfinished out.

A rule of thumb over the last words and the first, as a listener has one: nobody ends with "the".
It decides how long a silence is waited for, nothing else; so it names what is surely open, and
says "open to both" to the rest.
"""

from __future__ import annotations

from hearth.sense.turns import TurnWords, words


def unfinished(text: str, known: TurnWords) -> bool:
    """Return whether more is to be expected after these words."""
    said = words(text)
    if not said:
        return False
    last, before = said[-1], said[-2] if len(said) > 1 else ""
    if last in known.open or said in known.beginnings:
        return True
    if last in known.stranded and not _asks(said, known):
        return True
    if last in known.particles and before in known.separable:
        return True
    if before in known.measured and (last.isdecimal() or last in known.numbers):
        return True
    return _owes(said, known)


def _asks(said: tuple[str, ...], known: TurnWords) -> bool:
    """Tell whether a preposition may stand at the end: "who is it for", "nothing to talk about"."""
    return any(word in known.questions for word in said[:-1])


def _owes(said: tuple[str, ...], known: TurnWords) -> bool:
    """Tell whether only the clause of a condition was said: "if it rains"."""
    if said[0] not in known.owing or len(said) > known.owing_words:
        return False
    return len(said) == 1 or said[1] not in known.asking
