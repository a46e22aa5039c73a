"""Lights: what their three schemas have in common, and the choice of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from hearth.home import color
from hearth.home.component import light_json, light_template, light_topics
from hearth.home.component.base import Config, Order, Reading, Send, Values, cannot, matches
from hearth.home.component.lightdata import COLDEST, WARMEST, wanted
from hearth.home.component.onoff import toggled
from hearth.home.discovery import DiscoveryError
from hearth.house import Entity


class _Schema(Protocol):
    """What the module of a schema holds."""

    def modes(self, config: Config) -> tuple[str, ...]: ...
    def echoed(self, config: Config) -> tuple[str, ...]: ...
    def mute(self, config: Config) -> bool: ...
    def readings(self, config: Config) -> tuple[Reading, ...]: ...
    def on(self, config: Config, entity: Entity, want: Values) -> tuple[Send, ...]: ...
    def off(self, config: Config, data: Values) -> tuple[Send, ...]: ...


_SCHEMAS: Mapping[str, _Schema] = {
    "basic": light_topics,
    "default": light_topics,
    "json": light_json,
    "template": light_template,
}


class Light:
    """``light`` in the schemas ``default`` (``basic``), ``json`` and ``template``."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow what the schema follows."""
        return _schema(config).readings(config)

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return colour modes, effects and the range of whites."""
        found: dict[str, Any] = {"supported_color_modes": _schema(config).modes(config)}
        if "effect_list" in config:
            found["effect_list"] = config.texts("effect_list")
        if {"color_temp", "rgbww"} & set(found["supported_color_modes"]):
            low, high = kelvin_range(config)
            found |= {"min_color_temp_kelvin": low, "max_color_temp_kelvin": high}
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write turn_on with its data, turn_off and toggle."""
        service = toggled(entity, service)
        schema = _schema(config)
        if service == "turn_on":
            want = wanted(entity, data)
            if 0 in (want.get("brightness"), want.get("white")):
                service = "turn_off"
        if service == "turn_off":
            sends = schema.off(config, data)
            expected: dict[str, Any] = {"state": "off"}
        elif service == "turn_on":
            sends = schema.on(config, entity, want)
            expected = {"state": "on"} | {k: want[k] for k in schema.echoed(config) if k in want}
        else:
            cannot(service)
        blind = config.optimistic or schema.mute(config)
        return Order(sends, None if blind else matches(expected), assume=expected)


def kelvin_range(config: Config) -> tuple[int, int]:
    """Return the lowest and the highest colour temperature, in kelvin; mired come first."""
    low, high = config.number("min_mireds", 0), config.number("max_mireds", 0)
    return (
        color.mired_to_kelvin(high) if high > 0 else config.whole("min_kelvin", WARMEST),
        color.mired_to_kelvin(low) if low > 0 else config.whole("max_kelvin", COLDEST),
    )


def _schema(config: Config) -> _Schema:
    name = config.text("schema", "basic")
    if (schema := _SCHEMAS.get(name)) is None:
        raise DiscoveryError(f"A discovery payload was not used: no light schema {name[:40]!r}.")
    config.need("command_topic")
    return schema
