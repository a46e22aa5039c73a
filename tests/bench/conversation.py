"""Measure a talk: from a person's last word, as it is heard, to Hearth's first, and what takes it.

``python tests/bench/conversation.py [--turns 30] [--model FOLDER] [--unforeseen] [--json]`` starts
a whole Hearth with the real model, encoder and voice, and a satellite that plays at once. What a
recognizer would tell (partial results, then the sentence 600 ms after its last word) is told to
it; ``--unforeseen`` leaves the partial results out, as for a typed sentence. The machine should be
idle. Counted apart are replies for which the model was not asked, and those for which no draft was
there in time: then a written one is said.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hearth.cli.rehearsal import Rehearsal, rehearsal
from hearth.config import state_dir
from hearth.event import Event, Heard, Hearing, Say, Speaking, Spoken
from hearth.port import ChatMessage, Draft
from hearth.sections import Config
from hearth.sections.companion import HearthConfig
from hearth.sections.engines import AudioConfig
from hearth.sections.house import HomeConfig

SITE = "kitchen"
SENTENCES = (
    "I had a long day at work and my feet hurt",
    "my sister Mara is coming on Sunday with her two children",
    "I am a bit nervous about the interview on Friday",
    "the neighbours played music until two in the morning again",
    "I planted tomatoes on the balcony today",
    "I have been thinking about moving to a smaller flat",
    "my knee is much better since I go swimming",
    "we had soup and bread and talked for hours",
    "I finished the book that you asked me about",
    "it rained all day and I stayed inside with a cup of tea",
)
SILENCE_S, TARGET_MS = 0.6, 1200.0
STAGES = (
    "understanding, memory",
    "reading what is new",
    "writing the first draft",
    "more drafts, judging",
    "voice and player",
    "first word",
)


@dataclass
class Asked:
    """One request for drafts: loop times of its begin and its drafts."""

    began: float
    drafts: list[float] = field(default_factory=list)


async def turn(scene: Rehearsal, text: str, *, foreseen: bool) -> dict[str, float] | None:
    """Say one sentence; return the milliseconds of each stage, None for a written reply."""
    bus, brain, loop = scene.hearth.bus, scene.hearth.edges.brain, asyncio.get_running_loop()
    asked: list[Asked] = []
    write = type(brain).draft

    async def draft(
        messages: Sequence[ChatMessage], most: int, max_tokens: int, sentences: int = 2
    ) -> AsyncGenerator[Draft, None]:
        asked.append(Asked(loop.time()))
        async with aclosing(write(brain, messages, most, max_tokens, sentences)) as drafts:
            async for each in drafts:
                asked[-1].drafts.append(loop.time())
                yield each

    brain.draft = draft  # type: ignore[method-assign]  # it is timed from here on
    inbox = bus.subscribe(Event, size=4096)
    try:
        if foreseen:
            words = text.split()
            for count in range(2, len(words) + 1):
                bus.publish(Hearing(SITE, " ".join(words[:count])))
                await asyncio.sleep(0.3)  # about as fast as people speak
            await asyncio.sleep(SILENCE_S - 0.3)
        heard = Heard(SITE, text, ended=loop.time() - SILENCE_S, audio_ms=2000)
        began = loop.time()
        bus.publish(heard)
        said = spoke = 0.0
        async with asyncio.timeout(20):
            async for event in inbox:
                match event:
                    case Say(turn=heard.turn) if event.text and not said:
                        said = loop.time()
                    case Speaking(turn=heard.turn) if not spoke:
                        spoke = loop.time()
                    case Spoken(turn=heard.turn, last=True):
                        break
    finally:
        bus.unsubscribe(inbox)
        del brain.draft
    if not asked or not spoke:
        return None
    whole_ms = (spoke - began) * 1000
    if not asked[0].drafts:
        return {STAGES[-1]: whole_ms}
    read_s = float(brain.last_counts.get("first_token_ms", 0)) / 1000
    first = asked[0].drafts[0]
    times = (began, asked[0].began, min(asked[0].began + read_s, first), first, said, spoke)
    stages = [(b - a) * 1000 for a, b in pairwise(times)]
    return dict(zip(STAGES, [*stages, whole_ms], strict=True))


async def measure(turns: int, model: str, draft_s: float, *, foreseen: bool) -> dict[str, object]:
    """Talk for so many turns and return the figures."""
    config = Config(
        hearth=HearthConfig(site="bench"),
        audio=AudioConfig(microphone="off", speaker="off"),
        home=HomeConfig(simulated="on"),
    )
    if model:
        config = replace(config, brain=replace(config.brain, model=model))
    if draft_s:
        config = replace(config, mind=replace(config.mind, draft_s=draft_s))
    rows: list[dict[str, float]] = []
    written = 0
    async with rehearsal(config, state_dir(), SITE, thing="Kitchen lamp", timeout_s=60) as scene:
        await scene.hearth.edges.brain.wait_ready(120)
        await scene.satellite.hush(0.5)  # the site is known from its first frame
        for number in range(turns + 2):  # the first two warm it
            row = await turn(scene, SENTENCES[number % len(SENTENCES)], foreseen=foreseen)
            if number < 2:
                continue
            if row is None:
                written += 1
            else:
                rows.append(row)
            await asyncio.sleep(0.5)
    return {"turns": turns, "written": written, "rows": rows}


def table(rows: Sequence[dict[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Return the least, the median and the 95th percentile of each stage, in ms."""
    found = {}
    for stage in STAGES:
        values = sorted(row[stage] for row in rows if stage in row) or [float("nan")]
        p95 = values[min(len(values) - 1, round(0.95 * len(values)))]
        found[stage] = (values[0], statistics.median(values), p95)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--model", default="")
    parser.add_argument("--unforeseen", action="store_true")
    parser.add_argument("--draft-s", type=float, default=0.0, help="wait so long for drafts")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    logging.getLogger("hearth").setLevel(logging.ERROR)
    with suppress(KeyboardInterrupt):
        found = asyncio.run(
            measure(args.turns, args.model, args.draft_s, foreseen=not args.unforeseen)
        )
        rows = found["rows"]
        assert isinstance(rows, list)
        figures = table(rows) if rows else {}
        if args.json:
            print(json.dumps({**found, "rows": figures}))
            return
        late = sum(len(row) == 1 for row in rows)
        print(f"{len(rows)} turns asked the model, {late} had no draft in time; ", end="")
        print(f"{found['written']} needed none")
        print(f"{'from Heard':26} {'min':>7} {'median':>7} {'p95':>7}  ms")
        for stage, (least, median, p95) in figures.items():
            print(f"{stage:26} {least:7.0f} {median:7.0f} {p95:7.0f}")
        if figures:
            met = "met" if figures[STAGES[-1]][1] <= TARGET_MS else "missed"
            print(f"target: {TARGET_MS:.0f} ms, {met}")


if __name__ == "__main__":
    main()
