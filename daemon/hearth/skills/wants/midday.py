"""The midday lift: a breath in the middle of the day, with something real to it where there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hearth.house import House
from hearth.skills.wants.day import Days
from hearth.skills.wants.weather import weather
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "midday"
_LASTS = timedelta(hours=2)
_STUFFY_PPM = 1200
"""Stale air; the Umweltbundesamt (2008) calls carbon dioxide above 1000 ppm conspicuous."""

_MILD = (12.0, 27.0)
"""Degrees Celsius at which going out is pleasant."""


class Midday:
    """Says something that lifts: the air, the sun, what is left of the day.

    Args:
        words: How things are said.
        days: What the day holds.
        begins: From when on.
    """

    def __init__(self, words: Wording, days: Days, begins: time) -> None:
        self._words = words
        self._days = days
        self._begins = begins

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer the word of this midday."""
        now = moment.now
        start = datetime.combine(now.date(), self._begins, now.tzinfo)
        if not moment.present or not start <= now < start + _LASTS:
            return ()
        text = await self._lift(now, moment.house)
        return (Want(f"{KIND}/{now.date()}", KIND, text, start + _LASTS, weight=0.4),)

    async def _lift(self, now: datetime, house: House) -> str:
        """Return a sentence or two: the air in here, the weather, the afternoon, or just a word."""
        hello = self._words.pick("midday.hello", now)
        if area := _stuffy(house):
            return f"{hello} {self._words.pick('midday.air', now, area=area)}"
        outside = weather(house)
        low, high = _MILD
        if outside.celsius is not None and low <= outside.celsius <= high and not outside.rain:
            celsius = round(outside.celsius)
            return f"{hello} {self._words.pick('midday.out', now, celsius=celsius)}"
        day = await self._days.day(now)
        timed = [each for each in day.appointments if not each.whole_day]
        if timed:
            what, clock = timed[0].title, self._words.clock(timed[0].start)
            return f"{hello} {self._words.pick('midday.next', now, what=what, clock=clock)}"
        return f"{hello} {self._words.pick('midday.rest', now)}"


def _stuffy(house: House) -> str:
    """Return the name of a room whose air is stale; empty where none is known to be."""
    for entity in house.entities:
        if entity.attributes.get("device_class") != "carbon_dioxide" or not entity.available:
            continue
        try:
            stale = float(entity.state or "") >= _STUFFY_PPM
        except ValueError:
            continue
        area = house.area(entity.area)
        if stale and area:
            return area.name
    return ""
