"""What a person wants in, the intent with its slots and the things it moves out.

The intents and slots are Home Assistant's; those of a step (``HearthLightStep`` ...) are Hearth's,
for Home Assistant has none: ``step`` is ``up`` or ``down``, ``by`` a difference in percent or
degrees, ``factor`` a multiple.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hearth.house import EMPTY, Entity
from hearth.mind.concepts.kinds import SERVING, Finder
from hearth.mind.concepts.meaning import Meaning, Part, Where
from hearth.mind.concepts.plans import Plan, plan
from hearth.mind.exact.recognize import Place
from hearth.mind.targets import Targets

ASPECTS = {
    "brightness": ("light", ("light",)),
    "color": ("light", ("light",)),
    "temperature": ("heating", ("heating", "cooling", "boiler")),
    "volume": ("volume", ("tv", "speaker")),
    "speed": ("fan", ("fan",)),
    "position": ("", ("blind", "shutter", "curtain", "shade", "awning", "garage", "window")),
}
"""What a property belongs to: the kind that is meant where none is named, and those that can be."""

ABLE = {
    "brightness": ("light",),
    "color": ("light",),
    "temperature": ("climate", "water_heater"),
    "volume": ("media_player",),
    "speed": ("fan",),
    "position": ("cover", "valve"),
}
"""The domains that have a property."""

IMPLIED = {
    "brighter": "light", "dimmer": "light", "dim": "light", "brighten": "light", "lit": "light",
    "warmer": "heating", "cooler": "heating", "louder": "volume", "quieter": "volume",
    "faster": "fan", "slower": "fan", "clean": "vacuum", "mow": "mower",
    "mute": "volume", "unmute": "volume",
}  # fmt: skip
"""The kind that an action or a comparison is about where none is named."""

RELIEF = {
    "dark": ("light", "step", "brighter"),
    "bright": ("light", "step", "dimmer"),
    "cold": ("heating", "step", "warmer"),
    "hot": ("heating", "step", "cooler"),
    "loud": ("volume", "step", "quieter"),
    "quiet": ("volume", "step", "louder"),
    "glare": ("blind", "close", ""),
    "dirty": ("vacuum", "clean", ""),
    "sun": ("blind", "open", ""),
    "stuffy": ("fan", "on", ""),
}
"""What helps against what somebody complains of."""

LOOSELY = {("light", "switch"), ("outlet", "switch"), ("switch", "light"), ("fan", "switch")}
"""What a thing with a name may be called besides: "the Christmas tree lights" are a switch."""

SCENES = frozenset(("scene", "script"))


@dataclass(frozen=True, slots=True)
class Command:
    """A command or question before it becomes a reading; ``here``: the room was not said."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    targets: Targets = field(default_factory=Targets)
    response: str = "default"
    here: bool = False
    score: float = 1.0
    said: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def means(self, other: Command) -> bool:
        """Return whether another command does the same."""
        values = {k: v for k, v in self.slots.items() if k not in ("name", "domain")}
        others = {k: v for k, v in other.slots.items() if k not in ("name", "domain")}
        same = self.intent == other.intent and self.targets == other.targets
        return same and values == others


