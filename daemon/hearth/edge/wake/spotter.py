"""Speech in, finds of any name out: it is compared with what synthetic voices make of the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hearth.edge.wake.embedding import Embedding
from hearth.edge.wake.namesake import Everyday, Namesake
from hearth.port import Find

_THRESHOLD = 0.36
_PER_SENSITIVITY = 0.2
_LATER = 640  # samples: names end 6 to 89 ms after what the examples say (flite's slt, rms, awb)
_WAIT = 2  # windows of 80 ms in which a likeness may still rise


class NameSpotter:
    """Fills the port Spotter for names of any kind; about a tenth of a core while someone speaks.

    Args:
        names: What the names sound like; it may grow while they are being learned.
        everyday: The spread of everyday speech that they were learned with.
        sensitivity: 0 to 1, ``wake.sensitivity``.
        tell: Receives each find.
    """

    always = False

    def __init__(
        self,
        names: Sequence[Namesake],
        everyday: Everyday,
        sensitivity: float,
        tell: Callable[[Find], None],
    ) -> None:
        self._names = names
        self._everyday = everyday
        self._threshold = _THRESHOLD + (0.5 - sensitivity) * _PER_SENSITIVITY
        self._tell = tell
        self._embedding = Embedding()
        self._begun = False
        self._best: Find | None = None
        self._waited = 0

    def feed(self, pcm: bytes, at: int) -> None:
        """Take the next speech; a find is told within 160 ms of the name's end."""
        if not self._begun:
            self._embedding.reset(at)
            self._begun = True
        for end, window in self._embedding.feed(pcm):
            whitened = self._everyday.whiten(window)
            finds = []
            for name in self._names:
                score, offset = name.compare(whitened)
                finds.append(Find(name.word, score, max(end - offset + _LATER, 0)))
            self._weigh(max(finds, key=lambda find: find.score, default=None))

    def reset(self) -> None:
        """The stretch of speech is over."""
        self._begun = False
        self._told()

    def close(self) -> None:
        """Release the model."""
        self._embedding.close()

    def _weigh(self, find: Find | None) -> None:
        """Keep the best window of a name; tell it when the likeness no longer rises."""
        if (
            find
            and find.score > self._threshold
            and (self._best is None or find.score > self._best.score)
        ):
            self._best = find
            self._waited += 1
            if self._waited <= _WAIT:
                return
        self._told()

    def _told(self) -> None:
        best, self._best, self._waited = self._best, None, 0
        if best:
            self._tell(best)
