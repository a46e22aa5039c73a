"""Moves the things of the house: lights, switches and whatever else announces itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hearth.event import Acted
from hearth.house import Entity, House
from hearth.mind.answers import Answers
from hearth.port import Door, Phraser
from hearth.service import services
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.report import Report, again

_NEW_LIGHT = frozenset(("brightness", "color", "temperature"))

_SHORT = 5
"""An answer of so few words that names none of the choices is asked for once more."""


class Devices:
    """Carries out what was said through the door of the home, and tells what came of it."""

    def __init__(self, door: Door, phraser: Phraser, answers: Answers) -> None:
        self._door = door
        self._phraser = phraser
        self._answers = answers
        self._report = Report(door, phraser, answers)

    @intent(
        "HassTurnOn",
        "HassTurnOff",
        "HassToggle",
        "HassLightSet",
        "HearthLightStep",
        "HearthClimateStep",
        "HearthCoverStep",
        "HearthFanStep",
        "HassSetPosition",
        "HassFanSetSpeed",
        "HassClimateSetTemperature",
        "HassVacuumStart",
        "HassVacuumReturnToBase",
        "HassLawnMowerStartMowing",
        "HassLawnMowerDock",
        "HassClimateSetFanMode",
    )
    async def move(self, request: Request) -> Reply:
        """Act on every target at once and report; of several that fit equally well, ask which."""
        command = request.command
        targets = [e for id_ in command.targets if (e := request.house.entity(id_))]
        if not targets:
            choices = [e for id_ in command.choices if (e := request.house.entity(id_))]
            return self._which(request, choices)
        if command.intent == "HassLightSet" and _NEW_LIGHT.isdisjoint(command.slots):
            return Reply(self._phraser.phrase("lights.which_color"), "failed")
        acted = await asyncio.gather(
            *(
                self._door.act(request.act(service.entity_id, service.service, service.data))
                for service in services(command, request.house)
            )
        )

        def done(well: Sequence[Acted], house: House) -> str:
            state = house.entity(well[0].act.entity_id)
            return self._phraser.respond(command, house, {"slots": command.slots, "state": state})

        return self._report.reply(acted, done, command)

    @intent("HassVacuumCleanArea")
    async def clean(self, request: Request) -> Reply:
        """Send out the robots that know the room; never everywhere, which was not asked."""
        room = str(request.command.slots.get("area", "")).casefold()
        robots = [e for e in request.house.entities if e.domain == "vacuum"]
        asked = [robot for robot in robots if robot.id in request.command.targets] or robots
        able = tuple(robot.id for robot in asked if room in _rooms(robot))
        if able:
            return await self.move(replace(request, command=replace(request.command, targets=able)))
        key = "vacuum.no_rooms" if robots else "errors.no_target"
        return Reply(self._phraser.phrase(key), "failed")

    def _which(self, request: Request, choices: Sequence[Entity], *, again: bool = False) -> Reply:
        """Ask which of several is meant, or say that there is no such thing."""
        if not choices:
            return Reply(self._phraser.phrase("errors.no_target"), "failed")
        names = _told_apart(choices, request.house)

        async def answered(answer: Answer) -> Reply | None:
            return await self._chosen(request, choices, answer, again=again)

        text = self._phraser.phrase("errors.which_one", names=names)
        return Reply(text, "failed", Question(answered))

    async def _chosen(
        self, request: Request, choices: Sequence[Entity], answer: Answer, *, again: bool
    ) -> Reply | None:
        """Take the answer to "which one": the same command for that one, or for all."""
        picked = self._answers.which(answer.words, choices, answer.house, answer.area)
        everything = picked and self._answers.all_of_them(answer.words)
        if len(picked) == 1 or everything:
            return await self.move(_for(request, picked, answer))
        if picked and len(picked) < len(choices):
            return self._which(request, picked)
        if self._report.drops(answer):
            return self._report.left()
        if answer.commands or again or len(answer.words.split()) > _SHORT:
            return None
        return self._which(request, choices, again=True)


def _for(request: Request, picked: Sequence[Entity], answer: Answer) -> Request:
    """Return the request for what was picked, in the words of both sentences."""
    words = f"{request.heard.text}: {answer.words}"
    heard = replace(answer.heard, text=words, because=request.heard.because)
    command = again(request.command, *(entity.id for entity in picked))
    return replace(request, command=command, heard=heard, house=answer.house)


def _told_apart(choices: Sequence[Entity], house: House) -> list[str]:
    """Return the names of the choices, with the area where a name alone would not tell."""
    names = [entity.name for entity in choices]
    return [
        f"{area.name} {name}" if names.count(name) > 1 and area is not None else name
        for name, area in ((e.name, house.area(e.area)) for e in choices)
    ]


def _rooms(robot: Entity) -> frozenset[str]:
    """Return the rooms that a vacuum cleaner says it can clean by themselves."""
    known = robot.attributes.get("segments") or {}
    return frozenset(str(name).casefold() for name in known.values())
