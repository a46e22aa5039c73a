"""The language model that is configured and the one that was agreed to in, which one runs out.

The configured model runs at once, as whoever runs Hearth wants it so; but it may make Hearth sound
unlike itself, so the person is told and asked, and a model that was refused runs no more while the
configuration names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

KEY = "self/model"
"""The setting under which it is kept, as JSON."""


@dataclass(frozen=True, slots=True)
class Models:
    """The model that was agreed to, and one that was not wanted; empty: none yet."""

    agreed: str = ""
    refused: str = ""

    def running(self, configured: str) -> str:
        """Return which model is to run."""
        return self.agreed if self.agreed and configured == self.refused else configured

    def new(self, configured: str) -> bool:
        """Return whether the person has to be asked about the configured model."""
        return bool(self.agreed) and configured not in (self.agreed, self.refused)

    def kept(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self))


def models(settings: Mapping[str, str]) -> Models:
    """Return what is kept; nothing where it cannot be read."""
    try:
        told = json.loads(settings.get(KEY, "") or "{}")
        return Models(str(told.get("agreed", "")), str(told.get("refused", "")))
    except (ValueError, AttributeError):
        return Models()
