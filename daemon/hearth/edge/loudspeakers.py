"""A room in, its loudspeaker out: this machine's own, or a satellite's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from hearth.error import MissingError
from hearth.port import Loudspeaker, Pcm


class Loudspeakers:
    """Fills the port Loudspeaker for every room.

    Args:
        site: The site of this machine.
        own: Its speaker, or None where it is off.
        satellites: Plays in any other site.
        listening: Whether a satellite speaks to us from that site; then it is used for ``site``,
            too, where the machine has no speaker.
    """

    def __init__(
        self,
        site: str,
        own: Loudspeaker | None,
        satellites: Loudspeaker,
        listening: Callable[[str], bool],
    ) -> None:
        self._site = site
        self._own = own
        self._satellites = satellites
        self._listening = listening

    async def play(
        self, site: str, sound: AsyncIterator[Pcm], started: Callable[[], None]
    ) -> float:
        """Play to the end in that room; see the port."""
        if site != self._site or self._listening(site):
            return await self._satellites.play(site, sound, started)
        if self._own is None:
            raise MissingError(
                f"{site} has no speaker.", "Set [audio] speaker, or add a satellite."
            )
        return await self._own.play(site, sound, started)
