"""Open edges in, rooms to live in out: what understands is loaded, and the rooms get their ports.

A part of the composition root. Whoever imports it waits 0.7 s for every room and skill; the daemon
does so in a thread, while the ear and the mouth start beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from hearth.bus import Bus
from hearth.compiled import shelved
from hearth.edge.calendar.calendars import open_calendars
from hearth.edge.complaint import Complaints
from hearth.edge.hermes.dialogue import HermesDialogue
from hearth.edge.silero import Silero
from hearth.edges import Edges
from hearth.home.pin import Pin, pin_file
from hearth.home.rules.file import Triggers
from hearth.mind.answers import Answers
from hearth.mind.crisis import words as crisis
from hearth.mind.grammar import Grammar
from hearth.mind.nearest import Nearest, Sayings
from hearth.mind.understanding import Understanding
from hearth.port import Clock
from hearth.ports import Ports
from hearth.rooms import Rooms
from hearth.sections import Config
from hearth.skills.remote import verbs
from hearth.status import Status
from hearth.voice.phrasing import Phrasing

log = logging.getLogger(__name__)

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Wits:
    """What understands and answers in one language."""

    grammar: Grammar
    answers: Answers
    phraser: Phrasing


def wits(language: str, shelf: Path) -> Wits:
    """Read a language, for 1 s; for 3 s where ``shelf`` has no compiled patterns yet.

    All that the first sentence needs is made here, and above all what knows words of danger.

    Raises:
        MissingError: the language is not known.
        ConfigError: a sentence file is wrong; every fault is named.
    """
    with shelved(shelf):
        grammar = Grammar(language)
        grammar.warm()
        crisis.words(language).compile()
        return Wits(grammar, Answers(language), Phrasing(language))


@dataclass(frozen=True)
class Indoors:
    """The rooms, and what has to run for them, by name."""

    rooms: Rooms
    runs: dict[str, Run]


def indoors(
    config: Config,
    state: Path,
    edges: Edges,
    wits: Wits,
    *,
    bus: Bus,
    status: Status,
    clock: Clock,
    triggers: Triggers,
) -> Indoors:
    """Build the rooms and connect the edges with them."""
    grammar, brain, tell = wits.grammar, config.brain, status.tell
    nearest = None
    if brain.encoder:
        sayings = Sayings(grammar.sayings, config.hearth.language)
        nearest = Nearest(sayings, grammar.moments, edges.brain, state)
    understanding = Understanding(grammar, nearest)
    calendars, calendar_runs = open_calendars(config.calendar, state, clock, tell)
    ports = Ports(
        clock=clock,
        store=edges.store,
        publisher=edges.mqtt,
        subscriber=edges.mqtt,
        recognizer=edges.recognizer,
        expecting=edges.recognizer,
        voice=Silero,
        spotters=edges.wake.spotters,
        mouth=edges.mouth,
        loudspeaker=edges.loudspeaker,
        thinker=edges.brain if brain.enabled else None,
        drafter=edges.brain if brain.enabled else None,
        encoder=edges.brain if brain.encoder else None,
        understander=understanding,
        moments=grammar.moments,
        called=edges.wake,
        phraser=wits.phraser,
        complain=Complaints(log).add,
        answers=wits.answers,
        calendar=calendars,
        pin=Pin(
            pin_file(config.door, state),
            tries=config.door.tries,
            wait_s=config.door.wait_minutes * 60,
        ),
    )
    rooms = Rooms(
        config,
        ports,
        bus=bus,
        status=status,
        journal=edges.journal,
        settings=edges.settings,
        triggers=triggers,
    )
    runs = {"rooms": rooms.run, "understanding": lambda: understanding.run(tell), **calendar_runs}
    return Indoors(rooms, _connected(edges, rooms, bus, config.hearth.site) | runs)


def _connected(edges: Edges, rooms: Rooms, bus: Bus, site: str) -> dict[str, Run]:
    """Let each edge know the rooms it serves, and return what runs of it."""
    company = rooms.company
    edges.control.add_all(
        {
            **verbs(company.setup, company.crisis, site),
            "memory.forget": company.memory.forget,
        }
    )
    company.erasers.append(edges.brain)  # it keeps what prompts became
    for part in (rooms.birth, rooms.polls, rooms.itself):
        edges.mqtt.when_connected(part.connected)
    dialogue = HermesDialogue(
        edges.mqtt,
        bus,
        understand=rooms.turns.meaning,
        stop_listening=rooms.listener.finish,
        open_ear=edges.ears.open,
    )
    runs: dict[str, Run] = {"mqtt": edges.mqtt.run, "hermes": dialogue.run}
    if microphone := edges.microphone:
        runs["microphone"] = lambda: microphone.run(lambda pcm: rooms.listener.feed(site, pcm))
    if edges.simulated:
        runs["simulated home"] = edges.simulated.run
    return runs
