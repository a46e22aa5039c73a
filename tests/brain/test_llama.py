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
from hearth.brain.decoder import PrefixCache
from hearth.brain.generic import GenericDecoder

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


def test_more_than_the_context_is_refused() -> None:
    config = LlamaConfig(**SIZE)
    decoder = ours(config, random_model(config))
    with pytest.raises(ValueError, match="context of 64"):
        decoder.forward([1] * 65, decoder.blank(), 0)
