"""What is to be said, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hearth.event.base import RoomEvent


@dataclass(frozen=True, slots=True)
class Say(RoomEvent):
    """Asks the voice to say ``text``; ``last`` ends the turn's speech.

    What has no ``turn``, or is ``unasked``, is of Hearth's own accord: not in quiet hours.

    ``urgent`` passes quiet hours (an alarm, an answer to a person is never held back either).
    ``pace`` is faster above 1 and slower below, over the persona's own.
    """

    text: str
    turn: str = ""
    last: bool = True
    urgent: bool = False
    unasked: bool = False
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Hush(RoomEvent):
    """Asks the voice to stop at once and to drop what waits in that room."""

    reason: Literal["barge_in", "stop", "shutdown"] = "stop"


@dataclass(frozen=True, slots=True)
class Speaking(RoomEvent):
    """The first audio of a sentence has left for the speaker."""

    text: str
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Spoken(RoomEvent):
    """A sentence ended; ``said`` is the part that was really heard, shorter when interrupted."""

    text: str
    said: str
    turn: str = ""
    last: bool = True

    @property
    def whole(self) -> bool:
        """Whether it was said to its end."""
        return self.said == self.text
