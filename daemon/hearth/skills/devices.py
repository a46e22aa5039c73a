"""Moves the things of the house: lights, switches and whatever else announces itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from hearth.event import Act, Acted
from hearth.house import Entity
from hearth.port import Home, Phraser
from hearth.skill import Reply, Request, intent

_ON = {
    "cover": "open_cover",
    "valve": "open_valve",
    "lock": "lock",
    "button": "press",
    "vacuum": "start",
    "lawn_mower": "start_mowing",
}
_OFF = {
    "cover": "close_cover",
    "valve": "close_valve",
    "lock": "unlock",
    "vacuum": "return_to_base",
    "lawn_mower": "dock",
}
"""The service that "turn on" and "turn off" mean for a domain; as Home Assistant maps them."""

_STEP_PCT = 25

_POSITION = {"cover": "set_cover_position", "valve": "set_valve_position"}


class Devices:
    """Carries out what was said through the door of the home, and tells what came of it."""

    def __init__(self, home: Home, phraser: Phraser) -> None:
        self._home = home
        self._phraser = phraser

    @intent("HassTurnOn")
    async def turn_on(self, request: Request) -> Reply:
        """Turn on, open, lock or press."""
        return await self._each(request, _ON)

    @intent("HassTurnOff")
    async def turn_off(self, request: Request) -> Reply:
        """Turn off, close or unlock."""
        return await self._each(request, _OFF, "turn_off")

    @intent("HassToggle")
    async def toggle(self, request: Request) -> Reply:
        """Turn off what is on and on what is off."""
        return await self._each(request, {}, "toggle")

    @intent("HassLightSet")
    async def light(self, request: Request) -> Reply:
        """Set brightness, colour or colour temperature."""
        slots = request.command.slots
        data: dict[str, Any] = {}
        if "brightness" in slots:
            data["brightness_pct"] = round(float(slots["brightness"]))
        if "color" in slots:
            data["color_name"] = str(slots["color"])
        if "temperature" in slots:
            data["color_temp_kelvin"] = round(float(slots["temperature"]))
        return await self._each(request, {}, "turn_on", data)

    @intent("HearthLightStep")
    async def step(self, request: Request) -> Reply:
        """Make a light brighter or darker by a step."""
        by = _STEP_PCT if request.command.slots["step"] == "up" else -_STEP_PCT
        return await self._each(request, {}, "turn_on", {"brightness_step_pct": by})

    @intent("HassSetPosition")
    async def position(self, request: Request) -> Reply:
        """Set how far something is open, in percent."""
        data = {"position": round(float(request.command.slots["position"]))}
        return await self._each(request, _POSITION, "set_value", data)

    @intent("HassFanSetSpeed")
    async def fan(self, request: Request) -> Reply:
        """Set a fan's speed in percent."""
        data = {"percentage": round(float(request.command.slots["percentage"]))}
        return await self._each(request, {}, "set_percentage", data)

    @intent("HassClimateSetTemperature")
    async def temperature(self, request: Request) -> Reply:
        """Set the temperature to be held, in the thermostat's own unit."""
        data = {"temperature": float(request.command.slots["temperature"])}
        return await self._each(request, {}, "set_temperature", data)

    @intent("HassVacuumStart")
    async def vacuum(self, request: Request) -> Reply:
        """Send the vacuum cleaner out."""
        return await self._each(request, {}, "start")

    @intent("HassVacuumReturnToBase")
    async def vacuum_home(self, request: Request) -> Reply:
        """Call the vacuum cleaner back."""
        return await self._each(request, {}, "return_to_base")

    async def _each(
        self,
        request: Request,
        services: Mapping[str, str],
        default: str = "turn_on",
        data: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Act on every target at once and report; ``services`` maps a domain to its service."""
        targets = [e for id_ in request.command.targets if (e := request.house.entity(id_))]
        if not targets:
            return self._ask_back(request)
        done = await asyncio.gather(
            *(
                self._home.act(
                    Act(
                        target.id,
                        services.get(target.domain, default),
                        data or {},
                        request.turn,
                        request.heard.origin,
                        request.heard.text,
                    )
                )
                for target in targets
            )
        )
        return self._report(request, targets, done)

    def _ask_back(self, request: Request) -> Reply:
        """Say that there is no such thing, or ask which of several is meant."""
        fitting = [e for id_ in request.command.choices if (e := request.house.entity(id_))]
        if not fitting:
            return Reply(self._phraser.phrase("errors.no_target"), "failed")
        names = [entity.name for entity in fitting]
        return Reply(self._phraser.phrase("errors.which_one", names=names), "failed")

    def _report(self, request: Request, targets: list[Entity], done: list[Acted]) -> Reply:
        """Say "done" only for what the devices confirmed, and name those that did not."""
        failed: dict[str, list[str]] = {}
        for target, acted in zip(targets, done, strict=True):
            if acted.outcome not in ("done", "sent"):
                failed.setdefault(acted.outcome, []).append(target.name)
        house = self._home.house()
        parts = []
        if sum(map(len, failed.values())) < len(targets):
            state = house.entity(targets[0].id)
            parts.append(
                self._phraser.respond(
                    request.command, house, {"slots": request.command.slots, "state": state}
                )
            )
        parts += [
            self._phraser.phrase(f"errors.{outcome}", names=names)
            for outcome, names in failed.items()
        ]
        return Reply(" ".join(parts), "failed" if failed else "done")
