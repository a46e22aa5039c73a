"""Sound in, finds of the wake words that ship with microWakeWord out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

from hearth.port import RATE_HZ, Find
from hearth.sense.endpoint import level_db

SHIPPED = {model.value.replace("_", " "): model for model in Model}
"""The names with a model in `pymicro-wakeword`: alexa, hey jarvis, hey mycroft, okay nabu."""

_LAG = 150 * RATE_HZ // 1000
"""Samples between the end of a name and its find where no gap is heard. Measured with flite (slt,
rms, awb) on the four names: -220 to 300 ms, so a gap in the sound is the better sign."""

_BLOCK = 256  # samples, 16 ms
_BLOCKS = 20  # the gap after a name is looked for in the last 320 ms
_GAP_DB = 15.0


def end_of_name(levels: Sequence[float]) -> int:
    """Return how many samples ago a name ended, from the levels (dB) of blocks of 16 ms.

    It is the last block that is far quieter than the loudest; ``_LAG`` where there is none.
    """
    quiet = [at for at, level in enumerate(levels) if level < max(levels) - _GAP_DB]
    return (len(levels) - 1 - quiet[-1]) * _BLOCK if quiet else _LAG


class MicroSpotter:
    """Fills the port Spotter for one or more shipped names; 0.4 % of a core for each name.

    Args:
        words: Keys of ``SHIPPED``.
        sensitivity: 0 to 1; 0.5 keeps each model's own cutoff (Kevin Ahrendt's, in its JSON), and
            each quarter more doubles the distance from 1 at which it finds.
        tell: Receives each find.
    """

    always = True

    def __init__(
        self, words: Sequence[str], sensitivity: float, tell: Callable[[Find], None]
    ) -> None:
        self._features = MicroWakeWordFeatures()
        self._models = {word: MicroWakeWord.from_builtin(SHIPPED[word]) for word in words}
        self._cutoffs = {
            word: 1 - (1 - model.probability_cutoff) * 4 ** (2 * sensitivity - 1)
            for word, model in self._models.items()
        }
        self._tell = tell
        self._levels: deque[float] = deque(maxlen=_BLOCKS)

    def feed(self, pcm: bytes, at: int) -> None:
        """Take the next 16 kHz PCM; a find is told before this returns."""
        end = at + len(pcm) // 2
        blocks = range(0, len(pcm), _BLOCK * 2)
        self._levels.extend(level_db(pcm[begin : begin + _BLOCK * 2]) for begin in blocks)
        for features in self._features.process_streaming(pcm):
            for word, model in self._models.items():
                score = model.process_streaming_prob(features) or 0.0
                if score > self._cutoffs[word]:
                    model.reset()  # it starts anew, or one name would be found several times
                    self._tell(Find(word, score, max(end - end_of_name(self._levels), 0)))

    def reset(self) -> None:
        """Forget what came before."""
        for model in self._models.values():
            model.reset()

    def close(self) -> None:
        """Release the models."""
        for model in self._models.values():
            model.close()
