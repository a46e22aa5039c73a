"""Ports in, someone to be with out: self, memory, mood, conversation, initiative and calendar.

A part of the composition root: ``rooms.py`` builds it and keeps its rooms alive with the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from hearth import sentences
from hearth.bus import Bus
from hearth.care import Care
from hearth.event import Health, Parted
from hearth.impulses import Impulses
from hearth.keep import HouseMode
from hearth.kit import Kit
from hearth.memory.personas import StoredPersonas
from hearth.memory.timers import StoredSettings
from hearth.mind import personas
from hearth.mind.conversation import Conversation, Feel, Tables
from hearth.mind.drafting import Drafting, Limits
from hearth.mind.foresight import Foresight
from hearth.mind.judge.judge import Judge
from hearth.mind.me import Me, sleep_hours
from hearth.mind.remembering import Remembering
from hearth.mind.situations.situations import Situations
from hearth.mind.turn import Turns
from hearth.planner import Planner
from hearth.port import Home
from hearth.ports import Ports
from hearth.recollection import Recollection
from hearth.sections import Config
from hearth.selfhood import Selfhood
from hearth.status import Status
from hearth.voice.ownwords import OwnWords


class Company(Kit):
    """What makes Hearth someone; ``begin`` builds what needs the turns, which need this."""

    def __init__(
        self,
        config: Config,
        ports: Ports,
        *,
        bus: Bus,
        status: Status,
        home: Home,
        settings: Mapping[str, str],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._config, self._bus, self._status = config, bus, status
        self._home, self._settings = home, settings
        recollection = Recollection(config, ports, bus, self, settled)
        self.facts, self.memory = recollection.facts, recollection.parts
        self.me = self._self(ports)
        own = OwnWords(ports.phraser, self.me.own_words)
        self.ports = self._ports = ports = replace(ports, phraser=own)
        self.care = Care(config, ports, self.me, bus=bus, settings=settings)
        self.crisis, self.moods = self.care.crisis, self.care.moods
        planner = Planner(config, ports, bus, lambda: self.facts)
        self.converser = self._conversation(recollection)
        self.impulses = Impulses(config, ports, self.me, bus=bus, memory=recollection)
        self.prompts = self.impulses.prompts
        for part in (self.care, recollection, planner, self.impulses):  # danger is looked at first
            self.take(part)
        self.selfhood = self._selfhood(settled)
        self.setup = self.selfhood.setup

    def _self(self, ports: Ports) -> Me:
        """Build who Hearth is: the persona in force and what the person told (``persona.Self``)."""
        config = self._config
        hearth, speech = config.hearth, config.speech
        cast = personas.load(hearth.language, speech.engine, hearth.name)
        if cast.faults:
            remedy = "`hearth persona list` tells each fault; the other personas are used."
            self._status.tell(Health("persona", "degraded", cast.faults[0], remedy))
        me = Me(
            cast,
            bus=self._bus,
            clock=ports.clock,
            kept=StoredSettings(ports.store),
            settings=self._settings,
            history=StoredPersonas(ports.store),
            quiet=sleep_hours(speech.quiet_from, speech.quiet_to),
            default=config.persona.default,
        )
        self.erasers.append(me)
        return me

    def _selfhood(self, settled: Callable[[], Awaitable[None]]) -> Selfhood:
        """Build what gets to know the person and says what Hearth is."""
        made = Selfhood(
            self._config,
            self._ports,
            self.me,
            bus=self._bus,
            settings=self._settings,
            settled=settled,
        )
        self.skills += made.skills
        self.guardians += made.guardians
        self.wants += made.wants
        self.rooms |= made.rooms
        return made

    def _conversation(self, memory: Recollection) -> Conversation:
        """Build what talks where no skill answers; without a model in written words alone."""
        config, ports = self._config, self._ports
        words = sentences.load(config.hearth.language)
        tables = Tables(config.hearth.language, words.table("conversation"), words.table("replies"))
        mind = config.mind
        drafting = Drafting(
            ports.drafter if mind.drafts else None,
            ports.thinker if mind.drafts else None,
            ports.encoder,
            Judge(tables.conversation, strict=not mind.trust_model),
            Limits(
                mind.drafts,
                config.brain.max_tokens // 2,
                mind.draft_s,
                2 if mind.trust_model else 1,
            ),
        )
        situations = Situations(
            config.hearth.language, ports.encoder, ports.store.path.parent, self._status.tell
        )
        self.rooms["situations"] = situations.run
        talk = Conversation(
            tables,
            who=self.me,
            clock=ports.clock,
            drafting=drafting,
            remembering=Remembering(memory.recall, memory.facts, ports.clock, mind.recall_s),
            feel=Feel(self.moods.feel, self.moods.pace, self.crisis.holds),
            situations=situations,
            trust_model=mind.trust_model,
            parted=lambda site: self._bus.publish(Parted(site)),
        )
        self.erasers.append(talk)
        return talk

    def begin(self, turns: Turns, mode: HouseMode, speaking: Callable[[], bool]) -> None:
        """Build what needs the turns: the initiative, which asks a person of its own accord."""
        foresight = Foresight(
            self._bus, self.converser, turns.meaning, turns.dialogue, self._config.hearth.site
        )
        self.rooms["foresight"] = foresight.run
        self.rooms["acquaintance"] = self.selfhood.acquaintance(turns).run
        self.initiative = self.impulses.initiative(
            self.wants,
            turns,
            home=self._home,
            mode=mode,
            speaking=speaking,
            crisis=self.crisis.holds,
        )
        self.rooms["initiative"] = self.initiative.run
