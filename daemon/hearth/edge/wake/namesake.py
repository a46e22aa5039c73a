"""A name in, how it sounds out: what a few hundred synthetic voices make of it, learned once.

eSpeak NG says the name in every accent and voice that it has, and for English the four voices of
Flite where it is installed; each rendering gets another throat, room, tone and noise. Their speech
embeddings, whitened by the spread of everyday speech, are the examples that a spotter
compares sound with. No recording of a person is needed.

``python -m hearth.edge.wake.namesake WORD LANGUAGE CACHE`` learns a name in a process of its own;
``python -m hearth.edge.wake.namesake < SENTENCES`` writes ``everyday.npz``, the mean and the
spread of everyday speech, from sentences of any kind, one a line.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import wave
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from hearth.edge.wake.embedding import SIZE, Embedding, Floats
from hearth.error import EngineError, HearthError, MissingError
from hearth.port import RATE_HZ

VERSION = 1
"""Raised whenever learned examples can no longer be compared with older ones."""

_SHIPPED = Path(__file__).with_name("names")
_EVERYDAY = Path(__file__).with_name("everyday.npz")
_ACCENTS = ("en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-029")
_UNLIKE_PEOPLE = ("robo", "whisper", "croak", "demon", "fast", "announcer", "tweaky", "mr", "storm")
_FLITE = ("slt", "rms", "awb", "kal16")
_FLITE_SHARE = 0.4
_RENDERINGS = 400
_AROUND = (
    "what time is it", "turn on the lamp", "and then I said to", "how are you today", "stop",
    "could you please open the window", "I will ask", "set it to twenty two", "let us talk to",
)  # fmt: skip
_NEAR = (-800, 2400)  # a window that ends so far from the name's end, in samples, is an example
_REGULAR = 0.01  # share of the mean variance added to each direction before whitening
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Namesake:
    """What one name sounds like.

    ``examples`` has a row of unit length for each example, ``offsets`` how many samples before the
    end of its window the name ended.
    """

    word: str
    examples: Floats
    offsets: Floats

    def compare(self, whitened: Floats) -> tuple[float, int]:
        """Return the mean cosine with the nearest twelfth of the examples, and their offset."""
        likeness = self.examples @ (whitened / np.linalg.norm(whitened))
        count = max(len(likeness) // 12, 1)
        nearest = np.argpartition(likeness, -count)[-count:]
        return float(likeness[nearest].mean()), int(self.offsets[nearest].mean())


class Everyday:
    """The mean and the spread of everyday speech; whitening makes its directions alike."""

    def __init__(self, path: Path = _EVERYDAY) -> None:
        with np.load(path) as stored:
            self._mean = stored["mean"].astype(np.float32)
            whiten = np.zeros((SIZE, SIZE), np.float32)
            whiten[np.tril_indices(SIZE)] = stored["whiten"]
        self._whiten = whiten

    def whiten(self, windows: Floats) -> Floats:
        """Return windows of 288 numbers as if everyday speech spread alike in all directions."""
        whitened: Floats = (windows - self._mean) @ self._whiten
        return whitened


def learn(word: str, language: str = "en", renderings: int = _RENDERINGS) -> Namesake:
    """Have the name said and learn how it sounds; takes one to two minutes of one core.

    Raises MissingError where eSpeak NG is not installed, EngineError where it cannot say it.
    """
    rng = np.random.default_rng(0)
    embedding, everyday = Embedding(), Everyday()
    voices = _voices(language)
    flite = language.startswith("en") and shutil.which("flite") is not None
    rows: list[Floats] = []
    offsets: list[int] = []
    for number in range(renderings):
        voice = voices[number % len(voices)]
        if flite and rng.random() < _FLITE_SHARE:
            voice = _FLITE[number % len(_FLITE)]
        name = _trimmed(_said(word, voice, rng))
        around = str(rng.choice(_AROUND)), voice
        before = _said(*around, rng) if rng.random() < 0.15 else _EMPTY
        after = _said(*around, rng) if rng.random() < 0.35 else _EMPTY
        gap = np.zeros(int(rng.integers(0, 3000)), np.float32)
        lead = np.zeros(int(rng.integers(0, 1280)), np.float32)
        sound = np.concatenate([lead, before, name, gap, after[:24_000], np.zeros(800, np.float32)])
        end = len(lead) + len(before) + len(name)
        for at, window in _windows(embedding, _dressed(sound, rng)):
            if _NEAR[0] <= at - end < _NEAR[1]:
                rows.append(window)
                offsets.append(at - end)
    embedding.close()
    whitened = everyday.whiten(np.stack(rows))
    whitened /= np.linalg.norm(whitened, axis=1, keepdims=True)
    return Namesake(word, whitened, np.array(offsets, np.float32))


def remembered(word: str, language: str, cache: Path) -> Namesake:
    """Return what was learned before, else learn it and keep it in the folder ``cache``."""
    if known := recall(word, language, cache):
        return known
    namesake = learn(word, language)
    cache.mkdir(parents=True, exist_ok=True)
    path = _path(word, language, cache)
    partial = path.with_suffix(f".{os.getpid()}")
    with partial.open("wb") as out:
        np.savez(out, examples=namesake.examples.astype(np.float16), offsets=namesake.offsets)
    partial.replace(path)
    return namesake


def recall(word: str, language: str, cache: Path) -> Namesake | None:
    """Return what was learned before, here or by those who made Hearth, or None."""
    for folder in (cache, _SHIPPED):
        with (
            suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
            np.load(_path(word, language, folder)) as stored,
        ):
            return Namesake(word, stored["examples"].astype(np.float32), stored["offsets"])
    return None


def _path(word: str, language: str, cache: Path) -> Path:
    plain = re.sub(r"[^\w-]", "", "-".join(word.casefold().split()))
    return cache / f"{plain}-{language}-{VERSION}.npz"


def spread(sentences: list[str], language: str = "en") -> tuple[Floats, Floats]:
    """Return the mean and the whitening (lower triangle) of everyday speech."""
    rng = np.random.default_rng(1)
    embedding, voices = Embedding(), _voices(language)
    rows = [
        window
        for number, text in enumerate(sentences)
        for _, window in _windows(
            embedding, _dressed(_said(text, voices[number * 7 % len(voices)], rng), rng)
        )
    ]
    windows = np.stack(rows).astype(np.float64)
    covariance = np.cov(windows.T)
    covariance += _REGULAR * np.trace(covariance) / SIZE * np.eye(SIZE)
    whiten = np.linalg.cholesky(np.linalg.inv(covariance))
    return windows.mean(0).astype(np.float32), whiten[np.tril_indices(SIZE)].astype(np.float32)


_EMPTY = np.zeros(0, np.float32)


def _voices(language: str) -> list[str]:
    """Return eSpeak's voices for a language: its accents by its variants that sound like people."""
    listed = _run("espeak-ng", "--voices=variant").decode("utf-8", "replace")
    variants = sorted(
        {line.split("!v/")[1].split()[0] for line in listed.splitlines() if "!v/" in line}
    )
    people = [v for v in variants if not v.lower().startswith(_UNLIKE_PEOPLE)] or ["f1", "m1"]
    accents = _ACCENTS if language.startswith("en") else (language,)
    voices = [f"{accent}+{variant}" for variant in people for accent in accents]
    return [voices[at] for at in np.random.default_rng(2).permutation(len(voices))]


