"""The set-up's questions, and where it stands among them, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from hearth.mind.personas import Sex
from hearth.persona import Trusted

STEPS = ("name", "brings", "voice", "talk", "sleep", "trusted", "country", "notice", "named")
"""The questions, in their order."""

PARENT = {
    "sex": "voice",
    "wake": "sleep",
    "bed": "sleep",
    "reach": "trusted",
    "hear": "notice",
    "rename": "named",
}
"""Questions within another: asked where its answer left something open."""

Said = tuple[str, Mapping[str, Any]]
"""One of Hearth's sentences, by its key, and the values that it names."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a set-up stands: the question that is open, and what was wished for so far.

    ``again``: the open question was asked twice. ``tempers`` and ``sex`` are the wish for a
    persona, ``offered`` those that were offered and not wanted. ``start`` and ``end`` are half of
    the night's hours, ``trusted`` a person without a number. ``done`` are questions that were
    answered before they were asked, ``before`` is the one that was answered last, ``given`` a name
    for Hearth that was said before it was asked for.
    """

    step: str = STEPS[0]
    again: bool = False
    tempers: tuple[str, ...] = ()
    sex: Sex = ""
    offered: tuple[str, ...] = ()
    start: time | None = None
    end: time | None = None
    trusted: Trusted | None = None
    done: tuple[str, ...] = ()
    before: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Got:
    """What was read of an answer: what is said of it, what is kept, where the course stands.

    ``within`` is the question that follows within this one. ``change`` are fields of the profile,
    ``persona`` and ``sex`` the persona to take on, ``name`` the name that Hearth was given.
    """

    said: tuple[Said, ...]
    change: Mapping[str, Any]
    course: Course
    within: str = ""
    persona: str = ""
    sex: str = ""
    name: str = ""
