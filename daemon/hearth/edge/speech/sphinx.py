"""Speech in, words out: PocketSphinx, streaming, with a language model of the home beside its own.

For each word two language models are asked, and the likelier counts more: the general English one
of the wheel, and one of the sentences that Hearth understands with the home's names as classes
(``templates.py``, ``language_model.py``, ``vocabulary.py``).
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pocketsphinx import get_model_path

from hearth.edge.speech import language_model
from hearth.edge.speech.phonemes import arpabet, dictionary
from hearth.edge.speech.sphinxlib import Decoder, Lm, Segment
from hearth.edge.speech.templates import Templates
from hearth.edge.speech.vocabulary import Phones, Vocabulary, vocabulary
from hearth.port import RATE_HZ, Transcript
from hearth.sentences import Sentences

GENERAL_MODEL = Path(get_model_path("en-us/en-us.lm.bin"))

GENERAL_WEIGHT, HOME_WEIGHT = 0.2, 0.002
"""How much each model counts for a word. Scores are raised to PocketSphinx's language weight (6.5),
and so are these: they stand for a mixture of about 0.78 and 0.38."""

_SAMPLES = 12
_NO_WORD = "<[+"  # silence and fillers
_KEEP_IDLE = 2
_FRAMES_A_SECOND, _SLOWEST_LETTERS_A_SECOND = 100, 4

OPTIONS: Mapping[str, object] = {
    "hmm": get_model_path("en-us/en-us"),
    "samprate": RATE_HZ,
    "maxwpf": 20,
    "maxhmmpf": 8000,
}
"""PocketSphinx's own defaults, but for what is kept in a frame: the words stay the same."""


class SphinxEar:
    """A pool of decoders that share one vocabulary. Each takes about 100 MB.

    Args:
        cache: A folder for the home's language model.
        own: Hearth's own sentence templates.
        at_once: Sentences decoded side by side, so the most decoders there can be.
        options: PocketSphinx parameters other than ``OPTIONS``.
    """

    name = "pocketsphinx"

    def __init__(
        self,
        cache: Path,
        own: Sentences,
        at_once: int = 4,
        options: Mapping[str, object] = OPTIONS,
        weights: tuple[float, float] = (GENERAL_WEIGHT, HOME_WEIGHT),
    ) -> None:
        self.at_once = at_once
        self._options = options
        self._weights = weights
        self._folder = tempfile.TemporaryDirectory(prefix="hearth-ear-")
        self._home = home_model(cache, own, Path(self._folder.name) / "home.arpa")
        self._lock = threading.Lock()
        self._names = cache / "names.json"
        self._known = remembered(self._names)
        self._recipe = self._write(vocabulary(*self._known))
        self._idle = [self._recipe.decoder()]

    def learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        """Build a decoder that knows these names; sentences that have begun keep the old one."""
        if (names, terms) == self._known:
            return
        recipe = self._write(vocabulary(names, terms))
        decoder = recipe.decoder()
        with self._lock:
            self._recipe, old, self._idle = recipe, self._idle, [decoder]
        for each in old:
            each.close()
        self._known = names, terms
        self._names.write_text(json.dumps([names, terms]), "utf-8")

    def decoding(self) -> SphinxDecoding:
        """Begin a sentence, with a decoder that is free or a new one (0.5 to 1 s)."""
        with self._lock:
            recipe = self._recipe
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or recipe.decoder()
        decoder.start()
        return SphinxDecoding(decoder, recipe, self._take_back)

    def _take_back(self, decoder: Decoder, recipe: Recipe) -> None:
        with self._lock:
            if recipe is self._recipe and len(self._idle) < _KEEP_IDLE:
                self._idle.append(decoder)
                return
        decoder.close()

    def _write(self, known: Vocabulary) -> Recipe:
        """Write the dictionary of everything that can be heard."""
        sounds = {**self._home.sounds, **known.sounds}
        lines = [self._home.general]
        for word, ways in sounds.items():
            for number, phones in enumerate(ways, 1):
                mark = f"({number})" if number > 1 else ""
                lines.append(f"{word}{mark} {' '.join(phones)}")
        text = "\n".join(lines) + "\n"
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        path = Path(self._folder.name) / f"{name}.dict"
        path.write_text(text, "utf-8")
        # Weights are not scaled like the model's own scores, so a class word costs little.
        classes = {
            name: [(word, 1 / len(members)) for word in members]
            for name, members in known.classes.items()
        }
        models = [
            (Lm(GENERAL_MODEL, {}), self._weights[0]),
            (Lm(self._home.path, classes), self._weights[1]),
        ]
        words = [line.split(" ", 1)[0] for line in text.splitlines()]
        return Recipe({**self._options, "dict": str(path)}, models, words, known.written)


