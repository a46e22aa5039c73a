"""A sentence that no skill answers in, the sentences of a reply out: the port ``Converser``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from hearth.event import Heard, Say
from hearth.mind.context import prompt
from hearth.mind.thinker import sentences
from hearth.port import Drafter, Thinker

_SENTENCES = 3
"""The longest answer of the model: speech that goes on longer is not listened to."""


class Conversation:
    """Lets the language model answer, sentence by sentence."""

    def __init__(
        self, thinker: Thinker, name: str, max_tokens: int, drafter: Drafter | None = None
    ) -> None:
        self._thinker = thinker
        self._drafter = drafter
        self._name = name
        self._max_tokens = max_tokens

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        """Yield the reply's sentences as each can be said. Raises EngineError."""
        messages = prompt(self._name, dialogue, heard.text)
        stream = sentences(self._thinker, messages, self._max_tokens, _SENTENCES)
        async with aclosing(stream):
            async for sentence in stream:
                yield Say(heard.site, sentence, heard.turn, last=False)

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """Have the model read what it will be asked with. Raises EngineError."""
        if self._drafter:
            await self._drafter.prepare(prompt(self._name, dialogue, text))
