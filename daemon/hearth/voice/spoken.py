"""Numbers, times and lists in, the words that a person would say out.

The words are data: ``phrases`` of ``configs/sentences/<lang>.yaml``, keys ``words.*`` and
``states.*``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hearth.house import Entity

_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))


class Spoken:
    """Says values in one language."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the flat table of phrases."""
        self._words = words

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters ``duration`` (of seconds) and ``listing`` (of names)."""
        return {"duration": self.duration, "listing": self.listing}

    def duration(self, seconds: float) -> str:
        """Return a length of time: "2 minutes and 5 seconds"; above an hour without seconds."""
        left = round(float(seconds))
        if left >= 3600:
            left = round(left / 60) * 60
        parts = []
        for unit, size in _UNITS:
            count, left = divmod(left, size)
            if count:
                word = self._words[f"words.{unit}" if count == 1 else f"words.{unit}s"]
                parts.append(f"{count} {word}")
        return self.listing(parts) if parts else f"0 {self._words['words.seconds']}"

    def listing(self, names: Iterable[object]) -> str:
        """Return things one after another: "a", "a and b", "a, b and c"."""
        said = [str(name) for name in names]
        if len(said) < 2:
            return "".join(said)
        return f"{', '.join(said[:-1])} {self._words['words.and']} {said[-1]}"

    def state(self, entity: Entity, state: str) -> str:
        """Return a state as a person says it: a door's ``on`` is "open"."""
        device_class = entity.attributes.get("device_class", "_")
        for key in (
            f"states.{entity.domain}.{device_class}.{state}",
            f"states.{entity.domain}._.{state}",
            f"states._._.{state}",
        ):
            if key in self._words:
                return self._words[key]
        return state.replace("_", " ")
