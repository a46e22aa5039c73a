"""Answers questions about the house: is it on, which are open, how warm is it."""

from __future__ import annotations

from hearth.house import Entity
from hearth.port import Phraser
from hearth.skill import Reply, Request, intent

_SENSED = {"open": "on", "closed": "off", "unlocked": "on", "locked": "off", "low": "on"}
"""What a binary sensor calls a state."""

_UNKNOWN = (None, "unknown", "unavailable")


class States:
    """Reads the state of things; moves nothing."""

    def __init__(self, phraser: Phraser) -> None:
        self._phraser = phraser

    @intent("HassGetState")
    async def state(self, request: Request) -> Reply:
        """Answer a question about one thing, or about all of a kind."""
        targets = _targets(request)
        wanted = request.command.slots.get("state")
        if not targets:
            return Reply(self._phraser.phrase("errors.no_target"), "failed")
        if len(targets) == 1 and not wanted and not _known(targets[0]):
            return Reply(self._phraser.phrase("errors.unavailable", names=[targets[0].name]))
        matched = [e for e in targets if not wanted or is_in(e, str(wanted))]
        values = {
            "slots": request.command.slots,
            "state": targets[0],
            "matched": matched,
            "unmatched": [e for e in targets if e not in matched],
        }
        return Reply(self._phraser.respond(request.command, request.house, values))

    @intent("HassClimateGetTemperature")
    async def temperature(self, request: Request) -> Reply:
        """Say how warm it is."""
        targets = [target for target in _targets(request) if _known(target)]
        if not targets:
            return Reply(self._phraser.phrase("errors.no_temperature"), "failed")
        values = {"slots": request.command.slots, "state": targets[0]}
        return Reply(self._phraser.respond(request.command, request.house, values))


def is_in(entity: Entity, state: str) -> bool:
    """Return whether a thing is in a state, in the thing's words or in a person's.

    A sensor at a window is ``on`` where a person says open.
    """
    if entity.state == state:
        return True
    if entity.domain == "binary_sensor":
        return entity.state == _SENSED.get(state)
    return entity.domain == "climate" and state == "on" and entity.state not in (*_UNKNOWN, "off")


def _targets(request: Request) -> list[Entity]:
    return [e for id_ in request.command.targets if (e := request.house.entity(id_))]


def _known(entity: Entity) -> bool:
    return entity.available and entity.state not in _UNKNOWN
