"""A sentence that takes something back in, what it may mean without that out, the likeliest first.

"turn on the kitchen, no, the bedroom light" is "turn on the bedroom light": what follows repairs
the end of what came before, from a word of its own kind on (a repair after Levelt, Monitoring and
self-repair in speech, Cognition 14, 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hearth.mind.sentence.discourse import Discourse, Line

_LONGEST_STUTTER = 3
_TRIES = 5


def fluent(line: Line, discourse: Discourse) -> Line:
    """Return a sentence without "uh" and without words said twice in a row."""
    keep = [True] * len(line.words)
    for start, end in line.find(discourse.hesitation):
        keep[start:end] = [False] * (end - start)
    words = [word for word, kept in zip(line.words, keep, strict=True) if kept]
    stops = frozenset(sum(keep[:stop]) for stop in line.stops)
    at = 0
    while at < len(words):
        for size in range(_LONGEST_STUTTER, 0, -1):
            said, again = words[at : at + size], words[at + size : at + 2 * size]
            if len(again) == size and [w.casefold() for w in said] == [w.casefold() for w in again]:
                del words[at : at + size]
                stops = frozenset(s - size if s > at else s for s in stops)
                break
        else:
            at += 1
    return Line(tuple(words), frozenset(s for s in stops if 0 < s < len(words)))


def repairs(
    line: Line,
    span: tuple[int, int],
    begins: Callable[[Line], bool],
    kinds: Callable[[Line], tuple[str, ...]],
    discourse: Discourse,
) -> Iterator[Line]:
    """Yield what a sentence may mean whose words ``span`` take back what is before them.

    ``begins`` tells whether words begin like a command, ``kinds`` of what kind each word is.
    """
    left, right = line.part(0, span[0]), line.part(span[1])
    if not left.words or begins(right):
        yield right
        return
    said = tuple(i for i, w in enumerate(right.words) if not discourse.filler(w))
    if said and (swap := _in_place(left, right, kinds)):
        yield swap
    for k in joints(left, right, kinds, discourse)[:_TRIES]:
        yield joined(left.part(0, k), right)
        if k + len(right.words) < len(left.words):
            yield joined(left.part(0, k), right, left.part(k + len(right.words)))


def joints(
    left: Line,
    right: Line,
    kinds: Callable[[Line], tuple[str, ...]],
    discourse: Discourse,
) -> list[int]:
    """Return after how many words of ``left`` ``right`` may go on, the likeliest first."""
    if not left.words or not right.words:
        return []
    first, own, other = right.words[0].casefold(), kinds(left), kinds(right)
    order = [k for k, w in enumerate(left.words) if w.casefold() == first][::-1]
    if not any(other) and not discourse.filler(first):  # "the bathroom fan and light"
        order += [k for k in range(1, len(own)) if own[k - 1] == "place" and own[k] != "place"]
    alike = [k for k, kind in enumerate(own) if kind and kind == other[0] and k > 0]
    order += alike[::-1]
    verb = next(
        (k for k, w in enumerate(left.words) if k and (own[k] or discourse.filler(w))), None
    )
    order += [verb] if verb is not None else []
    order += [k for k, kind in enumerate(own) if k and kind][::-1]
    order += [k for k, w in enumerate(left.words) if k and discourse.filler(w)][::-1]
    if not discourse.filler(first):
        order += [k + 1 for k, w in enumerate(left.words) if discourse.filler(w)][::-1]
    order += list(range(min(len(left.words), 3), 0, -1))
    return [k for k in dict.fromkeys(order) if k < len(left.words) or not own[k - 1]]


def joined(*parts: Line) -> Line:
    """Return the words of all parts as one."""
    return Line(tuple(word for part in parts for word in part.words))


def _in_place(left: Line, right: Line, kinds: Callable[[Line], tuple[str, ...]]) -> Line | None:
    """Return ``left`` with its last word of that kind replaced, where ``right`` is only one."""
    new = [(i, kind) for i, kind in enumerate(kinds(right)) if kind]
    if not new or len({kind for _, kind in new}) != 1:
        return None
    start, kind = new[0]
    if len(new) != len(right.words) - start:
        return None
    old = [i for i, k in enumerate(kinds(left)) if k == kind]
    if not old:
        return None
    last = first = old[-1]
    while first - 1 in old:
        first -= 1
    return joined(left.part(0, first), right.part(start), left.part(last + 1))
