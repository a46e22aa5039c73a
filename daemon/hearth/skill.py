"""What a skill is: an object whose methods each answer some intents.

A complete skill::

    class Coin:
        \"\"\"Tosses a coin.\"\"\"

        @intent("HearthTossCoin")
        async def toss(self, request: Request) -> Reply:
            return Reply(random.choice(("Heads.", "Tails.")))

Its sentences stand in ``configs/sentences/<lang>.yaml``; ``rooms.py`` builds it.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from hearth.event import Act, Heard
from hearth.house import EMPTY, House
from hearth.port import Command


@dataclass(frozen=True, slots=True)
class Request:
    """One understood command, and the sentence and place that it came from."""

    command: Command
    heard: Heard
    house: House
    area: str | None = None

    @property
    def site(self) -> str:
        """The room's audio site; the reply goes there."""
        return self.heard.site

    @property
    def turn(self) -> str:
        """The turn's id."""
        return self.heard.turn

    def act(self, entity_id: str, service: str, data: Mapping[str, Any] | None = None) -> Act:
        """Return the action that this sentence asks for, in its own words."""
        heard = self.heard
        because = f"{heard.because} {heard.text}".strip()
        return Act(entity_id, service, data or EMPTY, heard.turn, heard.origin, because, heard.site)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said in reply to a question, and what it would mean as a command."""

    heard: Heard
    commands: tuple[Command, ...]
    house: House
    area: str | None = None

    @property
    def words(self) -> str:
        """What was said, a secret too; it may be neither logged nor kept."""
        return self.heard.secret.words if self.heard.secret else self.heard.text


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a reply ended with. The next sentence in the room may be its answer.

    ``answered`` takes that sentence and returns a reply, or None where it is no answer: then it is
    a turn like any other and the question is dropped. ``secret`` keeps the answer's words (a PIN)
    out of the journal and the log. It needs no wake word within ``seconds``. ``after`` takes what
    such another turn was answered with, and returns what is said then to come back to what was
    asked: a text, or none where only an answer is waited for; None: neither.
    """

    answered: Callable[[Answer], Awaitable[Reply | None]]
    seconds: float = 15.0
    secret: bool = False
    after: Callable[[str], Awaitable[Reply | None]] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a skill wants said; with a ``question`` the microphone stays open for its answer."""

    text: str
    outcome: Literal["done", "failed", "stopped"] = "done"
    question: Question | None = None


class Guardian(Protocol):
    """Looks at each sentence before it is understood, and may answer in its place."""

    async def consider(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Return a reply that ends the turn, or None: then it goes its usual way."""


Handler = Callable[[Request], Awaitable[Reply]]
F = TypeVar("F", bound=Callable[..., Awaitable[Reply]])


class Skill(Protocol):
    """Anything whose methods bear ``@intent``."""


def intent(*names: str) -> Callable[[F], F]:
    """Mark a method as the one that answers these intents."""

    def mark(method: F) -> F:
        method.__hearth_intents__ = names  # type: ignore[attr-defined]  # a mark on a function
        return method

    return mark


def handlers(skills: Iterable[Skill]) -> Mapping[str, Handler]:
    """Return which method answers which intent. Raises ValueError where two claim the same."""
    found: dict[str, Handler] = {}
    for skill in skills:
        for _, method in inspect.getmembers(skill, inspect.ismethod):
            for name in getattr(method, "__hearth_intents__", ()):
                if name in found:
                    raise ValueError(f"two skills answer the intent {name}")
                found[name] = method
    return found
