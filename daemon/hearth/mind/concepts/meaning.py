"""One way to explain all words of a sentence in, what a person wants out, or nothing.

A covering (``cover.py``) says what each piece may mean; here the pieces have to fit together: one
action, one kind of thing or one thing, no word of a story. The order of the pieces is free but for
what prepositions and numbers need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hearth.mind.concepts.lexicon import Chunk
from hearth.mind.names import Name

WEAK = frozenset(("turn", "set", "make", "change", "give"))
"""Verbs that say what is to be done only together with another word."""

JOINED = {
    ("", "on"): "on", ("", "off"): "off", ("", "up"): "up", ("", "down"): "down",
    ("", "open"): "open", ("", "closed"): "close", ("", "locked"): "lock",
    ("", "unlocked"): "unlock", ("", "muted"): "mute", ("", "home"): "dock", ("", "going"): "start",
    ("start", "on"): "start", ("start", "up"): "start", ("start", "going"): "start",
    ("start", "off"): "start", ("on", "on"): "on", ("on", "up"): "on", ("on", "going"): "on",
    ("off", "off"): "off", ("off", "down"): "off",
    ("close", "off"): "off", ("close", "down"): "close", ("close", "up"): "close",
    ("close", "closed"): "close", ("open", "open"): "open", ("open", "up"): "open",
    ("stop", "off"): "stop", ("stop", "closed"): "stop", ("dock", "home"): "dock",
    ("up", "up"): "up", ("down", "down"): "down", ("dim", "down"): "dim", ("dim", "up"): "brighten",
    ("brighten", "up"): "brighten", ("clean", "up"): "clean", ("lock", "up"): "lock",
    ("lock", "locked"): "lock", ("unlock", "unlocked"): "unlock",
    ("unwanted", "on"): "off", ("brew", "going"): "brew", ("lock", "closed"): "lock",
}  # fmt: skip
"""What a verb and its particle mean together, wherever the two stand."""

DIRECTIONS = {
    "brighter": "up", "dimmer": "down", "warmer": "up", "cooler": "down",
    "louder": "up", "quieter": "down", "faster": "up", "slower": "down",
    "wider": "up", "narrower": "down",
}  # fmt: skip
"""Which way a comparison goes."""

STEPS = {"up": "up", "brighten": "up", "on": "up", "down": "down", "dim": "down"}
"""Which way an action goes that a comparison may come with."""

FELT = frozenset(("cold", "hot", "stuffy", "dirty"))
"""What somebody complains of who only tells how a room is."""

CHOSEN = frozenset(("scene", "script"))
"""Domains of things that one sets, or switches to, rather than on."""

MADE = frozenset(("coffee", "kettle", "toaster"))
"""Kinds of which one wants what they make."""

VALUES = frozenset(("number", "level", "color", "kelvin", "share", "factor"))
PLACES = frozenset(("place", "room"))
COMMANDING = VALUES | PLACES | {
    "opening", "verb", "particle", "compare", "amount", "thing", "name", "aspect", "quantity",
    "prep", "unit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """A place as it was said; ``room`` is a common room that this house may not have."""

    names: tuple[Name, ...] = ()
    rooms: tuple[str, ...] = ()
    here: bool = False
    everywhere: bool = False

    @property
    def said(self) -> bool:
        """Whether a place was named."""
        return bool(self.names or self.rooms or self.everywhere)


@dataclass(frozen=True, slots=True)
class Part:
    """What a person speaks about: things by name, or a kind of thing, and where."""

    things: tuple[Name, ...] = ()
    kinds: frozenset[str] = frozenset()
    where: Where = field(default_factory=Where)
    all: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person wants: ``action`` on ``part``, with a value.

    ``percent``, ``degrees`` and ``kelvin`` are where it is to go; ``by`` is a difference and
    ``factor`` a multiple; ``compare`` is the direction that was named (``brighter``); ``amount`` is
    ``little`` or ``much``; ``bare`` where no verb was said; ``loosely`` where a number had no unit.
    """

    action: str
    part: Part
    aspects: frozenset[str] = frozenset()
    percent: float | None = None
    degrees: float | None = None
    kelvin: int | None = None
    color: str = ""
    by: float | None = None
    factor: float | None = None
    compare: str = ""
    amount: str = ""
    complaint: str = ""
    without: Part | None = None
    bare: bool = False
    loosely: bool = False
    score: float = 1.0

    @property
    def valued(self) -> bool:
        """Whether a value was said."""
        return (
            any(v is not None for v in (self.percent, self.degrees, self.kelvin, self.by))
            or self.factor is not None
            or bool(self.color)
        )


