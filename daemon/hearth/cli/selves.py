"""Who Hearth is, for the command line: through the Hearth that runs, or on its memory's file."""

from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

from hearth.cli.common import load
from hearth.config import run_dir, state_dir
from hearth.error import HearthError
from hearth.house import House
from hearth.mind import personas
from hearth.port import Command
from hearth.sections import Config


def cast(config: Config) -> personas.Cast:
    """Return the personas that there are for this configuration."""
    return personas.load(config.hearth.language, config.speech.engine, config.hearth.name)


async def asked(path: Path | None, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Have something done (``skills/remote.py``) and return its answer.

    Raises HearthError where it could not be done.
    """
    from hearth.edge.control import SOCKET, done

    folder = run_dir(state_dir())
    if (folder / SOCKET).exists():
        try:
            return await done(folder, kind, data)
        except HearthError as error:
            if not error.what.startswith("No Hearth is running"):
                raise
    return await _alone(load(path), kind, data)


async def answered(text: str) -> str:
    """Have the Hearth that runs answer a sentence; empty where none runs."""
    from hearth.edge.control import request

    try:
        async with aclosing(request(run_dir(state_dir()), "ask", {"text": text})) as told:
            async for kind, data in told:
                if kind == "Answered":
                    return str(data.get("text", ""))
    except HearthError:
        return ""
    return ""


class _NoHouse:
    """Understands no command: there is no house while Hearth does not run."""

    async def understand(
        self, text: str, house: House, area: str | None, lately: tuple[Command, ...]
    ) -> tuple[Command, ...]:
        """Return nothing."""
        return ()


async def _alone(config: Config, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Do it on the memory's file, which no Hearth has open."""
    from hearth import sentences
    from hearth.bus import Bus
    from hearth.clock import SystemClock
    from hearth.memory.personas import StoredPersonas
    from hearth.memory.store import Store
    from hearth.memory.timers import StoredSettings
    from hearth.mind.answers import Answers
    from hearth.mind.crisis.detector import Detector
    from hearth.mind.crisis.guardian import CrisisGuardian
    from hearth.mind.crisis.helplines import Helplines
    from hearth.mind.crisis.words import words
    from hearth.mind.me import Me, sleep_hours
    from hearth.mind.sentence.moment import Moments
    from hearth.mind.setup.reading import reading
    from hearth.skills.remote import verbs
    from hearth.skills.setup import SetUp, told_lines
    from hearth.voice.phrasing import Phrasing

    language, clock, bus = config.hearth.language, SystemClock(), Bus()
    async with Store(state_dir() / "hearth.db") as store:
        kept = StoredSettings(store)
        settings = await kept.all()
        me = Me(
            cast(config),
            bus=bus,
            clock=clock,
            kept=kept,
            settings=settings,
            history=StoredPersonas(store),
            quiet=sleep_hours(config.speech.quiet_from, config.speech.quiet_to),
            default=config.persona.default,
        )
        answers, phrasing, helplines = Answers(language), Phrasing(language), Helplines()
        moments = Moments(sentences.load(language).table("discourse").get("time") or {}, language)

        def helpline(country: str) -> str:
            lines = helplines.of(country)
            return told_lines(lines, phrasing) if lines.country else ""

        setup = SetUp(
            me,
            reading(language, me.cast, moments, answers.digits),
            phrasing,
            answers,
            kept=kept,
            settings=settings,
            place=str(store.path),
            helpline=helpline,
        )
        crisis = CrisisGuardian(
            bus,
            Detector(words(language)),
            sensing=None,
            lines=lambda: helplines.of(me.profile().country or config.crisis.country),
            profile=me.profile,
            phraser=phrasing,
            yes=answers.yes,
            understander=_NoHouse(),
            clock=clock,
            hold=timedelta(minutes=config.crisis.hold_minutes),
            kept=kept,
            settings=settings,
        )
        site = config.hearth.site
        answer: dict[str, Any] = await verbs(setup, crisis, site)[kind](data)
        return answer
