"""Speaks louder or softer, room by room, and remembers it."""

from __future__ import annotations

from collections.abc import Mapping

from hearth.bus import Bus
from hearth.event import VolumeSet
from hearth.keep import Settings
from hearth.port import Phraser
from hearth.skill import Reply, Request, intent
from hearth.skills.deeds import Deeds

_STEP = 15
KEY = "volume/"
"""A room's volume is kept as the setting ``volume/<site>``."""


class Volume:
    """Sets the volume of Hearth's voice in the room that asked."""

    def __init__(
        self,
        bus: Bus,
        settings: Settings,
        phraser: Phraser,
        default: int,
        volumes: Mapping[str, int],
        *,
        deeds: Deeds,
    ) -> None:
        self._deeds = deeds
        self._bus = bus
        self._settings = settings
        self._phraser = phraser
        self._default = default
        self._volumes = dict(volumes)
        self._before: dict[str, int] = {}

    @intent("HassSetVolume")
    async def set(self, request: Request) -> Reply:
        """Set the volume to a percentage."""
        return await self._to(request, round(float(request.command.slots["volume_level"])))

    @intent("HassSetVolumeRelative")
    async def change(self, request: Request) -> Reply:
        """Change the volume by a step, or by a number of percent."""
        step = request.command.slots["volume_step"]
        by = (_STEP if step == "up" else -_STEP) if step in ("up", "down") else round(float(step))
        return await self._to(request, self._volumes.get(request.site, self._default) + by)

    @intent("HassMediaPlayerMute")
    async def mute(self, request: Request) -> Reply:
        """Turn the voice off in this room; it is not even told."""
        before = self._volumes.get(request.site, self._default)
        reply = await self._to(request, 0)
        self._before[request.site] = before or self._default
        return reply

    @intent("HassMediaPlayerUnmute")
    async def unmute(self, request: Request) -> Reply:
        """Turn the voice on again, as loud as it was."""
        return await self._to(request, self._before.get(request.site, self._default))

    async def _to(self, request: Request, percent: int) -> Reply:
        before = self._volumes.get(request.site, self._default)
        self._deeds.note(request, lambda: self._put(request.site, before))
        percent = min(100, max(0, percent))
        await self._put(request.site, percent)
        return Reply(self._phraser.phrase("volume.set", percent=percent))

    async def _put(self, site: str, percent: int) -> None:
        self._volumes[site] = percent
        await self._settings.put(KEY + site, str(percent))
        self._bus.publish(VolumeSet(site, percent))


def volumes(settings: Mapping[str, str]) -> dict[str, int]:
    """Return the kept volume of each site."""
    return {
        key.removeprefix(KEY): int(value)
        for key, value in settings.items()
        if key.startswith(KEY) and value.isdigit()
    }
