"""Twenty conversations in, what Hearth answered to them with the real default model out.

Run: ``.venv/bin/python tests/bench/transcripts.py`` (about three minutes). It writes each
conversation of ``tests/mind/transcripts`` anew: who said what, and whether a reply was a draft of
the model or a written one. ``wrong`` and ``rating`` are a reader's and are kept where the reply is
the same as before. Recall is a small list of what was told on other days (``told``).
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from hearth import sentences
from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.event import Heard
from hearth.mind import personas
from hearth.mind.conversation import Conversation, Tables
from hearth.mind.drafting import Drafting, Limits
from hearth.mind.judge.judge import Case, Judge
from hearth.mind.remembering import Remembering
from hearth.persona import Persona, Profile
from hearth.port import ChatMessage
from hearth.remember import PERSON, Hit, Utterance
from hearth.sections.companion import MindConfig
from hearth.sections.engines import BrainConfig

FOLDER = Path(__file__).resolve().parents[1] / "mind" / "transcripts"
EVENING = datetime(2026, 3, 5, 19, 30, tzinfo=timezone(timedelta(hours=1)))


class Told:
    """What was told on other days: whatever has a word in common is found."""

    def __init__(self, told: Sequence[Mapping[str, Any]], now: datetime) -> None:
        self._all = [
            Utterance(
                str(n), "before", now - timedelta(days=int(t["days"])), PERSON, str(t["text"])
            )
            for n, t in enumerate(told)
        ]

    async def recall(self, query: str, most: int = 10) -> tuple[Hit, ...]:
        words = {word.strip("?.!,") for word in query.casefold().split() if len(word) > 4}
        found = [u for u in self._all if words & set(u.text.casefold().rstrip(".").split())]
        return tuple(Hit(u, 0.8) for u in found[:most])

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        return ()


class Someone:
    """A persona and a profile that stay as they are."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        cast = personas.load("en", "pyttsx3", "Hearth")
        self._persona = cast.persona("warm") or Persona("warm", 1, "Amelia")
        self._profile = Profile(**profile)

    def persona(self) -> Persona:
        return self._persona

    def profile(self) -> Profile:
        return self._profile


class Still:
    """A clock that moves a little with each sentence."""

    def __init__(self) -> None:
        self.at = EVENING

    def now(self) -> datetime:
        return self.at


class Noted(Drafting):
    """Drafting that notes whether its draft was said."""

    last = ""

    async def best(self, messages: Sequence[ChatMessage], case: Case) -> str:
        self.last = await super().best(messages, case)
        return self.last


async def hold(talk: Mapping[str, Any], brain: Brain, seed: int) -> list[dict[str, Any]]:
    """Return the turns of one conversation."""
    words = sentences.load("en")
    tables = Tables("en", words.table("conversation"), words.table("replies"))
    clock, mind = Still(), MindConfig()
    judge = Judge(tables.conversation)
    drafting = Noted(brain, brain, brain, judge, Limits(mind.drafts, 40, mind.draft_s))
    memory = Remembering(Told(talk.get("told") or (), EVENING), None, clock, mind.recall_s)
    who = Someone(talk.get("profile") or {"call_me": "Ann"})
    hearth = Conversation(
        tables,
        who=who,
        clock=clock,
        drafting=drafting,
        remembering=memory,
        dice=random.Random(seed),  # noqa: S311  # chooses among written lines
    )
    old = {turn["hearth"]: turn for turn in talk["turns"] if turn.get("hearth")}
    turns: list[dict[str, Any]] = []
    pairs: list[tuple[str, str]] = []
    for turn in talk["turns"]:
        drafting.last = ""
        clock.at += timedelta(seconds=20)
        heard = Heard("kitchen", turn["person"])
        said = [say.text async for say in hearth.reply(heard, pairs[-4:])]
        reply = " ".join(said)
        made: dict[str, Any] = {"person": turn["person"], "hearth": reply}
        made["by"] = "model" if drafting.last else "written"
        before = old.get(reply, {})
        made |= {key: before[key] for key in ("rating", "wrong") if key in before}
        turns.append(made)
        pairs.append((turn["person"], reply))
    return turns


async def main() -> None:
    """Write every transcript anew."""
    state = state_dir()
    model = models.installed("smollm2-135m", state)
    encoder = models.installed("all-minilm-l6-v2", state)
    if not model or not encoder:
        raise SystemExit("The default model or the encoder is not there: `hearth models fetch`.")
    config = BrainConfig(model=str(model), encoder=str(encoder))
    with tempfile.TemporaryDirectory() as run:
        async with Brain(config, state=Path(run), run=Path(run), tell=lambda _: None) as brain:
            await brain.wait_ready(120)
            for seed, file in enumerate(sorted(FOLDER.glob("*.yaml"))):
                talk = yaml.safe_load(file.read_text("utf-8"))
                talk["turns"] = await hold(talk, brain, seed)
                dump = yaml.safe_dump(talk, sort_keys=False, allow_unicode=True, width=110)
                file.write_text(dump, "utf-8")
                print(f"{file.stem}: {len(talk['turns'])} turns")


if __name__ == "__main__":
    asyncio.run(main())
