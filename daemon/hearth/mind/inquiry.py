"""The replies of one turn in, one reply out: what was done first, then the questions, one by one.

A sentence with two commands may need two answers; the second question is asked when the first has
its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hearth.skill import Answer, Question, Reply


def joined(replies: Sequence[Reply]) -> Reply:
    """Return the replies as one; ``replies`` holds at least one."""
    asks = [reply for reply in replies if reply.question]
    said = [reply for reply in replies if not reply.question]
    outcome = next((r.outcome for r in replies if r.outcome != "done"), replies[-1].outcome)
    told = _joined([*(r.text for r in said if r.text), *(r.text for r in asks[:1] if r.text)])
    return Reply(told, outcome, _chained(asks) if asks else None)


def _chained(asks: Sequence[Reply]) -> Question | None:
    """Return the first question; its answer is followed by the next."""
    first = asks[0].question
    if first is None or len(asks) == 1:
        return first

    async def answered(answer: Answer) -> Reply | None:
        reply = await first.answered(answer)
        if reply is None:
            return None
        rest = [reply, *asks[1:]]
        if reply.question:  # asked once more: the others wait on
            return Reply(reply.text, reply.outcome, _chained(rest))
        return joined(rest)

    return replace(first, answered=answered)


def _joined(texts: Sequence[str]) -> str:
    """Return several replies as sentences of their own; one alone stays as it is."""
    ended = [text if text[-1] in ".!?…" else f"{text}." for text in texts[:-1]]
    return " ".join((*ended, *texts[-1:]))
