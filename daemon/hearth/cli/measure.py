"""A running Hearth in, measured figures out: what `hearth bench` prints."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from rich.progress import track

from hearth.cli.common import err
from hearth.cli.figure import Figure
from hearth.cli.rehearsal import Rehearsal, Turn, flite, rehearsal
from hearth.config import state_dir
from hearth.edge.systemd import setup_logging
from hearth.error import EngineError
from hearth.event import Event, Heard, Published, Speaking, Understood
from hearth.house import Area, Entity, House
from hearth.mind.grammar import Grammar
from hearth.port import ChatMessage
from hearth.sections import Config
from hearth.sections.companion import HearthConfig
from hearth.sections.engines import AudioConfig, LogConfig, WakeConfig
from hearth.sections.house import HomeConfig

SITE, LAMP = "kitchen", "Kitchen lamp"
_SPOKEN = (
    "Samantha, turn on the kitchen lamp.",
    "Samantha, turn off the kitchen lamp.",
    "Samantha, what time is it?",
    "Samantha, turn on the coffee machine.",
    "Samantha, turn off the coffee machine.",
    "Samantha, what is the time?",
)
_SYSTEM = "You are Hearth, a warm and honest voice companion. Answer in one or two short sentences."
_TYPED = (
    "How are you this evening?",
    "I had a long day at work.",
    "What should I cook tonight?",
    "Do you like music?",
    "It is raining again.",
    "Tell me something kind.",
)
_STARTS, _REPLIES, _LISTEN_S = 3, 30, 20.0
_HERTZ = os.sysconf("SC_CLK_TCK")
_CONFIG = Config(
    hearth=HearthConfig(site="bench"),
    audio=AudioConfig(microphone="off", speaker="off"),
    wake=WakeConfig(words=("samantha",)),
    home=HomeConfig(simulated="on"),
)


async def everything(turns: int) -> list[Figure]:
    """Measure all figures; about five minutes for 30 turns."""
    setup_logging(LogConfig(level="error"))
    logging.getLogger("hearth").setLevel(logging.ERROR)
    figures = [understanding()]
    silent = replace(_CONFIG, brain=replace(_CONFIG.brain, enabled=False))
    starts = []
    for _ in track(range(_STARTS), "starts", console=err):
        async with rehearsal(silent, state_dir(), SITE, thing=LAMP) as scene:
            starts.append(scene.ready_s)
    name = "start to ready, without the language model"
    figures.append(Figure(name, "s", tuple(starts), 5, "median"))
    async with rehearsal(silent, state_dir(), SITE, thing=LAMP) as scene:
        figures += await spoken(scene, turns)
        figures += [await listening(scene, count) for count in (0, 1, 4)]
    async with rehearsal(_CONFIG, state_dir(), SITE, thing=LAMP) as scene:
        figures += await model(scene)
        figures += list(memory())
    return [figure for figure in figures if figure.values]


def understanding() -> Figure:
    """Understand sentences, of the home and not, in a home of 100 things."""
    kinds = {"light": "lamp", "switch": "plug", "cover": "blinds", "fan": "fan", "lock": "lock"}
    rooms = ("Kitchen", "Bedroom", "Bathroom", "Office", "Hall", "Attic", "Garage", "Studio")
    floors = ("upper", "lower", "guest")
    areas = tuple(
        Area(f"{floor}_{room}".lower(), f"{floor} {room}") for floor in floors for room in rooms
    )
    entities = tuple(
        Entity(f"{domain}.{area.id}", f"{area.name} {kind}", area=area.id, state="off")
        for area in areas
        for domain, kind in kinds.items()
    )[:100]
    house, grammar = House(areas=areas, entities=entities), Grammar("en")
    sentences = [
        *(f"turn on the {entity.name.lower()}" for entity in entities[::9]),
        *(f"turn off all the lights in the {area.name.lower()}" for area in areas[::2]),
        *("is any light on", "what time is it", "set a timer for ten minutes"),
        *("set the lower hall lamp to 40 percent", "could you please open the upper office blinds"),
        *("i had a long day at work", "what do you think about the sea", "tell me a story"),
    ]
    grammar.understand(sentences[0], house, None)
    values = []
    for sentence in sentences * 4:
        began = time.perf_counter()
        grammar.understand(sentence, house, None)
        values.append((time.perf_counter() - began) * 1000)
    return Figure(f"understanding, {len(entities)} things", "ms", tuple(values), 20)


async def spoken(scene: Rehearsal, count: int) -> list[Figure]:
    """Speak to Hearth and take the time of each stage."""
    recordings = [await flite(sentence) for sentence in _SPOKEN]
    turns: list[Turn] = []
    for number in track(range(count), "spoken turns", console=err):
        turns.append(await scene.turn(recordings[number % len(recordings)]))
    heard = [turn for turn in turns if turn.ended is not None]
    told = [turn for turn in heard if turn.first(Published) is None]

    def between(of: list[Turn], first: type[Event], last: type[Event]) -> tuple[float, ...]:
        found = [(turn.ms(first), turn.ms(last)) for turn in of]
        return tuple(b - a for a, b in found if a is not None and b is not None)

    def after(kind: type[Event]) -> tuple[float, ...]:
        return tuple(ms for turn in heard if (ms := turn.ms(kind)) is not None)

    return [
        Figure("spoken turns that were heard", f"of {count}", (float(len(heard)),)),
        Figure("end of speech to Heard", "ms", after(Heard)),
        Figure("Heard to understood", "ms", between(heard, Heard, Understood), 20),
        Figure("understood to published", "ms", between(heard, Understood, Published), 10),
        Figure("Heard to published", "ms", between(heard, Heard, Published)),
        Figure("end of speech to published", "ms", after(Published), 800, "median"),
        Figure(
            "understood to first audio, fixed reply", "ms", between(told, Understood, Speaking), 100
        ),
        Figure("Heard to first audio, fixed reply", "ms", between(told, Heard, Speaking)),
    ]


async def model(scene: Rehearsal) -> list[Figure]:
    """Take the language model's first token and its pace, cold and warm."""
    brain = scene.hearth.edges.brain
    began = time.perf_counter()
    try:
        await brain.wait_ready(120)
    except EngineError as error:
        err.print(f"The language model is left out: {error}")
        return []
    loading_s = time.perf_counter() - began
    first, pace = [], []
    for number in track(range(_REPLIES + 1), "replies", console=err):
        said = ChatMessage("user", _TYPED[number % len(_TYPED)])
        messages = (ChatMessage("system", _SYSTEM, lasting=True), said)
        sent, text_ms = time.perf_counter(), 0.0
        async with aclosing(brain.think(messages, 40)) as pieces:
            async for _ in pieces:
                text_ms = text_ms or (time.perf_counter() - sent) * 1000
        first.append(text_ms)
        pace.append(float(brain.last_counts.get("tokens_per_s", 0)))
    return [
        Figure("language model: ready, after the rest", "s", (loading_s,)),
        Figure("language model: first text, cold prompt", "ms", (first[0],)),
        Figure("language model: first text, warm prompt", "ms", tuple(first[1:])),
        Figure("language model: pace", "tokens/s", tuple(pace[1:]), 40, "median"),
    ]


