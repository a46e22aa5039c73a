"""What Hearth would like to say of its own accord: offered by skills, gated by the initiative.

And what came of it: what was said, what a person thought of it, and the port that keeps that.

A complete source of wants::

    class Midday:
        async def wants(self, moment: Moment) -> Sequence[Want]:
            if moment.now.hour != 12:
                return ()
            return (Want("midday", "lift", "Shall we open a window?", until=...),)

Asking for wants costs no model call. ``rooms.py`` hands the sources to the initiative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from hearth.house import House
from hearth.skill import Question


@dataclass(frozen=True, slots=True)
class Want:
    """Something to say. ``key`` names it: what was said once is not said again under that key.

    A key is kept on disk, so it holds ids and dates and no words of a person. ``kind`` is what
    "less of that" is about. It is dropped after ``until`` (aware). The heavier ``weight`` (0 to 1)
    goes first. What is ``private`` waits until nobody else is there. A ``duty`` was asked for by
    the person (a reminder): it passes the budget, and quiet hours where ``urgent``. With a
    ``question`` the microphone stays open for the answer. ``why`` answers "why did you say that?";
    where it is empty, the kind's own reason is told.
    """

    key: str
    kind: str
    text: str
    until: datetime
    weight: float = 0.5
    private: bool = True
    duty: bool = False
    urgent: bool = False
    site: str = ""
    question: Question | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When wants are asked for: the local time (aware), the house, and where a person is.

    ``site`` is the room's audio site in which a person was last noticed, ``present`` whether
    somebody was noticed lately, ``alone`` whether it seems to be one person.
    """

    now: datetime
    house: House
    site: str
    present: bool = True
    alone: bool = True


class Wanting(Protocol):
    """A source of wants."""

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Return what it would like to say now; the same want may be offered again and again."""


Became = Literal["waiting", "said", "answered", "ignored", "later", "refused", "unheard"]
"""What came of it: being said; said without a question; answered, or not; "not now"; "less of
that"; and what no loudspeaker said."""

Level = Literal["never", "less", "some", "more"]
"""How much of a kind a person would like."""


@dataclass(frozen=True, slots=True)
class Said:
    """A want that was said. Several with one ``utterance`` (a turn's id) were said in one go."""

    utterance: str
    key: str
    kind: str
    time: datetime
    site: str = ""
    asked: bool = False
    duty: bool = False
    became: Became = "waiting"


@dataclass(frozen=True, slots=True)
class Taste:
    """What a person said about a kind: how much of it, and not before ``until`` (aware)."""

    level: Level = "some"
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What has to outlive a restart: what was said, by its time, and what was thought of it.

    ``tastes`` are by kind, the empty one stands for everything: "be quiet until six".
    """

    said: tuple[Said, ...] = ()
    tastes: Mapping[str, Taste] = field(default_factory=dict)


class PromptStore(Protocol):
    """Keeps on disk what was said unasked; of a want only its key and kind, never its words."""

    async def past(self, since: datetime) -> Past:
        """Return what was said since then, and every taste."""

    async def save(self, said: Sequence[Said]) -> None:
        """Insert or replace by utterance and key; returns once it is on disk."""

    async def taste(self, kind: str, taste: Taste) -> None:
        """Keep what a person said about a kind; returns once it is on disk."""

    async def held(self, key: str, kind: str, reason: str, time: datetime) -> None:
        """Note why a want was held back; the last time for each key and reason is kept."""
