"""One of Hearth's sentences in, the persona's own words for it out, where it has some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hearth.house import House
from hearth.port import Command, Phraser


class OwnWords:
    """A ``Phraser`` that lets the persona in force say small things in its own way.

    Args:
        phraser: Says everything else.
        own: The persona's words for a key; None where it has none or may have none.
    """

    def __init__(self, phraser: Phraser, own: Callable[[str], str | None]) -> None:
        self._phraser = phraser
        self._own = own

    def respond(self, command: Command, house: House, values: Mapping[str, Any]) -> str:
        """Return the reply to a command."""
        return self._phraser.respond(command, house, values)

    def phrase(self, key: str, **values: object) -> str:
        """Return one of Hearth's own sentences."""
        return self._own(key) or self._phraser.phrase(key, **values)
