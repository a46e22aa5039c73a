"""The configuration: a TOML file in, frozen values out, every fault told at once.

Each section is a frozen dataclass whose defaults are those of ``configs/hearth.toml``; a test holds
the two together.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import platformdirs
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from hearth.error import ConfigError, HearthError

_FORBID = ConfigDict(extra="forbid")

Percent = Annotated[int, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Clock24 = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


@dataclass(frozen=True, config=_FORBID)
class HearthConfig:
    """[hearth]: who it is and where it lives."""

    name: Annotated[str, Field(min_length=1)] = "Hearth"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")] = "en"
    time_zone: str = ""
    site: Annotated[str, Field(pattern=r"^[^/+#\s]+$")] = "default"


@dataclass(frozen=True, config=_FORBID)
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


@dataclass(frozen=True, config=_FORBID)
class AudioConfig:
    """[audio]: the machine's own microphone and speaker."""

    microphone: Literal["auto", "off"] | str = "auto"
    speaker: Literal["auto", "off"] | str = "auto"
    volume: Percent = 80
    play_finished_timeout_s: Positive = 2.0
    piece_ms: Annotated[int, Field(ge=0, le=1000)] = 0


@dataclass(frozen=True, config=_FORBID)
class WakeConfig:
    """[wake]: the names it wakes on."""

    words: tuple[str, ...] = ("samantha", "okay nabu")
    sensitivity: Share = 0.5


@dataclass(frozen=True, config=_FORBID)
class HearingConfig:
    """[hearing]: when a sentence begins and ends."""

    speech_threshold: Share = 0.5
    start_ms: Count = 96
    silence_ms: Count = 600
    pre_roll_ms: Count = 480
    max_sentence_s: Positive = 15.0
    wait_for_speech_s: Positive = 5.0


@dataclass(frozen=True, config=_FORBID)
class RecognitionConfig:
    """[recognition]: the engine that turns speech into words."""

    engine: Literal["auto", "vosk", "pocketsphinx", "wyoming"] = "auto"
    model: str = ""
    uri: str = ""
    timeout_s: Positive = 10.0


@dataclass(frozen=True, config=_FORBID)
class SpeechConfig:
    """[speech]: the voice."""

    engine: Literal["pyttsx3", "wyoming"] = "pyttsx3"
    voice: str = "en-us"
    words_per_minute: Annotated[int, Field(ge=80, le=400)] = 165
    uri: str = ""
    timeout_s: Positive = 5.0
    quiet_from: Clock24 | Literal[""] = ""
    quiet_to: Clock24 | Literal[""] = ""


@dataclass(frozen=True, config=_FORBID)
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


@dataclass(frozen=True, config=_FORBID)
class AreaConfig:
    """[home.areas.<id>]: a room, its other names, its floor, and the audio sites in it."""

    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()
    floor: str | None = None
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, config=_FORBID)
class FloorConfig:
    """[home.floors.<id>]: a storey and its other names."""

    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, config=_FORBID)
class EntityConfig:
    """[home.entities."<domain>.<object>"]: what a person calls a thing and where it stands."""

    name: str | None = None
    aliases: tuple[str, ...] = ()
    area: str | None = None


@dataclass(frozen=True, config=_FORBID)
class HomeConfig:
    """[home]: the things in the house."""

    simulated: Literal["auto", "on", "off"] = "auto"
    discovery_prefixes: tuple[str, ...] = ("homeassistant",)
    latitude: Latitude | Literal[""] = ""
    longitude: Longitude | Literal[""] = ""
    echo_timeout_s: Positive = 2.0
    publish_itself: bool = True
    publish_words: bool = False
    floors: Mapping[str, FloorConfig] = Field(default_factory=dict)
    areas: Mapping[str, AreaConfig] = Field(default_factory=dict)
    entities: Mapping[str, EntityConfig] = Field(default_factory=dict)


Tier = Literal["free", "told", "confirm", "pin", "never"]
"""What an action needs: nothing, to be told back by name, a yes, the PIN; or it is never done."""

TIERS: Mapping[str, Tier] = {
    "lock:open": "pin",
    "lock:close": "told",
    "alarm_control_panel:open": "pin",
    "alarm_control_panel:close": "told",
    "siren:open": "confirm",
    "valve:open": "confirm",
    "cover.door:open": "confirm",
    "cover.garage:open": "confirm",
    "cover.gate:open": "confirm",
    "cover.window:open": "confirm",
    "cover": "told",
    "climate": "told",
    "water_heater": "told",
    "update": "confirm",
}
"""The tiers of ``[door.tiers]`` where the file does not name another; whatever is not in it is
free."""

TIER_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)?(:(open|close))?")
"""A domain, a domain with a device class, or an entity's id; and what of it."""


@dataclass(frozen=True, config=_FORBID)
class DoorConfig:
    """[door]: what has to be confirmed before it is done."""

    tiers: Mapping[str, Tier] = Field(default_factory=dict)
    openers: tuple[str, ...] = (
        "garage door",
        "gate",
        "door opener",
        "door lock",
        "unlock",
        "garagentor",
        "hoftor",
        "türöffner",
    )
    unattended: tuple[str, ...] = ()
    codes: Mapping[str, str] = Field(default_factory=dict)
    pin_file: str = ""
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    wait_minutes: Positive = 5.0

    def __post_init__(self) -> None:
        for key in self.tiers:
            if not TIER_KEY.fullmatch(key):
                raise ValueError(f"'{key}' is not like lock, cover.garage:open or lock.front_door")
        object.__setattr__(self, "tiers", {**TIERS, **self.tiers})


