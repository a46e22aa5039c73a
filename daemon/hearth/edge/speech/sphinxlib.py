"""PocketSphinx's own C interface: what its Python wrapper leaves out, and without Python's lock.

The wrapper of the wheel holds the interpreter's lock while it decodes (4.6 s for an 8 s recording:
every other room would wait), and cannot mix two language models. The same shared library exports
the documented C interface (``pocketsphinx.h``, ``pocketsphinx/model.h``), which ctypes calls with
the lock released. Nothing here decides anything.
"""

from __future__ import annotations

import ctypes
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hearth.error import EngineError, MissingError

_P, _I, _S, _F = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_float
_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "err_set_loglevel_str": (_S, (_S,)),
    "logmath_exp": (ctypes.c_double, (_P, _I)),
    "ngram_model_read": (_P, (_P, _S, _I, _P)),
    "ngram_model_free": (_I, (_P,)),
    "ngram_model_add_class": (_I, (_P, _S, _F, _P, _P, _I)),
    "ngram_model_set_init": (_P, (_P, _P, _P, _P, _I)),
    "ngram_model_set_map_words": (None, (_P, _P, _I)),
    "ps_config_init": (_P, (_P,)),
    "ps_config_parse_json": (_P, (_P, _S)),
    "ps_config_free": (_I, (_P,)),
    "ps_init": (_P, (_P,)),
    "ps_free": (_I, (_P,)),
    "ps_get_logmath": (_P, (_P,)),
    "ps_add_word": (_I, (_P, _S, _S, _I)),
    "ps_add_lm": (_I, (_P, _S, _P)),
    "ps_activate_search": (_I, (_P, _S)),
    "ps_start_utt": (_I, (_P,)),
    "ps_process_raw": (_I, (_P, _P, ctypes.c_size_t, _I, _I)),
    "ps_end_utt": (_I, (_P,)),
    "ps_get_hyp": (_S, (_P, _P)),
    "ps_seg_iter": (_P, (_P,)),
    "ps_seg_next": (_P, (_P,)),
    "ps_seg_word": (_S, (_P,)),
    "ps_seg_frames": (None, (_P, _P, _P)),
    "ps_seg_prob": (_I, (_P, _P, _P, _P)),
}
_NGRAM_AUTO = 0
_BOUNDS = ("<s>", "</s>", "<sil>")


@cache
def library() -> ctypes.CDLL:
    """Load PocketSphinx. Raises MissingError where it is not installed."""
    try:
        from pocketsphinx import _pocketsphinx  # noqa: PLC0415  # 90 ms, only where it is used
    except ImportError as error:
        raise MissingError(
            f"PocketSphinx cannot be loaded ({error}).", "Run ./deploy/run, which installs it."
        ) from error
    loaded = ctypes.CDLL(_pocketsphinx.__file__)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    loaded.err_set_loglevel_str(b"FATAL")
    return loaded


@dataclass(frozen=True, slots=True)
class Segment:
    """One word of a result: its frames (10 ms each, inclusive), posterior and acoustic score.

    ``acoustic`` is the natural logarithm of its likelihood beside that of each frame's best sound.
    """

    word: str
    first: int
    last: int
    posterior: float
    acoustic: float


