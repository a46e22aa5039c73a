"""The sections of hearth.toml about who Hearth is: name, mind, memory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hearth.sections.base import FORBID, Clock24, Positive


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
    drafts: Annotated[int, Field(ge=0, le=8)] = 4
    draft_s: Positive = 0.9
    recall_s: Positive = 0.1
    trust_model: bool = False


@dataclass(frozen=True, config=FORBID)
class MemoryConfig:
    """[memory]: the journal on disk."""

    keep_days: Annotated[int, Field(ge=0)] = 365
    sensor_every_s: Annotated[float, Field(ge=0)] = 1.0


@dataclass(frozen=True, config=FORBID)
class PersonaConfig:
    """[persona]: who it is before anybody has chosen, and whether it asks to be set up."""

    default: Annotated[str, Field(min_length=1)] = "plain"
    offer_setup: bool = True


@dataclass(frozen=True, config=FORBID)
class InitiativeConfig:
    """[initiative]: what it says of its own accord, and how much of that."""

    enabled: bool = True
    budget: Annotated[int, Field(ge=0)] = 6
    per_kind: Annotated[int, Field(ge=0)] = 2
    pause_minutes: Annotated[float, Field(ge=0)] = 20.0
    present_minutes: Positive = 10.0
    answer_s: Positive = 20.0
    back_off_hours: Positive = 4.0
    quiet_from: Clock24 = "22:00"
    quiet_to: Clock24 = "07:00"
    midday: Clock24 = "12:15"
    evening: Clock24 = "19:30"
    off: tuple[str, ...] = ()


@dataclass(frozen=True, config=FORBID)
class MoodConfig:
    """[mood]: what is made of how a person seems to feel; the person's own word goes before it."""

    text: bool = True
    voice: bool = True
    keep_days: Annotated[int, Field(ge=0)] = 365


@dataclass(frozen=True, config=FORBID)
class CrisisConfig:
    """[crisis]: where the helplines are, and how long a crisis is held."""

    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$")] = ""
    hold_minutes: Positive = 30.0


@dataclass(frozen=True, config=FORBID)
class RemindersConfig:
    """[reminders]: reminders that insist, and alarms."""

    insist_minutes: Positive = 10.0
    insist_times: Annotated[int, Field(ge=1, le=100)] = 6
    snooze_minutes: Positive = 10.0
    alarm_every_s: Annotated[float, Field(ge=5)] = 20.0
    alarm_minutes: Positive = 10.0


@dataclass(frozen=True, config=FORBID)
class CalendarConfig:
    """[calendar]: what is read besides Hearth's own calendar, and how it is told ahead."""

    sources: tuple[str, ...] = ()
    caldav_url: str = ""
    caldav_calendar: str = ""
    username: str = ""
    password_file: str = ""
    sync_minutes: Positive = 5.0
    remind_minutes: Annotated[float, Field(ge=0)] = 30.0
    early_before: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