class Acting:
    """Turns what is wanted into a command of this house."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def command(self, meaning: Meaning, place: Place) -> Command | None:
        """Return the command, without targets where this house lacks what is meant; or None."""
        if meaning.complaint:
            return self._relief(meaning, place)
        if meaning.part.things:
            return self._named(meaning, place)
        kind = self._kind(meaning)
        if kind is None:
            return None
        if kind == "volume":
            return self._volume(meaning, place)
        return self._of_kind(meaning, kind, place)

    def _relief(self, meaning: Meaning, place: Place) -> Command | None:
        """Return what ends a complaint; None where nothing in that place can."""
        kind, action, compare = RELIEF[meaning.complaint]
        able = {kind, "light", *(("tv", "speaker", "music") if kind == "volume" else ())}
        if not meaning.part.kinds <= able:
            return None
        part = Part(where=Where(meaning.part.where.names, here=meaning.part.where.here))
        wanted = Meaning(action, part, compare=compare)
        if kind == "volume":
            return self._volume(wanted, place)
        found = self._of_kind(wanted, kind, place)
        if found is None or not found.targets.ids:
            return None
        known = place.area is not None or bool(part.where.names)
        return found if known or len(found.targets.ids) == 1 else None

    def _kind(self, meaning: Meaning) -> str | None:  # noqa: PLR0911 - a case a way to name it
        """Return the one kind of thing that is meant, named or not; None where it is not clear."""
        kinds = set(meaning.part.kinds)
        aspect = next(iter(meaning.aspects), "")
        if kinds == {"music"}:
            turned = meaning.compare or meaning.action in ("up", "down", "mute", "unmute")
            told = meaning.percent is not None and not meaning.loosely
            return "volume" if turned or told else None
        if len(kinds) > 1:
            return None
        if aspect:
            alone, able = ASPECTS[aspect]
            implied = IMPLIED.get(meaning.compare, alone)
            if implied != alone and alone:
                return None
            return next(iter(kinds & set(able)), None) if kinds else alone or None
        if kinds:
            return next(iter(kinds))
        if kind := IMPLIED.get(meaning.compare) or IMPLIED.get(meaning.action):
            return kind
        where = meaning.part.where
        if meaning.factor is not None:
            return "light"
        if meaning.color or meaning.kelvin:
            return "light" if (where.names or where.here) and not meaning.bare else None
        if meaning.degrees is not None and not meaning.bare:
            return "heating"
        told = meaning.percent is not None and not meaning.loosely
        lit = meaning.action in ("on", "off") or told
        return "light" if lit and where.names and not meaning.bare else None

    def _named(self, meaning: Meaning, place: Place) -> Command | None:
        """Return the command on a thing that was called by its name."""
        entities = {n.entity.id: n.entity for n in meaning.part.things if n.entity is not None}
        scenes = any(e.domain in SCENES for e in entities.values())
        planned = {i: p for i, e in entities.items() if (p := plan(meaning, e))}
        if not planned:
            return None
        kinds = meaning.part.kinds - ({"scene"} if scenes else set())
        areas = self._finder.places(meaning.part.where, place.house)
        fits = [
            e
            for i, e in entities.items()
            if i in planned
            and all(self._finder.is_kind(k, e) or (k, e.domain) in LOOSELY for k in kinds)
            and (areas is None or e.area is None or e.area in areas or e.domain == "vacuum")
            and self._has(meaning, e)
        ]
        if not fits or meaning.without is not None:
            return None
        if meaning.part.where.here and place.area is not None:
            fits = [e for e in fits if e.area == place.area] or fits
        if len(fits) > 1:
            fits = [e for e in fits if place.area and e.area == place.area] or fits
        done = planned[fits[0].id]
        slots = {"name": fits[0].name, **done.slots}
        if len(fits) > 1:
            return Command(
                done.intent, slots, Targets((), tuple(e.id for e in fits)), done.response
            )
        intent = done.intent
        if intent == "HassVacuumStart" and areas is not None:
            if meaning.action != "clean" or len(areas) != 1:
                return None
            intent = "HassVacuumCleanArea"
            slots["area"] = next(a.name for a in place.house.areas if a.id in areas)
        return Command(intent, slots, Targets((fits[0].id,)), done.response, score=meaning.score)

    def _of_kind(self, meaning: Meaning, kind: str, place: Place) -> Command | None:
        """Return the command on the things of a kind."""
        part = meaning.part
        served = kind in ("coffee", "kettle", "toaster")
        if kind == "anything" and meaning.action not in ("on", "off", "stop"):
            return None
        if meaning.without is not None and not part.where.said:
            part = Part(part.things, part.kinds, Where(everywhere=True), all=True)

        if kind == "vacuum" and meaning.action == "clean" and part.where.names:
            return self._cleaned(part, place, meaning)

        def fits(entity: Entity) -> bool:
            return plan(meaning, entity, served=served) is not None and self._has(meaning, entity)

        targets = self._finder.find(kind, part, place.house, place.area, fits)
        first = place.house.entity((targets.ids or targets.choices or ("",))[0])
        if first is None:
            return self._nothing(meaning, kind, place, served=served)
        done = plan(meaning, first, served=served)
        if done is None:
            return None
        targets = self._without(meaning, targets, place)
        if not (targets.ids or targets.choices):
            return None
        slots = self._slots(kind, first, part, place)
        here = False
        areas = self._finder.places(part.where, place.house)
        room = place.house.area(place.area)
        if areas is None and not part.where.everywhere and first.area == place.area and room:
            slots["area"] = room.name
            here = not part.where.here
        if done.intent == "HassVacuumStart":
            slots.pop("area", None)
        return Command(
            done.intent,
            {**slots, **done.slots},
            targets,
            _response(done, kind, part, slots),
            here,
            meaning.score,
        )

    def _cleaned(self, part: Part, place: Place, meaning: Meaning) -> Command | None:
        """Return the command to clean a room, which is not where the cleaner stands."""
        ids = tuple(e.id for e in place.house.entities if e.domain == "vacuum")
        room = next((n for n in part.where.names if n.kind == "area"), None)
        area = place.house.area(room.area) if room else None
        if area is None:
            return None
        slots = {"area": area.name}
        return Command("HassVacuumCleanArea", slots, Targets(ids), score=meaning.score)

    def _nothing(
        self, meaning: Meaning, kind: str, place: Place, *, served: bool
    ) -> Command | None:
        """Return a command without targets where the kind is clear but there is none of it."""
        known = self._finder.kind(kind)
        if not known.core or not place.house.entities:
            return None
        domain = next(iter(known.domains), "switch")
        like = Entity(f"{domain}.none", kind, attributes={})
        done = plan(meaning, like, served=served)
        if done is None:
            return None
        slots = self._slots(kind, like, meaning.part, place)
        slots.pop("name", None)
        return Command(done.intent, {**slots, **done.slots}, Targets(), done.response)

    def _volume(self, meaning: Meaning, place: Place) -> Command | None:
        """Return the command on the loudness here: of a player, or of Hearth's own voice."""
        areas = self._finder.places(meaning.part.where, place.house)
        where = (
            areas if areas is not None else frozenset(() if place.area is None else (place.area,))
        )
        if areas is not None and not areas:
            return None
        done = plan(meaning, Entity("media_player.none", "volume"), volume=True)
        if done is None:
            return None
        ids = tuple(
            e.id for e in place.house.entities if e.domain == "media_player" and e.area in where
        )
        slots = self._slots("volume", None, meaning.part, place)
        room = place.house.area(place.area)
        if areas is None and room:
            slots["area"] = room.name
        return Command(
            done.intent, {**slots, **done.slots}, Targets(ids), here=areas is None,
            score=meaning.score,
        )  # fmt: skip

    def _without(self, meaning: Meaning, targets: Targets, place: Place) -> Targets:
        """Return the targets less those that were excepted."""
        less = meaning.without
        if less is None:
            return targets
        gone = {n.entity.id for n in less.things if n.entity is not None}
        if less.kinds or less.where.said or less.where.here:
            areas = self._finder.places(less.where, place.house)
            if less.where.here and place.area:
                areas = frozenset((place.area,))
            for entity in place.house.entities:
                kindly = all(self._finder.is_kind(k, entity) for k in less.kinds)
                if not less.things and kindly and (areas is None or entity.area in areas):
                    gone.add(entity.id)
        ids = tuple(i for i in targets.ids if i not in gone)
        return Targets(ids) if len(ids) < len(targets.ids) else Targets()

    def _slots(self, kind: str, first: Entity | None, part: Part, place: Place) -> dict[str, Any]:
        """Return the slots that say which things are meant."""
        slots: dict[str, Any] = {}
        if first is not None:
            if kind == "anything":
                slots["domain"] = [*self._finder.kind(kind).domains]
            elif first.domain in SERVING and kind not in ("light", "outlet", "switch"):
                slots["name"] = first.name
            elif first.domain in ("light", "cover", "fan", "switch", "lock"):
                slots["domain"] = first.domain
            if first.domain == "cover":
                slots["device_class"] = str(first.attributes.get("device_class") or kind)
        for name in part.where.names:
            slots[name.kind] = _placed(name.kind, name.area, place) or name.text
        for room in part.where.rooms:
            areas = self._finder.places(Where(rooms=(room,)), place.house) or frozenset()
            known = place.house.area(next(iter(areas), None))
            slots["area"] = known.name if known else room
        return slots

    def _has(self, meaning: Meaning, entity: Entity) -> bool:
        """Return whether a thing can have the property that was named."""
        aspect = next(iter(meaning.aspects), "")
        compared = {"light": "light", "heating": "climate", "volume": "media_player", "fan": "fan"}
        implied = IMPLIED.get(meaning.compare)
        if implied and compared[implied] != entity.domain:
            return False
        return not aspect or entity.domain in ABLE[aspect]


def _placed(kind: str, place_id: str | None, place: Place) -> str:
    """Return the name of an area or floor."""
    if kind == "area":
        area = place.house.area(place_id)
        return area.name if area else ""
    return next((f.name for f in place.house.floors if f.id == place_id), "")


def _response(done: Plan, kind: str, part: Part, slots: Mapping[str, Any]) -> str:
    """Return the key of the reply to a command on a kind of thing."""
    if done.intent in ("HassTurnOn", "HassTurnOff"):
        if slots.get("domain") == "light":
            if "floor" in slots:
                return "lights_floor"
            return "lights_area" if "area" in slots else "light_all"
        if slots.get("domain") == "fan" and "area" in slots:
            return "fans_area"
        if slots.get("domain") == "cover":
            return "cover_device_class"
    if done.intent == "HassSetPosition" and kind and part.kinds:
        return "cover_device_class"
    return done.response
