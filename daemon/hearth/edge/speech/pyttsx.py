"""A sentence in, its sound out: pyttsx3 with eSpeak NG.

pyttsx3 blocks its thread and can hang, so it runs in the mouth's worker process (``worker.py``).
``save_to_file`` gives a whole sentence of 3 s in about 12 ms (22,050 Hz), of which 10 ms are the
sleep of pyttsx3's loop.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hearth.error import EngineError, MissingError
from hearth.port import PLAIN, Manner, Pcm

log = logging.getLogger(__name__)

LONGEST_TEXT = 2000
"""Characters of one sentence; what is longer is cut, so that no text can block the voice."""


_AGAIN = 3
"""How often words of which eSpeak NG made an empty file are said again: now and then it does."""

_SLOWEST, _FASTEST = 80, 450
"""Words a minute that eSpeak NG speaks; 80 is the least it takes."""


class PyttsxVoice:
    """eSpeak NG's voices. Not for two threads at once.

    Args:
        voice: The voice where a sentence names none: one that ``espeak-ng --voices`` lists
            (``en-us``, ``de``, ``en-us+f3`` ...).
        words_per_minute: Speaking rate.

    Raises MissingError where eSpeak NG is not installed, EngineError for an unknown voice.
    """

    name = "pyttsx3"

    def __init__(self, voice: str, words_per_minute: int) -> None:
        try:
            import pyttsx3  # noqa: PLC0415  # loads libespeak-ng; only the worker may pay for it

            self._engine: Any = pyttsx3.init("espeak")
            from pyttsx3.drivers import _espeak  # noqa: PLC0415  # the same library, by its own names
        except (ImportError, OSError, RuntimeError) as error:
            raise MissingError(
                f"pyttsx3 cannot load eSpeak NG ({error}).", "Run ./deploy/run, which installs it."
            ) from error
        self._faults: list[Exception] = []
        self._engine.connect("error", lambda name, exception: self._faults.append(exception))
        # A rate that was set is lost now and then unless eSpeak NG is waited for.
        self._settle: Callable[[], object] = _espeak.Synchronize
        self._usual = self._set = (voice, words_per_minute)
        self._missing: set[str] = set()
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", words_per_minute)
        self._settle()
        self._folder = tempfile.TemporaryDirectory(prefix="hearth-mouth-")
        self._path = Path(self._folder.name) / "sentence.wav"
        self._spoken("Ready.")  # the first sentence sets the voice and loads its data
        if self._faults:
            raise EngineError(
                f"eSpeak NG has no voice {voice!r}.", "`espeak-ng --voices` lists them."
            )

    def speak(self, text: str, manner: Manner = PLAIN) -> Pcm:
        """Return the sound of ``text``, which is plain text: no SSML, no ``[[phonemes]]``.

        A voice that eSpeak NG does not have is replaced by the configured one. pyttsx3 calls eSpeak
        NG without its SSML and phoneme flags, so both are read as text.
        Raises EngineError when no sound came.
        """
        plain = " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]
        if not plain:
            return Pcm(b"", 22_050)
        self._take_on(manner)
        sound = self._spoken(plain)
        if self._faults:  # it has no such voice; what was said then was said in another
            self._faults.clear()
            self._missing.add(manner.voice)
            log.warning("eSpeak NG has no voice %r; `espeak-ng --voices` lists them", manner.voice)
            self._take_on(manner)
            sound = self._spoken(plain)
        for _ in range(_AGAIN):
            if sound.data or not any(map(str.isalnum, plain)):
                break
            sound = self._spoken(plain)
        return sound

    def _take_on(self, manner: Manner) -> None:
        """Have the next sentence spoken in that manner."""
        voice, rate = self._usual
        if manner.voice and manner.voice not in self._missing:
            voice = manner.voice
        rate = min(_FASTEST, max(_SLOWEST, round(rate * manner.pace)))
        if voice != self._set[0]:
            self._engine.setProperty("voice", voice)
        if (voice, rate) != self._set:  # another voice comes with a rate of its own
            self._engine.setProperty("rate", rate)
            self._settle()
        self._set = (voice, rate)

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