def remembered(file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and terms of the last run: the home is mostly the same after a restart."""
    try:
        names, terms = json.loads(file.read_text("utf-8"))
        return tuple(map(str, names)), tuple(map(str, terms))
    except (OSError, ValueError, TypeError):
        return (), ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that it takes to build one more decoder of the same vocabulary."""

    options: Mapping[str, object]
    models: Sequence[tuple[Lm, float]]
    words: Sequence[str]
    written: Mapping[str, str]

    def decoder(self) -> Decoder:
        """Build one. Raises EngineError."""
        return Decoder(self.options, [m for m in self.models if m[1]], self.words)

    def text(self, heard: str) -> str:
        """Return what was heard as it is written: names are one word to the decoder."""
        return " ".join(self.written.get(word, word) for word in heard.split())


class SphinxDecoding:
    """One sentence."""

    def __init__(
        self, decoder: Decoder, recipe: Recipe, give_back: Callable[[Decoder, Recipe], None]
    ) -> None:
        self._decoder = decoder
        self._recipe = recipe
        self._give_back = give_back
        self._open = True

    def feed(self, pcm: bytes) -> str:
        """Take 16 kHz PCM and return the words so far. Raises EngineError."""
        self._decoder.process(pcm)
        return self._recipe.text(self._decoder.text())

    def finish(self) -> Transcript:
        """Return the words of the sentence. Raises EngineError."""
        self._open = False
        self._decoder.end()
        text = self._recipe.text(self._decoder.text())
        return Transcript(text, confidence(self._decoder.segments()) if text else 0.0)

    def close(self) -> None:
        """Give the decoder back."""
        if self._open:
            self._decoder.end()
        self._give_back(self._decoder, self._recipe)


def confidence(segments: Sequence[Segment]) -> float:
    """Return from 0 to 1 how likely it is that this was speech and these its words.

    A logistic regression on the mean log posterior of the words and their mean acoustic score a
    frame. Fitted on 38 recordings: flite's voices, the same backwards, and in noise; sentences that
    were right got 0.78 to 1, speech played backwards at most 0.05, words lost in noise 0.12. Steady
    noise fits one long sound well, but nobody says fewer than four letters a second.
    """
    words = [each for each in segments if each.word[0] not in _NO_WORD]
    if not words:
        return 0.0
    frames = sum(each.last - each.first + 1 for each in words)
    letters = sum(len(each.word.partition("(")[0]) for each in words)
    pace = min(1.0, letters / (frames / _FRAMES_A_SECOND) / _SLOWEST_LETTERS_A_SECOND)
    acoustic = sum(each.acoustic for each in words) / frames
    posterior = sum(math.log(max(each.posterior, 1e-4)) for each in words) / len(words)
    return pace**2 / (1 + math.exp(-(11.4 + 3.5 * posterior + 2.46 * acoustic)))


@dataclass(frozen=True, slots=True)
class HomeModel:
    """The language model of the home's sentences, and the dictionary without names."""

    path: Path
    general: str
    sounds: Mapping[str, tuple[Phones, ...]]


def home_model(folder: Path, own: Sentences, copy: Path) -> HomeModel:
    """Return the model of the home's sentences, built (about 3 s) where it is not in ``folder``."""
    tables = [own.table(key) for key in ("intents", "lists", "expansion_rules", "frames")]
    made_of = [_SAMPLES, version("home-assistant-intents"), own.language, tables]
    key = hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"home-{key.hexdigest()[:16]}.arpa"
    sounds = path.with_suffix(".json")
    general = dictionary().read_text("utf-8").rstrip("\n")
    if not (path.is_file() and sounds.is_file()):
        for old in folder.glob("home-*"):  # each ear that runs has its own copy
            old.unlink()
        samples = Templates(own.language, own).sample(_SAMPLES)
        language_model.write(language_model.train(samples), path)
        known = {line.split(" ", 1)[0] for line in general.splitlines()}
        new = sorted(language_model.vocabulary_of(path) - known)
        whole = path.with_suffix(".new")  # a reader never sees half of it
        whole.write_text(json.dumps({w: phones for w in new if (phones := arpabet(w))}), "utf-8")
        whole.replace(sounds)
    shutil.copyfile(path, copy)
    said: dict[str, list[str]] = json.loads(sounds.read_text("utf-8"))
    return HomeModel(copy, general, {word: (tuple(phones),) for word, phones in said.items()})
