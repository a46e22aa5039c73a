"""A model's configuration in, the frequencies of its rotary positions out.

The modelling files of transformers hold the same, but importing one takes 6 s of processor time.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS


def kind(config: Any) -> str:
    """Return how positions far apart are told from one another: ``default``, ``llama3`` ..."""
    return str(_parameters(config).get("rope_type", "default"))


def frequencies(config: Any) -> Tensor:
    """Return the angle a position turns each pair by, float32 (head size / 2).

    Su et al. 2021, arXiv 2104.09864; kinds other than ``default`` as transformers computes them.
    """
    if kind(config) != "default":
        scaled: Tensor = ROPE_INIT_FUNCTIONS[kind(config)](config, torch.device("cpu"))[0]
        return scaled
    theta = _parameters(config).get("rope_theta") or config.rope_theta
    part = torch.arange(0, head_size(config), 2).float() / head_size(config)
    return torch.pow(float(theta), -part)


def head_size(config: Any) -> int:
    """Return the width of one attention head."""
    return int(
        getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    )


def _parameters(config: Any) -> dict[str, Any]:
    """Return the rotary parameters: ``rope_parameters`` in transformers 5, else the scaling."""
    found = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None)
    return dict(found or {})
