"""Measured values in, their statistics and whether a target was met out."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """Measured values of one kind.

    ``at`` names the statistic that is held against the target: median, p95 or max.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None
    at: str = "p95"

    def quantile(self, share: float) -> float:
        """Return the value below which ``share`` of the values lie (nearest rank)."""
        ordered = sorted(self.values)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    def told(self) -> dict[str, object]:
        """Return the figure as plain data."""
        statistics = {
            "min": min(self.values),
            "median": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "max": max(self.values),
        }
        more = self.unit == "tokens/s"
        met = None
        if self.target is not None:
            value = statistics[self.at]
            met = value >= self.target if more else value <= self.target
        return {**asdict(self), "n": len(self.values), **statistics, "met": met}
