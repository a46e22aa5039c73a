"""A conversation in, the token ids of a prompt that fits out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hearth.port import ChatMessage


def fit(
    messages: Sequence[ChatMessage],
    encode: Callable[[Sequence[ChatMessage]], list[int]],
    room: int,
) -> list[int]:
    """Return the ids of the conversation in at most ``room`` tokens.

    The oldest messages are dropped first; the system's, the lasting ones and the last one stay.
    Then the last one is shortened from its end. ``encode`` puts a conversation through the model's
    chat template.
    Raises ValueError where not even the system's message fits, or there is no message.
    """
    if not messages:
        raise ValueError("a conversation needs a message")
    system = [message for message in messages if message.role == "system" or message.lasting]
    talk = [message for message in messages if message.role != "system" and not message.lasting]
    ids = encode([*system, *talk])
    while len(ids) > room and len(talk) > 1:
        talk = talk[1:]
        while len(talk) > 1 and talk[0].role == "assistant":  # no answer without its question
            talk = talk[1:]
        ids = encode([*system, *talk])
    while len(ids) > room and talk and talk[0].text:
        last = talk[0]
        keep = min(int(len(last.text) * room / len(ids)), len(last.text) - 1)
        talk = [ChatMessage(last.role, last.text[:keep])]
        ids = encode([*system, *talk])
    if len(ids) > room:
        raise ValueError(
            f"the prompt needs {len(ids)} tokens and only {room} fit; raise brain.context_tokens"
        )
    return ids
