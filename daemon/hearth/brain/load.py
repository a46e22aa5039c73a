"""A model folder in, an engine out."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from hearth.brain import kernel, llama, rope
from hearth.brain.decoder import Decoder
from hearth.brain.engine import Engine
from hearth.brain.prefix import PrefixCache
from hearth.brain.shelf import Shelf, identity

log = logging.getLogger(__name__)

_HALF_SHARE = 0.6
"""Weights in half precision may take this share of the memory limit; else they are 4-bit."""


_CACHE_SHARE = 0.2
"""What the caches of the last prompts may take of the memory limit, each at its full length."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine and how it computes, in words."""

    engine: Engine
    kind: str


def default_threads() -> int:
    """Return one thread less than the processors we may use, at least 1 and at most 4.

    A product of one token takes a tenth of a millisecond, so threads wait for one another all the
    time; with another busy process on a core each wait lasts until the kernel gives it back.
    """
    return max(1, min(4, len(os.sched_getaffinity(0)) - 1))


def reading_threads() -> int:
    """Return the threads with which a prompt is read: every processor we may use, at most 4."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


def load(
    model: str,
    *,
    threads: int,
    quantization: kernel.Format,
    context: int,
    memory_mb: int,
    part: Callable[[float], None] = lambda _: None,
    shelf: Path | None = None,
) -> Loaded:
    """Load a model from a folder, or by a Hugging Face name that was fetched before.

    ``threads`` are those of the calling thread's products, 0 for ``default_threads``; ``shelf`` is
    the folder in which what lasting beginnings became is kept, None for none.
    Raises OSError or ValueError, which transformers words, where it cannot be loaded.
    """
    torch.set_num_threads(threads or default_threads())
    config = AutoConfig.from_pretrained(model)
    tokenizer = AutoTokenizer.from_pretrained(model)
    if not getattr(tokenizer, "chat_template", None):
        raise ValueError(f"{model} has no chat template; choose an instruction-tuned model.")
    context = min(context, getattr(config, "max_position_embeddings", None) or context)
    decoder: Decoder
    if llama.serves(config) and Path(model).is_dir():
        decoder, kind = _llama(
            config,
            Path(model),
            quantization=quantization,
            context=context,
            memory_mb=memory_mb,
            part=part,
        )
    else:
        from hearth.brain.generic import GenericDecoder  # noqa: PLC0415  # imports for 6 s

        dtype = torch.float32 if quantization == "none" else torch.bfloat16
        weights: Any = AutoModelForCausalLM.from_pretrained(model, dtype=dtype)
        decoder, kind = GenericDecoder(weights.eval(), context), f"transformers {dtype}"
    _give_back()
    part(1.0)
    prefixes = PrefixCache(
        decoder,
        slots=_slots(config, context, memory_mb),
        shelf=Shelf(shelf, identity(model, f"{kind} {context}")) if shelf else None,
    )
    engine = Engine(
        decoder,
        tokenizer,
        _ends(model, config, tokenizer),
        context,
        prefixes=prefixes,
        reading_threads=threads or reading_threads(),
    )
    return Loaded(engine, kind)


def _llama(
    config: Any,
    folder: Path,
    *,
    quantization: kernel.Format,
    context: int,
    memory_mb: int,
    part: Callable[[float], None],
) -> tuple[Decoder, str]:
    weights = llama.Weights(folder)
    shapes = llama.shapes(config)
    head = config.vocab_size * config.hidden_size
    size = head + config.num_hidden_layers * sum(out * width for out, width in shapes)
    fits_half = size * 2 < _HALF_SHARE * memory_mb * 1_000_000
    name = quantization
    if name == "auto":
        name = kernel.fastest(shapes, config.num_hidden_layers, may_half=fits_half)
    # The last product decides between near tokens and is the embedding, too: it is kept finer.
    finer: kernel.Format = "none" if name == "none" else "half" if fits_half else "int8"
    head_name = kernel.here(finer)
    decoder = llama.LlamaDecoder(
        config,
        weights,
        make=kernel.maker(name),
        make_head=kernel.maker(head_name),
        context=context,
        part=part,
    )
    return decoder, f"{name}, head {head_name}"


def _slots(config: Any, context: int, memory_mb: int) -> int:
    """Return how many prompts may be kept: 2 to 6, in a share of the memory (float32 each)."""
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = config.num_hidden_layers * heads * context * rope.head_size(config) * 2 * 4
    return max(2, min(6, int(_CACHE_SHARE * memory_mb * 1_000_000 / size)))


def _give_back() -> None:
    """Hand the memory that packing the weights needed back to the system (glibc keeps it)."""
    gc.collect()
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _ends(model: str, config: Any, tokenizer: Any) -> set[int]:
    """Return every token that ends a reply: the model's, its generation's, its tokenizer's."""
    found: list[Any] = [config.eos_token_id, tokenizer.eos_token_id]
    try:
        found.append(GenerationConfig.from_pretrained(model).eos_token_id)
    except OSError:
        log.debug("%s has no generation_config.json", model)
    ends: set[int] = set()
    for entry in found:
        ends.update(entry if isinstance(entry, list) else [] if entry is None else [entry])
    return ends
