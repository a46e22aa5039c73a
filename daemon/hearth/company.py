"""Ports in, someone to be with out: self, memory, mood, conversation, initiative and calendar.

A part of the composition root: ``rooms.py`` builds it and keeps its rooms alive with the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from hearth import sentences
from hearth.agenda import Diary
from hearth.bus import Bus
from hearth.event import Health, Parted, Prosody
from hearth.keep import HouseMode
from hearth.memory.facts.table import StoredFacts
from hearth.memory.moods import StoredMoods
from hearth.memory.moods import erase as erase_moods
from hearth.memory.personas import StoredPersonas
from hearth.memory.prompts import StoredJoys, StoredPrompts
from hearth.memory.recall.finder import Finder
from hearth.memory.recall.vectors import Indexer
from hearth.memory.stirs import Stirs
from hearth.memory.timers import StoredSettings
from hearth.memory.turns import Scribe, StoredTurns
from hearth.mind import personas
from hearth.mind.conversation import Conversation, Feel, Tables
from hearth.mind.crisis.detector import Detector
from hearth.mind.crisis.guardian import CrisisGuardian
from hearth.mind.crisis.helplines import Helplines
from hearth.mind.crisis.near import Near, heads
from hearth.mind.crisis.words import words
from hearth.mind.drafting import Drafting, Limits
from hearth.mind.foresight import Foresight
from hearth.mind.initiative.hours import hours, sleeping
from hearth.mind.initiative.initiative import Initiative, Surroundings, usual
from hearth.mind.initiative.kept import Kept
from hearth.mind.initiative.later import Later
from hearth.mind.initiative.presence import Watch
from hearth.mind.judge.judge import Judge
from hearth.mind.me import Me, sleep_hours
from hearth.mind.mood.classifier import Classifier, shipped_weights
from hearth.mind.mood.moods import Feelings
from hearth.mind.mood.told import telling
from hearth.mind.remembering import Remembering
from hearth.mind.situations.situations import Situations
from hearth.mind.turn import Turns
from hearth.planner import Planner
from hearth.port import Home
from hearth.ports import Ports
from hearth.remember import Eraser, TableEraser
from hearth.sections import Config
from hearth.selfhood import Selfhood
from hearth.sense.prosody import measure
from hearth.skill import Guardian, Skill
from hearth.skills.initiative import Unasked
from hearth.skills.memory.parts import Outside, Parts
from hearth.skills.mood import MoodTalk
from hearth.skills.wants.joy import Joys
from hearth.skills.wants.shipped import Sources, every_want
from hearth.skills.wants.wording import Wording
from hearth.status import Status
from hearth.voice.ownwords import OwnWords
from hearth.want import Wanting


class Company:
    """What makes Hearth someone.

    ``skills`` answer intents, ``guardians`` look at each sentence first, ``wants`` are the sources
    of what it would like to say, ``rooms`` run for as long as Hearth does. ``erasers`` drop words
    from memory and files when they are forgotten, ``tables`` from tables of ``hearth.db``.
    """

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
        self._config, self._ports, self._bus = config, ports, bus
        self._status, self._home, self._settings = status, home, settings
        self.skills: list[Skill] = []
        self.guardians: list[Guardian] = []
        self.wants: list[Wanting] = []
        self.rooms: dict[str, Callable[[], Awaitable[None]]] = {}
        self.erasers: list[Eraser] = []
        self.tables: list[TableEraser] = []
        self.turns = StoredTurns(ports.store, ports.clock)
        self.rooms["turns"] = Scribe(bus, self.turns).run
        self.recall = self._recall()
        self.facts = StoredFacts(ports.store, ports.clock)
        self.memory = self._memory(settled)
        self.me = self._self()
        own = OwnWords(ports.phraser, self.me.own_words)
        self.ports = self._ports = ports = replace(ports, phraser=own)
        self.crisis = self._crisis()
        self.moods = self._moods()
        self.agenda = self._planner()
        self.converser = self._conversation()
        self.prompts = Kept(StoredPrompts(ports.store), ports.clock)
        self.erasers.append(self.prompts)
        self.unasked = self._unasked()
        self.selfhood = self._selfhood(settled)
        self.setup = self.selfhood.setup

    def _planner(self) -> Diary:
        """Build what keeps a person's times: reminders, alarms, the calendar."""
        planner = Planner(self._config, self._ports, self._bus, lambda: self.facts)
        self.skills += planner.skills
        self.guardians += planner.guardians
        self.wants += planner.wants
        self.rooms |= planner.rooms
        self.tables += planner.tables
        self.erasers += planner.erasers
        return planner.agenda

    def _recall(self) -> Finder:
        """Build what finds what was said; vectors are made when nothing else is to do."""
        store, encoder = self._ports.store, self._ports.encoder
        finder = Finder(store, self._ports.clock, encoder)
        if encoder:
            self.rooms["recall"] = Indexer(store, encoder, self._config.brain.encoder).run
        self.erasers.append(finder)
        return finder

    def _memory(self, settled: Callable[[], Awaitable[None]]) -> Parts:
        """Build what makes facts of what was said, answers about them, and forgets."""
        ports = self._ports
        outside = Outside(
            ports.store,
            ports.clock,
            self._bus,
            ports.phraser,
            ports.answers,
            recall=self.recall,
            erasers=self.erasers,
            tables=self.tables,
            settled=settled,
            language=self._config.hearth.language,
            understander=ports.understander,
        )
        parts = Parts(outside, self.turns, self.facts)
        self.skills += parts.skills
        self.guardians += parts.guardians
        self.rooms |= parts.rooms
        self.erasers.append(parts.keeping)
        return parts

    def _self(self) -> Me:
        """Build who Hearth is: the persona in force and what the person told (``persona.Self``)."""
        config, ports = self._config, self._ports
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

    def _moods(self) -> Feelings:
        """Build what reads how the person feels, and what they can ask and put right of it."""
        config, ports, language = self._config, self._ports, self._config.hearth.language
        kept = StoredMoods(ports.store, config.mood.keep_days)
        moods = Feelings(
            self._bus,
            config.mood,
            classifier=Classifier(shipped_weights()) if language.startswith("en") else None,
            telling=telling(language),
            encoder=ports.encoder,
            clock=ports.clock,
            profile=self.me.profile,
            kept=kept,
        )
        self.skills.append(MoodTalk(moods, self.me, kept, ports.clock, ports.phraser))
        self.rooms["moods"] = moods.run
        self.erasers.append(moods)
        self.tables.append(erase_moods)
        return moods

    def _crisis(self) -> CrisisGuardian:
        """Build what watches for a person in danger; it goes before every other guardian."""
        config, ports, me = self._config, self._ports, self.me
        helplines = Helplines()
        english = config.hearth.language.startswith("en")  # what the heads were trained on
        zone = config.hearth.time_zone or getattr(ports.clock.now().tzinfo, "key", "")
        guardian = CrisisGuardian(
            self._bus,
            Detector(words(config.hearth.language)),
            sensing=Near(ports.encoder, heads()) if english else None,
            lines=lambda: helplines.of(me.profile().country or config.crisis.country, zone),
            profile=me.profile,
            phraser=ports.phraser,
            yes=ports.answers.yes,
            understander=ports.understander,
            clock=ports.clock,
            hold=timedelta(minutes=config.crisis.hold_minutes),
            kept=StoredSettings(ports.store),
            settings=self._settings,
        )
        self.guardians.insert(0, guardian)
        self.rooms["crisis"] = guardian.run
        return guardian

    def _conversation(self) -> Conversation:
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
            remembering=Remembering(self.recall, self.facts, ports.clock, mind.recall_s),
            feel=Feel(self.moods.feel, self.moods.pace, self.crisis.holds),
            situations=situations,
            trust_model=mind.trust_model,
            parted=lambda site: self._bus.publish(Parted(site)),
        )
        self.erasers.append(talk)
        return talk

    def _unasked(self) -> Unasked:
        """Build what Hearth would like to say of its own accord, and what a person says to that."""
        config, ports, speech = self._config, self._ports, self._config.speech
        wall, often = hours(speech.quiet_from, speech.quiet_to), usual(config.initiative)
        words = Wording(ports.phraser, self.me, talks=self.converser is not None)
        joys = Joys(self._bus, StoredJoys(ports.store), self.turns, ports.clock)
        sources = Sources(
            words=words,
            agenda=self.agenda,
            stirs=Stirs(ports.store),
            joys=joys,
            hours=lambda: sleeping(self.me.profile(), wall, often),
            spent=self.prompts.spent,
            knowledge=self.facts,
        )
        morning, wants = every_want(config.initiative, sources)
        self.wants += wants
        self.rooms["joys"] = joys.run
        self.erasers.append(joys)
        unasked = Unasked(self.prompts, words, ports.clock, morning)
        self.skills.append(unasked)
        return unasked

    def tone(self, pcm: bytes) -> Prosody | None:
        """Measure how a sentence (16 kHz) was said; None where the person did not allow it."""
        return measure(pcm) if self.moods.listening else None

    def begin(self, turns: Turns, mode: HouseMode, speaking: Callable[[], bool]) -> None:
        """Build what needs the turns: the initiative, which asks a person of its own accord."""
        if self.converser:
            foresight = Foresight(
                self._bus, self.converser, turns.meaning, turns.dialogue, self._config.hearth.site
            )
            self.rooms["foresight"] = foresight.run
        self.rooms["acquaintance"] = self.selfhood.acquaintance(turns).run
        config, speech = self._config, self._config.speech
        site = config.hearth.site
        sites = {id_: area.sites[0] for id_, area in config.home.areas.items() if area.sites}
        self.initiative = Initiative(
            self._bus,
            config.initiative,
            self.wants,
            kept=self.prompts,
            watch=Watch(site, sites),
            around=Surroundings(
                home=self._home,
                clock=self._ports.clock,
                who=self.me,
                mode=mode,
                asker=turns,
                speaking=speaking,
                turning=lambda: turns.busy,
                crisis=self.crisis.holds,
                later=Later(config.hearth.language).means,
                put_off=self.unasked.put_off,
                speech=hours(speech.quiet_from, speech.quiet_to),
            ),
        )
        self.rooms["initiative"] = self.initiative.run
