"""Ports in, who Hearth is out: set-up, persona, profile, disclosure, the mirror of use.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from hearth.bus import Bus
from hearth.memory.timers import StoredSettings
from hearth.mind.crisis.helplines import Helplines
from hearth.mind.disclosure import Disclosure
from hearth.mind.me import Me
from hearth.mind.setup.reading import reading
from hearth.mind.versions import models
from hearth.ports import Ports
from hearth.sections import Config
from hearth.skill import Guardian, Skill
from hearth.skills.acquaintance import OFFERED, Acquaintance, Asker
from hearth.skills.mirror import MirrorOfUse
from hearth.skills.namesake import Naming
from hearth.skills.profile import ProfileWords
from hearth.skills.self import Myself
from hearth.skills.setup import SetUp, told_lines
from hearth.skills.versions import NewModel
from hearth.want import Wanting


class Selfhood:
    """What gets to know the person, changes by saying so, and says what it is.

    Args:
        config: Its sections ``hearth``, ``wake``, ``brain`` and ``persona``.
        ports: The phraser is the persona's; what has to be said it cannot change.
        me: Who Hearth is.
        bus: Where sentences come from.
        settings: What was kept at the start.
        settled: Waits until the journal has what has happened.
    """

    def __init__(
        self,
        config: Config,
        ports: Ports,
        me: Me,
        *,
        bus: Bus,
        settings: Mapping[str, str],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._config, self._ports, self._bus, self._settings = config, ports, bus, settings
        phraser, answers = ports.phraser, ports.answers
        read = reading(config.hearth.language, me.cast, ports.moments, answers.digits)
        kept = StoredSettings(ports.store)
        helplines = Helplines()

        def helpline(country: str) -> str:
            lines = helplines.of(country)
            return told_lines(lines, phraser) if lines.country else ""

        def speaks_of_people(text: str) -> bool:
            trusted = me.profile().trusted
            named = trusted is not None and trusted.name.casefold() in text.casefold()
            return named or read.words.people.mentioned(text)

        naming = Naming(ports.called, phraser, config.wake.words)
        self.setup = SetUp(
            me,
            read,
            phraser,
            answers,
            kept=kept,
            settings=settings,
            place=str(ports.store.path),
            helpline=helpline,
            listen_to=naming.listen_to,
        )
        myself = Myself(me, phraser, answers, listen_to=naming.listen_to)
        profile = ProfileWords(
            me, read, phraser, setup=self.setup, myself=myself, helpline=helpline
        )
        mirror = MirrorOfUse(
            ports.store,
            ports.clock,
            me,
            phraser,
            answers,
            speaks_of_people=speaks_of_people,
            settled=settled,
        )
        disclosure = Disclosure(bus, ports.clock, phraser, me, kept=kept, settings=settings)
        self.skills: list[Skill] = [self.setup, myself, profile, mirror]
        self.guardians: list[Guardian] = [profile]
        self.wants: list[Wanting] = [myself, self.setup]
        if config.brain.enabled:
            known = models(settings)
            self.wants.append(NewModel(known, config.brain.model, phraser, answers, kept))
        self.rooms: dict[str, Callable[[], Awaitable[None]]] = {"disclosure": disclosure.run}

    def acquaintance(self, asker: Asker) -> Acquaintance:
        """Build what offers the set-up when somebody first speaks."""
        return Acquaintance(
            self._bus,
            self.setup,
            self._ports.phraser,
            self._ports.answers,
            asker=asker,
            kept=StoredSettings(self._ports.store),
            wanted=self._config.persona.offer_setup and OFFERED not in self._settings,
        )
