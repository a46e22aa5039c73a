"""What was understood and answered, and how a person seems to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hearth.event.base import Event, RoomEvent
from hearth.house import EMPTY


@dataclass(frozen=True, slots=True)
class Understood(RoomEvent):
    """The turn was understood by the grammar (``intent``), or given to the model (``""``)."""

    turn: str
    text: str
    intent: str
    slots: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    targets: tuple[str, ...] = ()
    confidence: float = 1.0
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered(RoomEvent):
    """The turn is over; ``text`` is the whole reply that was handed to the voice."""

    turn: str
    text: str
    outcome: Literal["done", "conversation", "failed", "stopped"] = "done"


@dataclass(frozen=True, slots=True)
class Mood(RoomEvent):
    """How a person seems to feel, from their words and, where allowed, their voice.

    ``valence`` and ``arousal`` from -1 to 1; ``feelings`` are names with a confidence from 0 to 1,
    the surest first, and empty where it is uncertain. ``source`` is "told" where the person said
    so, which outweighs the rest.
    """

    turn: str
    valence: float
    arousal: float
    feelings: tuple[tuple[str, float], ...] = ()
    confidence: float = 0.0
    source: Literal["text", "voice", "both", "told"] = "text"

    @property
    def feeling(self) -> str:
        """The surest feeling; empty where it is uncertain."""
        return self.feelings[0][0] if self.feelings else ""


@dataclass(frozen=True, slots=True)
class Crisis(RoomEvent):
    """A person may be in danger; ``on`` until the session is over. Its words are not in here."""

    turn: str
    kind: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Parted(RoomEvent):
    """A person said goodbye or good night: nothing of Hearth's own follows."""


@dataclass(frozen=True, slots=True)
class PersonaSet(Event):
    """Another persona, or another version of it, is in force."""

    persona: str
    version: int
    was: str = ""


@dataclass(frozen=True, slots=True)
class Prompted(RoomEvent):
    """Hearth said a want of its own accord; ``want`` is its key, ``kind`` its kind."""

    want: str
    kind: str