class Lm:
    """A language model of one decoder: several n-gram files mixed with weights, with classes."""

    def __init__(self, path: Path, classes: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        self.path = path
        self.classes = classes


class Decoder:
    """One PocketSphinx decoder. Not for two threads at once.

    Args:
        options: PocketSphinx's own parameters (``hmm``, ``dict``, ``beam`` ...), without ``lm``.
        models: Language models and their weights; several are mixed for each word.
        words: Every word that the models know, those of their classes included.

    Raises EngineError where PocketSphinx refuses a file or a parameter.
    """

    def __init__(
        self,
        options: Mapping[str, object],
        models: Sequence[tuple[Lm, float]],
        words: Sequence[str],
    ) -> None:
        self._lib = lib = library()
        config = lib.ps_config_init(None)
        self._ps = None
        try:
            if not lib.ps_config_parse_json(
                config, json.dumps({"loglevel": "FATAL", **options}).encode()
            ):
                raise EngineError(f"PocketSphinx refuses its parameters {dict(options)}.")
            self._ps = lib.ps_init(config)
            if not self._ps:
                raise EngineError("PocketSphinx could not start with its acoustic model.")
            self._logmath = lib.ps_get_logmath(self._ps)
            self._install(config, models, words)
        except BaseException:
            self.close()
            raise
        finally:
            lib.ps_config_free(config)

    def _install(
        self, config: int, models: Sequence[tuple[Lm, float]], words: Sequence[str]
    ) -> None:
        lib = self._lib
        loaded: list[int] = []
        try:
            for model, _ in models:
                # The decoder keeps its log table for itself, so the model takes a share of it.
                handle = lib.ngram_model_read(
                    config, str(model.path).encode(), _NGRAM_AUTO, self._logmath
                )
                if not handle:
                    raise EngineError(f"PocketSphinx cannot read the language model {model.path}.")
                loaded.append(handle)
                for name, members in model.classes.items():
                    self._add_class(handle, name, members)
            names = _strings([f"lm{number}" for number in range(len(loaded))])
            weights = (_F * len(models))(*(weight for _, weight in models))
            handles = (_P * len(loaded))(*loaded)
            mixed = lib.ngram_model_set_init(config, handles, names, weights, len(loaded))
            if not mixed:
                raise EngineError("PocketSphinx could not mix its language models.")
            known = [*_BOUNDS, *words]
            lib.ngram_model_set_map_words(mixed, _strings(known), len(known))
            failed = lib.ps_add_lm(self._ps, b"hearth", mixed) < 0
            lib.ngram_model_free(mixed)
            if failed or lib.ps_activate_search(self._ps, b"hearth") < 0:
                raise EngineError("PocketSphinx refuses the language model.")
        finally:
            for handle in loaded:
                lib.ngram_model_free(handle)

    def _add_class(self, handle: int, name: str, members: Sequence[tuple[str, float]]) -> None:
        words = _strings([word for word, _ in members])
        weights = (_F * len(members))(*(weight for _, weight in members))
        if (
            self._lib.ngram_model_add_class(
                handle, name.encode(), 1.0, words, weights, len(members)
            )
            < 0
        ):
            raise EngineError(f"PocketSphinx refuses the word class {name}.")

    def start(self) -> None:
        """Begin an utterance."""
        if self._lib.ps_start_utt(self._ps) < 0:
            raise EngineError("PocketSphinx could not begin a sentence.")

    def process(self, pcm: bytes, *, whole: bool = False) -> None:
        """Decode 16 kHz PCM; ``whole`` if it is the entire utterance."""
        samples = len(pcm) // 2
        if samples and self._lib.ps_process_raw(self._ps, pcm, samples, 0, int(whole)) < 0:
            raise EngineError("PocketSphinx failed in the middle of a sentence.")

    def end(self) -> None:
        """End the utterance: the later passes run and the result becomes final."""
        if self._lib.ps_end_utt(self._ps) < 0:
            raise EngineError("PocketSphinx could not end the sentence.")

    def text(self) -> str:
        """Return the words so far, as the dictionary writes them."""
        found = self._lib.ps_get_hyp(self._ps, None)
        return found.decode("utf-8", "replace") if found else ""

    def segments(self) -> list[Segment]:
        """Return the words of a finished utterance, silence and fillers included."""
        first, last, acoustic, lm, back = (_I() for _ in range(5))
        found = []
        each = self._lib.ps_seg_iter(self._ps)
        while each:
            self._lib.ps_seg_frames(each, ctypes.byref(first), ctypes.byref(last))
            posterior = self._lib.ps_seg_prob(
                each, ctypes.byref(acoustic), ctypes.byref(lm), ctypes.byref(back)
            )
            word = self._lib.ps_seg_word(each).decode("utf-8", "replace")
            found.append(
                Segment(
                    word,
                    first.value,
                    last.value,
                    self._lib.logmath_exp(self._logmath, posterior),
                    acoustic.value * _LN_BASE,
                )
            )
            each = self._lib.ps_seg_next(each)
        return found

    def close(self) -> None:
        """Free its memory; it cannot be used again."""
        handle, self._ps = self._ps, None
        if handle:
            self._lib.ps_free(handle)


_LN_BASE = math.log(1.0001)
"""PocketSphinx's scores are logarithms to this base."""


def _strings(texts: Sequence[str]) -> ctypes.Array[ctypes.c_char_p]:
    return (_S * len(texts))(*(text.encode("utf-8") for text in texts))