async def listening(scene: Rehearsal, count: int) -> Figure:
    """Take the processor time of an idle Hearth that listens to ``count`` microphones."""
    config = scene.hearth.edges.mqtt_config
    streams = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hearth.cli.microphones", config.host, str(config.port)),
            *(config.username, config.password_file, str(count), str(_LISTEN_S + 5)),
        )
    ] * min(count, 1)
    await asyncio.sleep(3)
    before = _cpu_s(_ours())
    await asyncio.sleep(_LISTEN_S)
    used_s = _cpu_s(_ours()) - before
    for stream in streams:
        await stream.wait()
    share = used_s / _LISTEN_S * 100
    target = 8.0 * count if count else None
    return Figure(f"processor, {count} microphones", "% of a core", (share,), target, "max")


def memory() -> Iterator[Figure]:
    """Take the memory that each process has for itself or shares (PSS)."""
    for pid, name in _ours().items():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        kilobytes = next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
        target = 250.0 if name == "daemon" else None
        yield Figure(f"memory, {name}", "MB", (kilobytes / 1024,), target, "max")


def _ours() -> dict[int, str]:
    """Return our own process and the engines that it started, by their ids."""
    found = {os.getpid(): "daemon"}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int(entry.joinpath("stat").read_text("utf-8").rpartition(")")[2].split()[1])
            words = entry.joinpath("cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and (name := _name(words)):
            found[int(entry.name)] = name
    return found


def _name(words: list[str]) -> str:
    for mark, name in (("hearth.brain", "brain"), ("ear", "ear"), ("mouth", "mouth")):
        if mark in words:
            return name
    return "broker" if "mosquitto" in words[0] else ""


def _cpu_s(processes: dict[int, str]) -> float:
    """Return the processor seconds of all but the brain since they started."""
    total = 0
    for pid, name in processes.items():
        if name != "brain":
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / _HERTZ
