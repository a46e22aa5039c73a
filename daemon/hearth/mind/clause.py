"""One clause in, its best reading out: the stages, each tried only where those before found none.

The words as they are; the words without what is said around a command ("could you ... for me");
the concepts in them, in any order; the words with a name put right that was said or heard almost
right; both together. A stage never changes what an earlier one understood.
"""

from __future__ import annotations

from dataclasses import replace

from hearth.mind.frames import Frames
from hearth.mind.loose import Loose
from hearth.mind.near import Near
from hearth.mind.recognize import Place, Reading, Recognition

ABOUT_THINGS = frozenset(
    (
        "HassTurnOn",
        "HassTurnOff",
        "HassGetState",
        "HassSetPosition",
        "HassLightSet",
        "HassMediaSearchAndPlay",
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

    def read(self, text: str, place: Place) -> Reading | None:
        """Return the reading of a clause, or None where it is no command."""
        bare = self._frames.peeled(text)
        words = bare[-1] if bare else text
        for said in (text, *bare):
            if reading := self._recognition.read(said, place):
                return self._filled(reading, words, place)
        return (
            self._loose.read(words, place)
            or self._near.read(words, place)
            or self._loose.read(words, place, guess=True)
        )

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
        if loose.intent != reading.intent:
            return reading
        return replace(reading, targets=loose.targets)
