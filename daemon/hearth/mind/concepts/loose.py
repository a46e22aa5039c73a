"""A clause in, its reading out, by the concepts in it and not by the order of its words.

"Off with the bathroom lights", "I need it a bit warmer in here", "get the vacuum going": each word
has to be explained by a concept (``lexicon.py``) or a name, and all of them together have to make
exactly one command (``meaning.py``) or question (``asking.py``) that this house can carry out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hassil import RecognizeResult
from hassil.intents import Intent, IntentData
from hassil.models import MatchEntity

from hearth.mind.concepts.acting import Acting, Command
from hearth.mind.concepts.asking import Asking
from hearth.mind.concepts.cover import Namebook, explained
from hearth.mind.concepts.kinds import Finder
from hearth.mind.concepts.lexicon import Chunk, Lexicon
from hearth.mind.concepts.meaning import commanded
from hearth.mind.exact.recognize import Place, Reading

CONFIDENCE = 0.8
"""Confidence of a reading whose names were said exactly."""


class Loose:
    """Reads clauses by their concepts in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        finder = Finder(lexicon)
        self._acting = Acting(finder)
        self._asking = Asking(lexicon, finder)
        self._book: Namebook | None = None

    def read(self, text: str, place: Place, *, guess: bool = False) -> Reading | None:
        """Return the reading of a clause, or None where not every word of it is explained.

        With ``guess`` a name may also be said in part, or almost right.
        """
        if not self._lexicon.known:
            return None
        if self._book is None or self._book.names is not place.names:
            self._book = Namebook(place.names)
        words = self._lexicon.words(text, self._book.words)
        ways = explained(words, self._lexicon, self._book, place.area, guess=guess)
        return self._best(ways, place)

    def _best(self, ways: list[tuple[Chunk, ...]], place: Place) -> Reading | None:
        """Return what the simplest ways agree on; None where they say different things."""
        found: list[tuple[float, Command]] = []
        for way in ways:
            cost = sum(chunk.cost for chunk in way)
            if found and cost > found[0][0] + 0.02:
                break
            if command := self._read(way, place):
                found.append((cost, command))
        if not found:
            return None
        commands = [command for _, command in found]
        commands = [c for c in commands if c.targets.ids or c.targets.choices] or commands
        best = commands[0]
        same = all(other.means(best) for other in commands[1:])
        return _reading(best, place) if same else None

    def _read(self, way: tuple[Chunk, ...], place: Place) -> Command | None:
        if meaning := commanded(way):
            return self._acting.command(meaning, place)
        return self._asking.command(way, place)


def _reading(command: Command, place: Place) -> Reading:
    """Return a command as what the stages before would have returned."""
    slots = dict(command.slots)
    entities = {k: MatchEntity(name=k, value=v, text=str(v)) for k, v in slots.items()}
    result = RecognizeResult(
        intent=Intent(command.intent),
        intent_data=IntentData([]),
        entities=entities,
        entities_list=[*entities.values()],
        response=command.response,
    )
    said = {**_said(slots), **command.said}
    confidence = CONFIDENCE * command.score
    return Reading(result, slots, said, command.targets, confidence, command.here, own=False)


def _said(slots: Mapping[str, Any]) -> dict[str, str]:
    return {k: str(v) for k, v in slots.items() if k in ("name", "area", "floor")}
