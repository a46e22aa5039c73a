"""A conversation in, pieces of text out: prompt, prefix, decoding, sampling, and when to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream

from hearth.brain.decoder import Decoder, PrefixCache, Stopped
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
    """

    def __init__(self, decoder: Decoder, tokenizer: Any, ends: set[int], context: int) -> None:
        self._decoder = decoder
        self._prefixes = PrefixCache(decoder)
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
        prompt = fit(messages, self.encode, self._context - max_tokens)
        counts.prompt_tokens = len(prompt)
        try:
            scores, sequel = self._prefixes.feed(prompt, stopped)
        except Stopped:
            return
        counts.reused_tokens = sequel.reused
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

    def encode(self, messages: Sequence[ChatMessage]) -> list[int]:
        """Return the ids of a conversation, with the opening of the reply at its end.

        The template's own marks (``<|im_end|>`` ...) are taken out of what was said, so that no
        text can end its message and begin one in another's name.
        """
        text = self._tokenizer.apply_chat_template(
            [{"role": m.role, "content": without(self._marks, m.text)} for m in messages],
            add_generation_prompt=True,
            tokenize=False,
            enable_thinking=False,  # Qwen3's template knows it; the others ignore it
        )
        ids: list[int] = self._backend.encode(text, add_special_tokens=False).ids
        return ids


def without(marks: Sequence[str], text: str) -> str:
    """Return ``text`` free of every mark, of those too that appear when one is taken out."""
    while any(found := [mark for mark in marks if mark in text]):
        for mark in found:
            text = text.replace(mark, "")
    return text