def _said(text: str, voice: str, rng: np.random.Generator) -> Floats:
    """Return 16 kHz sound of a text, with a pitch, a pace and a throat of its own."""
    if voice in _FLITE:
        raw = _flite(text, voice, rng.uniform(0.85, 1.3))
    else:
        pitch, pace = str(rng.integers(25, 76)), str(rng.integers(120, 211))
        raw = _run("espeak-ng", "-v", voice, "-p", pitch, "-s", pace, "--stdout", "--", text)
    try:
        with wave.open(io.BytesIO(raw)) as reader:
            rate_hz = reader.getframerate()
    except (wave.Error, EOFError) as error:
        raise EngineError(f"{voice} cannot say {text!r}.") from error
    sound = np.frombuffer(raw[44:], "<i2").astype(np.float32)
    resampled: Floats = soxr.resample(sound, rate_hz, RATE_HZ * rng.uniform(0.9, 1.12))
    if not len(resampled) or not resampled.any():
        raise EngineError(f"{voice} cannot say {text!r}.", "Choose a wake word with letters.")
    return resampled


def _flite(text: str, voice: str, stretch: float) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        pace = f"duration_stretch={stretch:.2f}"
        _run("flite", "-voice", voice, "--setf", pace, "-t", text, "-o", out.name)
        return out.read()


