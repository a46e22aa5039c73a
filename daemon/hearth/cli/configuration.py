"""`hearth config`: the configuration that is in effect."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import tomli_w
import typer

from hearth import config
from hearth.cli.common import AsJson, ConfigPath, load, out, print_json, told
from hearth.config import state_dir
from hearth.sections import Config

Changed = Annotated[bool, typer.Option("--changed", help="Only what differs from the defaults.")]


def show(path: ConfigPath = None, changed: Changed = False, as_json: AsJson = False) -> None:
    """Print the configuration that is in effect, and where it comes from.

    Example: hearth config --changed

    Exit codes: 0, or 78 where the configuration is wrong; then every fault is named.
    """
    with told():
        source = config.find(path)
        values = plain(load(path))
    if changed:
        values = difference(values, plain(Config()))
    if as_json:
        print_json({"file": str(source or ""), "state": str(state_dir()), "values": values})
        return
    origin = f"from {source}" if source else "built-in defaults; no file was found"
    out.print(f"# {origin}\n# state directory: {state_dir()}\n", markup=False, highlight=False)
    out.print(tomli_w.dumps(values), markup=False, highlight=False, soft_wrap=True)


def plain(value: Config) -> dict[str, Any]:
    """Return a configuration as TOML's own types; what is None is left out."""

    def clean(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: clean(inner) for key, inner in item.items() if inner is not None}
        if isinstance(item, list | tuple):
            return [clean(inner) for inner in item]
        return item

    cleaned: dict[str, Any] = clean(asdict(value))
    return cleaned


def difference(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are not the defaults, section by section."""
    changed = {
        section: {key: item for key, item in keys.items() if item != defaults[section].get(key)}
        for section, keys in values.items()
    }
    return {section: keys for section, keys in changed.items() if keys}
