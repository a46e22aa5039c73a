"""How long the grammar takes: sentences of a home of 100 things, understood and not.

Run as ``python tests/bench/understanding.py [THINGS] [LANGUAGE]``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable

from hearth.house import Area, Entity, Floor, House
from hearth.mind.grammar import Grammar

ROOMS = ("Kitchen", "Living Room", "Bedroom", "Office", "Garage", "Bathroom", "Hallway", "Attic")
KINDS = (
    ("light", "ceiling light"),
    ("light", "lamp"),
    ("switch", "plug"),
    ("fan", "fan"),
    ("cover", "blind"),
    ("climate", "thermostat"),
    ("media_player", "speaker"),
    ("lock", "door"),
    ("sensor", "temperature"),
    ("binary_sensor", "motion"),
)

SENTENCES = (
    "turn on the kitchen lamp",
    "turn off the lights in the bedroom",
    "could you please turn off all the lights for me",
    "set the bedroom ceiling light to fifty percent",
    "make the living room blue",
    "is the office door locked",
    "are any lights on upstairs",
    "set a timer for one hour twenty five minutes and ten seconds",
    "what time is it",
    "set the temperature to twenty one degrees",
    "turn on the kitchin lamp",
    "switch off the bed room fan please",
    "play some jazz in the living room",
    "turn the volume up",
    "how do I make lasagna for dinner tonight with mushrooms",
    "who was the first person on the moon",
    "remind me to call my mother tomorrow at nine",
    "I left the lamp on the table in the living room yesterday evening and it is still on",
    "open the garage blind",
    "would you mind dimming the hallway lamp to ten percent",
)


def home(things: int) -> House:
    """Return a home with so many things in its rooms."""
    areas = tuple(Area(r.lower().replace(" ", "_"), r, (), "up") for r in ROOMS)
    entities = []
    for number in range(things):
        area = areas[number % len(areas)]
        domain, kind = KINDS[number // len(areas) % len(KINDS)]
        again = number // (len(areas) * len(KINDS))
        name = f"{area.name} {kind}" + (f" {again + 1}" if again else "")
        entities.append(Entity(f"{domain}.n{number}", name, area=area.id))
    return House((Floor("up", "Upstairs"),), areas, tuple(entities))


def measure(grammar: Grammar, house: House, repeats: int = 10) -> list[float]:
    """Return the milliseconds that each sentence took, ``repeats`` times."""
    took = []
    for _ in range(repeats):
        for sentence in SENTENCES:
            began = time.perf_counter()
            grammar.understand(sentence, house, "kitchen")
            took.append((time.perf_counter() - began) * 1000)
    return took


def table(things: Iterable[int] = (10, 100, 300), language: str = "en") -> list[dict[str, object]]:
    """Return one row for each size of home: build, first sentence, median, 95th percentile."""
    began = time.perf_counter()
    grammar = Grammar(language)
    build_ms = (time.perf_counter() - began) * 1000
    rows: list[dict[str, object]] = []
    for count in things:
        house = home(count)
        began = time.perf_counter()
        grammar.understand(SENTENCES[0], house, "kitchen")
        first_ms = (time.perf_counter() - began) * 1000
        took = measure(grammar, house)
        rows.append(
            {
                "things": count,
                "build_ms": round(build_ms),
                "first_ms": round(first_ms, 1),
                "min_ms": round(min(took), 2),
                "median_ms": round(statistics.median(took), 2),
                "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
            }
        )
    return rows


if __name__ == "__main__":
    sizes = (int(sys.argv[1]),) if len(sys.argv) > 1 else (10, 100, 300)
    for row in table(sizes, sys.argv[2] if len(sys.argv) > 2 else "en"):
        print(row)
