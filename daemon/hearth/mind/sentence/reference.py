"""What a sentence leaves out in, what was meant out: "it", "the other one too", "same in the hall".

Everything here needs what was understood last in the room (``lately``); without it nothing is
meant, and nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from hearth.house import Entity, House
from hearth.mind.exact.recognize import Reading
from hearth.mind.sentence.discourse import Discourse, Line, line
from hearth.mind.sentence.reader import AREAS, Reader, wild
from hearth.mind.targets import named
from hearth.port import Command

CONFIDENCE = 0.85
"""Confidence of a command about a thing that was not named."""

WHERE = frozenset(("name", "domain", "device_class", *AREAS))
"""Slots that say what a command is about; the others say what becomes of it."""

_KINDS = (
    frozenset(("light", "switch", "fan", "media_player", "input_boolean", "humidifier", "siren")),
    frozenset(("cover", "valve")),
    frozenset(("climate", "water_heater")),
)
"""Domains that "on", or "open", means the same for."""

_SHORT_WORDS = 8
_BOTH = 2
_STEPS = ("Step", "Relative")
_ONLY_ON_OFF = frozenset(("HassTurnOn", "HassTurnOff", "HassToggle", "HassGetState"))


class Reference:
    """Finds what is meant by what was said before."""

    def __init__(self, reader: Reader, discourse: Discourse, lately: tuple[Command, ...]) -> None:
        self._reader = reader
        self._house: House = reader.place.house
        self._words = discourse
        self._lately = tuple(c for c in lately if c.targets or c.choices)

    def resolve(self, said: Line) -> tuple[Command, ...]:
        """Return the commands that a sentence means by what was said before; empty for none."""
        if not self._lately:
            return ()
        if len(said.words) <= _SHORT_WORDS and (found := self._elliptic(said)):
            return found
        return self._pronoun(said)

    def instead(self, said: Line) -> tuple[Command, ...]:
        """Return what "the right one" means after a command that it takes back."""
        return self._same(said, marked=True) if self._lately and said.words else ()

    # --- a thing by a pronoun -------------------------------------------------------------

    def _pronoun(self, said: Line) -> tuple[Command, ...]:
        for regex, meant in (
            (self._words.pronoun_many, self._lately),
            (self._words.pronoun_one, self._lately[-1:]),
        ):
            for start, end in said.find(regex):
                before, after = said.words[:start], said.words[end:]
                found = self._about(meant, " ".join((*before, "{it}", *after)))
                if found:
                    return found
        return ()

    def _about(self, meant: Iterable[Command], template: str) -> tuple[Command, ...]:
        """Return the commands of a sentence in whose ``{it}`` stands what was meant before."""
        found: list[Command] = []
        for before in meant:
            ids = before.targets or before.choices
            told: set[str] = set()
            for thing in (e for i in ids if (e := self._house.entity(i))):
                if thing.domain in told:
                    continue
                told.add(thing.domain)
                reading = self._named(template, thing)
                if reading:
                    found.append(self._transferred(reading, before, thing, ids))
            if not found and "device_class" in before.said:
                found += self._by_class(template, before)
        return tuple(_unique(found))

    def _named(self, template: str, thing: Entity) -> Reading | None:
        text = template.replace("{it}", thing.name)
        reading = self._reader.exact(text)
        if reading is None and (again := self._words.again):
            short = " ".join(again.sub(" ", text).split())
            reading = self._reader.exact(short) if short != text else None
        if reading is None:
            reading = self._reader.anyhow(text)
        if reading is None or wild(reading) or reading.slots.get("name") is None:
            return None
        return reading

    def _transferred(
        self, reading: Reading, before: Command, thing: Entity, ids: tuple[str, ...]
    ) -> Command:
        """Return the command of a reading about one thing, about all that were meant."""
        command = self._reader.command(reading)
        if not {*command.targets, *command.choices} & {*ids}:
            return replace(command, confidence=command.confidence * CONFIDENCE)
        alike = tuple(i for i in ids if (e := self._house.entity(i)) and e.domain == thing.domain)
        slots = dict(command.slots)
        if len(alike) > 1 or "name" not in before.slots:
            slots = {k: v for k, v in slots.items() if k not in WHERE}
            slots |= {k: v for k, v in before.slots.items() if k in WHERE}
        return replace(
            command,
            slots=MappingProxyType(slots),
            targets=alike if before.targets else (),
            choices=() if before.targets else alike,
            confidence=round(command.confidence * CONFIDENCE, 3),
        )

    def _by_class(self, template: str, before: Command) -> list[Command]:
        """Read "close it" after "is the window open": the class was said, no name."""
        text = template.replace("{it}", before.said["device_class"])
        if area := before.slots.get("area"):
            text = f"{text} {self._words.in_place.replace('{place}', str(area))}"
        reading = self._reader.exact(text)
        return [self._reader.command(reading)] if reading and reading.targets.ids else []

    # --- a sentence without its thing, or without its verb --------------------------------

    def _elliptic(self, said: Line) -> tuple[Command, ...]:
        text = said.text.casefold()
        if self._words.repeat and self._words.repeat.match(text):
            return tuple(c for c in self._lately if not c.intent.startswith("HassGet"))
        if self._words.more and self._words.more.match(text):
            return tuple(c for c in self._lately if c.intent.endswith(_STEPS))
        if found := self._for_so_long(text):
            return found
        for short in self._words.short:
            if match := short.regex.match(text):
                what = next((v for k, v in match.groupdict().items() if k.startswith("said") and v))
                for whole in short.whole:
                    template = whole.replace("{said}", str(what))
                    if found := self._about(self._lately, template):
                        return found
        rest, marked = self._unmarked(text)
        return self._same(line(rest), marked=marked) if rest else ()

    def _for_so_long(self, text: str) -> tuple[Command, ...]:
        """Return what was done lately, for so long, where nothing but that is said."""
        times = self._words.moments.find(text)
        if len(times) != 1 or (times[0].start, times[0].end) != (0, len(text)):
            return ()
        schedule = times[0].schedule
        if not schedule.for_s and schedule.until is None:
            return ()
        return tuple(
            replace(c, schedule=schedule)
            for c in self._lately
            if c.schedule is None and not c.intent.startswith("HassGet")
        )

    def _unmarked(self, text: str) -> tuple[str, bool]:
        """Return a sentence without "and ... too", and whether it had them."""
        rest = text
        for regex in (self._words.lead, self._words.trail, self._words.lead):
            rest = regex.sub("", rest, count=1).strip() if regex else rest
        return rest, rest != text

    def _same(self, rest: Line, *, marked: bool) -> tuple[Command, ...]:
        """Return what was done lately, done with another thing or in another place."""
        before = self._lately[-1]
        if self._words.both and self._words.both.match(rest.text):
            ids = before.choices or (*before.targets, *(e.id for e in self._others(before)))
            return (_of(before, ids),) if len(ids) == _BOTH or before.choices else ()
        if not marked and not self._words.filler(rest.words[0]):
            return ()
        if self._words.other and self._words.other.match(rest.text):
            return self._chosen(before, self._others(before))
        if self._words.one and (match := self._words.one.match(rest.text)):
            word = match["word"].casefold()
            near = self._near(before)
            return self._chosen(before, [e for e in near if word in e.name.casefold().split()])
        return self._elsewhere(rest, before, marked=marked)

    def _chosen(self, before: Command, things: list[Entity]) -> tuple[Command, ...]:
        if not things:
            return ()
        ids = tuple(e.id for e in things)
        if len(ids) > 1:
            return (_of(before, (), ids),)
        slots = {k: v for k, v in before.slots.items() if k not in WHERE}
        slots["name"] = things[0].name
        said = _said(before, things[0].name)
        return (_of(replace(before, slots=MappingProxyType(slots), said=said), ids),)

    def _others(self, before: Command) -> list[Entity]:
        return [e for e in self._near(before) if e.id not in before.targets]

    def _near(self, before: Command) -> list[Entity]:
        """Return the things of the kind, and in the place, of what was meant before."""
        if before.choices:
            return [e for i in before.choices if (e := self._house.entity(i))]
        things = [e for i in before.targets if (e := self._house.entity(i))]
        rooms = {e.area for e in things}
        return [
            e for e in self._house.entities if e.area in rooms and any(_like(e, t) for t in things)
        ]

    def _elsewhere(self, rest: Line, before: Command, *, marked: bool) -> tuple[Command, ...]:
        """Return the command again for the things or places that ``rest`` is nothing but."""
        spans = self._reader.spans(rest.words)
        covered = {i for s in spans for i in range(s.start, s.end)}
        covered |= {i for a, b in rest.find(self._words.joint) for i in range(a, b)}
        loose = [w.casefold() for i, w in enumerate(rest.words) if i not in covered]
        more = any(w not in self._words.fillers | self._words.ones for w in loose)
        if spans and marked and more and (lent := self._borrowed(rest, before)):
            return (lent,)
        if not spans or more:
            return ()
        if not marked and any(s.kind == "name" for s in spans):
            return ()
        found: list[Command] = []
        for span in spans:
            if span.kind == "name":
                things = [e for e in self._house.entities if named(e, span.value)]
                found += self._with_thing(before, things)
            else:
                found += self._in_place(before, span.kind, span.value)
        return tuple(found) if len(found) >= len(spans) else ()

    def _borrowed(self, rest: Line, before: Command) -> Command | None:
        """Return "and the hall to twenty" with a verb that makes it the same intent as before."""
        for verb in self._words.verbs:
            reading = self._reader.exact(f"{verb} {rest.text}")
            if reading and reading.intent == before.intent and not wild(reading):
                return self._reader.command(reading)
        return None

    def _with_thing(self, before: Command, things: list[Entity]) -> list[Command]:
        olds = [e for i in (*before.targets, *before.choices) if (e := self._house.entity(i))]
        fit = [t for t in things if any(_can_too(before.intent, o, t) for o in olds)]
        here = [t for t in fit if t.area == self._reader.place.area]
        fit = here if len(fit) > 1 and here else fit
        return list(self._chosen(before, fit))

    def _in_place(self, before: Command, kind: str, place: str) -> list[Command]:
        """Return the command again for what is like its things in another place."""
        areas = {
            area.id
            for area in self._house.areas
            if (kind == "area" and named(area, place))
            or (
                kind == "floor"
                and any(named(f, place) for f in self._house.floors if f.id == area.floor)
            )
        }
        olds = [e for i in before.targets if (e := self._house.entity(i))]
        there = [e for e in self._house.entities if e.area in areas]
        there = [e for e in there if not e.attributes.get("entity_category")]
        fit = [e for e in there if any(_like(e, o) and e.name == o.name for o in olds)]
        fit = fit or [e for e in there if any(_like(e, o) and _alike_by_place(o) for o in olds)]
        if not fit:
            return []
        slots = {k: v for k, v in before.slots.items() if k not in ("name", *AREAS)} | {kind: place}
        if "domain" not in slots and "device_class" not in slots:
            slots["domain"] = fit[0].domain
        command = replace(before, slots=MappingProxyType(slots), said=_said(before, place))
        return [_of(command, tuple(e.id for e in fit))]


def _of(before: Command, ids: tuple[str, ...], choices: tuple[str, ...] = ()) -> Command:
    return replace(
        before, targets=ids, choices=choices, confidence=CONFIDENCE, schedule=before.schedule
    )


def _said(before: Command, words: str) -> MappingProxyType[str, str]:
    kept = {k: v for k, v in before.said.items() if k not in WHERE}
    return MappingProxyType(kept | {"name": words})


def _like(one: Entity, other: Entity) -> bool:
    """Return whether two things are of one kind."""
    kind = "device_class"
    return one.domain == other.domain and one.attributes.get(kind) == other.attributes.get(kind)


def _alike_by_place(thing: Entity) -> bool:
    """Return whether a thing may stand for all of its kind in its place: a light, no lock."""
    return thing.domain in ("light", "fan", "cover", "climate", "media_player", "sensor") or (
        thing.domain == "binary_sensor"
    )


def _can_too(intent: str, old: Entity, new: Entity) -> bool:
    if old.domain == new.domain:
        return True
    return intent in _ONLY_ON_OFF and any({old.domain, new.domain} <= kind for kind in _KINDS)


def _unique(commands: list[Command]) -> list[Command]:
    """Return commands without those that say what another one says."""
    kept: list[Command] = []
    for command in commands:
        if command not in kept:
            kept.append(command)
    return kept