def commanded(way: Sequence[Chunk]) -> Meaning | None:
    """Return what a covering commands, or None where its pieces are no command."""
    pieces = [c for c in way if c.kind not in ("filler", "one")]
    owned = any(c.kind == "one" for c in way)
    if pieces and pieces[0].kind == "ensure":
        pieces = [_ensured(c) for c in pieces[1:] if c.kind != "be"]
    if any(c.kind in ("ask", "which", "gauge", "measure") for c in pieces):
        return None
    cut = next((i for i, c in enumerate(pieces) if c.kind == "except"), None)
    without = None
    if cut is not None:
        rest = pieces[cut + 1 :]
        pieces = pieces[:cut]
        if not rest or any(c.kind not in ("name", "thing", "prep", *PLACES) for c in rest):
            return None
        without = part_of(rest)
        if without is None or not (without.things or without.kinds or without.where.said):
            return None
    found = _complaint(pieces) if any(c.kind == "complaint" for c in pieces) else _command(pieces)
    if found is None or (
        owned and found.action in ("give", "unwanted") and not found.part.kinds & MADE
    ):
        return None
    score = min((c.score for c in way), default=1.0)
    if found.bare and any(c.score < 1 and c.end == c.start + 1 for c in way):
        return None  # "on the desk" is no lamp of that name
    return replace(found, without=without, score=score)


def _ensured(piece: Chunk) -> Chunk:
    """Return a state that shall be as the particle that brings it about."""
    return replace(piece, kind="particle") if piece.kind == "state" else piece


def _command(pieces: list[Chunk]) -> Meaning | None:  # noqa: PLR0911 - each says why not
    """Return the meaning of pieces without a complaint."""
    if any(c.kind not in COMMANDING for c in pieces) or not prepositions_fit(pieces):
        return None
    opening = [i for i, c in enumerate(pieces) if c.kind == "opening"]
    if opening and opening != [0]:
        return None
    part = part_of(pieces)
    values = _values(pieces)
    if part is None or values is None:
        return None
    verbs = {str(c.value) for c in pieces if c.kind == "verb"}
    particles = {str(c.value) for c in pieces if c.kind == "particle"}
    compares = {str(c.value) for c in pieces if c.kind == "compare"}
    aspects = frozenset(str(c.value) for c in pieces if c.kind == "aspect")
    amounts = {str(c.value) for c in pieces if c.kind == "amount"}
    if opening:
        verbs |= {"give"}
    if len(compares) > 1 or len(aspects) > 1 or len(particles) > 1 or len(amounts) > 1:
        return None
    compare = next(iter(compares), "")
    strong = verbs - WEAK
    if len(strong) > 1:
        return None
    verb, particle = next(iter(strong), ""), next(iter(particles), "")
    action = JOINED.get((verb, particle)) if particle else verb
    if action is None:
        return None
    if compare:
        if action and STEPS.get(action, DIRECTIONS[compare]) != DIRECTIONS[compare]:
            return None
        if action not in ("", *STEPS):
            return None
        action = "step"
    elif not action:
        action = _weak(verbs, part, values)
        subject = part.things or part.kinds or values.factor
        subject = subject or (aspects and not values.color)  # "that purple color" is a remark
        if not action or not (verbs or subject):
            return None
    return replace(
        values,
        action=action,
        part=part,
        aspects=aspects,
        compare=compare,
        amount=next(iter(amounts), ""),
        bare=not verbs,
    )


def _weak(verbs: set[str], part: Part, values: Meaning) -> str:
    """Return what is to be done where no strong verb says it; empty where nothing does."""
    if values.valued:
        return "set"
    if "change" in verbs:
        return "change"
    if (
        part.things
        and verbs - {"give"}
        and all(n.entity and n.entity.domain in CHOSEN for n in part.things)
    ):
        return "choose"
    for verb in ("give", "make"):
        if verb in verbs and part.kinds:
            return verb
    return ""


