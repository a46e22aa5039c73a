"""Moods in, a picture out: valence over time as a line, each mood a dot with its feeling's colour.

What the person put right is a ring without a filling; what they said themselves is a larger dot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp

from PIL import Image, ImageDraw, ImageFont

from hearth.feeling import Felt

WIDTH, HEIGHT = 1200, 560
_TWICE = 2
"""It is drawn twice as large and made smaller, so that lines and circles are smooth."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 120, 40, 96, 96
_PAPER, _INK, _PALE, _GRID, _LINE = "#fbfaf7", "#2b2b2b", "#8a8782", "#e7e3db", "#5b6b7a"
_COLOURS = {
    "joy": "#e0a526", "loving": "#d9668b", "grateful": "#c98a3c", "content": "#9bb04f",
    "calm": "#6fae93", "proud": "#d9893c", "hopeful": "#b7b13f", "surprise": "#8f6bb3",
    "neutral": "#a9a59d", "tired": "#7c8796", "sadness": "#4a78b0", "lonely": "#5a5f9e",
    "disappointed": "#6d7fa8", "stressed": "#c2613f", "fear": "#7d5a86", "anger": "#b93a32",
    "disgust": "#6f8a3a", "bored": "#b3ac9c", "ill": "#8c8f5c", "ashamed": "#a0707a",
    "guilty": "#8f6f70", "jealous": "#6b8f5a",
}  # fmt: skip
_NEAREST = timedelta(hours=8)
_WIDTHS, _STEPS = 16, 240
"""The line is smoothed over a sixteenth of the time shown, so that it shows days, not words."""

_GAP = timedelta(days=1, hours=12)
"""So far from every mood the line is broken: nothing is drawn where nothing is known."""

_LEGEND = 7


def draw(felt: Sequence[Felt], start: datetime, end: datetime) -> Image.Image:
    """Return the picture of the moods between two moments; ``start`` and ``end`` are aware."""
    if felt and (first := felt[0].time) - start > (end - start) / 2:
        start = first - (end - first) / 20
    image = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), _PAPER)
    _Canvas(ImageDraw.Draw(image), start, end).paint(felt)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


class _Canvas:
    """Draws in the picture's own pixels; the scale is kept here."""

    def __init__(self, pen: ImageDraw.ImageDraw, start: datetime, end: datetime) -> None:
        self._pen, self._start, self._end = pen, start, end
        self._zone = end.tzinfo

    def paint(self, felt: Sequence[Felt]) -> None:
        """Draw everything."""
        self._text((_LEFT, 24), "How you seemed to feel", 26, _INK)
        days = f"{self._day(self._start)} to {self._day(self._end)}"
        self._text((_LEFT, 58), f"{days}  ·  {len(felt)} moments noted", 15, _PALE)
        self._grid()
        if not felt:
            self._text((WIDTH // 2, HEIGHT // 2), "nothing was noted", 20, _PALE, anchor="mm")
        for part in self._curve([each for each in felt if not each.replaced]):
            if len(part) > 1:
                self._pen.line([self._up(*p) for p in part], _LINE, 3 * _TWICE, joint="curve")
        for each in felt:
            self._dot(each)
        self._legend(felt)

    def _grid(self) -> None:
        for value, name in ((1.0, "good"), (0.0, "even"), (-1.0, "hard")):
            y = self._y(value)
            width = 2 if value == 0 else 1
            self._pen.line([self._up(_LEFT, y), self._up(WIDTH - _RIGHT, y)], _GRID, width * _TWICE)
            self._text((_LEFT - 16, y), name, 15, _PALE, anchor="rm")
        for moment, label in self._ticks():
            x = self._x(moment)
            self._pen.line([self._up(x, _TOP), self._up(x, HEIGHT - _BOTTOM)], _GRID, _TWICE)
            self._text((x, HEIGHT - _BOTTOM + 10), label, 14, _PALE, anchor="ma")

    def _ticks(self) -> list[tuple[datetime, str]]:
        """Return up to about ten moments on the time's axis, and what stands under them."""
        span = self._end - self._start
        if span <= timedelta(days=2):
            step, form = timedelta(hours=6), "%a %H:%M"
        elif span <= timedelta(days=10):
            step, form = timedelta(days=1), "%a %d"
        else:
            step, form = timedelta(days=max(1, span.days // 9)), "%d %b"
        at = self._start.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        found = []
        while at <= self._end:
            if at >= self._start:
                found.append((at, at.strftime(form)))
            at += step
        return found

    def _curve(self, felt: Sequence[Felt]) -> list[list[tuple[float, float]]]:
        """Return the line's parts: the mean of the moods around each moment, by their certainty
        and nearness (a Gaussian)."""
        parts: list[list[tuple[float, float]]] = [[]]
        if not felt:
            return parts
        width = max(_NEAREST, (self._end - self._start) / _WIDTHS)
        at, last = felt[0].time, felt[-1].time
        step = max((self._end - self._start) / _STEPS, timedelta(minutes=1))
        while at <= last:
            weights: list[float] = [
                max(each.mood.confidence, 0.1) * exp(-(((each.time - at) / width) ** 2) / 2)
                for each in felt
            ]
            known = min(abs(each.time - at) for each in felt) <= max(_GAP, 2 * width)
            if known and any(weights):
                mean = sum(w * e.mood.valence for w, e in zip(weights, felt, strict=True))
                parts[-1].append((self._x(at), self._y(mean / sum(weights))))
            elif parts[-1]:
                parts.append([])
            at += step
        return parts

    def _dot(self, felt: Felt) -> None:
        mood = felt.mood
        colour = _COLOURS.get(mood.feeling or "neutral", _PALE)
        radius = 7 if mood.source == "told" else 3 + 3 * mood.confidence
        x, y = self._x(felt.time), self._y(mood.valence)
        box = [self._up(x - radius, y - radius), self._up(x + radius, y + radius)]
        if felt.replaced:
            self._pen.ellipse(box, None, colour, 2 * _TWICE)
        else:
            self._pen.ellipse(box, colour, _PAPER, _TWICE)

    def _legend(self, felt: Sequence[Felt]) -> None:
        counted = Counter(each.mood.feeling or "uncertain" for each in felt)
        x, y = float(_LEFT), HEIGHT - 34.0
        for name, count in counted.most_common(_LEGEND):
            colour = _COLOURS.get(name if name != "uncertain" else "neutral", _PALE)
            self._pen.ellipse([self._up(x, y - 6), self._up(x + 12, y + 6)], colour)
            label = f"{name} {count}"
            self._text((x + 18, y), label, 15, _INK, anchor="lm")
            x += 18 + self._pen.textlength(label, _font(15)) / _TWICE + 26

    def _x(self, time: datetime) -> float:
        share = (time - self._start) / (self._end - self._start)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def _y(self, valence: float) -> float:
        middle = (_TOP + HEIGHT - _BOTTOM) / 2
        return middle - valence * (HEIGHT - _BOTTOM - _TOP) / 2

    def _day(self, time: datetime) -> str:
        return time.astimezone(self._zone).strftime("%d %B %Y").lstrip("0")

    def _up(self, x: float, y: float) -> tuple[float, float]:
        return x * _TWICE, y * _TWICE

    def _text(
        self, at: tuple[float, float], text: str, size: int, colour: str, anchor: str = "la"
    ) -> None:
        self._pen.text(self._up(*at), text, colour, _font(size), anchor)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Return Pillow's own font, so that none has to be installed."""
    return ImageFont.load_default(size * _TWICE)
