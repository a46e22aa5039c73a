"""Speech in, words out: Vosk, streaming, with the confidence of each word.

Vosk writes what goes wrong to standard error and raises a bare Exception for a folder that is no
model; a damaged model can end the process, which is one reason for the ear's worker process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hearth.error import EngineError, MissingError
from hearth.port import RATE_HZ, Transcript


class VoskEar:
    """A Vosk model, shared by all sentences.

    Args:
        folder: An unpacked model (``am/``, ``conf/``, ``graph/`` ...).
        at_once: Sentences decoded side by side.

    Raises MissingError where Vosk or its model is not there.
    """

    name = "vosk"

    def __init__(self, folder: Path, at_once: int = 4) -> None:
        self.at_once = at_once
        try:
            import vosk  # noqa: PLC0415  # loads 20 MB of native code; only the worker may pay
        except (ImportError, OSError) as error:
            raise MissingError(
                f"Vosk cannot be loaded ({error}).", "Run ./deploy/run, which installs it."
            ) from error
        vosk.SetLogLevel(-1)
        self._vosk: Any = vosk
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # Vosk raises nothing more specific
            raise MissingError(
                f"{folder} is not a Vosk model.", "`hearth models fetch vosk-small-en` fetches one."
            ) from error

    def decoding(self) -> VoskDecoding:
        """Begin a sentence."""
        recognizer = self._vosk.KaldiRecognizer(self._model, RATE_HZ)
        recognizer.SetWords(True)
        return VoskDecoding(recognizer)

    def learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        """Do nothing: Vosk's graph is closed, and a grammar would forbid all other speech."""


class VoskDecoding:
    """One sentence. Vosk splits it where it hears a pause; the parts are put together again."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._parts: list[dict[str, Any]] = []

    def feed(self, pcm: bytes) -> str:
        """Take 16 kHz PCM and return the words so far. Raises EngineError."""
        try:
            ended = self._recognizer.AcceptWaveform(pcm)
        except Exception as error:  # Vosk raises nothing more specific
            raise EngineError("Vosk failed in the middle of a sentence.") from error
        if ended:
            self._parts.append(json.loads(self._recognizer.Result()))
            return self._text()
        return f"{self._text()} {json.loads(self._recognizer.PartialResult())['partial']}".strip()

    def finish(self) -> Transcript:
        """Return the words; their confidence is the mean of the words' own."""
        self._parts.append(json.loads(self._recognizer.FinalResult()))
        words = [word for part in self._parts for word in part.get("result", ())]
        mean = sum(word["conf"] for word in words) / len(words) if words else 0.0
        return Transcript(self._text(), mean)

    def close(self) -> None:
        """Give the recognizer back."""
        self._recognizer = None

    def _text(self) -> str:
        return " ".join(part["text"] for part in self._parts if part.get("text"))
