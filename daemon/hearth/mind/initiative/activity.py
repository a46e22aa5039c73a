"""Events in, whether this is a moment to interrupt out."""

from __future__ import annotations

from collections.abc import Callable

from hearth.event import Answered, Event, Heard, Hearing, Listen, Spoken, Unheard, Woken
from hearth.mind.initiative.state import Busy

SENTENCE_S = 15.0
"""The longest that a sentence which began may be in being said, in seconds."""

SETTLES_S = 20.0
"""So long after a turn the person may go on talking."""

_ANSWER_S = 12.0
"""How long the answer to a question may take in being said and recognised."""


class Activity:
    """Knows what is going on, on the loop's time.

    Args:
        speaking: Whether Hearth speaks, or is about to.
        turning: Whether a turn is going on.
    """

    def __init__(self, speaking: Callable[[], bool], turning: Callable[[], bool]) -> None:
        self._speaking = speaking
        self._turning = turning
        self._person = self._question = self._settled = float("-inf")

    def take(self, event: Event, now: float) -> None:
        """Take what happened."""
        match event:
            case Woken() | Hearing():
                self._person = now + SENTENCE_S
            case Heard():
                self._person = self._question = float("-inf")
                self._settled = now + SETTLES_S
            case Unheard():
                self._person = float("-inf")
            case Listen(seconds=seconds):
                self._question = now + seconds + _ANSWER_S
            case Answered() | Spoken():
                self._settled = now + SETTLES_S

    def busy(self, now: float) -> Busy:
        """Return what is going on; empty where a person may be spoken to."""
        if self._speaking() or now < self._person:
            return "speech"
        if now < self._question:
            return "question"
        return "turn" if self._turning() or now < self._settled else ""
