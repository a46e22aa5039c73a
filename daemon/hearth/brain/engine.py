"""A conversation in, pieces of text out: prompt, prefix, decoding, sampling, and when to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream
from torch import Tensor

from hearth.brain.decoder import Decoder
from hearth.brain.drafting import Limits, drafts
from hearth.brain.prefix import PrefixCache, Sequel, Stopped
from hearth.brain.prompt import fit
from hearth.brain.reply import Counts, Taste
from hearth.brain.sampling import Sampler
from hearth.port import ChatMessage


class Engine:
    """A language model that answers one conversation at a time.

    Args:
        decoder: The model.
        tokenizer: Its transformers tokenizer, with a chat template.
        ends: The token ids that end a reply.
        context: The most tokens of prompt and reply together.
        prefixes: What is kept of earlier prompts; in memory alone where it is None.
        reading_threads: Threads while a prompt is read, 0 for those of a token. Its products are
            large, so that waiting for one another costs little even where a core is busy.
    """

    def __init__(
        self,
        decoder: Decoder,
        tokenizer: Any,
        ends: set[int],
        context: int,
        *,
        prefixes: PrefixCache | None = None,
        reading_threads: int = 0,
    ) -> None:
        self._decoder = decoder
        self._prefixes = PrefixCache(decoder) if prefixes is None else prefixes
        self._reading_threads = reading_threads
        self._tokenizer = tokenizer
        self._backend: Tokenizer = tokenizer.backend_tokenizer
        self._marks = sorted(
            (mark.content for mark in self._backend.get_added_tokens_decoder().values()),
            key=len,
            reverse=True,
        )
        self._ends = ends
        self._context = context

    def generate(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        counts: Counts,
        *,
        taste: Taste,
        seed: int | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[str]:
        """Yield the reply piece by piece and fill ``counts``; ``stopped`` is asked at each token.

        Raises ValueError where the prompt cannot fit.
        """
        began = time.perf_counter()
        max_tokens = min(max_tokens, self._context // 2)
        try:
            scores, sequel = self._read(messages, max_tokens, counts, stopped)
        except Stopped:
            return
        sampler, first = Sampler(taste, seed), began
        said: list[int] = []
        words = DecodeStream(skip_special_tokens=True)
        while not stopped():
            token = sampler.choose(scores, said)
            said.append(token)
            now = time.perf_counter()
            if len(said) == 1:
                first = now
                counts.first_token_ms = round((first - began) * 1000, 2)
            elif now > first:
                counts.tokens_per_s = round((len(said) - 1) / (now - first), 2)
            if token in self._ends:
                counts.ended = "end"
                return
            counts.tokens = len(said)
            if piece := words.step(self._backend, token):
                yield piece
            if len(said) >= max_tokens:
                counts.ended = "length"
                return
            scores = sequel.extend([token])

    def draft(
        self,
        messages: Sequence[ChatMessage],
        most: int,
        max_tokens: int,
        sentences: int,
        counts: Counts,
        *,
        taste: Taste,
        seed: int | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[str, float]]:
        """Yield up to ``most`` replies with their scores, each when it is whole; fill ``counts``.

        Raises ValueError where the prompt cannot fit.
        """
        began = time.perf_counter()
        max_tokens = min(max_tokens, self._context // 2 // most)
        try:
            scores, sequel = self._read(messages, max_tokens * most, counts, stopped)
        except Stopped:
            return
        read = time.perf_counter()
        counts.first_token_ms = round((read - began) * 1000, 2)
        yield from drafts(
            scores,
            sequel.split,
            most,
            taste=taste,
            limits=Limits(self._ends, sentences, max_tokens),
            backend=self._backend,
            counts=counts,
            seed=seed,
            stopped=stopped,
        )
        counts.tokens_per_s = round(counts.tokens / (time.perf_counter() - read), 2)
        counts.ended = "stopped" if stopped() else "end"

    def prepare(
        self,
        messages: Sequence[ChatMessage],
        counts: Counts,
        *,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read a prompt or its beginning ahead of time and fill ``counts``.

        What the last message may go on with is left open. Raises ValueError where it cannot fit.
        """
        try:
            self._read(messages, 0, counts, stopped, open_ended=True)
        except Stopped:
            return
        counts.ended = "end"

    def idle(self) -> None:
        """Do what can wait: put what is lasting on disk."""
        self._prefixes.write()

    def forget(self) -> None:
        """Overwrite and drop whatever is kept of prompts."""
        self._prefixes.forget()

    def _read(
        self,
        messages: Sequence[ChatMessage],
        reply_tokens: int,
        counts: Counts,
        stopped: Callable[[], bool],
        *,
        open_ended: bool = False,
    ) -> tuple[Tensor, Sequel]:
        """Read a prompt as far as it is new. Raises Stopped, ValueError."""
        room = self._context - max(reply_tokens, 1)
        encode = partial(self.encode, reply=False) if open_ended else self.encode
        prompt = fit(messages, encode, room)
        if open_ended and messages[-1].role == "user":  # a person may say more
            longer = [*messages[:-1], ChatMessage("user", f"{messages[-1].text} ~")]
            prompt = prompt[: max(1, _shared(prompt, fit(longer, encode, room)))]
        lasting = list(takewhile(lambda message: message.lasting, messages))
        known = _shared(prompt, self.encode(lasting, reply=False)) if lasting else 0
        counts.prompt_tokens = len(prompt)
        # Reading ahead leaves a core to who is listening meanwhile.
        with self._threads(0 if open_ended else self._reading_threads):
            scores, sequel = self._prefixes.feed(prompt, stopped, known)
        counts.reused_tokens = sequel.reused
        return scores, sequel

    @contextmanager
    def _threads(self, count: int) -> Iterator[None]:
        """Use so many threads (0: as it is), in this thread, and afterwards as many as before."""
        before = torch.get_num_threads()
        if count:
            torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def encode(self, messages: Sequence[ChatMessage], *, reply: bool = True) -> list[int]:
        """Return the ids of a conversation, with the opening of the ``reply`` at its end.

        The template's own marks (``<|im_end|>`` ...) are taken out of what was said, so that no
        text can end its message and begin one in another's name.
        """
        text = self._tokenizer.apply_chat_template(
            [{"role": m.role, "content": without(self._marks, m.text)} for m in messages],
            add_generation_prompt=reply,
            tokenize=False,
            enable_thinking=False,  # Qwen3's template knows it; the others ignore it
        )
        ids: list[int] = self._backend.encode(text, add_special_tokens=False).ids
        return ids


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens two sequences have in common at their beginning."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    return sum(1 for _ in same)


def without(marks: Sequence[str], text: str) -> str:
    """Return ``text`` free of every mark, of those too that appear when one is taken out."""
    while any(found := [mark for mark in marks if mark in text]):
        for mark in found:
            text = text.replace(mark, "")
    return text
