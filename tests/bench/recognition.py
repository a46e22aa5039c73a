"""Measure the ear and the mouth: `python tests/bench/recognition.py`, see `--help`.

flite's voices say the sentences of ``sentences.yaml``; each is decoded as it would be while it is
spoken. Prints the word error rate with the general language model alone and with the home's beside
it, how fast they are, and what the worker processes cost. Half 0 was looked at while tuning, half 1
(the default) was not.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import subprocess
import tempfile
import time
import wave
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from hearth import sentences
from hearth.edge.speech import workers
from hearth.edge.speech.sphinx import GENERAL_WEIGHT, HOME_WEIGHT, SphinxEar
from hearth.edge.speech.templates import words
from hearth.sections.engines import RecognitionConfig, SpeechConfig

PIECE = 6400  # 200 ms, as the worker decodes it
BEFORE, AFTER = bytes(16_000), bytes(19_200)  # pre-roll, and 600 ms of silence that ended it


@dataclass
class Score:
    """What one kind of sentence came to."""

    wrong: int = 0
    words: int = 0
    exact: int = 0
    sentences: int = 0
    audio_s: float = 0.0
    cpu_s: float = 0.0
    ends_ms: list[float] = field(default_factory=list)

    def row(self) -> list[str]:
        return [
            f"{100 * self.wrong / self.words:.1f} %",
            f"{100 * self.exact / self.sentences:.0f} %",
            f"{self.cpu_s / self.audio_s:.2f}",
            f"{statistics.median(self.ends_ms):.0f} ms",
            f"{sorted(self.ends_ms)[int(0.95 * len(self.ends_ms))]:.0f} ms",
            str(self.sentences),
        ]


def speech(text: str, voice: str, folder: Path) -> bytes:
    """Return what flite says, 16 kHz PCM with silence around it."""
    path = folder / "speech.wav"
    subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
    with wave.open(str(path)) as sound:
        return BEFORE + sound.readframes(sound.getnframes()) + AFTER


def tasks(half: int) -> Iterator[tuple[str, dict[str, list[str]], str]]:
    """Yield the kind, the home and the sentence of each task."""
    data = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8"))
    for home in data["homes"]:
        for text in home["sentences"][half::2]:
            yield "home", home, text
    for text in data["conversation"][half::2]:
        yield "conversation", data["homes"][2], text


def measure(ear: SphinxEar, half: int, voices: Sequence[str], *, names: bool) -> dict[str, Score]:
    """Let the ear hear every sentence in every voice."""
    scores = {"home": Score(), "conversation": Score()}
    known: object = None
    with tempfile.TemporaryDirectory() as folder:
        for kind, home, text in tasks(half):
            if names and home is not known:
                known = home
                ear.learn(tuple(home["names"]), tuple(home["places"]))
            for voice in voices:
                score, pcm = scores[kind], speech(text, voice, Path(folder))
                began = time.thread_time()
                decoding = ear.decoding()
                for at in range(0, len(pcm), PIECE):
                    decoding.feed(pcm[at : at + PIECE])
                last = time.thread_time()
                heard = decoding.finish()
                ended = time.thread_time()
                decoding.close()
                wanted, got = words(text), words(heard.text)
                wrong = Levenshtein.distance(wanted, got)
                score.wrong += wrong
                score.words += len(wanted)
                score.exact += not wrong
                score.sentences += 1
                score.audio_s += len(pcm) / 32_000
                score.cpu_s += ended - began
                score.ends_ms.append((ended - last) * 1000)
    return scores


async def processes(state: Path, console: Console) -> None:
    """Measure the worker processes themselves: start, memory, first sound, partial results."""
    ready = asyncio.Event()

    def tell(health: object) -> None:
        if getattr(health, "state", "") == "ready":
            ready.set()

    table = Table("part", "start to ready", "memory (RSS)", "first", "n")
    with tempfile.TemporaryDirectory(prefix="hearth-bench-") as run:
        began = time.monotonic()
        async with workers.mouth(SpeechConfig(), run=Path(run), tell=tell) as mouth:
            await ready.wait()
            start_s = time.monotonic() - began
            waits = []
            for _ in range(30):
                began = time.perf_counter()
                async with aclosing(mouth.synthesize("I turned on the lamp in the bedroom.")) as it:
                    await anext(it)
                waits.append((time.perf_counter() - began) * 1000)
            table.add_row("mouth", f"{start_s:.1f} s", _memory(run, "mouth"), _spread(waits), "30")
        ready.clear()
        began = time.monotonic()
        config = RecognitionConfig(engine="pocketsphinx")
        places = {"state": state, "run": Path(run)}
        async with workers.ear(config, **places, language="en", tell=tell) as ear:
            await ready.wait()
            start_s = time.monotonic() - began
            waits = []
            pcm = speech("turn on the lights in the living room", "slt", Path(run))
            for _ in range(5):
                waits.append(await _end_to_words(ear, pcm))
            table.add_row("ear", f"{start_s:.1f} s", _memory(run, "ear"), _spread(waits), "5")
    console.print(table)
    console.print("first: to the first sound of a reply; from the last audio to the words.")


async def _end_to_words(ear: workers.WyomingRecognizer, pcm: bytes) -> float:
    last = 0.0

    async def spoken() -> AsyncIterator[bytes]:
        nonlocal last
        for at in range(0, len(pcm), 640):
            yield pcm[at : at + 640]
            await asyncio.sleep(0.02)
        last = time.perf_counter()

    await ear.recognize(spoken(), lambda _: None)
    return (time.perf_counter() - last) * 1000


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{ordered[0]:.0f} / {statistics.median(ordered):.0f} / {p95:.0f} ms"


def _memory(run: str, part: str) -> str:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{run}/{part}.sock".encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                status = (entry / "status").read_text()
        except OSError:
            continue
        if "status" in locals():
            return f"{int(status.split('VmRSS:')[1].split()[0]) / 1024:.0f} MB"
    return "?"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", type=int, default=1, choices=(0, 1))
    parser.add_argument("--voices", default="slt,rms,awb")
    options = parser.parse_args()
    voices, own = options.voices.split(","), sentences.load("en")
    console = Console()
    table = Table("language model", "sentences", "WER", "exact", "RTF", "end", "end p95", "n")
    with tempfile.TemporaryDirectory() as cache:
        models = {
            "general alone": ((1.0, 0.0), False),
            "general + home": ((GENERAL_WEIGHT, HOME_WEIGHT), True),
        }
        for name, (weights, names) in models.items():
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            ear = SphinxEar(Path(cache), own, weights=weights)
            took = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            for kind, score in measure(ear, options.half, voices, names=names).items():
                table.add_row(name, kind, *score.row())
            console.print(f"{name}: {took / 1024:.0f} MB for the first decoder")
        console.print(table)
        asyncio.run(processes(Path(cache), console))


if __name__ == "__main__":
    main()
