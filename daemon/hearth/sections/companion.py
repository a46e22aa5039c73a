"""The sections of hearth.toml about who Hearth is: name, mind, memory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hearth.sections.base import FORBID, Positive


@dataclass(frozen=True, config=FORBID)
class HearthConfig:
    """[hearth]: who it is and where it lives."""

    name: Annotated[str, Field(min_length=1)] = "Hearth"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")] = "en"
    time_zone: str = ""
    site: Annotated[str, Field(pattern=r"^[^/+#\s]+$")] = "default"


@dataclass(frozen=True, config=FORBID)
class MindConfig:
    """[mind]: one conversation turn."""

    deadline_s: Positive = 30.0
    history_turns: Annotated[int, Field(ge=0)] = 4


@dataclass(frozen=True, config=FORBID)
class MemoryConfig:
    """[memory]: the journal on disk."""

    keep_days: Annotated[int, Field(ge=0)] = 365
    sensor_every_s: Annotated[float, Field(ge=0)] = 1.0
