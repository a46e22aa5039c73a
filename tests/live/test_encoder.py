"""The real sentence encoder: as transformers computes it, in its process, beside a long answer."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.error import EngineError
from hearth.mind.grammar import Grammar
from hearth.mind.nearest import Nearest, Sayings
from hearth.mind.understanding import Understanding
from hearth.port import ChatMessage
from hearth.sections.engines import BrainConfig
from support.labelled import acts, load, understood

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

TEXTS = (
    "turn on the lamp",
    "would you be so kind as to switch the light on for me, it is dark",
    "who wrote hamlet",
)
TALK = (ChatMessage("user", "Please tell me a long story about the sea."),)


@pytest.fixture(scope="module")
def encoder() -> Path:
    """The encoder, fetched where it is not there yet."""
    return models.fetch(models.find("all-minilm-l6-v2"), state_dir())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def brain(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Brain]:
    """A brain with both models, loaded."""
    model = models.fetch(models.find("smollm2-135m"), state_dir())
    config = BrainConfig(model=str(model), encoder=str(encoder), deadline_s=60)
    run = tmp_path_factory.mktemp("run")
    async with Brain(config, state=run, run=run, tell=lambda _: None) as a_brain:
        await a_brain.wait_ready(120)
        await a_brain.encode(TEXTS[:1])
        yield a_brain


async def test_it_computes_what_transformers_computes(brain: Brain, encoder: Path) -> None:
    import torch  # noqa: PLC0415  # takes seconds
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415  # takes seconds

    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = AutoModel.from_pretrained(encoder).eval()
    coded = tokenizer(list(TEXTS), padding=True, return_tensors="pt")
    with torch.no_grad():
        rows = model(**coded).last_hidden_state
    share = coded["attention_mask"].unsqueeze(-1)
    theirs = torch.nn.functional.normalize((rows * share).sum(1) / share.sum(1), dim=1).numpy()

    ours = np.array(await brain.encode(TEXTS))

    assert np.abs(ours - theirs).max() < 1e-4
    assert all(math.isclose(float(row @ row), 1, abs_tol=1e-4) for row in ours)
    assert ours[0] @ ours[1] > ours[0] @ ours[2] + 0.2


async def test_it_does_not_wait_behind_a_long_answer(brain: Brain) -> None:
    quiet = await _fastest_s(brain)
    async with aclosing(brain.think(TALK, 200)) as pieces:  # type: ignore[type-var]
        await anext(pieces)
        busy = await _fastest_s(brain)
        await asyncio.wait_for(anext(pieces), 20)  # and it goes on talking
    assert busy < max(0.25, 6 * quiet)


async def test_too_much_at_once_is_refused(brain: Brain) -> None:
    with pytest.raises(EngineError, match="1 to 64"):
        await brain.encode(["a"] * 65)


async def test_it_serves_without_a_language_model(encoder: Path, tmp_path: Path) -> None:
    config = BrainConfig(model=str(tmp_path / "none"), encoder=str(encoder))
    async with Brain(config, state=tmp_path, run=tmp_path, tell=lambda _: None) as alone:
        await alone.wait_ready(120)
        assert len((await alone.encode(["good morning"]))[0]) == 384
        with pytest.raises(EngineError, match="There is no language model"):
            await anext(alone.think(TALK, 5))


async def test_the_second_stage_understands_other_words(brain: Brain, tmp_path: Path) -> None:
    grammar = Grammar("en")
    nearest = Nearest(Sayings(grammar.sayings), grammar.moments, brain, tmp_path)
    await nearest.prepare()
    both = Understanding(grammar, nearest)
    scores = {}
    for name, stages in (("grammar", Understanding(grammar)), ("both", both)):
        right = moved = 0
        for labelled in load("heldout", 300):
            for case in labelled.cases:
                if case.before:
                    continue
                got = await stages.understand(case.text, labelled.house, case.room)
                right += understood(case, got)
                moved += not case.positive and acts(got)
        scores[name] = (right, moved)
    assert scores["both"][0] > scores["grammar"][0]
    assert scores["both"][1] == scores["grammar"][1], "the second stage moves nothing by mistake"


async def _fastest_s(brain: Brain) -> float:
    took = []
    for _ in range(10):
        began = time.perf_counter()
        await brain.encode(TEXTS[:1])
        took.append(time.perf_counter() - began)
    return min(took)
