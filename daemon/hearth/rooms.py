"""Ports in, a living Hearth out: every room built, wired, and kept alive.

The daemon fills the ports with real edges, a story with fakes on virtual time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from hearth.bus import Bus
from hearth.company import Company
from hearth.home.birth import Birth
from hearth.home.executor import Executor
from hearth.home.given import Givens
from hearth.home.identity import Identities
from hearth.home.itself import Itself, deaf_sites
from hearth.home.names import Names
from hearth.home.polls import Polls
from hearth.home.risk import Risk
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.engine import Memory, Rules
from hearth.home.rules.file import NO_TRIGGERS, Triggers
from hearth.home.rules.guard import Causes
from hearth.home.rules.mode import KEY as MODE_KEY
from hearth.home.rules.mode import Mode
from hearth.home.rules.steps import World
from hearth.home.things import Things
from hearth.memory.history import History
from hearth.memory.journal import Journal
from hearth.memory.lists import StoredLists
from hearth.memory.rules import StoredNotes, StoredRules
from hearth.memory.timers import StoredSettings, StoredTimers
from hearth.mind.consent import Consent
from hearth.mind.turn import Turns
from hearth.ports import Ports
from hearth.sections import Config
from hearth.sense.listener import Listener
from hearth.sense.turns import load as turn_words
from hearth.sense.vocabulary import Vocabulary
from hearth.skill import Handler, handlers
from hearth.skills.apology import Apology
from hearth.skills.broadcast import Broadcast
from hearth.skills.clock import TimeAndDate
from hearth.skills.deeds import Deeds
from hearth.skills.devices import Devices
from hearth.skills.lists import Lists
from hearth.skills.naming import Naming
from hearth.skills.outside import Outside
from hearth.skills.rules import Rules as SpokenRules
from hearth.skills.schedule import Plans
from hearth.skills.states import States
from hearth.skills.talk import Talk
from hearth.skills.timer import Timers
from hearth.skills.undo import Undo
from hearth.skills.volume import Volume, volumes
from hearth.skills.why import Why
from hearth.status import Status
from hearth.supervise import keep_alive
from hearth.voice.speaker import Speaker

log = logging.getLogger(__name__)

_FINISH_S = 3.0
"""How long a sentence may take to end when Hearth is told to stop; systemd allows 5 s in all."""


class Rooms:
    """Sense, home, mind, memory, voice and the skills, built from ``ports``.

    ``settings`` is what the store keeps of what a person set by voice. The journal is handed in,
    because the MQTT edge, which the ports are made of, already writes to it.
    """

    def __init__(
        self,
        config: Config,
        ports: Ports,
        *,
        bus: Bus,
        status: Status,
        journal: Journal,
        settings: Mapping[str, str],
        triggers: Triggers = NO_TRIGGERS,
    ) -> None:
        self._status = status
        self._journal = journal
        loud = volumes(settings)
        kept = StoredSettings(ports.store)
        ids, givens = Identities(settings, kept), Givens(settings, kept)
        self.things = Things(
            config.home,
            subscriber=ports.subscriber,
            bus=bus,
            clock=ports.clock,
            ids=ids,
            givens=givens,
        )
        areas = {site: id_ for id_, area in config.home.areas.items() for site in area.sites}
        self.names = Names(bus, self.things, givens, sites=areas, settings=settings, store=kept)
        self.polls = Polls(bus, self.things, ports.publisher)
        self.itself = Itself(
            bus,
            client_id=config.mqtt.client_id,
            name=config.hearth.name,
            prefix=next(iter(config.home.discovery_prefixes), "homeassistant"),
            sites=dict.fromkeys((config.hearth.site, *areas)),
            words=config.home.publish_words,
            enabled=config.home.publish_itself,
            settings=settings,
            store=kept,
            publisher=ports.publisher,
            subscriber=ports.subscriber,
        )
        self.birth = Birth(
            config.home.discovery_prefixes,
            subscriber=ports.subscriber,
            publisher=ports.publisher,
            known=lambda: self.things.counters["announced"],
        )
        self.home = Executor(
            self.things,
            publisher=ports.publisher,
            bus=bus,
            echo_timeout_s=config.home.echo_timeout_s,
            risk=Risk(config.door),
            pin=ports.pin,
            codes=config.door.codes,
        )
        self.mode = Mode(bus, StoredSettings(ports.store), settings.get(MODE_KEY, ""))
        self.rules = self._rules_of(config, ports, bus, triggers)
        self.speaker = Speaker(
            bus,
            ports.mouth,
            ports.loudspeaker,
            ports.clock,
            volume=config.audio.volume,
            volumes=loud,
            manner=lambda: self.company.me.manner(),  # noqa: PLW0108  # company is built later
            quiet=lambda: self.company.me.quiet(),  # noqa: PLW0108  # the same
        )
        self.company = Company(
            config,
            ports,
            bus=bus,
            status=status,
            home=self.home,
            settings=settings,
            settled=journal.settled,
        )
        ports = self.company.ports
        skills: dict[str, Handler] = {}
        self.plans = Plans(
            self.rules,
            ports.clock,
            ports.phraser,
            ports.answers,
            understander=ports.understander,
            timers=StoredTimers(ports.store),
            refuses=self.home.refuses,
            skills=skills,
        )
        self.talk = Talk(bus, ports.phraser, self.plans.take_back)
        self.deeds = Deeds()
        self.timers = Timers(
            bus,
            StoredTimers(ports.store),
            ports.clock,
            ports.phraser,
            answers=ports.answers,
            understander=ports.understander,
        )
        naming = Naming(bus, self.names, self.names, ports.phraser)
        skills |= handlers(
            [
                SpokenRules(bus, self.rules, ports.phraser, ports.answers, self.home.refuses),
                self.plans,
                TimeAndDate(ports.clock, ports.phraser),
                Devices(self.home, ports.phraser, ports.answers),
                States(ports.phraser),
                self.timers,
                self.talk,
                naming,
                Volume(
                    bus,
                    StoredSettings(ports.store),
                    ports.phraser,
                    config.audio.volume,
                    loud,
                    deeds=self.deeds,
                ),
                Lists(StoredLists(ports.store, ports.clock), ports.phraser, self.deeds),
                Broadcast(
                    bus, ports.phraser, lambda: (config.hearth.site, *areas, *self.listener.sites)
                ),
                Outside(ports.phraser),
                Why(
                    History(ports.store, journal.settled),
                    ports.clock,
                    ports.phraser,
                    areas=areas,
                    rule_name=self._rule_name,
                ),
                Undo(self.home, self.home.steps, self.deeds, ports.phraser, ports.answers),
                *self.company.skills,
            ]
        )
        self.skills = skills
        self.turns = Turns(
            bus,
            understander=ports.understander,
            phraser=ports.phraser,
            home=self.home,
            converser=self.company.converser,
            skills=self.skills,
            areas=areas,
            config=config.mind,
            guardians=self.company.guardians,
            follow_up_s=config.hearing.follow_up_s,
        )
        self.company.erasers += [self.turns, self.talk]
        self.company.begin(self.turns, self.mode, lambda: self.speaker.busy)
        self.listener = Listener(
            config.hearing,
            bus,
            recognizer=ports.recognizer,
            timeout_s=config.recognition.timeout_s,
            voice=ports.voice,
            spotters=ports.spotters,
            complain=ports.complain,
            tone=self.company.care.tone,
            deaf=deaf_sites(settings),
            turns=turn_words(config.hearth.language),
            complete=self._is_command,
        )
        self._rooms = {
            "memory": journal.run,
            "home ids": ids.run,
            "home names": self.names.run,
            "home polls": self.polls.run,
            "itself": self.itself.run,
            "rules": self.rules.run,
            "voice": self.speaker.run,
            "skill apology": Apology(bus, ports.phraser, config.hearth.site).run,
            "skill naming": naming.run,
            "skill talk": self.talk.run,
            "skill timer": self.timers.run,
            "mind": self.turns.run,
            "consent": Consent(bus, self.turns, ports.answers, ports.phraser).run,
            "sense": self.listener.run,
            **self.company.rooms,
        }
        if ports.expecting:
            self._rooms["vocabulary"] = Vocabulary(bus, self.home, ports.expecting, status.tell).run

    async def run(self) -> None:
        """Keep every room alive until cancelled; on leaving, what waits goes to the journal."""
        try:
            async with asyncio.TaskGroup() as group:
                for name, run in self._rooms.items():
                    group.create_task(keep_alive(name, run, self._status.tell), name=name)
        finally:
            await self.rules.drain()
            await self._journal.drain()

    async def _is_command(self, text: str, site: str) -> bool:
        """Tell whether a text is already a whole command in that room."""
        return bool(await self.turns.meaning(text, site))

    def _rule_name(self, rule_id: str) -> str:
        """Return what a rule is called; its id where it has no name, or is gone."""
        named = (rule.name for rule in self.rules.rules() if rule.id == rule_id)
        return next((name for name in named if name), rule_id)

    def _rules_of(self, config: Config, ports: Ports, bus: Bus, triggers: Triggers) -> Rules:
        """Build the rules' room."""
        home = config.home
        placed = home.latitude != "" and home.longitude != ""
        world = World(
            bus=bus,
            home=self.home,
            sight=self.things,
            calendar=Calendar((float(home.latitude), float(home.longitude)) if placed else None),
            mode=self.mode,
            clock=ports.clock,
            causes=Causes(),
            sites={id_: area.sites for id_, area in home.areas.items() if area.sites},
            site=config.hearth.site,
        )
        return Rules(
            triggers.rules,
            Memory(StoredRules(ports.store, ports.clock), StoredNotes(ports.store)),
            world,
            subscriber=ports.subscriber,
            tell=self._status.tell,
            catch_up_s=config.rules.catch_up_s,
            faults=triggers.faults,
        )

    async def finish(self) -> None:
        """Let what is being said come to its end, a few seconds at most."""
        try:
            async with asyncio.timeout(_FINISH_S):
                await self.speaker.finish()
        except TimeoutError:
            log.info("the last sentence was cut off")
