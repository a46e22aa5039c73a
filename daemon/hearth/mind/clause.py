"""One clause in, its best reading out: the stages, each tried only where those before found none.

The words as they are; the words without what is said around a command ("could you ... for me");
the concepts in them, in any order; the words with a name put right that was said or heard almost
right; both together. A stage never changes what an earlier one understood.
"""

from __future__ import annotations

from dataclasses import replace

from hearth.mind.concepts.loose import Loose
from hearth.mind.exact.recognize import Place, Reading, Recognition
from hearth.mind.frames import Frames
from hearth.mind.near import Near

ABOUT_THINGS = frozenset(
    (
        "HassTurnOn",
        "HassTurnOff",
        "HassGetState",
        "HassSetPosition",
        "HassLightSet",
        "HassMediaSearchAndPlay",
        "HassGetWeather",
    )
)
"""Intents that do nothing without a thing that they are about."""


class Clauses:
    """Reads single commands; several in one sentence are the grammar's business."""

    def __init__(self, recognition: Recognition, frames: Frames, loose: Loose) -> None:
        self._recognition = recognition
        self._frames = frames
        self._loose = loose
        self._near = Near(recognition)

    def exact(self, text: str, place: Place) -> Reading | None:
        """Return the reading of a clause word for word, or None."""
        reading = self._recognition.read(text, place)
        return self._filled(reading, self._bare(text), place) if reading else None

    def read(self, text: str, place: Place) -> Reading | None:
        """Return the reading of a clause, or None where it is no command."""
        for said in (text, *self._frames.peeled(text)):
            if reading := self.exact(said, place):
                return reading
        words = self._bare(text)
        return (
            self._loose.read(words, place)
            or self._near.read(words, place)
            or self._loose.read(words, place, guess=True)
        )

    def loosely(self, text: str, place: Place) -> Reading | None:
        """Return the reading of a clause by its concepts alone, without guessing at a name."""
        return self._loose.read(self._bare(text), place)

    def _bare(self, text: str) -> str:
        """Return a clause without what is said around a command."""
        shorter = self._frames.peeled(text)
        return shorter[-1] if shorter else text

    def _filled(self, reading: Reading, words: str, place: Place) -> Reading:
        """Return a reading with what it is about, where only the loose stage finds that.

        "Turn on the fan" means the only fan of the house wherever it is said, "is any window open"
        the sensors at the windows.
        """
        if reading.targets.ids or reading.targets.choices or reading.intent not in ABOUT_THINGS:
            return reading
        loose = self._loose.read(words, place) or self._loose.read(words, place, guess=True)
        if loose is None or not (loose.targets.ids or loose.targets.choices):
            return reading
        if any(e.is_wildcard for e in reading.result.entities.values()):
            return loose  # "start the vacuum cleaner" is no search for music of that name
        if reading.intent == "HassGetWeather":
            return loose  # "how cold is it outside" where a thermometer hangs there
        if loose.intent != reading.intent:
            return reading
        return replace(reading, targets=loose.targets)