def _run(program: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # an argument vector, no shell
            [program, *arguments], capture_output=True, timeout=_TIMEOUT_S, check=True
        )
    except FileNotFoundError:
        raise MissingError(f"{program} is not installed.", "Run ./deploy/run.") from None
    except (subprocess.SubprocessError, OSError) as error:
        raise EngineError(f"{program} failed ({error}).") from error
    return done.stdout


def _trimmed(sound: Floats) -> Floats:
    """Return it from where it begins to be heard to where it ends."""
    loudness = np.sqrt(np.convolve(sound**2, np.ones(160, np.float32) / 160, "same"))
    heard = np.flatnonzero(loudness > 0.03 * loudness.max())
    return sound[heard[0] : heard[-1] + 1]


def _dressed(sound: Floats, rng: np.random.Generator) -> Floats:
    """Return it as from another room, microphone and distance, with noise."""
    length = len(sound)
    if rng.random() < 0.6:
        tail = int(RATE_HZ * rng.uniform(0.05, 0.3))
        echo = rng.normal(0, 1, tail) * np.exp(-np.arange(tail) / (tail / 6))
        echo[0] = rng.uniform(3, 12)
        sound = np.convolve(sound, echo)[:length].astype(np.float32)
    tilt = rng.uniform(-0.6, 0.6)
    sound = np.append(sound[:1], sound[1:] - tilt * sound[:-1])
    sound = sound / max(float(np.abs(sound).max()), 1.0) * rng.uniform(1500, 25_000)
    noise = rng.normal(0, 1, length)
    if rng.random() < 0.6:
        noise = np.convolve(noise, np.ones(8) / 8**0.5, "same")
    power = float(np.sqrt((sound**2).mean() + 1))
    dressed: Floats = sound + (noise * power * 10 ** (-rng.uniform(5, 40) / 20)).astype(np.float32)
    return dressed


def _windows(embedding: Embedding, sound: Floats) -> list[tuple[int, Floats]]:
    """Return the windows of one sound, between 0.6 s and 0.25 s of quiet."""
    rng = np.random.default_rng(3)
    embedding.reset(-9600)
    whole = np.concatenate([rng.normal(0, 10, 9600), sound, rng.normal(0, 10, 4000)])
    pcm = np.clip(whole, -32768, 32767).astype("<i2").tobytes()
    return [
        found for at in range(0, len(pcm), 2560) for found in embedding.feed(pcm[at : at + 2560])
    ]


def main(arguments: list[str]) -> None:
    """Serve the two commands that the module's docstring names."""
    if arguments:
        word, language, cache = arguments
        try:
            remembered(word, language, Path(cache))
        except HearthError as error:
            sys.exit(str(error))
    else:
        mean, triangle = spread([line.strip() for line in sys.stdin if line.strip()])
        np.savez_compressed(_EVERYDAY, mean=mean, whiten=triangle)


if __name__ == "__main__":
    main(sys.argv[1:])
