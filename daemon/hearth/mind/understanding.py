"""Words in, commands out: the grammar, in the loop's turn.

The port ``Understander``. The grammar decides in milliseconds and alone.
"""

from __future__ import annotations

from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.port import Command


class Understanding:
    """Understands one language (the port ``Understander``)."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    async def understand(
        self,
        text: str,
        house: House,
        area: str | None = None,
        lately: tuple[Command, ...] = (),
    ) -> tuple[Command, ...]:
        """Return the commands in the order they were said; empty where nothing was understood.

        ``area`` is the id of the area in which the person speaks, or None; ``lately`` what was
        understood last in that room, for "it" and "the other one too".
        """
        return self._grammar.understand(text, house, area, lately)
