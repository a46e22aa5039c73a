"""A sentence in, its sound out: pyttsx3 with eSpeak NG.

pyttsx3 blocks its thread and can hang, so it runs in the mouth's worker process (``worker.py``).
``save_to_file`` gives a whole sentence of 3 s in about 12 ms (22,050 Hz), of which 10 ms are the
sleep of pyttsx3's loop.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import wave
from pathlib import Path
from typing import Any

from hearth.error import EngineError, MissingError
from hearth.port import Pcm

LONGEST_TEXT = 2000
"""Characters of one sentence; what is longer is cut, so that no text can block the voice."""


_AGAIN = 3
"""How often words of which eSpeak NG made an empty file are said again: now and then it does."""


class PyttsxVoice:
    """One eSpeak NG voice. Not for two threads at once.

    Args:
        voice: A name that ``espeak-ng --voices`` lists (``en-us``, ``de``, ``en-us+f3`` ...).
        words_per_minute: Speaking rate.

    Raises MissingError where eSpeak NG is not installed, EngineError for an unknown voice.
    """

    name = "pyttsx3"

    def __init__(self, voice: str, words_per_minute: int) -> None:
        try:
            import pyttsx3  # noqa: PLC0415  # loads libespeak-ng; only the worker may pay for it

            self._engine: Any = pyttsx3.init("espeak")
        except (ImportError, OSError, RuntimeError) as error:
            raise MissingError(
                f"pyttsx3 cannot load eSpeak NG ({error}).", "Run ./deploy/run, which installs it."
            ) from error
        self._faults: list[Exception] = []
        self._engine.connect("error", lambda name, exception: self._faults.append(exception))
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", words_per_minute)
        self._folder = tempfile.TemporaryDirectory(prefix="hearth-mouth-")
        self._path = Path(self._folder.name) / "sentence.wav"
        self.speak("Ready.")  # the first sentence sets the voice and loads its data
        if self._faults:
            raise EngineError(
                f"eSpeak NG has no voice {voice!r}.", "`espeak-ng --voices` lists them."
            )

    def speak(self, text: str) -> Pcm:
        """Return the sound of ``text``, which is plain text: no SSML, no ``[[phonemes]]``.

        pyttsx3 calls eSpeak NG without its SSML and phoneme flags, so both are read as text.
        Raises EngineError when no sound came.
        """
        plain = " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]
        if not plain:
            return Pcm(b"", 22_050)
        sound = self._spoken(plain)
        for _ in range(_AGAIN):
            if sound.data or not any(map(str.isalnum, plain)):
                break
            sound = self._spoken(plain)
        return sound

    def _spoken(self, plain: str) -> Pcm:
        """Have one text spoken into a file, and read it."""
        self._path.unlink(missing_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):  # pyttsx3 prints each file that it saved
            self._engine.save_to_file(plain, str(self._path))
            self._engine.runAndWait()
        try:
            with wave.open(str(self._path), "rb") as sound:
                return Pcm(sound.readframes(sound.getnframes()), sound.getframerate())
        except (OSError, EOFError, wave.Error) as error:
            raise EngineError(f"eSpeak NG made no sound ({error}).") from error
