"""The name that Hearth bears in, what it listens to out, told honestly."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.port import Called, Phraser


class Naming:
    """Has the wake words follow Hearth's name where that is possible, and says when it works.

    Args:
        called: What listens for names; None where nothing can learn one.
        phraser: Says what becomes of it.
        words: The configured names, which stay.
    """

    def __init__(self, called: Called | None, phraser: Phraser, words: Sequence[str]) -> None:
        self._called = called
        self._phraser = phraser
        self._words = tuple(words)

    def listen_to(self, name: str) -> str:
        """Listen to a name from now on, and return a sentence about it."""
        before = self._called.names if self._called else self._words
        spoken = [word.title() for word in before]
        if name.casefold() in [word.casefold() for word in before]:
            return ""
        when = self._called.answer_to(name) if self._called else "never"
        return self._phraser.phrase(f"self.wake_{when}", before=spoken)
