"""One sentence between the connection that brings it and the thread that decodes it."""

from __future__ import annotations

import threading

import pytest

from hearth.edge.speech.engine import LONGEST_SENTENCE_S, Sentence
from hearth.error import EngineError
from hearth.port import Transcript


class Counting:
    """An ear and its decoding that counts bytes."""

    name = "counting"
    at_once = 1

    def __init__(self) -> None:
        self.pieces: list[int] = []
        self.closed = 0
        self.fails = False

    def decoding(self) -> Counting:
        return self

    def learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        raise AssertionError("nothing is learned here")

    def feed(self, pcm: bytes) -> str:
        if self.fails:
            raise EngineError("broken")
        self.pieces.append(len(pcm))
        return str(sum(self.pieces))

    def finish(self) -> Transcript:
        return Transcript(f"{sum(self.pieces)} bytes", 0.5)

    def close(self) -> None:
        self.closed += 1


def test_audio_that_waited_is_decoded_in_pieces_of_200_ms() -> None:
    ear, told = Counting(), list[str]()
    sentence = Sentence(ear, told.append)
    for _ in range(3):
        sentence.put(bytes(4000))
    sentence.end()
    assert sentence.decode() == Transcript("12000 bytes", 0.5)
    assert (ear.pieces, told, ear.closed) == ([6400, 5600], ["6400", "12000"], 1)


def test_an_endless_sentence_is_cut() -> None:
    ear = Counting()
    sentence = Sentence(ear, lambda _: None)
    for _ in range(LONGEST_SENTENCE_S + 5):
        sentence.put(bytes(32_000))
    sentence.end()
    assert sentence.decode().text == f"{LONGEST_SENTENCE_S * 32_000} bytes"


def test_an_abandoned_sentence_lets_the_decoder_go() -> None:
    ear = Counting()
    sentence = Sentence(ear, lambda _: None)
    sentence.put(bytes(100))
    failed: list[EngineError] = []

    def decode() -> None:
        with pytest.raises(EngineError, match="abandoned") as caught:
            sentence.decode()
        failed.append(caught.value)

    thread = threading.Thread(target=decode)
    thread.start()
    sentence.abandon()
    thread.join(5)
    assert (len(failed), ear.closed) == (1, 1)


def test_an_engine_that_fails_lets_the_decoder_go() -> None:
    ear = Counting()
    ear.fails = True
    sentence = Sentence(ear, lambda _: None)
    sentence.put(bytes(100))
    sentence.end()
    with pytest.raises(EngineError, match="broken"):
        sentence.decode()
    assert ear.closed == 1
