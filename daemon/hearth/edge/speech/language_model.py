"""Sentences in, a trigram language model out, in the ARPA format that PocketSphinx reads.

Interpolated Witten-Bell smoothing (Witten and Bell 1991; Chen and Goodman 1998, section 2.5):
``P(w|h) = (c(h w) + T(h) P(w|h')) / (c(h) + T(h))``, where T(h) counts the different words that
followed h. In back-off form that is the stored probability of what was seen and the back-off weight
``T(h) / (c(h) + T(h))``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from hearth.edge.speech.templates import GAP

_ORDER = 3
_START, _END = "<s>", "</s>"
_NEVER = -99.0

Gram = tuple[str, ...]


def train(sentences: Iterable[list[str]]) -> dict[Gram, tuple[float, float]]:
    """Return the log10 probability and log10 back-off weight of every n-gram up to three words.

    Free text (``<gap>``) is neither predicted nor remembered; what follows is counted without it.
    """
    counts: Counter[Gram] = Counter()
    for sentence in sentences:
        words = [_START, *sentence, _END]
        for at in range(1, len(words)):
            if words[at] == GAP:
                continue
            for length in range(1, _ORDER + 1):
                gram = tuple(words[max(0, at - length + 1) : at + 1])
                if len(gram) < length or GAP in gram:
                    break
                counts[gram] += 1
    return dict(_smoothed(counts))


def _smoothed(counts: Counter[Gram]) -> Iterator[tuple[Gram, tuple[float, float]]]:
    after: defaultdict[Gram, int] = defaultdict(int)
    kinds: defaultdict[Gram, int] = defaultdict(int)
    for gram, count in counts.items():
        after[gram[:-1]] += count
        kinds[gram[:-1]] += 1
    chance: dict[Gram, float] = {}
    uniform = 1 / (kinds[()] + 1)
    for gram in sorted(counts, key=len):
        history = gram[:-1]
        shorter = chance[gram[1:]] if history else uniform
        total, different = after[history], kinds[history]
        chance[gram] = (counts[gram] + different * shorter) / (total + different)
    yield (_START,), (_NEVER, _back_off((_START,), after, kinds))
    for gram, value in chance.items():
        yield gram, (math.log10(value), _back_off(gram, after, kinds))


def _back_off(gram: Gram, after: dict[Gram, int], kinds: dict[Gram, int]) -> float:
    if gram not in kinds:
        return 0.0
    return math.log10(kinds[gram] / (after[gram] + kinds[gram]))


def write(model: dict[Gram, tuple[float, float]], path: Path) -> None:
    """Write a model as ARPA text; a reader never sees half of it."""
    orders = [sorted(gram for gram in model if len(gram) == n) for n in range(1, _ORDER + 1)]
    lines = ["\\data\\", *(f"ngram {n}={len(grams)}" for n, grams in enumerate(orders, 1))]
    for n, grams in enumerate(orders, 1):
        lines += ["", f"\\{n}-grams:"]
        for gram in grams:
            chance, back_off = model[gram]
            tail = f"\t{back_off:.4f}" if n < _ORDER else ""
            lines.append(f"{chance:.4f}\t{' '.join(gram)}{tail}")
    lines += ["", "\\end\\", ""]
    new = path.with_suffix(".new")
    new.write_text("\n".join(lines), "utf-8")
    new.replace(path)


def vocabulary_of(path: Path) -> set[str]:
    """Return the words of an ARPA file, without its classes and bounds."""
    lines = path.read_text("utf-8").split("\\1-grams:\n", 1)[1].split("\n\n", 1)[0]
    words = {line.split("\t")[1] for line in lines.splitlines()}
    return {word for word in words if word[0] not in "[<"}
