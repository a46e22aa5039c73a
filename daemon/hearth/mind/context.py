"""Who Hearth is, what was said and what is remembered in, the model's prompt out.

What never changes comes first, so that its key-value cache is kept in memory and on disk: who it
is, how it speaks, and a few exchanges that show it. Then what was recalled, as quotes; then the
last turns; what is volatile (the time of day, the mood) is a word before the person's sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hearth.mind.remembering import Memory
from hearth.persona import Persona
from hearth.port import ChatMessage

RECALLED_CHARACTERS = 1000
"""The most that memories take: about 250 tokens of a language like English."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What changes with every sentence: the local time (aware) and how the person seems to feel."""

    now: datetime
    feeling: str = ""


class Context:
    """Builds the prompts of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Read ``prompt`` of the table ``conversation``: ``system``, ``shots``, ``recalled`` ..."""
        prompt = table.get("prompt") or {}
        self._system = str(prompt.get("system", "You are {name}, a voice companion."))
        self._shots = tuple((str(one), str(two)) for one, two in prompt.get("shots") or ())
        self._recalled = str(prompt.get("recalled", "{quotes}"))
        self._quote = str(prompt.get("quote", '{when}: "{quote}"'))
        self._volatile = str(prompt.get("volatile", "({hour})"))
        self._felt = str(prompt.get("felt", "({hour}, {feeling})"))
        self._hours = {int(hour): str(word) for hour, word in (prompt.get("hours") or {}).items()}
        self._feelings = {str(k): str(v) for k, v in (prompt.get("feelings") or {}).items()}

    def prefix(self, persona: Persona) -> tuple[ChatMessage, ...]:
        """Return what never changes while a persona is in force; it holds no words of a person."""
        manner = " ".join(persona.manner)
        system = " ".join(f"{self._system.replace('{name}', persona.name)} {manner}".split())
        messages = [ChatMessage("system", system, lasting=True)]
        for person, hearth in self._shots:
            messages.append(ChatMessage("user", person, lasting=True))
            messages.append(ChatMessage("assistant", hearth, lasting=True))
        return tuple(messages)

    def prompt(
        self,
        persona: Persona,
        memories: Sequence[tuple[str, Memory]],
        dialogue: Sequence[tuple[str, str]],
        text: str,
        moment: Moment,
    ) -> list[ChatMessage]:
        """Return the messages for the model.

        ``memories`` are (when it was told, in words; what), the most fitting first; only what fits
        into ``RECALLED_CHARACTERS`` is told. Without ``text`` the prompt ends before the person's
        sentence: that is what can be read ahead.
        """
        messages = [*self.prefix(persona)]
        if recalled := self._told(memories):
            messages.append(ChatMessage("system", recalled))
        for person, hearth in dialogue:
            if person:  # else Hearth spoke up by itself
                messages.append(ChatMessage("user", person))
            messages.append(ChatMessage("assistant", hearth))
        if text:
            messages.append(ChatMessage("user", f"{self._now(moment)} {text}".strip()))
        return messages

    def _told(self, memories: Sequence[tuple[str, Memory]]) -> str:
        """Return what was recalled as quotes, within its room."""
        lines: list[str] = []
        for when, memory in memories:
            line = self._quote.replace("{when}", when).replace("{quote}", memory.quote)
            if sum(map(len, lines)) + len(line) > RECALLED_CHARACTERS:
                break
            lines.append(line)
        return self._recalled.replace("{quotes}", " ".join(lines)) if lines else ""

    def _now(self, moment: Moment) -> str:
        """Return the time of day and the mood in a few words."""
        fit = [hour for hour in sorted(self._hours) if hour <= moment.now.hour]
        hour = self._hours[fit[-1]] if fit else ""
        if not hour:
            return ""
        feeling = self._feelings.get(moment.feeling, "")
        source = self._felt if feeling else self._volatile
        return source.replace("{hour}", hour).replace("{feeling}", feeling)
