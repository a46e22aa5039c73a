"""What was said in one room lately: the turn in progress, the dialogue, the open question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hearth.event import Heard, Spoken
from hearth.mind.dialogue import Dialogue
from hearth.port import Command
from hearth.skill import Question

_LATELY_S = 180.0
"""How long "it" may still mean what was last understood, in seconds."""

_CHARACTERS_A_SECOND = 12.0
"""How fast a question is spoken, at least; the time to answer begins after it."""

_ANSWER_S = 10.0
"""How long an answer itself may be in being said and recognised, in seconds."""


class Room:
    """One room's turn in progress, and what has been said there."""

    def __init__(self, history_turns: int) -> None:
        self.dialogue = Dialogue(history_turns)
        self.task: asyncio.Task[None] | None = None
        self.conversing = False
        self._turn, self._asked, self._heard = "", "", [""]
        self._question: Question | None = None
        self._until = 0.0
        self._commands: tuple[Command, ...] = ()
        self._understood_at = 0.0

    def after(
        self, heard: Heard, take: Callable[[Heard, Room], Awaitable[None]], group: asyncio.TaskGroup
    ) -> None:
        """Take a turn once the one before it has ended."""
        before = self.task

        async def in_order() -> None:
            if before is not None:
                await asyncio.wait({before})
            await take(heard, self)

        self.task = group.create_task(in_order(), name=f"turn {heard.turn}")

    def interrupt(self) -> None:
        """End a conversation that is going on; an action is carried to its end."""
        if self.conversing and self.task:
            self.task.cancel()

    def begin(self, turn: str, asked: str) -> None:
        """Note which sentence is being answered."""
        self._turn, self._asked, self._heard = turn, asked, []

    def was_spoken(self, spoken: Spoken) -> None:
        """Remember what of the answer was heard; what was cut off was not said."""
        if spoken.turn != self._turn or not self._turn:
            return
        self._heard.append(spoken.said)
        if spoken.last or not spoken.whole:
            self.dialogue.add(self._asked, " ".join(part for part in self._heard if part))
            self._turn = ""

    def forget(self) -> None:
        """Drop what was said before."""
        self.dialogue.pairs.clear()
        self._commands = ()

    def understood(self, commands: tuple[Command, ...]) -> None:
        """Remember what was understood, for what the next sentence leaves out."""
        self._commands, self._understood_at = commands, _now()

    def lately(self) -> tuple[Command, ...]:
        """Return what was understood last; empty once that is long ago."""
        return self._commands if _now() - self._understood_at < _LATELY_S else ()

    def ask(self, question: Question, words: str) -> None:
        """Wait for the answer to a question that is being said."""
        self._question = question
        self._until = _now() + question.seconds + len(words) / _CHARACTERS_A_SECOND + _ANSWER_S

    def question(self) -> Question | None:
        """Take the open question, if its time is not over; it is answered once."""
        question, self._question = self._question, None
        return question if question and _now() <= self._until else None


def _now() -> float:
    return asyncio.get_running_loop().time()
