"""One clause in, its best reading out: the stages, each tried only where those before found none.

The words as they are; the words without what is said around a command ("could you ... for me");
the words with a name put right that was said or heard almost right. A stage never changes what an
earlier one understood.
"""

from __future__ import annotations

from hearth.mind.frames import Frames
from hearth.mind.loose import Loose
from hearth.mind.near import Near
from hearth.mind.recognize import Place, Reading, Recognition


class Clauses:
    """Reads single commands; several in one sentence are the grammar's business."""

    def __init__(self, recognition: Recognition, frames: Frames, loose: Loose) -> None:
        self._recognition = recognition
        self._frames = frames
        self._loose = loose
        self._near = Near(recognition)

    def read(self, text: str, place: Place) -> Reading | None:
        """Return the reading of a clause, or None where it is no command."""
        if reading := self._recognition.read(text, place):
            return reading
        bare = self._frames.peeled(text)
        for words in bare:
            if reading := self._recognition.read(words, place):
                return reading
        words = bare[-1] if bare else text
        return self._near.read(words, place) or self._loose.read(words, place)
