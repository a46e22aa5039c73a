"""A prompt's beginning from disk, with the real weights: the same scores, and at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch

from hearth.brain.load import load
from hearth.brain.prefix import PrefixCache
from hearth.brain.shelf import Shelf
from hearth.config import state_dir
from hearth.edge import models
from hearth.port import ChatMessage

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SELF = ChatMessage("system", "You are Hearth, a kind companion in a small computer. " * 16, True)


def test_a_beginning_from_disk_gives_the_same_scores_and_is_there_at_once(tmp_path: Path) -> None:
    folder = models.fetch(models.find("smollm2-135m"), state_dir())
    engine = load(str(folder), threads=1, quantization="half", context=512, memory_mb=4000).engine
    decoder = engine._decoder
    prompt = engine.encode([SELF, ChatMessage("user", "Who are you?")])
    lasting = len(engine.encode([SELF], reply=False))

    def first() -> tuple[torch.Tensor, float, int]:
        prefixes = PrefixCache(decoder, shelf=Shelf(tmp_path / "shelf", "this model"))
        began = time.perf_counter()
        scores, sequel = prefixes.feed(prompt, lambda: False, lasting)
        took = time.perf_counter() - began
        prefixes.write()
        return scores, took, sequel.reused

    cold, cold_s, reused = first()
    assert reused == 0
    warm, warm_s, reused = first()
    assert reused == lasting
    assert torch.allclose(cold, warm, atol=1e-3)
    assert warm_s < 0.4 * cold_s
