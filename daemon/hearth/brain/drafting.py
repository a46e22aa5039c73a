"""The scores after a prompt in, several whole replies out, decoded side by side.

On a small computer a step is bound by reading the weights, so that four rows cost little more than
one (measured with SmolLM2-135M on x86_64: 27 ms a step for one row and for four). The rows begin
with different tokens wherever the model finds more than one likely, and grow more daring from the
first to the last, so that there is something to choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream
from torch import Tensor

from hearth.brain.decoder import Rows
from hearth.brain.ending import ends
from hearth.brain.reply import Counts, Taste
from hearth.brain.sampling import Sampler, nucleus

_TAMEST, _BOLDEST = 0.6, 1.4
"""Shares of the temperature for the first and the last of several drafts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a reply ends: at one of these ``tokens``, after so many ``sentences``, or tokens."""

    tokens: Collection[int]
    sentences: int
    most: int


@dataclass(slots=True)
class _Row:
    """One reply in the making."""

    sampler: Sampler
    said: list[int] = field(default_factory=list)
    text: str = ""
    score: float = 0.0
    words: DecodeStream = field(default_factory=lambda: DecodeStream(skip_special_tokens=True))

    def take(self, token: int, scores: Tensor, limits: Limits, backend: Tokenizer) -> str:
        """Append a token; return ``whole``, ``cut``, or "" while it goes on."""
        self.said.append(token)
        self.score += float(scores[token] - torch.logsumexp(scores, dim=-1))
        if token in limits.tokens:
            return "whole"
        self.text += self.words.step(backend, token) or ""
        plain = self.text.strip()
        if "\n" in plain:  # speech has no paragraphs and no lists
            self.text = plain.partition("\n")[0]
            return "whole" if ends(self.text, over=True) else "cut"
        if len(ends(plain, over=False)) >= limits.sentences:
            return "whole"
        return "cut" if len(self.said) >= limits.most else ""


def drafts(
    scores: Tensor,
    split: Callable[[int], Rows],
    most: int,
    *,
    taste: Taste,
    limits: Limits,
    backend: Tokenizer,
    counts: Counts,
    seed: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[str, float]]:
    """Yield each reply when it is whole, with the mean log probability of its tokens.

    ``scores`` is float32 (vocab,), ``split`` makes that many rows go on. Two that say the same are
    yielded once. What ``limits.most`` cut off is yielded, up to its last whole sentence, only where
    no reply became whole.
    """
    rows = [
        _Row(Sampler(taste_of, _seed(seed, n))) for n, taste_of in enumerate(tastes(taste, most))
    ]
    together = split(most)
    first = _first(scores, taste, most, seed)
    table = scores.expand(most, -1)
    told: set[str] = set()
    cut: list[_Row] = []
    while rows and not stopped():
        tokens, going = [], []
        for place, row in enumerate(rows):
            token = row.sampler.choose(table[place], row.said) if row.said else first[place]
            state = row.take(token, table[place], limits, backend)
            counts.tokens += 1
            if not state:
                tokens.append(token)
                going.append(place)
            elif state == "cut":
                cut.append(row)
            elif (text := row.text.strip()) and (key := _key(text)) not in told:
                told.add(key)
                yield text, row.score / len(row.said)
        if len(going) < len(rows):
            rows = [rows[place] for place in going]
            if rows:
                together.keep(going)
        if rows:
            table = together.step(tokens)
    if not told:
        yield from _rescued(cut)


def tastes(taste: Taste, most: int) -> list[Taste]:
    """Return a taste for each draft, from the tamest to the boldest; one alone has its own."""
    if most == 1:
        return [taste]
    steps = [_TAMEST + (_BOLDEST - _TAMEST) * n / (most - 1) for n in range(most)]
    return [replace(taste, temperature=min(2.0, taste.temperature * step)) for step in steps]


def _first(scores: Tensor, taste: Taste, most: int, seed: int | None) -> list[int]:
    """Choose the drafts' first tokens: the likeliest, and others from the nucleus, each once.

    Where the nucleus is smaller than the drafts are many, its tokens are taken again.
    """
    ids, shares = nucleus(scores, replace(taste, temperature=max(taste.temperature, 0.3)))
    count = min(most, int((shares > 0).sum()))
    dice = torch.Generator()
    dice.manual_seed(seed) if seed is not None else dice.seed()
    others = shares.clone()
    others[0] = 0
    drawn = [0]
    if count > 1:
        drawn += torch.multinomial(others, count - 1, generator=dice).tolist()
    return [int(ids[drawn[n % count]]) for n in range(most)]


def _rescued(rows: list[_Row]) -> Iterator[tuple[str, float]]:
    """Yield what can be said of replies that were cut off: their whole sentences, or all of one."""
    found: dict[str, tuple[str, float]] = {}
    for row in rows:
        text = row.text.strip()
        if whole := ends(text, over=False):
            text = text[: whole[-1]]
            found.setdefault(_key(text), (text, row.score / len(row.said)))
    if found:
        yield from found.values()
    elif rows and (text := rows[0].text.strip()):
        yield text, rows[0].score / len(rows[0].said)


def _seed(seed: int | None, row: int) -> int | None:
    return None if seed is None else seed + row


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
