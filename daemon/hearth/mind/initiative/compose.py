"""Several wants in, one utterance out."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.want import Want

_ENDS = ".!?…"


def together(wants: Sequence[Want]) -> str:
    """Return the texts as one, each ending as a sentence does."""
    texts = [" ".join(want.text.split()) for want in wants]
    return " ".join(text if text[-1] in _ENDS else f"{text}." for text in texts if text)
