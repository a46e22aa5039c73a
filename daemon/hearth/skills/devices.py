"""Moves the things of the house: lights, switches and whatever else announces itself."""

from __future__ import annotations

import asyncio

from hearth.event import Act, Acted
from hearth.house import Entity
from hearth.port import Home, Phraser
from hearth.service import services
from hearth.skill import Reply, Request, intent


class Devices:
    """Carries out what was said through the door of the home, and tells what came of it."""

    def __init__(self, home: Home, phraser: Phraser) -> None:
        self._home = home
        self._phraser = phraser

    @intent(
        "HassTurnOn",
        "HassTurnOff",
        "HassToggle",
        "HassLightSet",
        "HearthLightStep",
        "HassSetPosition",
        "HassFanSetSpeed",
        "HassClimateSetTemperature",
        "HassVacuumStart",
        "HassVacuumReturnToBase",
    )
    async def move(self, request: Request) -> Reply:
        """Act on every target at once and report."""
        targets = [e for id_ in request.command.targets if (e := request.house.entity(id_))]
        if not targets:
            return self._ask_back(request)
        done = await asyncio.gather(
            *(
                self._home.act(
                    Act(
                        service.entity_id,
                        service.service,
                        service.data,
                        request.turn,
                        request.heard.origin,
                        request.heard.text,
                    )
                )
                for service in services(request.command, request.house)
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
