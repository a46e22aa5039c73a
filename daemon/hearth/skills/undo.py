"""Puts back what was asked for last: "undo that", "put it back", "no, not that one"."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hearth.event import Acted
from hearth.house import Entity, House
from hearth.mind.answers import Answers
from hearth.port import Door, Phraser
from hearth.skill import Reply, Request, intent
from hearth.skills.deeds import Deed, Deeds
from hearth.skills.report import Report

_LATEST_S = 3600.0
"""What was done longer ago is not meant by "undo that"."""


class Step(Protocol):
    """An action that reached its device (``home.executor.Step``)."""

    @property
    def acted(self) -> Acted:
        """How it ended."""

    @property
    def before(self) -> Entity:
        """What the thing was like."""

    @property
    def at(self) -> float:
        """The loop's time."""

    @property
    def back(self) -> tuple[tuple[str, dict[str, Any]], ...] | None:
        """The services that restore it; None where nothing can."""


@dataclass(frozen=True)
class _Turn:
    """All that one turn did."""

    id: str
    steps: tuple[Step, ...]
    deeds: tuple[Deed, ...]


class Undo:
    """Takes back a whole turn at a time; said again, the one before it.

    Args:
        door: Through which things are put back, like through any other action.
        steps: What the door did lately, in order.
        deeds: What skills did lately.
    """

    def __init__(
        self,
        door: Door,
        steps: Sequence[Step],
        deeds: Deeds,
        phraser: Phraser,
        answers: Answers,
    ) -> None:
        self._door = door
        self._steps = steps
        self._deeds = deeds
        self._phraser = phraser
        self._report = Report(door, phraser, answers)
        self._over: set[str] = set()

    @intent("HearthUndo")
    async def undo(self, request: Request) -> Reply:
        """Restore what was before the last turn in this room that moved something."""
        turn = self._last(request.site)
        if turn is None:
            return Reply(self._phraser.phrase("undo.nothing"), "failed")
        self._over |= {turn.id, request.turn}
        for deed in reversed(turn.deeds):
            await deed.back()
        ways: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        stuck: list[str] = []
        for step in reversed(turn.steps):  # the last is put back first
            thing = step.before
            if (back := step.back) is None:
                stuck.append(thing.name)
            else:
                ways.setdefault(thing.id, []).extend(back)
        acted = await asyncio.gather(*(self._put(request, id_, way) for id_, way in ways.items()))
        stuck_text = self._phraser.phrase("undo.cannot", names=sorted(set(stuck))) if stuck else ""
        if not acted:
            done = self._phraser.phrase("undo.done", names=[]) if turn.deeds else ""
            text = " ".join(part for part in (done, stuck_text) if part)
            return Reply(text, "done" if turn.deeds else "failed")
        reply = self._report.reply(acted, self._done)
        return Reply(f"{reply.text} {stuck_text}".strip(), reply.outcome, reply.question)

    def _last(self, site: str) -> _Turn | None:
        """Return the last turn of this room that is not undone yet."""
        now = asyncio.get_running_loop().time()
        made = [(s.at, s.acted.act.turn, s.acted.act.site) for s in self._steps]
        made += [(deed.at, deed.turn, deed.site) for deed in self._deeds.all]
        known = [
            (at, turn)
            for at, turn, where in made
            if turn and where == site and turn not in self._over and now - at <= _LATEST_S
        ]
        if not known:
            return None
        _, turn = max(known)
        return _Turn(
            turn,
            tuple(step for step in self._steps if step.acted.act.turn == turn),
            tuple(deed for deed in self._deeds.all if deed.turn == turn),
        )

    async def _put(
        self, request: Request, entity_id: str, way: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Acted:
        """Do the services one after the other, up to the first that fails."""
        acted: Acted | None = None
        for service, data in way:
            acted = await self._door.act(request.act(entity_id, service, data))
            if acted.outcome not in ("done", "sent"):
                break
        if acted is None:
            raise ValueError("there is nothing to put back")
        return acted

    def _done(self, well: Sequence[Acted], house: House) -> str:
        names = dict.fromkeys(e.name for a in well if (e := house.entity(a.act.entity_id)))
        return self._phraser.phrase("undo.done", names=list(names))
