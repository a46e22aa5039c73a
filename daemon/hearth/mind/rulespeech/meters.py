"""A clause about a number in, the limit that it sets and what measures it out: "drops below 19"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hearth.house import Entity
from hearth.mind.rulespeech.clause import Clause, Row, keyed, rows
from hearth.mind.rulespeech.meanings import QUANTITIES, Quantity, measured_by
from hearth.mind.rulespeech.moments import Moments
from hearth.mind.rulespeech.pattern import Compiler
from hearth.mind.rulespeech.subjects import Found, Nouns, Subjects
from hearth.rule import NumberCondition, NumberTrigger, Which

_ANYWHERE = "it"


class Meters:
    """Reads what is said of numbers in one language."""

    def __init__(
        self, table: Mapping[str, Any], compiler: Compiler, moments: Moments, nouns: Nouns
    ) -> None:
        """Take the table ``rules``."""
        self._table = table
        self._moments = moments
        self._nouns = nouns
        self._rows = rows(table, "numbers", compiler)
        self._quantities = keyed(table, "quantities", compiler)
        self._units = keyed(table, "units", compiler)
        minus = re.escape(str(table.get("minus", "minus")))
        number = moments.fragments["number"]
        self._value = re.compile(rf"(?P<number>(?:{minus} )?{number})(?:\s+(?P<unit>.+))?")
        self._minus = f"{table.get('minus', 'minus')} "

    def read(
        self,
        text: str,
        subjects: Subjects,
        for_s: float,
        place: Any,
        it: tuple[Entity, ...],
    ) -> Iterator[Clause]:
        for row in self._rows:
            for said in row.match(text):
                limit, unit = self._limit(said.get("value", ""), row)
                if limit is None:
                    continue
                thing, noun = self._measured(said.get("thing", ""))
                key = str(row.says.get("quantity") or noun or unit)
                for quantity in self._possible(key, unit):
                    found = self._meter(thing, quantity, subjects, place, it)
                    if found is None:
                        continue
                    things, attribute = found
                    yield self._of_number(things, attribute, quantity, row, limit, for_s)

    def _possible(self, key: str, unit: str) -> tuple[Quantity, ...]:
        """Return the quantities that a noun or unit may mean: a lamp's brightness or a room's."""
        if key in QUANTITIES:
            names = [key, *(["brightness"] if key == "light" else [])]
        elif unit == "_":
            names = ["humidity", "battery", "brightness", "position", "volume"]
        else:
            names = ["temperature", "power", "humidity", "light", "co2"]
        return tuple(QUANTITIES[name] for name in names)

    def _limit(self, text: str, row: Row) -> tuple[float | None, str]:
        """Return the number, in the unit of its sensors, and the quantity that its unit tells."""
        if not text:
            fixed = row.says.get("value")
            return (None, "") if fixed is None else (float(fixed), "temperature")
        match = self._value.fullmatch(text)
        if match is None:
            return None, ""
        said = match["number"]
        number = self._moments.number(said.removeprefix(self._minus))
        if number is None:
            return None, ""
        number = -number if said.startswith(self._minus) else number
        unit = (match["unit"] or "").strip()
        if not unit:
            return number, ""
        key = next((k for k, pattern in self._units if pattern.fullmatch(unit)), None)
        if key is None:
            return None, ""
        return number * float((self._table.get("scales") or {}).get(unit, 1)), key

    def _measured(self, thing: str) -> tuple[str, str]:
        """Split "the temperature in the living room" into the place and what is measured."""
        bare = self._nouns.article.sub("", thing + " ").strip()
        for key, pattern in self._quantities:
            said = pattern.pattern
            if re.fullmatch(said, bare):
                return "", key
            if match := re.match(rf"(?:{said})\s+(?:{self._nouns.place})\s+", bare + " "):
                return bare[match.end() :].strip(), key
            if match := re.search(rf"\s+(?:{said})$", bare):
                return bare[: match.start()].strip().removesuffix("'s"), key
        return thing, ""

    def _meter(
        self,
        thing: str,
        quantity: Quantity,
        subjects: Subjects,
        place: Any,
        it: tuple[Entity, ...],
    ) -> tuple[Found, str] | None:
        """Return what measures: by its name, in a place, in the person's room, or the only one."""

        def fits(entity: Entity) -> int | None:
            measured = measured_by(quantity, entity)
            return measured[0] if measured else None

        found = None
        bare = self._nouns.article.sub("", thing + " ").strip()
        if not bare or self._nouns.pronoun.fullmatch(bare):
            if it and (ours := [e for e in it if fits(e) is not None]):
                found = Found(Which(tuple(e.id for e in ours)), tuple(ours))
            else:
                found = subjects.find("", fits, kind=_ANYWHERE, place=place)
        else:
            found = subjects.find(thing, fits, place=place)
            if found is None:
                noun, said_place = subjects.place_of(bare)
                if said_place and not noun:
                    found = subjects.find("", fits, kind=_ANYWHERE, place=said_place)
        if found is None or (len(found.things) > 1 and not (place or thing or subjects.room)):
            return None
        measured = measured_by(quantity, found.things[0])
        return (found, measured[1]) if measured else None

    def _of_number(  # noqa: PLR0917 - what a clause needs
        self,
        found: Found,
        attribute: str,
        quantity: Quantity,
        row: Row,
        limit: float,
        for_s: float,
    ) -> Clause:
        above = row.says["side"] == "above"
        if attribute:
            limit = round(limit * quantity.scale, 3)
        high, low = (limit, None) if above else (None, limit)
        key = "told_above" if above else "told_below"
        told = str(self._table.get(key, "")).replace("{limit}", f"{limit:g}")
        return Clause(
            (NumberTrigger(found.which, high, low, attribute, quantity.hysteresis, for_s),),
            (NumberCondition(found.which, high, low, attribute),),
            told=told,
            things=found.things,
        )
