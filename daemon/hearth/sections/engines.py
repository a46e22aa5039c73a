"""The sections of hearth.toml about what runs: broker, sound, engines, log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hearth.sections.base import FORBID, Clock24, Count, Percent, Port, Positive, Share


@dataclass(frozen=True, config=FORBID)
class MqttConfig:
    """[mqtt]: the broker. An empty host means Hearth's own embedded Mosquitto."""

    host: str = ""
    port: Port = 1883
    username: str = ""
    password_file: str = ""
    tls: bool = False
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    client_id: Annotated[str, Field(min_length=1)] = "hearth"
    session_expiry_s: Annotated[int, Field(ge=0)] = 86_400
    keepalive_s: Annotated[int, Field(ge=5, le=3600)] = 30


@dataclass(frozen=True, config=FORBID)
class AudioConfig:
    """[audio]: the machine's own microphone and speaker."""

    microphone: Literal["auto", "off"] | str = "auto"
    speaker: Literal["auto", "off"] | str = "auto"
    volume: Percent = 80
    play_finished_timeout_s: Positive = 2.0
    piece_ms: Annotated[int, Field(ge=0, le=1000)] = 0


@dataclass(frozen=True, config=FORBID)
class WakeConfig:
    """[wake]: the names it wakes on."""

    words: tuple[str, ...] = ("samantha", "okay nabu")
    sensitivity: Share = 0.5


@dataclass(frozen=True, config=FORBID)
class HearingConfig:
    """[hearing]: when a sentence begins and ends."""

    speech_threshold: Share = 0.5
    start_ms: Count = 96
    silence_ms: Count = 600
    pre_roll_ms: Count = 480
    max_sentence_s: Positive = 15.0
    wait_for_speech_s: Positive = 5.0
    finished_ms: Count = 400
    unfinished_ms: Count = 1200
    follow_up_s: Annotated[float, Field(ge=0)] = 6.0
    barge_in: Literal["name", "speech"] = "name"


@dataclass(frozen=True, config=FORBID)
class RecognitionConfig:
    """[recognition]: the engine that turns speech into words."""

    engine: Literal["auto", "vosk", "pocketsphinx", "wyoming"] = "auto"
    model: str = ""
    uri: str = ""
    timeout_s: Positive = 10.0


@dataclass(frozen=True, config=FORBID)
class SpeechConfig:
    """[speech]: the voice."""

    engine: Literal["pyttsx3", "wyoming"] = "pyttsx3"
    voice: str = "en-us"
    words_per_minute: Annotated[int, Field(ge=80, le=400)] = 165
    uri: str = ""
    timeout_s: Positive = 5.0
    quiet_from: Clock24 | Literal[""] = ""
    quiet_to: Clock24 | Literal[""] = ""


@dataclass(frozen=True, config=FORBID)
class BrainConfig:
    """[brain]: the local language model and the sentence encoder, in a process of their own."""

    enabled: bool = True
    model: str = "smollm2-135m"
    encoder: str = "all-minilm-l6-v2"
    quantization: Literal["auto", "int4", "int8", "half", "none"] = "auto"
    threads: Annotated[int, Field(ge=0)] = 0
    socket: str = ""
    memory_mb: Count = 1500
    max_tokens: Count = 80
    context_tokens: Count = 1024
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    deadline_s: Positive = 20.0


@dataclass(frozen=True, config=FORBID)
class LogConfig:
    """[log]: what is logged; to the journal under systemd, else to the terminal."""

    level: Literal["debug", "info", "warning", "error"] = "info"
