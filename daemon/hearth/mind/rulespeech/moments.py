"""Words in, times out: "half past seven", "every weekday", "half an hour before sunset".

The words are data: ``rules: times`` of ``configs/sentences/<lang>.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, cast

from hearth.compiled import compiled
from hearth.mind.rulespeech.numbers import Numbers
from hearth.mind.rulespeech.pattern import Compiler, slots
from hearth.rule import Day, SunCondition, SunEvent, SunTrigger, TimeCondition, TimeTrigger

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVENING, _DAWN = time(20), time(5)


@dataclass(frozen=True, slots=True)
class Moment:
    """When: a time or the sun, and the days; ``recurring`` where it comes again and again."""

    at: time | None = None
    sun: SunEvent | None = None
    offset_s: float = 0.0
    days: tuple[Day, ...] = ()
    recurring: bool = False
    part: str = ""

    @property
    def whole(self) -> bool:
        """Whether it tells a point of time."""
        return self.at is not None or self.sun is not None

    def trigger(self) -> TimeTrigger | SunTrigger:
        """Return what fires at that moment; only for a ``whole`` one."""
        if self.sun is not None:
            return SunTrigger(self.sun, self.offset_s, self.days)
        if self.at is None:
            raise ValueError("no point of time")
        return TimeTrigger(self.at, self.days)


class Moments:
    """Reads the times of one language; ``number`` reads a number in words or digits."""

    def __init__(self, language: str, table: Mapping[str, Any], rules: Mapping[str, str]) -> None:
        """Take ``rules: times``; without it only digits are read."""
        numbers = Numbers(language, table)
        self.number = numbers.read
        number = numbers.expression()
        hour, minute = numbers.small(25), numbers.small(60)
        plain = Compiler(rules, {"number": number, "hour": hour, "minute": minute})
        plain.slots["digital"] = r"\d{1,2}[:.]\d{2}"
        self._clock = [(plain.pattern(row["says"]), row) for row in table.get("clock") or ()]
        self._parts = [(plain.pattern(r["says"]), r) for r in table.get("parts") or ()]
        self._part = [
            (compiled(rf"\s+(?:{p.pattern})$|^(?:{p.pattern})\s+"), r) for p, r in self._parts
        ]
        self._spans = [(plain.pattern(r["says"]), r) for r in table.get("durations") or ()]
        self._sun = {k: plain.pattern(*v) for k, v in (table.get("sun") or {}).items()}
        self._day = {k: plain.pattern(*v) for k, v in (table.get("days") or {}).items()}
        clock = _bare("|".join(p.pattern for p, _ in self._clock) or "(?!)")
        part = _bare("|".join(p.pattern for p, _ in self._parts) or "(?!)")
        span = _bare("|".join(p.pattern for p, _ in self._spans) or "(?!)")
        joined = "|".join(re.escape(str(w)) for w in table.get("and") or ("and",))
        self._and = re.compile(rf"\s+(?:{joined})\s+|\s*,\s*")
        self._fragments = {
            "time": rf"(?:(?:{part})\s+)?(?:{clock})(?:\s+(?:{part}))?",
            "duration": rf"(?:{span})(?:\s+(?:{joined})\s+(?:{span}))?",
            "sun": _bare("|".join(p.pattern for p in self._sun.values()) or "(?!)"),
            "days": _bare("|".join(p.pattern for p in self._day.values()) or "(?!)"),
            "number": number,
        }
        days = self._fragments["days"]
        self._fragments["days"] = rf"(?:{days})(?:(?:\s*,)?(?:\s+(?:{joined}))?\s+(?:{days}))*"
        compiler = Compiler(rules, dict(self._fragments))
        self._leading = [(_leading(compiler, r), r) for r in table.get("moments") or ()]
        self._trailing = [(_trailing(compiler, r), r) for r in table.get("moments") or ()]
        # a language whose verb ends the clause puts its times into the middle
        inside = [(_inside(compiler, r), r) for r in table.get("moments") or ()]
        self._inside = inside if table.get("inside") else []
        windows = table.get("windows") or ()
        edges = (_trailing, _leading, *((_inside,) if table.get("inside") else ()))
        self._windows = [(edge(compiler, r), r) for r in windows for edge in edges]

    @property
    def fragments(self) -> Mapping[str, str]:
        """What ``{time}``, ``{duration}``, ``{sun}``, ``{days}``, ``{number}`` look like."""
        return self._fragments

    def duration(self, text: str) -> float | None:
        """Return a length of time in seconds: "an hour and ten minutes"."""
        total = 0.0
        for part in self._and.split(text.strip()):
            one = self._one_duration(part)
            if one is None:
                return self._one_duration(text.strip())
            total += one
        return total or None

    def _one_duration(self, text: str) -> float | None:
        for pattern, row in self._spans:
            if match := pattern.fullmatch(text):
                found = slots(match)
                if "number" not in found:
                    return float(row["seconds"])
                number = self.number(found["number"])
                if number is not None:
                    return (number + float(row.get("plus", 0))) * float(row["seconds"])
        return None

    def clock(self, text: str, part: str = "") -> time | None:
        """Return a time of day; ``part`` (am, pm, night) where the words do not tell it."""
        text = text.strip()
        for pattern, row in self._part:
            found = pattern.search(text)
            if found and len(found.group().strip()) < len(text):
                text = (text[: found.start()] + " " + text[found.end() :]).strip()
                part = str(row["part"])
                break
        for pattern, row in self._clock:
            match = pattern.fullmatch(text)
            if match and (at := self._clocked(slots(match), row, part)):
                return at
        return None

    def _clocked(self, found: Mapping[str, str], row: Mapping[str, Any], part: str) -> time | None:
        if fixed := row.get("at"):
            return time.fromisoformat(str(fixed))
        if digital := found.get("digital"):
            hour, minute = (int(x) for x in re.split("[:.]", digital))
        else:
            read = self.number(found["hour"])
            more = self.number(found["minute"]) if "minute" in found else 0.0
            if read is None or more is None or read % 1 or more % 1:
                return None
            if more < int(row.get("least", 0)):  # "twenty five" is a number
                return None
            sign = int(row.get("sign", 1))
            hour, minute = int(read), sign * int(more) + int(row.get("add", 0))
        if hour > 24 or abs(minute) > 59:
            return None
        minutes = (_of_day(hour, part) * 60 + minute) % (24 * 60)
        return time(minutes // 60, minutes % 60)

    def days(self, text: str) -> tuple[Day, ...] | None:
        """Return the days that are named; empty for every day, None where it is no day."""
        chosen: list[Day] = []
        for part in self._and.split(text.strip()):
            key = next((k for k, p in self._day.items() if p.fullmatch(part)), None)
            if key is None or key == "daily":
                return None if key is None else ()
            chosen += _days(key)
        return tuple(day for day in DAYS if day in chosen)

    def sun(self, text: str) -> SunEvent | None:
        """Return the event of the sun that is named."""
        for key, pattern in self._sun.items():
            if pattern.fullmatch(text.strip()):
                return cast(SunEvent, key)
        return None

    def moment(self, text: str) -> Moment | None:
        """Read a whole phrase: "every weekday at seven", "half an hour before sunset"."""
        found = Moment()
        while text:
            one, text = self.leading(text)
            if one is None or (merged := _merged(found, one)) is None:
                return None
            found = merged
        return self._placed(found) if found != Moment() else None

    def leading(self, text: str) -> tuple[Moment | None, str]:
        """Read one phrase at the beginning; return it and the rest."""
        return self._edge(text, self._leading)

    def within(self, text: str) -> tuple[Moment | None, str]:
        """Read one phrase in the middle, in a language that puts it there."""
        return self._edge(text, self._inside)

    def trailing(self, text: str) -> tuple[Moment | None, str]:
        """Read one phrase at the end; return it and what stands before."""
        return self._edge(text, self._trailing)

    def _edge(
        self, text: str, table: Iterable[tuple[re.Pattern[str], Mapping[str, Any]]]
    ) -> tuple[Moment | None, str]:
        """Return the longest phrase at one edge of the text."""
        best: tuple[int, Moment, str] | None = None
        for pattern, row in table:
            match = pattern.search(text)
            if match is None:
                continue
            moment = self._moment(slots(match), row)
            if moment and (best is None or len(match.group()) > best[0]):
                rest = " ".join((text[: match.start()] + text[match.end() :]).split()).strip(" ,")
                best = len(match.group()), moment, rest
        return (best[1], best[2]) if best else (None, text)

    def _moment(self, found: Mapping[str, str], row: Mapping[str, Any]) -> Moment | None:
        moment = Moment(recurring=bool(row.get("recurring")), part=str(row.get("part", "")))
        if "days" in found:
            days = self.days(found["days"])
            if days is None:
                return None
            often = row.get("recurring_where")
            recurring = moment.recurring or bool(often and re.search(often, found["days"]))
            moment = replace(moment, days=days, recurring=recurring)
        if "time" in found:
            at = self.clock(found["time"], moment.part)
            if at is None:
                return None
            moment = replace(moment, at=at)
        if "sun" in found:
            sun = self.sun(found["sun"])
            if sun is None:
                return None
            moment = replace(moment, sun=sun)
        if "duration" in found:
            seconds = self.duration(found["duration"])
            if seconds is None:
                return None
            moment = replace(moment, offset_s=seconds * int(row.get("sign", 1)))
        return moment

    def _placed(self, moment: Moment) -> Moment:
        """Put "at seven" into the part of the day that another phrase told."""
        if moment.at is None or not moment.part:
            return moment
        hour = _of_day(moment.at.hour, moment.part) % 24
        return replace(moment, at=moment.at.replace(hour=hour))

    def joined(self, one: Moment, other: Moment) -> Moment | None:
        """Return both phrases as one, or None where they say different things."""
        both = _merged(one, other)
        return self._placed(both) if both else None

    def window(self, text: str) -> tuple[TimeCondition | SunCondition | None, str]:
        """Read one "after ten", "at night", "on weekdays" at the end; return it and the rest."""
        best: tuple[int, TimeCondition | SunCondition, str] | None = None
        for pattern, row in self._windows:
            match = pattern.search(text)
            if match is None or (best and len(match.group()) <= best[0]):
                continue
            if condition := self._condition(slots(match), row):
                rest = " ".join((text[: match.start()] + text[match.end() :]).split()).strip(" ,")
                best = len(match.group()), condition, rest
        return (best[1], best[2]) if best else (None, text)

    def _condition(  # noqa: PLR0911 - a case a form of window
        self, found: Mapping[str, str], row: Mapping[str, Any]
    ) -> TimeCondition | SunCondition | None:
        days = self.days(found["days"]) if "days" in found else ()
        if days is None or ("days" in found and not days):
            return None
        if "is_sun" in row:
            return SunCondition("up" if row["is_sun"] == "up" else "down")
        if "sun" in found:
            sun = self.sun(found["sun"])
            offset_s = self.duration(found["duration"]) if "duration" in found else 0.0
            if sun is None or offset_s is None:
                return None
            evening = sun in ("sunset", "dusk")
            late = row.get("kind") == "after"
            return SunCondition(
                "down" if evening == late else "up", offset_s * int(row.get("sign", 1))
            )
        after = self._limit(found.get("after"), row.get("after"), row)
        before = self._limit(found.get("before"), row.get("before"), row)
        if "after" in found and "before" in found and after and before and after > before:
            raised = self.clock(found["after"] + " pm") if after.hour == before.hour else None
            after = raised or after
        if (after is None and "after" in found) or (before is None and "before" in found):
            return None
        if after is None and before is None and not days:
            return None
        if after and before is None and after >= _EVENING:
            before = _DAWN  # "after ten at night" does not end at midnight
        return TimeCondition(after, before, days)

    def _limit(self, said: str | None, fixed: object, row: Mapping[str, Any]) -> time | None:
        if said is not None:
            return self.clock(said, str(row.get("part", "")))
        return time.fromisoformat(str(fixed)) if fixed else None


def _merged(one: Moment, other: Moment) -> Moment | None:
    """Return both as one; None where both tell a time, or days."""
    if (one.whole and other.whole) or (one.days and other.days):
        return None
    point = one if one.whole else other
    return Moment(
        point.at,
        point.sun,
        point.offset_s,
        one.days or other.days,
        one.recurring or other.recurring,
        one.part or other.part,
    )


def _of_day(hour: int, part: str) -> int:
    """Return the hour of 24 for "ten" in a part of the day."""
    if part == "am":
        return 0 if hour == 12 else hour
    if part == "pm" and hour < 12:
        return hour + 12
    if part == "night":
        return hour + 12 if 6 <= hour < 12 else hour % 12 if hour == 12 else hour
    return hour


def _leading(compiler: Compiler, row: Mapping[str, Any]) -> re.Pattern[str]:
    return compiled(rf"^(?:{compiler.text([row['says']])})(?=\s|$)")


def _inside(compiler: Compiler, row: Mapping[str, Any]) -> re.Pattern[str]:
    return compiled(rf"(?<=\s)(?:{compiler.text([row['says']])})(?=\s)")


def _trailing(compiler: Compiler, row: Mapping[str, Any]) -> re.Pattern[str]:
    return compiled(rf"(?:(?<=\s)|^)(?:{compiler.text([row['says']])})$")


def _days(key: str) -> tuple[Day, ...]:
    """Return the days of a key of the table: "mon-fri", "sat sun"."""
    chosen: list[Day] = []
    for piece in key.split():
        first, _, last = piece.partition("-")
        start = DAYS.index(cast(Day, first))
        chosen += DAYS[start : DAYS.index(cast(Day, last or first)) + 1]
    return tuple(chosen)


def _bare(pattern: str) -> str:
    """Return an expression whose groups have no names."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)
