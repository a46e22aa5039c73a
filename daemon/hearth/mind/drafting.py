"""A prompt in, the best of the model's drafts within a deadline out, or none that is good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hearth.error import EngineError
from hearth.mind.judge.judge import GOOD, SURE, Case, Judge
from hearth.mind.thinker import sentences, spoken
from hearth.port import ChatMessage, Draft, Drafter, Encoder, Thinker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many drafts, of how many tokens and sentences, and how long they may take.

    A small model's first sentence is its best: of 36 sentences told, SmolLM2-135M answered 6 with
    one that the judge let pass in one sentence, 4 in two, and four drafts took 0.4 s, not 0.8.
    """

    drafts: int
    tokens: int
    seconds: float
    sentences: int = 1


class Drafting:
    """Asks for several drafts, judges each as it comes, and stops when one is good enough.

    Args:
        drafter: Writes several replies at once; without it ``thinker`` writes one.
        encoder: Tells how near a draft is to the sentence, where it is there.
        judge: Says which may be said.
        limits: See ``Limits``.
    """

    def __init__(
        self,
        drafter: Drafter | None,
        thinker: Thinker | None,
        encoder: Encoder | None,
        judge: Judge,
        limits: Limits,
    ) -> None:
        self._drafter, self._thinker, self._encoder = drafter, thinker, encoder
        self._judge, self._limits = judge, limits

    @property
    def able(self) -> bool:
        """Whether there is a model at all."""
        return self._drafter is not None or self._thinker is not None

    async def best(self, messages: Sequence[ChatMessage], case: Case) -> str:
        """Return the best draft that may be said; "" where there is none in time."""
        best, score = "", GOOD
        try:
            async with (
                asyncio.timeout(self._limits.seconds),
                aclosing(self._drafts(messages)) as drafts,
            ):
                async for draft in drafts:
                    text = spoken(draft.text)
                    verdict = self._judge.judge(text, case, await self._fit(text, case))
                    log.debug("a draft: %.2f %s", verdict.score, verdict.faults)
                    if verdict.score >= score:
                        best, score = text, verdict.score
                    if score >= SURE:
                        break
        except TimeoutError:
            pass
        except EngineError as error:
            log.info("the language model: %s", error)
        return best

    async def prepare(self, messages: Sequence[ChatMessage]) -> None:
        """Have the beginning of a prompt read before it is needed. Raises EngineError."""
        if self._drafter is not None:
            await self._drafter.prepare(messages)

    async def _drafts(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[Draft, None]:
        """Yield drafts from what there is."""
        limits = self._limits
        if self._drafter is not None:
            written = self._drafter.draft(messages, limits.drafts, limits.tokens, limits.sentences)
            async with aclosing(written) as drafts:
                async for draft in drafts:
                    yield draft
        elif self._thinker is not None:
            stream = sentences(self._thinker, messages, limits.tokens, limits.sentences)
            async with aclosing(stream) as said:
                yield Draft(" ".join([sentence async for sentence in said]))

    async def _fit(self, text: str, case: Case) -> float | None:
        """Return the cosine of a draft and the sentence; None without an encoder in time."""
        if self._encoder is None or self._judge.judge(text, case).faults:
            return None
        try:
            one, two = await self._encoder.encode([case.text, text])
        except EngineError:
            return None
        return sum(a * b for a, b in zip(one, two, strict=True))
