"""The configuration: a TOML file in, frozen values out, every fault told at once.

Each section is a frozen dataclass of ``hearth.sections`` whose defaults are those of
``configs/hearth.toml``; a test holds the two together.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import platformdirs
from pydantic import TypeAdapter, ValidationError

from hearth.error import ConfigError, HearthError
from hearth.sections import Config

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
