"""The whole configuration as frozen values: one section of hearth.toml, one dataclass."""

from __future__ import annotations

from pydantic import Field
from pydantic.dataclasses import dataclass

from hearth.sections.base import FORBID
from hearth.sections.companion import (
    CalendarConfig,
    CrisisConfig,
    HearthConfig,
    InitiativeConfig,
    MemoryConfig,
    MindConfig,
    MoodConfig,
    PersonaConfig,
    RemindersConfig,
)
from hearth.sections.engines import (
    AudioConfig,
    BrainConfig,
    HearingConfig,
    LogConfig,
    MqttConfig,
    RecognitionConfig,
    SpeechConfig,
    WakeConfig,
)
from hearth.sections.house import DoorConfig, HomeConfig, RulesConfig


@dataclass(frozen=True, config=FORBID)
class Config:
    """The whole configuration; each field is a section of hearth.toml."""

    hearth: HearthConfig = Field(default_factory=HearthConfig)
    persona: PersonaConfig = Field(default_factory=PersonaConfig)
    mqtt: MqttConfig = Field(default_factory=MqttConfig)
    audio: AudioConfig = Field(default_factory=AudioConfig)
    wake: WakeConfig = Field(default_factory=WakeConfig)
    hearing: HearingConfig = Field(default_factory=HearingConfig)
    recognition: RecognitionConfig = Field(default_factory=RecognitionConfig)
    speech: SpeechConfig = Field(default_factory=SpeechConfig)
    brain: BrainConfig = Field(default_factory=BrainConfig)
    home: HomeConfig = Field(default_factory=HomeConfig)
    door: DoorConfig = Field(default_factory=DoorConfig)
    rules: RulesConfig = Field(default_factory=RulesConfig)
    mind: MindConfig = Field(default_factory=MindConfig)
    mood: MoodConfig = Field(default_factory=MoodConfig)
    crisis: CrisisConfig = Field(default_factory=CrisisConfig)
    memory: MemoryConfig = Field(default_factory=MemoryConfig)
    initiative: InitiativeConfig = Field(default_factory=InitiativeConfig)
    reminders: RemindersConfig = Field(default_factory=RemindersConfig)
    calendar: CalendarConfig = Field(default_factory=CalendarConfig)
    log: LogConfig = Field(default_factory=LogConfig)
