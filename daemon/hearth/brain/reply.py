"""What is asked of a reply and what it took: values that need no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Taste:
    """How a token is chosen.

    ``temperature`` 0 always takes the best one; ``top_p`` keeps the fewest tokens that have this
    probability together (Holtzman et al. 2020, arXiv 1904.09751); ``repetition_penalty`` makes what
    the reply said already less likely (Keskar et al. 2019, arXiv 1909.05858).
    """

    temperature: float = 0.7
    top_p: float = 0.9
    repetition_penalty: float = 1.1

    def __post_init__(self) -> None:
        if not (
            0 <= self.temperature <= 2
            and 0 < self.top_p <= 1
            and 0.5 <= self.repetition_penalty <= 2
        ):
            raise ValueError(
                "temperature is 0 to 2, top_p above 0 and at most 1, repetition_penalty 0.5 to 2"
            )


@dataclass(slots=True)
class Counts:
    """What one reply took; ``ended`` is ``end``, ``length`` or ``stopped``."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    tokens: int = 0
    first_token_ms: float = 0.0
    tokens_per_s: float = 0.0
    ended: str = "stopped"
