"""Facts in, sentences out that quote them: when it was told, by whom, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from hearth.port import Clock, Phraser
from hearth.remember import PERSON, Fact, Utterance

_MOST = 4
"""So many quotes are listened to."""

_WEEK = 7
_PERSONS = frozenset((PERSON, "user", "human", "me"))


class Sources(Protocol):
    """Finds the utterance that a fact comes from (``memory.turns.StoredTurns``)."""

    async def one(self, utterance_id: str) -> Utterance | None:
        """Return it; None where it is gone."""


class Quoting:
    """Says what was told, and remembers by room what was quoted last, for "how do you know?"."""

    def __init__(self, sources: Sources, clock: Clock, phraser: Phraser) -> None:
        self._sources, self._clock, self._phraser = sources, clock, phraser
        self._last: dict[str, tuple[Fact, ...]] = {}
        self._noted: dict[str, str] = {}
        self._turns: dict[str, tuple[str, str]] = {}

    def turn(self, site: str, turn: str) -> None:
        """Begin a turn in a room: what was quoted is behind the last answer only."""
        _, now = self._turns.get(site, ("", ""))
        if turn != now:
            self._turns[site] = (now, turn)

    def before(self, site: str) -> str:
        """Return the turn before this one in a room; "" where there was none."""
        return self._turns.get(site, ("", ""))[0]

    def last(self, site: str) -> tuple[Fact, ...]:
        """Return the facts that the last answer in a room was made of; nothing where it was not
        made of any."""
        noted, turns = self._noted.get(site, ""), self._turns.get(site, ("", ""))
        return self._last.get(site, ()) if noted in turns else ()

    def note(self, site: str, facts: Iterable[Fact]) -> None:
        """Remember which facts the answer in a room is made of."""
        self._last[site] = tuple(facts)
        self._noted[site] = self._turns.get(site, ("", ""))[1]

    def drop(self, utterances: frozenset[str]) -> None:
        """Forget quotes of these utterances."""
        for site, facts in list(self._last.items()):
            self._last[site] = tuple(one for one in facts if one.source not in utterances)

    async def told(self, site: str, facts: Sequence[Fact], *, most: int = _MOST) -> str:
        """Return who told these facts when, in their words; each quote once."""
        self.note(site, facts)
        seen: dict[str, Fact] = {}
        for one in facts:
            if one.quote.casefold() not in seen and len(seen) < most:
                seen[one.quote.casefold()] = one
        lines: dict[tuple[str, str], list[str]] = {}
        for one in seen.values():
            source = await self._sources.one(one.source) if one.source else None
            who = source.speaker if source else ""
            lines.setdefault((who, self.when(one.told)), []).append(_bare(one.quote))
        between = self._phraser.phrase("memory.between")
        return " ".join(self._line(*key, between.join(quotes)) for key, quotes in lines.items())

    def when(self, time: datetime) -> str:
        """Return "today at 8:05 AM", "on Tuesday", "on March 2"."""
        now = self._clock.now()
        time = time.astimezone(now.tzinfo)
        days = (now.date() - time.date()).days
        key = (
            "today" if not days else "yesterday" if days == 1 else "day" if days < _WEEK else "date"
        )
        return self._phraser.phrase(f"memory.when.{key}", moment=time, years=now.year - time.year)

    def _line(self, speaker: str, when: str, words: str) -> str:
        if not speaker:
            return self._phraser.phrase("memory.noted", when=when, quote=words)
        if speaker.casefold() in _PERSONS:
            return self._phraser.phrase("memory.you_told", when=when, quote=words)
        return self._phraser.phrase("memory.they_told", who=speaker, when=when, quote=words)


def _bare(quote: str) -> str:
    return quote.strip().rstrip(".!,;")
