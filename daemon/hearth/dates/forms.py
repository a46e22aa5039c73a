"""One form's match in, the piece that it says out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from hearth.dates import days
from hearth.dates.piece import Every, Piece
from hearth.dates.when import When
from hearth.dates.words import Form, Words, part_of

_DAY_MIN = 24 * 60
_NOON_H = 12
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQ = {
    "second": ("SECONDLY", 1),
    "minute": ("MINUTELY", 1),
    "hour": ("HOURLY", 1),
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "year": ("YEARLY", 1),
}


class Forms:
    """Reads matches of the forms of one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def piece(self, form: Form, match: re.Match[str], now: datetime, prefer: str) -> Piece | None:
        """Return what the match says; None where its numbers make no sense."""
        found = {key: text for key, text in match.groupdict().items() if text}
        read = getattr(self, f"_{form.says['is']}")
        try:
            piece: Piece | None = read(found, form.says, now, prefer, match.group())
        except (ValueError, OverflowError, IndexError):
            return None
        return piece

    def offset(
        self, says: Mapping[str, Any], match: re.Match[str], to: When, sign: int
    ) -> Piece | None:
        """Return what is a length of time before or after ``to``."""
        found = match.groupdict()
        if "minutes" in says:
            lengths = [(float(says["minutes"]), "minute")]
        elif found.get("length"):
            lengths = self._words.lengths(found["length"])
        else:
            unit = found.get("unit")
            lengths = [(1.0, self._words.which("unit", unit) if unit else str(says["unit"]))]
        part = self._words.part(match.group()) if says.get("part") else None
        if all(unit in days.SECONDS for _, unit in lengths):
            by = sum(count * days.SECONDS[unit] for count, unit in lengths) * sign
            base = to.end if sign > 0 and to.grain == "moment" else to.start
            return Piece(
                moment=(base.astimezone(UTC) + timedelta(seconds=by)).astimezone(base.tzinfo)
            )
        day: date | None = to.start.date()
        for count, unit in lengths:
            day = days.moved(day, count, unit, sign) if day else None
        if day is None:
            return None
        if to.grain == "moment" and to.timed:
            return Piece(day=day, clock=to.start.hour * 60 + to.start.minute, sure=not to.half_day)
        return Piece(day=day, part=part)

    # --- days ----------------------------------------------------------------------------------

    def _day(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        part = self._words.part(text) if says.get("part") else None
        return Piece(day=now.date() + timedelta(days=int(says["days"])), part=part)

    def _weekday(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        number = int(self._words.which("weekday", found["weekday"]))
        day = days.weekday(now.date(), number, str(says["which"]), prefer)
        part = None
        if says.get("part"):
            part = self._words.part(text.lower().replace(found["weekday"].lower(), " "))
        return Piece(day=day + timedelta(days=int(says.get("plus", 0))), weekday=number, part=part)

    def _weekdays(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        first = int(self._words.which("weekday", found["weekday"]))
        last = int(self._words.which("weekday", found["weekday1"]))
        begin = days.weekday(now.date(), first, "coming", prefer)
        return Piece(stretch=(begin, begin + timedelta(days=(last - first) % 7 + 1)))

    def _date(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        weak = False
        number = (
            self._words.ordinal(found["ord"])
            if "ord" in found
            else int(self._words.number(found["dom"]))
        )
        if "month" not in found:
            months = says.get("months", 0 if "months" in says else None)
            day = days.of_month(now.date(), number, months, prefer)
            weak = (
                months is None
                and text.lower().split()[0] in ("the", "der", "den")
                and "weekday" not in found
            )
        else:
            year = self._words.year(found["year"]) if "year" in found else None
            month = int(self._words.which("month", found["month"]))
            weak = (
                "dom" in found
                and found["month"].lower() in self._words.weak
                and not re.search(r"\d", text)
                and len(text.split()) == 2
            )
            day = days.of_year(now.date(), month, number, year, prefer)
        if day is None:
            return None
        return Piece(day=day, weak=weak)

    def _iso(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        return Piece(day=date.fromisoformat(found["iso"]))

    def _dmy(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        numbers = [int(x) for x in re.findall(r"\d+", found["dmy"])]
        year = numbers[2] if len(numbers) > 2 else None
        day = days.of_year(now.date(), numbers[1], numbers[0], year, prefer)
        return Piece(day=day) if day else None

    def _holiday(
        self, found: Any, says: Any, now: datetime, prefer: str, text: str
    ) -> Piece | None:
        year = self._words.year(found["year"]) if "year" in found else None
        day = days.holiday(
            now.date(), str(self._words.which("holiday", found["holiday"])), year, prefer
        )
        return Piece(day=day) if day else None

    def _nth(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        n, number = (
            self._words.ordinal(found["nth"]),
            int(self._words.which("weekday", found["weekday"])),
        )
        if "month" in found:
            year = self._words.year(found["year"]) if "year" in found else None
            month = int(self._words.which("month", found["month"]))
            first = days.named_month(now.date(), month, year, "", prefer)[0]
        else:
            first = now.date().replace(day=1) + relativedelta(months=int(says.get("months", 0)))
        day = days.nth(first, n, number)
        return Piece(day=day) if day else None

    def _month_end(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        first = now.date().replace(day=1) + relativedelta(months=int(says["months"]) + 1)
        return Piece(day=first - timedelta(days=1))

    def _this_part(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        part = (
            part_of(says | {"from": "18:00", "to": "24:00", "half": "night"})
            if "at" in says
            else self._words.part(text)
        )
        return Piece(day=now.date(), part=part)

    def _last_night(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        return Piece(day=now.date() - timedelta(days=1), part=self._words.part(text))

    # --- from now ------------------------------------------------------------------------------

    def _ahead(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        return self._from_now(found["length"], now, 1)

    def _ago(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        return self._from_now(found["length"], now, -1)

    def _from_now(self, text: str, now: datetime, sign: int) -> Piece | None:
        lengths = self._words.lengths(text)
        seconds, day = 0.0, now.date()
        for count, unit in lengths:
            if unit in days.SECONDS:
                seconds += count * days.SECONDS[unit]
            elif (later := days.moved(day, count, unit, sign)) is not None:
                day = later
            elif unit == "day":
                seconds += count * 86400
            else:
                return None
        if not lengths:
            return None
        if not seconds:
            return Piece(day=day)
        moment = datetime.combine(day, now.timetz(), now.tzinfo).astimezone(UTC)
        return Piece(moment=(moment + timedelta(seconds=seconds * sign)).astimezone(now.tzinfo))

    # --- stretches -----------------------------------------------------------------------------

    def _week(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        return Piece(stretch=days.week(now.date(), int(says["weeks"])))

    def _weekend(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        return Piece(stretch=days.weekend(now.date(), int(says["weeks"])))

    def _nth_week(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        month = int(self._words.which("month", found["month"]))
        first, after = days.named_month(now.date(), month, None, "", prefer)
        n = self._words.ordinal(found["nth"])
        begin = after - timedelta(days=7) if n < 0 else first + timedelta(days=7 * (n - 1))
        return Piece(stretch=(begin, min(begin + timedelta(days=7), after)))

    def _month(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        return Piece(
            stretch=days.month(
                now.date().replace(day=1) + relativedelta(months=int(says["months"]))
            )
        )

    def _named_month(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        year = self._words.year(found["year"]) if "year" in found else None
        month = int(self._words.which("month", found["month"]))
        return Piece(
            stretch=days.named_month(now.date(), month, year, str(says.get("which", "")), prefer)
        )

    def _year(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        year = now.year + int(says["years"])
        return Piece(stretch=(date(year, 1, 1), date(year + 1, 1, 1)))

    def _named_year(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        year = self._words.year(found["year"])
        return Piece(stretch=(date(year, 1, 1), date(year + 1, 1, 1)))

    def _season(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        year = self._words.year(found["year"]) if "year" in found else None
        name = str(self._words.which("season", found["season"]))
        return Piece(
            stretch=days.season(now.date(), name, year, str(says.get("which", "")), prefer)
        )

    def _next_length(
        self, found: Any, says: Any, now: datetime, prefer: str, text: str
    ) -> Piece | None:
        return self._length_from(found, now, 1)

    def _last_length(
        self, found: Any, says: Any, now: datetime, prefer: str, text: str
    ) -> Piece | None:
        return self._length_from(found, now, -1)

    def _length_from(self, found: Any, now: datetime, sign: int) -> Piece | None:
        other: date | None = now.date()
        for count, unit in self._words.lengths(found["length"]):
            other = days.moved(other, count, unit, sign) if other else None
        if other is None or other == now.date():
            return None
        today = now.date()
        return Piece(stretch=(today, other) if sign > 0 else (other, today + timedelta(days=1)))

    # --- the clock -----------------------------------------------------------------------------

    def _clock(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        if "minutes" in says:
            return Piece(clock=int(says["minutes"]), sure=True)
        hour = int(self._words.number(found.get("h") or found["hd"]))
        minute = int(self._words.number(found.get("m") or found.get("mm") or "0"))
        whole = hour * 60 + minute * int(says.get("sign", 1)) + int(says.get("plus", 0))
        told = found.get("h") or found["hd"]
        sure = hour > _NOON_H or hour == 0 or told.startswith("0") or bool(says.get("sure"))
        part = self._words.part(found["suffix"]) if "suffix" in found else None
        if part and not part.half:
            return Piece(clock=whole % _DAY_MIN, sure=sure)
        return Piece(clock=whole % _DAY_MIN, sure=sure, part=part)

    def _clocks(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        begin = int(self._words.number(found["h"])) * 60
        end = int(self._words.number(found["h1"])) * 60
        words = found.get("suffix") or found.get("suffix1")
        sure = begin > _NOON_H * 60 or end > _NOON_H * 60
        return Piece(
            clock=begin % _DAY_MIN,
            clock_end=end,
            sure=sure,
            part=self._words.part(words) if words else None,
        )

    # --- again and again -----------------------------------------------------------------------

    def _every(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece | None:
        interval = int(says.get("interval", 1))
        if "n" in found:
            count = self._words.number(found["n"])
            if count != int(count) or count < 1:
                return None
            interval = int(count)
        if "nth" in found:
            interval = self._words.ordinal(found["nth"])
        freq = str(says.get("freq", ""))
        if "unit" in found:
            unit = str(self._words.which("unit", found["unit"]))
            if unit not in _FREQ:
                return None
            freq, times = _FREQ[unit]
            interval *= times
        more: list[str] = []
        named = found.get("weekdays") or found.get("plurals") or found.get("weekday")
        if named:
            more.append("BYDAY=" + ",".join(_BYDAY[d] for d in self._words.several(named)))
        if byday := says.get("byday"):
            more.append(f"BYDAY={byday}")
        byhour = self._hours(found) or says.get("byhour")
        if byhour:
            more.append(f"BYHOUR={byhour}")
        part = self._words.part(text) if says.get("parted") else None
        return Piece(every=Every(freq, interval, tuple(more)), part=part)

    def _hours(self, found: Mapping[str, str]) -> str:
        """Return the hours of "twice a day at eight and eight": each is later than the one before.

        The first is of the morning.
        """
        hours: list[int] = []
        for key in ("h", "h1", "h2"):
            if key in found:
                hour = int(self._words.number(found[key])) % 24
                if hours and hour <= hours[-1] and hour + _NOON_H > hours[-1]:
                    hour += _NOON_H
                hours.append(hour % 24)
        return ",".join(str(hour) for hour in sorted(set(hours)))

    def _monthly(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        if "weekday" in found:
            number = int(self._words.which("weekday", found["weekday"]))
            return Piece(
                every=Every(
                    "MONTHLY", 1, (f"BYDAY={self._words.ordinal(found['nth'])}{_BYDAY[number]}",)
                )
            )
        day = int(says["bymonthday"]) if "bymonthday" in says else self._words.ordinal(found["ord"])
        return Piece(every=Every("MONTHLY", 1, (f"BYMONTHDAY={day}",)))

    def _yearly(self, found: Any, says: Any, now: datetime, prefer: str, text: str) -> Piece:
        month = int(self._words.which("month", found["month"]))
        day = self._words.ordinal(found["ord"])
        return Piece(every=Every("YEARLY", 1, (f"BYMONTH={month}", f"BYMONTHDAY={day}")))
