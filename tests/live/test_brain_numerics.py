"""The real weights: our products against those of transformers in float32."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from hearth.brain import kernel, llama
from hearth.brain.kernel import Format
from hearth.config import state_dir
from hearth.edge import models

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

# Written for this test, so that no model has read it.
TEXT = """The kettle had been on for ten minutes before anybody noticed that the gas was off. Marta
laughed first, and then her brother, who had carried it up two flights of stairs because the lift
was out of order again. They sat down on the boxes that were to become a kitchen. Outside, a tram
turned the corner with the sound of a drawer full of spoons. "We could go to the baker," she said,
"and ask for hot water as if it were the most natural thing in the world." He thought about it. The
baker was a serious man who measured flour as others measure medicine, and he did not like questions
before noon. In the end they drank the tea cold, from the cup of the thermos flask, and agreed that
it was the best they had ever had, which was not true, but was the right thing to say on the first
morning in a new house. Later the neighbours came: an old couple with a dog that was afraid of
bicycles, and a student who asked whether they would mind if she practised the cello in the evening.
Nobody minded. When it was dark, the lamp over the table would not light, so they put candles into
the empty jars and wrote a list of everything that was broken. It filled two pages, and at its end
her brother wrote, in large letters, that the view was in perfect order."""


@pytest.fixture(scope="module")
def folder() -> Path:
    """The default model, fetched and converted where it is not there yet."""
    return models.fetch(models.find("smollm2-135m"), state_dir())


@pytest.fixture(scope="module")
def reference(folder: Path) -> Iterator[tuple[list[int], torch.Tensor]]:
    """The text's tokens, and the scores that transformers gives in float32."""
    ids = AutoTokenizer.from_pretrained(folder)(TEXT)["input_ids"]
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        yield ids, model(torch.tensor([ids])).logits[0]


def decoder(folder: Path, layers: Format, head: Format) -> llama.LlamaDecoder:
    config = AutoConfig.from_pretrained(folder)
    return llama.LlamaDecoder(
        config,
        llama.Weights(folder),
        make=kernel.maker(layers),
        make_head=kernel.maker(head),
        context=512,
    )


def perplexity(scores: torch.Tensor, ids: list[int]) -> float:
    return float(torch.nn.functional.cross_entropy(scores[:-1], torch.tensor(ids[1:])).exp())


def test_our_decoder_computes_what_transformers_computes(
    folder: Path, reference: tuple[list[int], torch.Tensor]
) -> None:
    ids, expected = reference
    ours = decoder(folder, "none", "none").all_scores(ids)
    assert torch.allclose(ours, expected, atol=2e-3)


@pytest.mark.parametrize(
    ("layers", "head"), [("int4", "half"), ("int4", "int8"), ("half", "half"), ("int8", "int8")]
)
def test_quantized_weights_lose_no_sense(
    folder: Path, reference: tuple[list[int], torch.Tensor], layers: Format, head: Format
) -> None:
    ids, expected = reference
    ours = decoder(folder, layers, kernel.here(head)).all_scores(ids)
    assert perplexity(ours, ids) < 1.05 * perplexity(expected, ids)


def test_the_kernel_for_arm_keeps_the_grid_of_the_source(folder: Path) -> None:
    weight = llama.Weights(folder)["model.layers.3.mlp.down_proj.weight"].float()[:64]
    rows = torch.randn(3, weight.shape[1], generator=torch.Generator().manual_seed(1))
    exact = rows @ weight.T
    error = (kernel.Int4Arm(weight)(rows) - exact).norm() / exact.norm()
    assert error < 0.02  # its activations are 8-bit


def test_one_token_at_a_time_gives_what_all_at_once_gives(
    folder: Path, reference: tuple[list[int], torch.Tensor]
) -> None:
    ids, expected = reference
    model = decoder(folder, "none", "none")
    cache = model.blank()
    model.forward(ids[:50], cache, 0)
    model.forward(ids[70:80], cache, 50)  # another way that is then given up
    step = torch.stack([model.forward([ids[at]], cache, at) for at in range(50, 60)])
    assert torch.allclose(step, expected[50:60], atol=2e-3)