@dataclass(frozen=True, config=_FORBID)
class RulesConfig:
    """[rules]: what happens by itself; the rules stand in triggers.toml or were said."""

    catch_up_s: Annotated[float, Field(ge=0)] = 3600.0


@dataclass(frozen=True, config=_FORBID)
class MindConfig:
    """[mind]: one conversation turn."""

    deadline_s: Positive = 30.0
    history_turns: Annotated[int, Field(ge=0)] = 4


@dataclass(frozen=True, config=_FORBID)
class MemoryConfig:
    """[memory]: the journal on disk."""

    keep_days: Annotated[int, Field(ge=0)] = 365
    sensor_every_s: Annotated[float, Field(ge=0)] = 1.0


@dataclass(frozen=True, config=_FORBID)
class LogConfig:
    """[log]: what is logged; to the journal under systemd, else to the terminal."""

    level: Literal["debug", "info", "warning", "error"] = "info"


@dataclass(frozen=True, config=_FORBID)
class Config:
    """The whole configuration; each field is a section of hearth.toml."""

    hearth: HearthConfig = Field(default_factory=HearthConfig)
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
    memory: MemoryConfig = Field(default_factory=MemoryConfig)
    log: LogConfig = Field(default_factory=LogConfig)


_ADAPTER = TypeAdapter(Config)


def find(explicit: Path | None = None) -> Path | None:
    """Return the configuration file to use, or None for the built-in defaults.

    Order: ``explicit`` (--config), HEARTH_CONFIG, /etc/hearth/hearth.toml,
    ~/.config/hearth/hearth.toml. A file named by the first two has to exist.
    """
    named = explicit or (Path(env) if (env := os.environ.get("HEARTH_CONFIG")) else None)
    if named is not None:
        return named
    user = platformdirs.user_config_path("hearth") / "hearth.toml"
    return next((p for p in (Path("/etc/hearth/hearth.toml"), user) if p.is_file()), None)


def load(path: Path | None = None) -> Config:
    """Read the configuration file, or return the defaults where ``path`` is None.

    Raises:
        ConfigError: names every fault with file, key, what was expected and a suggestion.
    """
    if path is None:
        return Config()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            (f"{path}: cannot be read ({error.strerror}); check the path",)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError((f"{path}: is not valid TOML: {error}",)) from error
    return parse(data, str(path))


def parse(data: Mapping[str, Any], source: str = "configuration") -> Config:
    """Turn a parsed TOML document into a Config. Raises ConfigError with every fault."""
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        faults = tuple(
            dict.fromkeys(_fault(source, dict(e)) for e in error.errors(include_url=False))
        )
        raise ConfigError(faults) from None


def state_dir() -> Path:
    """Return the state directory: HEARTH_STATE, systemd's STATE_DIRECTORY, or the user's own."""
    for name in ("HEARTH_STATE", "STATE_DIRECTORY"):
        if value := os.environ.get(name):
            return Path(value.split(":")[0])
    return platformdirs.user_state_path("hearth")


_SOCKET_PATH_BYTES = 90
"""A Unix socket's path may have 107 bytes; the rest is for its name."""


def run_dir(state: Path) -> Path:
    """Return the folder for sockets, made for this user alone: ``<state>/run``, or a short path
    in the temporary directory where that one is too long for a socket.

    Raises:
        HearthError: it cannot be made, or belongs to somebody else.
    """
    folder = state / "run"
    if len(os.fsencode(folder)) > _SOCKET_PATH_BYTES:
        mark = hashlib.sha256(os.fsencode(state.absolute())).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"hearth-{os.getuid()}-{mark}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = folder.lstat().st_uid
    except OSError as error:
        raise HearthError(
            f"The directory {folder} cannot be made ({error.strerror}).",
            "Set HEARTH_STATE to a directory that you may write.",
        ) from error
    if owner != os.getuid():
        raise HearthError(f"{folder} belongs to another user.", "Set HEARTH_STATE.")
    return folder


def _fault(source: str, error: Mapping[str, Any]) -> str:
    """Say one fault: file, key, what was expected, and what may have been meant."""
    location = tuple(str(part) for part in error["loc"])
    keys = tuple(
        part
        for part in location
        if not part.startswith(("literal[", "constrained-", "str", "function-"))
    )
    section, key = ".".join(keys[:-1]), keys[-1] if keys else ""
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        close = difflib.get_close_matches(key, _known(keys[:-1]), n=1)
        meant = f"; did you mean '{close[0]}'?" if close else ""
        where = (
            f"unknown key '{key}' in [{section}]" if section else f"unknown section or key '{key}'"
        )
        return f"{source}: {where}{meant}"
    got = error.get("input")
    return f"{source}: [{section}] {key} = {got!r}: {_expected(error)}"


def _expected(error: Mapping[str, Any]) -> str:
    """Say what a value should have been."""
    message = str(error["msg"])
    return message[0].lower() + message[1:]


def _known(section: tuple[str, ...]) -> list[str]:
    """Return the keys that a section knows."""
    kind: Any = Config
    for part in section:
        hint = get_type_hints(kind).get(part) if hasattr(kind, "__dataclass_fields__") else None
        if hint is None and get_args(kind):
            hint = get_args(kind)[-1]
        kind = hint
    return [f.name for f in fields(kind)] if hasattr(kind, "__dataclass_fields__") else []
