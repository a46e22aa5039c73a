"""What was said in a room in, the last turns of it out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


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

    def opened(self, hearth: str) -> None:
        """Keep what Hearth said of its own accord and was heard: the person's part is empty."""
        self.pairs.append(("", hearth))
