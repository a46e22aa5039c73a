"""What was heard, and what the listener is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hearth.event.base import Origin, RoomEvent, Secret, new_turn


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a sentence was said, measured from its sound.

    ``pace`` in syllables a second of speech, ``pitch_hz`` the median of the voice's pitch and
    ``pitch_range`` its spread in semitones, ``energy_db`` the loudness below full scale, ``pauses``
    the share of silence within the sentence. What could not be measured is None.
    """

    pace: float | None = None
    pitch_hz: float | None = None
    pitch_range: float | None = None
    energy_db: float | None = None
    pauses: float | None = None


@dataclass(frozen=True, slots=True)
class Woken(RoomEvent):
    """Its name was heard."""

    word: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Hearing(RoomEvent):
    """A partial result: what has been recognised so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard(RoomEvent):
    """A person's finished sentence, from a microphone or from a keyboard.

    ``ended`` is the loop's time (seconds) at which the last sample of speech arrived, and
    ``audio_ms`` the length of the sentence; both are 0 for typed text. The words of the answer to
    a secret question are in ``secret``, and ``text`` is empty. ``because`` tells what said it in
    the place of a person: ``timer:<id>``, ``rule:<id>``; it is empty where a person spoke.
    ``prosody`` is how it was said, where a microphone heard it and it may be noticed.
    """

    text: str
    confidence: float = 1.0
    origin: Origin = "microphone"
    turn: str = field(default_factory=new_turn)
    ended: float = 0.0
    audio_ms: int = 0
    secret: Secret | None = None
    because: str = ""
    prosody: Prosody | None = None


@dataclass(frozen=True, slots=True)
class Unheard(RoomEvent):
    """It was woken, but no words came, or the recognizer failed."""

    reason: Literal["silence", "no_words", "engine"]


@dataclass(frozen=True, slots=True)
class Listen(RoomEvent):
    """Asks the listener to take the next sentence at ``site`` without the wake word.

    The words of a ``secret`` answer (a PIN) are neither kept nor logged. ``after`` is the turn
    whose speech has to end first, so that a question does not hear itself.
    """

    seconds: float = 8.0
    secret: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class SiteSeen(RoomEvent):
    """A microphone sent its first frame, or its first after a long silence."""
