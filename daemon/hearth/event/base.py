"""What every event is made of: its base classes, where a sentence began, what is secret."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

Origin = Literal["microphone", "client", "hearth"]
"""Where a sentence began: at a microphone, at an authenticated client, or with Hearth itself."""


class Secret:
    """Words that are neither logged nor kept: only who asks for ``words`` gets them."""

    __slots__ = ("words",)

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.words == self.words

    def __hash__(self) -> int:
        return hash(self.words)


def new_turn() -> str:
    """Return a fresh id for a turn."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every event."""


@dataclass(frozen=True, slots=True)
class RoomEvent(Event):
    """Base of what belongs to one room; ``site`` is the room's audio site."""

    site: str
