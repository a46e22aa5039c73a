"""Ports in, what Hearth says of its own accord out: its wants, and what holds them back.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Callable

from hearth.bus import Bus
from hearth.keep import HouseMode
from hearth.kit import Kit
from hearth.memory.prompts import StoredJoys, StoredPrompts
from hearth.memory.stirs import Stirs
from hearth.mind.initiative.hours import hours, sleeping
from hearth.mind.initiative.initiative import Initiative, Surroundings, usual
from hearth.mind.initiative.kept import Kept
from hearth.mind.initiative.later import Later
from hearth.mind.initiative.presence import Watch
from hearth.mind.me import Me
from hearth.mind.turn import Turns
from hearth.port import Home
from hearth.ports import Ports
from hearth.recollection import Recollection
from hearth.sections import Config
from hearth.skills.initiative import Unasked
from hearth.skills.wants.joy import Joys
from hearth.skills.wants.shipped import Sources, every_want
from hearth.skills.wants.wording import Wording
from hearth.want import Wanting


class Impulses(Kit):
    """What Hearth would like to say, and what a person says to that.

    Args:
        config: Its sections ``initiative``, ``speech``, ``home`` and ``hearth``.
        ports: The calendar, and where what was said unasked is kept.
        me: Who Hearth is, and when the person sleeps.
        bus: Where what happens in the house comes from.
        memory: What was said, and the facts made of it.
    """

    def __init__(
        self, config: Config, ports: Ports, me: Me, *, bus: Bus, memory: Recollection
    ) -> None:
        super().__init__()
        self._config, self._ports, self._me, self._bus = config, ports, me, bus
        speech = config.speech
        wall, often = hours(speech.quiet_from, speech.quiet_to), usual(config.initiative)
        self.prompts = Kept(StoredPrompts(ports.store), ports.clock)
        words = Wording(ports.phraser, me, talks=True)
        joys = Joys(bus, StoredJoys(ports.store), memory.turns, ports.clock)
        sources = Sources(
            words=words,
            agenda=ports.calendar,
            stirs=Stirs(ports.store),
            joys=joys,
            hours=lambda: sleeping(me.profile(), wall, often),
            spent=self.prompts.spent,
            knowledge=memory.facts,
        )
        morning, wants = every_want(config.initiative, sources)
        self._unasked = Unasked(self.prompts, words, ports.clock, morning)
        self.skills.append(self._unasked)
        self.wants += wants
        self.rooms["joys"] = joys.run
        self.erasers += [self.prompts, joys]

    def initiative(
        self,
        wants: list[Wanting],
        turns: Turns,
        *,
        home: Home,
        mode: HouseMode,
        speaking: Callable[[], bool],
        crisis: Callable[[], bool],
    ) -> Initiative:
        """Build what gates the wants of all parts of Hearth, and asks a person in a turn."""
        config, speech = self._config, self._config.speech
        sites = {id_: area.sites[0] for id_, area in config.home.areas.items() if area.sites}
        return Initiative(
            self._bus,
            config.initiative,
            wants,
            kept=self.prompts,
            watch=Watch(config.hearth.site, sites),
            around=Surroundings(
                home=home,
                clock=self._ports.clock,
                who=self._me,
                mode=mode,
                asker=turns,
                speaking=speaking,
                turning=lambda: turns.busy,
                crisis=crisis,
                later=Later(config.hearth.language).means,
                put_off=self._unasked.put_off,
                speech=hours(speech.quiet_from, speech.quiet_to),
            ),
        )
