"""The mode of the house: one word, on disk, and an event when it changes."""

from __future__ import annotations

from hearth.bus import Bus
from hearth.event import ModeSet
from hearth.keep import Settings

HOME = "home"
KEY = "house_mode"


class Mode:
    """Fills the port ``HouseMode``. ``kept`` is what the settings said at the start."""

    def __init__(self, bus: Bus, settings: Settings, kept: str = "") -> None:
        self._bus = bus
        self._settings = settings
        self._mode = kept or HOME

    @property
    def mode(self) -> str:
        """Return the present mode."""
        return self._mode

    async def set_mode(self, mode: str) -> None:
        """Put the house into a mode; returns once it is on disk. Raises HearthError."""
        mode = mode.strip().casefold()[:40] or HOME
        was = self._mode
        if mode == was:
            return
        await self._settings.put(KEY, mode)
        self._mode = mode
        self._bus.publish(ModeSet(mode, was))