def _complaint(pieces: list[Chunk]) -> Meaning | None:  # noqa: PLR0911 - each says why not
    """Return the meaning of "it is too dark in here": a state that somebody wants to end."""
    told = [c for c in pieces if c.kind == "complaint"]
    subjects = [c for c in pieces if c.kind == "subject"]
    allowed = ("complaint", "subject", "amount", "prep", "thing", "be", *PLACES)
    if len(told) != 1 or len(subjects) > 1 or any(c.kind not in allowed for c in pieces):
        return None
    if pieces[0].kind == "be":  # "is it too dark?" is a question
        return None
    part = part_of(pieces)
    if part is None or not prepositions_fit(pieces):
        return None
    complaint, _, strength = str(told[0].value).partition("_")
    subject = str(subjects[0].value) if subjects else ""
    here = part.where.here or bool(part.where.names) or subject == "here"
    if strength == "plain" and not (here or subject == "me"):
        return None
    if strength == "me" and subject != "me":
        return None
    if any(c.kind == "be" for c in pieces):
        told_plainly = strength == "plain" and (part.kinds or complaint not in FELT)
        if told_plainly or not (part.kinds or here):
            return None
    if part.where.everywhere or part.where.rooms:
        return None
    return Meaning("", part, complaint=complaint)


def part_of(pieces: Sequence[Chunk]) -> Part | None:
    """Return what the pieces are about; None where it is two things at once."""
    named = [c for c in pieces if c.kind == "name"]
    if len(named) > 1:
        return None
    kinds = frozenset(str(c.value) for c in pieces if c.kind == "thing")
    places = [c for c in pieces if c.kind in PLACES]
    names = tuple(c.names[0] for c in places if c.names)
    if len({n.area for n in names if n.kind == "area"}) > 1:
        return None
    rooms = tuple(
        dict.fromkeys(
            str(c.value)
            for c in places
            if c.kind == "room" and c.value not in ("here", "everywhere")
        )
    )
    if len(rooms) + len({n.area for n in names if n.kind == "area"}) > 1:
        return None
    values = {c.value for c in places if c.kind == "room"}
    where = Where(names, rooms, "here" in values, "everywhere" in values)
    every = any(c.kind == "quantity" and c.value == "all" for c in pieces)
    return Part(named[0].names if named else (), kinds, where, every)


def _values(pieces: Sequence[Chunk]) -> Meaning | None:  # noqa: PLR0911 - a case a kind of value
    """Return the values of a command; None where they contradict one another."""
    given = [i for i, c in enumerate(pieces) if c.kind in VALUES]
    meaning = Meaning("", Part())
    if not given:
        return None if any(c.kind == "unit" for c in pieces) else meaning
    colors = [
        str(pieces[i].value)
        for i in given
        if pieces[i].kind == "color" and not (i and pieces[i - 1].value == "from")
    ]
    others = [i for i in given if pieces[i].kind != "color"]
    if len(colors) > 1 or len(others) > 1:
        return None
    if colors:
        meaning = replace(meaning, color=colors[0])
    if not others:
        return meaning
    at = others[0]
    piece = pieces[at]
    unit = pieces[at + 1].value if at + 1 < len(pieces) and pieces[at + 1].kind == "unit" else ""
    if sum(c.kind == "unit" for c in pieces) != bool(unit):
        return None
    before = str(pieces[at - 1].value) if at and pieces[at - 1].kind == "prep" else ""
    number = float(piece.value)
    if piece.kind == "factor":
        return replace(meaning, factor=number)
    if piece.kind == "kelvin" or unit == "kelvin":
        return replace(meaning, kelvin=round(number)) if 1000 <= number <= 10000 else None
    compared = any(c.kind == "compare" for c in pieces)
    moved = any(c.kind in ("verb", "particle") and c.value in ("up", "down") for c in pieces)
    relative = (compared or moved) and piece.kind == "number" and before != "to"
    if before == "by" or relative:
        return replace(meaning, by=number)
    if unit == "degrees":
        return replace(meaning, degrees=number)
    told = unit or before == "to" or piece.kind != "number"
    if not 0 <= number <= 100 or not (told or any(c.kind == "verb" for c in pieces)):
        return None  # "bulb two" is a name
    return replace(meaning, percent=number, loosely=piece.kind == "number" and not unit)


def prepositions_fit(pieces: Sequence[Chunk]) -> bool:
    """Return whether prepositions stand before what they need, and units behind numbers."""
    for at, piece in enumerate(pieces):
        if piece.kind == "prep":
            after = pieces[at + 1].kind if at + 1 < len(pieces) else ""
            wanted = {"place", "room", "name", "thing", "quantity", "aspect", *VALUES}
            if after not in wanted and not (piece.value == "to" and after in ("particle", "verb")):
                return False
        if piece.kind == "unit" and (not at or pieces[at - 1].kind not in ("number", "share")):
            return False
    return True
