"""What was found and said in, the key of the fixed sentence that follows out; pure.

The protocol holds for a session: once begun, everything that is said in its rooms is answered by
it, apart from orders to the home, until the person says that they are safe or time has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from hearth.mind.crisis.detector import Finding
from hearth.mind.crisis.words import Kind

YesNo = Literal["yes", "no", "starts_yes", ""]

GENTLE = "past"
"""The kind that is answered gently, once, without the protocol."""

GRAVITY: dict[Kind, int] = {
    "medical": 3,
    "self": 2,
    "danger": 2,
    "harm": 2,
    "other": 1,
    "accident": 0,
}
"""The kinds that the protocol holds for; the graver takes over."""

_ASKED = ("self", "danger", "harm")
"""The kinds that are asked about in other words where it is not sure."""


@dataclass(frozen=True, slots=True)
class Session:
    """A crisis that goes on: of what ``kind``, in which rooms, until when (aware) it is held.

    ``asked`` says that a direct question waits for its answer, ``step`` how many follow-ups were
    said, ``turn`` the turn in which it began.
    """

    kind: Kind
    sites: frozenset[str]
    until: datetime
    turn: str = ""
    asked: bool = True
    step: int = 0

    def touched(self, now: datetime, hold: timedelta) -> Session:
        """Return the session held on from now."""
        return replace(self, until=now + hold)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: the session after it (None: over), and the key of what is said."""

    session: Session | None
    key: str


def begin(
    found: Finding,
    site: str,
    turn: str,
    *,
    now: datetime,
    hold: timedelta,
    held: Session | None,
) -> Step:
    """Return the step that follows on words of danger.

    What is graver takes over from what is held; the same again is answered in other words.
    """
    if held and GRAVITY[held.kind] >= GRAVITY[found.kind]:
        same = held.kind == found.kind
        session = replace(held, sites=held.sites | {site}, asked=False).touched(now, hold)
        return Step(session, f"crisis.{held.kind if same else found.kind}.again")
    if found.kind == "medical" and not found.sure:
        found = Finding("accident")
    sites = (held.sites if held else frozenset()) | {site}
    session = Session(found.kind, sites, now + hold, turn)
    likely = not found.sure
    key = "likely" if likely and found.kind in _ASKED else "sure"
    return Step(session, f"crisis.{found.kind}.{key}")


def safe(session: Session) -> Step:
    """Return the gentle end, because the person said that they are safe."""
    return Step(None, "crisis.safe_medical" if session.kind == "medical" else "crisis.safe")


def follow(session: Session, answer: YesNo, follows: int, now: datetime, hold: timedelta) -> Step:
    """Return the step for any other sentence: an answer to the question, or a follow-up.

    ``follows`` is how many follow-ups the language has for this kind.
    """
    held = replace(session, asked=False).touched(now, hold)
    if session.asked and answer == "no" and session.kind == "accident":
        return Step(None, "crisis.accident.denied")
    if session.asked and answer:
        return Step(held, f"crisis.{session.kind}.{'denied' if answer == 'no' else 'agreed'}")
    key = f"crisis.{session.kind}.follow.{session.step % max(follows, 1)}"
    return Step(replace(held, step=session.step + 1), key)
