"""Speech in, words out: PocketSphinx with its general English model, streaming."""

from __future__ import annotations

import threading
from pathlib import Path

from pocketsphinx import get_model_path

from hearth.edge.sphinxlib import Decoder, Lm
from hearth.port import RATE_HZ, Transcript


class SphinxEar:
    name = "pocketsphinx"

    def __init__(self, cache: Path, at_once: int = 4) -> None:
        self.at_once = at_once
        self._lock = threading.Lock()
        self._idle: list[Decoder] = [self._new()]

    def _new(self) -> Decoder:
        hmm, dic = get_model_path("en-us/en-us"), get_model_path("en-us/cmudict-en-us.dict")
        words = [line.split()[0] for line in Path(dic).read_text("utf-8").splitlines()]
        lm = Lm(Path(get_model_path("en-us/en-us.lm.bin")), {})
        return Decoder({"hmm": hmm, "dict": dic, "samprate": RATE_HZ}, [(lm, 1.0)], words)

    def decoding(self) -> SphinxDecoding:
        with self._lock:
            decoder = self._idle.pop() if self._idle else None
        decoder = decoder or self._new()
        decoder.start()
        return SphinxDecoding(self, decoder)

    def give_back(self, decoder: Decoder) -> None:
        with self._lock:
            self._idle.append(decoder)

    def learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        """TODO"""


class SphinxDecoding:
    def __init__(self, ear: SphinxEar, decoder: Decoder) -> None:
        self._ear, self._decoder, self._ended = ear, decoder, False

    def feed(self, pcm: bytes) -> str:
        self._decoder.process(pcm)
        return self._decoder.text()

    def finish(self) -> Transcript:
        self._ended = True
        self._decoder.end()
        return Transcript(self._decoder.text(), 1.0)

    def close(self) -> None:
        if not self._ended:
            self._decoder.end()
        self._ear.give_back(self._decoder)
