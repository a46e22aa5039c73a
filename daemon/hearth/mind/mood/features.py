"""A sentence in, the numbers of the buckets that its words fall into out.

A sentence vector says what a sentence is about; how somebody feels stands in single words, their
endings, negations, emoji and punctuation. Each is hashed (CRC-32) into one of ``BUCKETS``, the
"hashing trick" (Weinberger et al. 2009), so that no vocabulary has to be kept.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

BUCKETS = 1 << 16
"""How many there are; a power of two."""

_WORD = re.compile(
    r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[!?]+|\.\.\.|[:;=]'?-?[()DPpO/|\\]|<3"
    r"|[\U0001F300-\U0001FAFF\u2600-\u27BF]"
)
_NEGATIONS = frozenset(
    """not no never nobody nothing none without hardly don't doesn't didn't isn't wasn't aren't
    can't couldn't won't wouldn't ain't dont cant wont didnt doesnt isnt nicht kein keine nie
    """.split()  # noqa: SIM905  # it reads better so
)
_REACH = 3
"""How many words a negation reaches."""

_LONG = re.compile(r"(\w)\1{2,}")
_GRAMS = (4, 5)
_MARKED = re.compile(r"\[\w+\]")


def buckets(text: str) -> tuple[int, ...]:
    """Return the buckets of a sentence, each once, in order; empty where it has no words."""
    found: set[str] = set()
    plain = _MARKED.sub(" name ", text).replace("\u2019", "'")
    if any(len(word) > 2 and word.isupper() for word in plain.split()):
        found.add("caps")
    tokens = _WORD.findall(plain.casefold())
    words: list[str] = []
    negated = 0
    for token in tokens:
        if not token[0].isalpha():
            found.add(f"m {token[:2]}")
            negated = 0
            continue
        word = _LONG.sub(r"\1\1", token)
        if word != token:
            found.add("long")
        words.append(word)
        found.add(f"w {word}")
        if negated:
            found.add(f"n {word}")
        negated = _REACH if word in _NEGATIONS else max(negated - 1, 0)
    found.update(f"b {first} {second}" for first, second in pairwise(words))
    for word in words:
        if len(word) > _GRAMS[0] - 1:
            edged = f"<{word}>"
            for size in _GRAMS:
                found.update(f"c {edged[at : at + size]}" for at in range(len(edged) - size + 1))
    return tuple(sorted({zlib.crc32(name.encode()) % BUCKETS for name in found}))
