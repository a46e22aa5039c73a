"""Who Hearth is, and whom it is with: a persona and a profile, as values.

A persona is a file of ``configs/personas``; a profile is what a person told at the set-up or later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal, Protocol

from hearth.house import EMPTY

Talk = Literal["little", "some", "much"]
"""How talkative a person would like Hearth to be."""

Notice = Literal["mood", "voice", "presence", "sleep"]
"""What a person may let Hearth notice: the mood in words, in the voice, who is there, sleep."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A character: its ``id`` and ``version``, the name it bears, its voice, its way of speaking.

    ``about`` describes it in a few words ("warm and curious"), ``voice`` is one of the engine's
    (empty: the configured one) and ``pace`` a factor of the configured one. ``manner`` are short
    sentences for the language model's prompt, ``phrases`` the persona's own words for some of
    Hearth's sentences, by their key; they never replace what has to be said.
    """

    id: str
    version: int
    name: str
    about: str = ""
    voice: str = ""
    pace: float = 1.0
    temperament: str = ""
    manner: tuple[str, ...] = ()
    phrases: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom to call when it matters: a name, and how they are reached (``call 0151 ...``)."""

    name: str
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Hearth was told about the person it lives with; each field may be unset.

    ``sleeps_from`` and ``sleeps_to`` are the quiet hours, local times; where nobody told them,
    those of the configuration. ``country`` is an ISO 3166 code (helplines). ``voice`` and ``pace``
    are the person's wishes over the persona's own. ``set_up`` is false until the set-up was gone
    through or skipped.
    """

    call_me: str = ""
    brings: str = ""
    talk: Talk = "some"
    sleeps_from: time | None = None
    sleeps_to: time | None = None
    trusted: Trusted | None = None
    country: str = ""
    notice: frozenset[Notice] = frozenset()
    voice: str = ""
    pace: float = 1.0
    set_up: bool = False


class Self(Protocol):
    """Who Hearth is at present, and whom it is with."""

    def persona(self) -> Persona:
        """Return the persona in force."""

    def profile(self) -> Profile:
        """Return what the person told."""
