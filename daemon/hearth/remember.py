"""What is remembered, as values and ports: turns word for word, facts with a quote, recall.

A turn is a sentence that somebody said, kept verbatim. A fact is made from turns when nothing else
is to do, by rules and small models, and always names the turn and the words that it comes from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PERSON = "person"
"""The speaker of what the person said, where nobody is told from another."""

HEARTH = "hearth"
"""The speaker of what Hearth said, as far as it was heard."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A turn of a conversation, word for word: who said what, when (aware), and in which room.

    ``id`` is unique in the memory; ``session`` groups what was said in one go.
    """

    id: str
    session: str
    time: datetime
    speaker: str
    text: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An utterance that answers a query, and how well; ``score`` from 0 to 1, the best first."""

    utterance: Utterance
    score: float


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a person told, with the words it comes from.

    ``subject`` and ``value`` are the person's words, ``relation`` is a term of ours (``sister``,
    ``likes``, ``birthday``, ``open`` for an open thread ...). ``source`` is the utterance's id and
    ``quote`` a part of it. Two times (bitemporal): it holds from ``since`` to ``until`` in the
    world, where ``until`` None means still, and it was told at ``told``; a fact that a later one
    superseded keeps its row and gets ``superseded``. ``due`` is when an open thread comes up.
    """

    id: int
    subject: str
    relation: str
    value: str
    quote: str
    source: str
    told: datetime
    since: datetime | None = None
    until: datetime | None = None
    superseded: datetime | None = None
    due: datetime | None = None
    confidence: float = 1.0


class Recall(Protocol):
    """Finds what was said, without a model that writes."""

    async def recall(self, query: str, most: int = 10) -> tuple[Hit, ...]:
        """Return what answers ``query`` best, the best first; works without the encoder, too."""

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""


class Knowledge(Protocol):
    """The facts that hold now."""

    async def about(self, words: str, most: int = 10) -> tuple[Fact, ...]:
        """Return the facts about a person, a thing or a topic, the surest first."""

    async def open(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        """Return the open threads and dates that come up between two moments, the next first."""

    async def all(self) -> tuple[Fact, ...]:
        """Return every fact that holds, the newest first."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a person wants forgotten: utterances or facts (``f12``) by their ids, all about a
    ``person`` or a ``topic``, or what was said from ``start`` to ``end`` (aware, either may lack).

    ``site`` narrows a period to what was said in one room.
    """

    ids: tuple[str, ...] = ()
    person: str = ""
    topic: str = ""
    start: datetime | None = None
    end: datetime | None = None
    site: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The words that stand for what is forgotten whole."""
        return tuple(filter(None, (self.person, self.topic)))


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would be forgotten: utterances with Hearth's replies to them, and facts."""

    meant: Meant
    utterances: tuple[Utterance, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def said(self) -> int:
        """How many of the utterances a person said."""
        return sum(each.speaker != HEARTH for each in self.utterances)


class Forgetter(Protocol):
    """Forgets for good: words, facts, index, vectors; nothing of it comes back by an import."""

    async def find(self, meant: Meant) -> Doomed:
        """Return what would go; nothing is changed."""

    async def forget(self, doomed: Doomed, own: Sequence[str] = ()) -> int:
        """Forget it and return how many utterances and facts went, once they are off the disk.

        ``own`` are the turns on the bus in which it was asked for: their words go, too, once they
        are over. Raises HearthError where it could not be finished; the next start goes on with it.
        """


@dataclass(frozen=True, slots=True)
class Gone:
    """What is being forgotten, for everything that holds words of a person.

    ``utterances`` are ids, ``turns`` the turns on the bus that they were said in, ``texts`` their
    words as they were kept, ``names`` those of a person or topic that is forgotten whole, ``start``
    and ``end`` a period of which everything goes. What holds words of any of these drops them.
    ``unsure``: it is finished after a crash and the words are gone already; what may hold words and
    can be made again (a cache) goes as a whole.
    """

    utterances: frozenset[str] = frozenset()
    turns: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    unsure: bool = False

    def touches(self, text: str) -> bool:
        """Tell whether a text holds words that are being forgotten."""
        folded = plain(text)
        return any(f" {words} " in f" {folded} " for words in self.wanted())

    def wanted(self) -> tuple[str, ...]:
        """Return what other texts are searched for, folded by ``plain``: not a mere "yes"."""
        said = (plain(text) for text in self.texts)
        long = [text for text in said if len(text) >= _TELLING and " " in text]
        return (*long, *filter(None, map(plain, self.names)))


_TELLING = 8
"""Shorter words are said in so many turns that they tell nothing."""


def plain(text: str) -> str:
    """Return a text folded for comparing: lower case, letters and digits, single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


class Eraser(Protocol):
    """Holds words of a person: in memory, in a file, or in a table of its own."""

    async def erase(self, gone: Gone) -> None:
        """Drop every word of what is being forgotten; may be called again for the same.

        Raises HearthError where it could not: the forgetting is finished later.
        """


TableEraser = Callable[[sqlite3.Connection, Gone], None]
"""Drops what tables of ``hearth.db`` hold of it, within the one transaction of a forgetting."""
