"""What was said in, the model's prompt out: what never changes first, what is volatile last."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from hearth.port import ChatMessage

SYSTEM = (
    "You are {name}, a warm and honest voice companion on a small computer in this home. "
    "You are software, not a person. You speak aloud: answer in one or two short, plain sentences, "
    "without lists or symbols. You cannot see, and you cannot do anything by saying it."
)
"""The prompt's unchanging head. Each change of it costs every cached prefix."""


@dataclass
class Dialogue:
    """The last turns in one room, as (person, Hearth) pairs; only what was really heard counts."""

    turns: int
    pairs: deque[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = deque(maxlen=self.turns)

    def add(self, person: str, hearth: str) -> None:
        """Keep what a person said and what Hearth was heard to answer."""
        if person and hearth:
            self.pairs.append((person, hearth))


def prompt(name: str, dialogue: Sequence[tuple[str, str]], text: str) -> list[ChatMessage]:
    """Return the messages for the model: system, the last turns, and the new sentence."""
    messages = [ChatMessage("system", SYSTEM.format(name=name))]
    for person, hearth in dialogue:
        messages += [ChatMessage("user", person), ChatMessage("assistant", hearth)]
    return [*messages, ChatMessage("user", text)]
