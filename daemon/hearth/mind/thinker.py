"""The model's text stream in, sentences that can be spoken out, as soon as each is whole."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from sentence_stream import SentenceBoundaryDetector

from hearth.port import ChatMessage, Thinker

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_`#>|~]+")


async def sentences(
    thinker: Thinker, messages: Sequence[ChatMessage], max_tokens: int, most: int
) -> AsyncGenerator[str, None]:
    """Yield at most ``most`` sentences; the model is stopped after the last.

    A sentence that the token limit cut off is left out, unless it is the only one.
    Raises EngineError when the model is not there or failed.
    """
    detector = SentenceBoundaryDetector()
    count = 0
    async with aclosing(thinker.think(messages, max_tokens)) as pieces:
        async for piece in pieces:
            for raw in detector.add_chunk(piece):
                if sentence := spoken(raw):
                    yield sentence
                    count += 1
                    if count >= most:
                        return
    rest = spoken(detector.finish())
    if rest and (not count or rest[-1] in ".!?…\"'”’。！？"):  # noqa: RUF001  # the ends of other scripts are meant
        yield rest


def spoken(text: str) -> str:
    """Return written text without the marks that only an eye can use; empty if nothing is left."""
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())
    return plain if any(c.isalnum() for c in plain) else ""
