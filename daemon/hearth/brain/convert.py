"""A GGUF file in, a model folder that loads in a second out.

``python -m hearth.brain.convert --gguf FILE --to FOLDER`` writes ``config.json``, the tokenizer
and ``model.safetensors`` (half precision). It prints one JSON object a line, ``{"stage", "part"}``,
with ``part`` from 0 to 1. The folder appears whole or not at all.

Reading the tokenizer out of a GGUF file takes 10 s and more, so it is done once. A weight of Q4_1
is ``d * q + m`` with half-precision ``d`` and ``m``: half precision keeps it to one part in
2,048, and its grid of 16 steps per group of 32 can be found again (see ``kernel.Int4``).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader, dequantize
from safetensors.torch import save_file
from transformers import AutoConfig, AutoTokenizer

Progress = Callable[[str, float], None]

_OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_INSIDE = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def convert(gguf: Path, folder: Path, progress: Progress) -> None:
    """Write the model in ``gguf`` to ``folder``; nothing is done where it exists already.

    Raises:
        OSError: the file cannot be read or the folder not be written.
        ValueError: the file holds another architecture than llama.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if not (folder / "config.json").exists():
            _write(gguf, scratch, progress)
            scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    progress("done", 1.0)


def _write(gguf: Path, scratch: Path, progress: Progress) -> None:
    progress("configuration", 0.05)
    config = AutoConfig.from_pretrained(gguf.parent, gguf_file=gguf.name)
    if config.model_type != "llama":
        raise ValueError(f"{gguf.name} is a {config.model_type} model; only llama is converted.")
    progress("tokenizer", 0.3)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(scratch)
    progress("weights", 0.7)
    weights = {}
    for tensor in GGUFReader(gguf).tensors:
        values = dequantize(tensor.data, tensor.tensor_type)
        name = hugging_face_name(tensor.name)
        if name.endswith("q_proj.weight"):
            values = _unpermute(values, config.num_attention_heads)
        elif name.endswith("k_proj.weight"):
            values = _unpermute(values, config.num_key_value_heads)
        weights[name] = torch.from_numpy(values.copy()).to(torch.float16)
    config.tie_word_embeddings = "lm_head.weight" not in weights
    progress("writing", 0.9)
    save_file(weights, scratch / "model.safetensors", metadata={"format": "pt"})
    about = config.to_dict() | {"architectures": ["LlamaForCausalLM"], "dtype": "float16"}
    for key in ("quantization_config", "_name_or_path"):  # of the source, not of what is written
        about.pop(key, None)
    (scratch / "config.json").write_text(json.dumps(about, indent=2, default=str) + "\n")


def hugging_face_name(name: str) -> str:
    """Return the name that transformers gives a tensor of a GGUF file (llama architecture)."""
    head, _, rest = name.partition(".")
    if head != "blk":
        return _OUTSIDE[name]
    layer, _, part = rest.partition(".")
    return f"model.layers.{layer}.{_INSIDE[part.removesuffix('.weight')]}.weight"


def _unpermute(values: Any, heads: int) -> Any:
    """Undo llama.cpp's order of the rotary halves: interleaved pairs become two halves a head."""
    rows = values.shape[0]
    pairs = values.reshape(heads, rows // heads // 2, 2, *values.shape[1:])
    return pairs.swapaxes(1, 2).reshape(values.shape)


def main() -> None:
    """Run the conversion from the command line."""
    parser = argparse.ArgumentParser(prog="python -m hearth.brain.convert", description=__doc__)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    args = parser.parse_args()

    def tell(stage: str, part: float) -> None:
        print(json.dumps({"stage": stage, "part": part}), flush=True)  # noqa: T201  # its protocol

    convert(args.gguf, args.to, tell)


if __name__ == "__main__":
    main()
