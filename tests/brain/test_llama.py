"""Our decoders against transformers' own models, with small random weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM as Auto
from transformers import (
    GPT2Config,
    LlamaConfig,
    MistralConfig,
    PretrainedConfig,
    Qwen2Config,
    Qwen3Config,
)

from hearth.brain import kernel, llama
from hearth.brain.generic import GenericDecoder
from hearth.brain.prefix import PrefixCache

SIZE: dict[str, Any] = {
    "vocab_size": 97,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
FAR = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
IDS = [3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46, 26]


def random_model(config: PretrainedConfig) -> Any:
    torch.manual_seed(0)
    model = Auto.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # norms and biases too, which begin at 1 and 0
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def ours(config: PretrainedConfig, model: Any) -> llama.LlamaDecoder:
    return llama.LlamaDecoder(
        config,
        dict(model.state_dict()),
        make=kernel.maker("none"),
        make_head=kernel.maker("none"),
        context=64,
    )


@pytest.mark.parametrize(
    "config",
    [
        LlamaConfig(**SIZE, tie_word_embeddings=True),
        LlamaConfig(**SIZE, tie_word_embeddings=False, head_dim=8),
        LlamaConfig(**SIZE, rope_parameters=FAR),
        Qwen2Config(**SIZE),
        Qwen3Config(**SIZE, head_dim=32),
        MistralConfig(**SIZE, sliding_window=None),
    ],
    ids=["llama", "untied", "llama3-rope", "qwen2", "qwen3", "mistral"],
)
def test_each_architecture_is_computed_as_transformers_does(config: PretrainedConfig) -> None:
    assert llama.serves(config)
    model = random_model(config)
    with torch.inference_mode():
        expected = model(torch.tensor([IDS])).logits[0]
    decoder = ours(config, model)
    assert torch.allclose(decoder.all_scores(IDS), expected, atol=1e-4)
    cache = decoder.blank()
    decoder.forward(IDS[:5], cache, 0)
    steps = torch.stack([decoder.forward([IDS[at]], cache, at) for at in range(5, 12)])
    assert torch.allclose(steps, expected[5:], atol=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        GPT2Config(n_embd=64, n_layer=2, n_head=2, vocab_size=97),
        LlamaConfig(**SIZE, hidden_act="gelu"),
        LlamaConfig(**SIZE, attention_bias=True),
        MistralConfig(**SIZE, sliding_window=8),
    ],
    ids=["gpt2", "gelu", "bias", "sliding"],
)
def test_what_we_do_not_compute_goes_through_transformers(config: PretrainedConfig) -> None:
    assert not llama.serves(config)
    model = random_model(config)
    prefixes = PrefixCache(GenericDecoder(model, 64), piece=4)
    with torch.inference_mode():
        expected = model(torch.tensor([IDS])).logits[0]
    scores, sequel = prefixes.feed(IDS[:9], lambda: False)
    assert torch.allclose(scores, expected[8], atol=1e-4)
    assert torch.allclose(sequel.extend([IDS[9]]), expected[9], atol=1e-4)
    again, sequel = prefixes.feed(IDS[:8], lambda: False)  # goes back in the same cache
    assert sequel.reused == 7
    assert torch.allclose(again, expected[7], atol=1e-4)


@pytest.mark.parametrize("number", range(4), ids=["llama", "qwen3", "gpt2", "sliding"])
def test_replies_that_are_made_together_are_computed_as_each_alone(number: int) -> None:
    config = (
        LlamaConfig(**SIZE),
        Qwen3Config(**SIZE, head_dim=32),
        GPT2Config(n_embd=64, n_layer=2, n_head=2, vocab_size=97),
        MistralConfig(**SIZE, sliding_window=8),
    )[number]
    model = random_model(config)
    decoder = ours(config, model) if llama.serves(config) else GenericDecoder(model, 64)
    prompt, replies = IDS[:6], [[5, 6, 7, 8], [9, 10], [11, 12, 13, 14]]
    cache = decoder.blank()
    decoder.forward([*prompt, 50, 51], cache, 0)
    rows = decoder.split(cache, 6, 3)  # what came after the prompt is forgotten

    def alone(tokens: list[int]) -> torch.Tensor:
        with torch.inference_mode():
            scores: torch.Tensor = model(torch.tensor([[*prompt, *tokens]])).logits[0, -1]
        return scores

    for step in range(2):
        scores = rows.step([reply[step] for reply in replies])
        for row, reply in zip(scores, replies, strict=True):
            assert torch.allclose(row, alone(reply[: step + 1]), atol=1e-4)
    rows.keep([0, 2])
    del replies[1]
    for step in range(2, 4):
        scores = rows.step([reply[step] for reply in replies])
        for row, reply in zip(scores, replies, strict=True):
            assert torch.allclose(row, alone(reply[: step + 1]), atol=1e-4)
    after = decoder.forward([50], cache, 6)  # the prompt's own cache is as it was
    assert torch.allclose(after, alone([50]), atol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_a_kept_beginning_gives_the_same_scores(kind: str) -> None:
    config: PretrainedConfig = (
        LlamaConfig(**SIZE)
        if kind == "llama"
        else GPT2Config(n_embd=64, n_layer=2, n_head=2, vocab_size=97)
    )
    model = random_model(config)
    decoder = ours(config, model) if kind == "llama" else GenericDecoder(model, 64)
    cache = decoder.blank()
    decoder.forward(IDS[:8], cache, 0)
    kept = decoder.pack(cache, IDS[:5])
    expected = decoder.forward(IDS[5:], cache, 5)
    again = decoder.unpack(kept, IDS[:5])
    assert torch.equal(decoder.forward(IDS[5:], again, 5), expected)
    decoder.wipe(cache)
    assert torch.equal(decoder.forward(IDS[5:], decoder.unpack(kept, IDS[:5]), 5), expected)


def test_a_cache_of_another_model_is_refused() -> None:
    config = LlamaConfig(**SIZE)
    decoder = ours(config, random_model(config))
    with pytest.raises(ValueError, match="another model"):
        decoder.unpack({"keys": torch.zeros(1, 2, 3, 4)}, IDS[:3])


def test_more_than_the_context_is_refused() -> None:
    config = LlamaConfig(**SIZE)
    decoder = ours(config, random_model(config))
    with pytest.raises(ValueError, match="context of 64"):
        decoder.forward([1] * 65, decoder.blank(), 0)
