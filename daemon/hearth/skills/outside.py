"""Tells the weather as far as the house itself measures it; it looks nowhere else."""

from __future__ import annotations

from hearth.house import Entity
from hearth.port import Phraser
from hearth.skill import Reply, Request, intent

_TELLS = ("temperature", "humidity", "wind_speed", "precipitation_intensity", "illuminance")


class Outside:
    """Reads weather things, and the sensors whose name or room says that they are outside."""

    def __init__(self, phraser: Phraser) -> None:
        self._phraser = phraser
        self._words = frozenset(phraser.phrase("weather.outside_words").casefold().split())

    @intent("HassGetWeather")
    async def weather(self, request: Request) -> Reply:
        """Say what is measured outside, or that nothing is."""
        things = [e for id_ in request.command.targets if (e := request.house.entity(id_))]
        if things and things[0].state:
            values = {"slots": request.command.slots, "state": things[0]}
            return Reply(self._phraser.respond(request.command, request.house, values))
        told = []
        for kind in _TELLS:
            outside = (e for e in request.house.entities if self._is_outside(e, kind, request))
            if (thing := next(outside, None)) is not None:
                told.append(f"{thing.state} {thing.attributes.get('unit_of_measurement', '')}")
        key = "weather.measured" if told else "weather.unknown"
        return Reply(self._phraser.phrase(key, told=told))

    def _is_outside(self, entity: Entity, kind: str, request: Request) -> bool:
        if entity.domain != "sensor" or entity.attributes.get("device_class") != kind:
            return False
        if not entity.available or entity.state in (None, "unknown", "unavailable"):
            return False
        area = request.house.area(entity.area)
        names = " ".join((entity.name, *entity.aliases, area.name if area else ""))
        return not self._words.isdisjoint(names.casefold().split())
