"""Says one short sentence when a part of Hearth failed, and when it is back."""

from __future__ import annotations

from hearth.bus import Bus
from hearth.event import Health, RoomEvent, Say, Unheard, Woken, new_turn
from hearth.port import Phraser

_TOLD = {
    ("ear", "ready"): "errors.ear_back",
    ("mouth", "ready"): "errors.no_voice",
    ("brain", "down"): "errors.no_brain",
}
"""What is said of a part that fell over, and when: a lost voice can only be told afterwards."""


class Apology:
    """Tells the person who was last there what Hearth cannot do at the moment, once."""

    def __init__(self, bus: Bus, phraser: Phraser, site: str) -> None:
        self._bus = bus
        self._phraser = phraser
        self._site = site
        self._inbox = bus.subscribe(Health, Woken, Unheard)
        self._fallen: set[str] = set()
        self._been_ready: set[str] = set()

    async def run(self) -> None:
        """Follow the parts until cancelled."""
        async for event in self._inbox:
            if isinstance(event, RoomEvent):
                self._site = event.site
            match event:
                case Unheard(reason="engine"):
                    self._say("errors.no_ear")
                case Unheard(reason="no_words"):
                    self._say("errors.unheard")
                case Health():
                    self._follow(event)

    def _follow(self, health: Health) -> None:
        """Say it once a fall: a part that keeps falling is told once until it stands again."""
        part = health.part
        if health.state == "down" and part in self._been_ready and part not in self._fallen:
            self._fallen.add(part)
            self._tell(part, "down")
        elif health.state == "ready":
            self._been_ready.add(part)
            if part in self._fallen:
                self._fallen.discard(part)
                self._tell(part, "ready")

    def _tell(self, part: str, state: str) -> None:
        if key := _TOLD.get((part, state)):
            self._say(key)

    def _say(self, key: str) -> None:
        self._bus.publish(Say(self._site, self._phraser.phrase(key), new_turn()))
