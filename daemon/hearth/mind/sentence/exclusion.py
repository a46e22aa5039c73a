""" "All but these" in, all without these out: "turn off all lights except the kitchen"."""

from __future__ import annotations

from dataclasses import replace

from hearth.house import Entity, House
from hearth.mind.sentence.discourse import Discourse, Line
from hearth.mind.sentence.reader import Reader, Span
from hearth.mind.targets import named
from hearth.port import Command


def exceptions(line: Line, house: House, reader: Reader, discourse: Discourse) -> frozenset[str]:
    """Return the ids of all things that ``line`` names; empty where a word says something else.

    ``line`` is what follows "except": things, rooms, floors, joined by what joins clauses.
    """
    spans = reader.spans(line.words)
    covered = {i for span in spans for i in range(span.start, span.end)}
    for start, end in line.find(discourse.joint):
        covered |= set(range(start, end))
    rest = [w.casefold() for i, w in enumerate(line.words) if i not in covered]
    if any(word not in discourse.fillers | discourse.ones for word in rest):
        return frozenset()
    return frozenset(e.id for e in house.entities if any(_is(e, s, house) for s in spans))


def without(command: Command, ids: frozenset[str]) -> Command | None:
    """Return the command without those things; None where nothing else is left."""
    left = tuple(target for target in command.targets if target not in ids)
    return replace(command, targets=left) if left else None


def _is(entity: Entity, span: Span, house: House) -> bool:
    if span.kind == "name":
        return named(entity, span.value)
    area = house.area(entity.area)
    if area is None:
        return False
    if span.kind == "area":
        return named(area, span.value)
    return any(named(floor, span.value) for floor in house.floors if floor.id == area.floor)
