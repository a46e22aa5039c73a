"""What skills did that no device was moved by, and how each is taken back: for an undo."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hearth.skill import Request

_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Deed:
    """One of them: the turn and the room that asked, the loop's time, and the way back."""

    turn: str
    site: str
    at: float
    back: Callable[[], Awaitable[None]]


class Deeds:
    """Keeps the last of them, in order."""

    def __init__(self) -> None:
        self.all: deque[Deed] = deque(maxlen=_REMEMBERED)

    def note(self, request: Request, back: Callable[[], Awaitable[None]]) -> None:
        """Remember how to take back what a request is about to do."""
        now = asyncio.get_running_loop().time()
        self.all.append(Deed(request.turn, request.site, now, back))
