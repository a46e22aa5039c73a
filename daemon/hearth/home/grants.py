"""Refused actions in, each of them once out again when a person answers: a grant of the door.

A grant is the very ``Acted`` that the door returned, known by identity: nothing that could be
written down, guessed or sent opens the door.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from hearth.event import Acted, Heard

LASTS_S = 60.0
"""How long an answer may take."""

_MOST = 64


class Grants:
    """What the door has asked about and not yet been answered."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, tuple[Acted, float]] = OrderedDict()

    def give(self, refused: Acted) -> None:
        """Remember a refused action that an answer may let by."""
        self._open[id(refused)] = (refused, asyncio.get_running_loop().time() + LASTS_S)
        while len(self._open) > _MOST:
            self._open.popitem(last=False)

    def redeem(self, refused: Acted, answer: Heard) -> bool:
        """Take a grant back; return whether it was open, and ``answer`` is one to this question.

        It has to come from a person, in another sentence than the one that asked, in its room.
        """
        found = self._open.pop(id(refused), None)
        if found is None or found[0] is not refused:
            return False
        act = refused.act
        person = answer.origin in ("microphone", "client") and not answer.because
        here = bool(act.site) and answer.site == act.site and answer.turn != act.turn
        return person and here and asyncio.get_running_loop().time() <= found[1]
