"""Words of a time in a question in, the days that they mean out, as seen from today.

What is told was mostly so shortly before it was told; who uses a span allows for that.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_COUNTS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBERS = {word: number for number, word in enumerate(_COUNTS)} | {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "few": 3,
    "a few": 3,
}
_UNIT_DAYS = {"day": 1, "night": 1, "week": 7, "month": 30, "year": 365}

_MONTH = (
    r"(?P<month>" + "|".join(_MONTHS) + r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)(?:-(?P<day>\d\d))?\b",
        rf"\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?\b",
        rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?\b",
        rf"\b{_MONTH},?(?: of)? {_YEAR}\b",
        rf"\b(?:in|during|last|this|of|since|by|early|late|mid) {_MONTH}\b",
        rf"\b{_YEAR}\b",
    )
)
_AGO = re.compile(
    r"\b(?P<count>\d+|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r") "
    r"(?P<unit>day|night|week|month|year)s? ago\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"\b(?P<which>last|this|past) (?P<what>night|week|weekend|month|year|"
    + "|".join((*_SEASONS, *_DAYS))
    + r")\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(today|tonight|yesterday|the day before yesterday)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included; without a year (0) those of any year."""

    first: date
    last: date
    every_year: bool = False


def spans(text: str, today: date) -> tuple[Span, ...]:
    """Return the times that a question names; empty where it names none."""
    return tuple(dict.fromkeys(_found(text, today)))


def without(text: str) -> str:
    """Return a question without the words of its times: what is looked for in the turns."""
    for pattern in (*_DATES, _AGO, _LAST, _NEAR):
        text = pattern.sub(" ", text)
    return text


def _found(text: str, today: date) -> Iterator[Span]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            span = _date(match.groupdict(), today)
            if span:
                yield span
        if pattern.search(text):
            break  # "8 May 2023" is no "2023"
    for match in _AGO.finditer(text):
        word = match["count"].lower()
        count = int(word) if word.isdecimal() else _NUMBERS[word]
        days = _UNIT_DAYS[match["unit"].lower()]
        if count * days < today.toordinal():
            then, wide = today - timedelta(count * days), timedelta(days // 2)
            yield Span(then - wide, then + wide)
    for match in _LAST.finditer(text):
        yield _last(match["which"].lower(), match["what"].lower(), today)
    for match in _NEAR.finditer(text):
        word = match[1].lower()
        back = 2 if "before" in word else 1 if word == "yesterday" else 0
        yield Span(today - timedelta(back), today - timedelta(back))


def _date(found: dict[str, str | None], today: date) -> Span | None:
    """Return the day, month or year that was matched; None where there is no such day."""
    year = int(found.get("year") or 0)
    name = (found.get("month") or "").lower().rstrip(".")
    month = int(found.get("number") or 0) or (_SHORT.get(name[:4]) or _SHORT.get(name[:3]) or 0)
    day = int(found.get("day") or 0)
    if not month:
        return Span(date(year, 1, 1), date(year, 12, 31))
    try:
        if day:
            there = date(year or 2024, month, day)  # 2024 has every day
            return Span(there, there, every_year=not year)
        last = monthrange(year or 2024, month)[1]
        return Span(
            date(year or 2024, month, 1), date(year or 2024, month, last), every_year=not year
        )
    except ValueError:
        return None


def _last(which: str, what: str, today: date) -> Span:
    """Return "last spring" and its like, the one that is over; "this" the one that is now."""
    this = which == "this"
    monday = today - timedelta(today.weekday())
    if what in _SEASONS:
        begin = date(today.year, _SEASONS[what], 1)
        while begin > today or (not this and begin + timedelta(91) > today):
            begin = begin.replace(year=begin.year - 1)
        return Span(begin, begin + timedelta(91))
    if what in _DAYS:
        back = (today.weekday() - _DAYS.index(what)) % 7 or 7
        return Span(today - timedelta(back), today - timedelta(back))
    if what == "month":
        end = today if this else today.replace(day=1) - timedelta(1)
        return Span(end.replace(day=1), end)
    year = today.year - (0 if this else 1)
    week = monday if this else monday - timedelta(7)
    saturday = monday + timedelta(5 if this else -2)
    return {
        "night": Span(today - timedelta(1), today),
        "week": Span(week, week + timedelta(6)),
        "weekend": Span(saturday, saturday + timedelta(1)),
        "year": Span(date(year, 1, 1), date(year, 12, 31)),
    }[what]
