"""What is heard while Hearth speaks in, what it is out: its own voice, a nod, a stop, or talk.

A microphone hears the loudspeaker, too. What Hearth hears is compared with what it says; what is
left is a person, who may only show that they listen ("mm-hm"), or want to say something.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

from rapidfuzz import fuzz

from hearth.sense.turns import TurnWords, words

Kind = Literal["echo", "nod", "stop", "talk", ""]
"""Empty where it is too little to tell."""

ECHO_S = 2.5
"""How long after it was said a sentence may still be heard: sound on its way, and recognition."""

TAIL_S = 0.35
"""What begins so soon after Hearth fell silent may be the last of its own voice."""

_LIKE = 78.0
"""How alike (0 to 100) what is heard is to a part of what is said, to be its echo.

``rapidfuzz.fuzz.partial_ratio``: recognizers misspell a voice that is not a person's.
"""

_FEWEST_WORDS, _FEWEST_AT_ONCE = 2, 3
"""Words that are talk when they are over, and while more may come: an echo may begin misheard."""


class Said:
    """What Hearth is saying in one room, and has just said; times are the loop's, in seconds."""

    def __init__(self) -> None:
        self._lately: deque[tuple[str, float | None]] = deque(maxlen=8)
        self._ended = 0.0

    @property
    def speaking(self) -> bool:
        """Whether it is being said."""
        return any(end is None for _, end in self._lately)

    def begin(self, text: str) -> None:
        """A sentence begins to sound."""
        self._lately.append((text, None))

    def end(self, now: float) -> None:
        """The sentence has ended, or was cut off."""
        if self.speaking:
            self._ended = now
        self._lately = deque(((t, now if e is None else e) for t, e in self._lately), maxlen=8)

    def text(self, now: float) -> str:
        """Return what may be heard of it now."""
        return " ".join(t for t, end in self._lately if end is None or now - end <= ECHO_S)

    def sounds_at(self, time: float) -> bool:
        """Tell whether sound of that time may be its own."""
        return self.speaking or time < self._ended + TAIL_S


def overheard(heard: str, being_said: str, known: TurnWords, *, over: bool) -> Kind:
    """Return what was heard beside Hearth's own speech.

    ``over`` is false while more may come: then a beginning that is too short is left open.
    """
    said = words(heard)
    if not said:
        return ""
    if is_echo(heard, being_said):
        return "echo"
    if said in known.stops:
        return "stop"
    if said in known.backchannels:
        return "nod"
    # While more may come, "oh" may become "oh really".
    may_be_nod = not over and any(nod[: len(said)] == said for nod in known.backchannels)
    fewest = _FEWEST_WORDS if over else _FEWEST_AT_ONCE
    return "" if len(said) < fewest or may_be_nod else "talk"


def is_echo(heard: str, being_said: str) -> bool:
    """Return whether these words are a part of what is being said."""
    ours, theirs = " ".join(words(being_said)), " ".join(words(heard))
    if not ours or not theirs:
        return False
    if len(theirs.split()) < _FEWEST_WORDS:
        return theirs in ours.split()
    if len(theirs) > len(ours) * 1.3:  # more than was said: somebody spoke, too
        return False
    return fuzz.partial_ratio(theirs, ours) >= _LIKE
