"""Every intent of Home Assistant's has a skill here, or a reason why the model gets it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from hearth import sentences
from support.story import story

LEFT: dict[str, str] = {
    "HassMediaPause": "MQTT discovery has no media player: nothing announces itself as one",
    "HassMediaUnpause": "the same",
    "HassMediaNext": "the same",
    "HassMediaPrevious": "the same",
    "HassMediaSearchAndPlay": "the same, and there is nothing to search in",
    "HassListAddItem": "needs a list that is a thing; HearthListAdd keeps lists by name",
    "HassListCompleteItem": "the same: HearthListRemove",
    "HassListRemoveItem": "the same: HearthListRemove",
}
"""Intents without a skill. The grammar's guard lets none of them by in a house without such things,
so that these sentences are never taken for a command."""


@pytest.mark.looptime
async def test_each_intent_has_a_skill_or_a_reason(tmp_path: Path) -> None:
    file = resources.files("home_assistant_intents") / "intents.json"
    known = set(json.loads(file.read_text("utf-8")))
    own: set[str] = set()
    for language in ("en", "de"):
        own |= set(sentences.load(language).table("intents"))
    async with story(tmp_path) as s:
        have = set(s.rooms.skills)
    assert (known | own) - have == set(LEFT)
