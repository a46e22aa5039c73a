"""What is said of a thing in, the states of that thing that it means out.

The words for these stand in the sentence files; what they mean for a lock, a cover or a contact is
the same in every language. States and classes are Home Assistant's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hearth.house import Entity

_ANY: tuple[str, ...] = ()
"""No state in particular: whatever it becomes (an event, a button)."""

_OPENINGS = frozenset(("door", "window", "garage_door", "opening"))
_SEEN = frozenset(("motion", "occupancy", "presence", "moving"))
_SWITCHED = frozenset(
    ("light", "switch", "fan", "input_boolean", "siren", "humidifier", "automation", "remote")
)


@dataclass(frozen=True, slots=True)
class Means:
    """For these domains and device classes (None: all) a word means these states."""

    domains: frozenset[str]
    states: tuple[str, ...]
    classes: frozenset[str] | None = None
    attribute: str = ""


def _on(domain: str, *states: str, classes: frozenset[str] | set[str] | None = None) -> Means:
    return Means(frozenset((domain,)), states, None if classes is None else frozenset(classes))


def _sensed(state: str, *classes: str) -> Means:
    return _on("binary_sensor", state, classes=set(classes))


def _doing(*actions: str) -> Means:
    return Means(frozenset(("climate",)), actions, None, "hvac_action")


_NOT_OFF = ("heat", "cool", "heat_cool", "auto", "dry", "fan_only")
_DONE = ("finished", "finish", "done", "complete", "completed", "end", "ended", "ready", "off")

MEANINGS: Mapping[str, tuple[Means, ...]] = {
    "open": (
        _on("binary_sensor", "on", classes=_OPENINGS),
        _on("cover", "opening", "open"),
        _on("valve", "opening", "open"),
        _on("lock", "open", "unlocked"),
        _sensed("on", ""),
    ),
    "closed": (
        _on("binary_sensor", "off", classes=_OPENINGS),
        _on("cover", "closed"),
        _on("valve", "closed"),
        _sensed("off", ""),
    ),
    "on": (
        Means(_SWITCHED, ("on",)),
        _on("media_player", "on", "playing", "paused", "idle", "buffering"),
        _on("climate", *_NOT_OFF),
        _on("water_heater", "on", "eco", "electric", "gas", "heat_pump", "performance"),
        _on("vacuum", "cleaning"),
        _sensed("on", "power", "plug", "running", "heat", "light", "connectivity", ""),
    ),
    "off": (
        Means(_SWITCHED, ("off",)),
        _on("media_player", "off", "standby"),
        _on("climate", "off"),
        _on("water_heater", "off"),
        _on("vacuum", "docked", "idle"),
        _sensed("off", "power", "plug", "running", "heat", "light", ""),
    ),
    "locked": (_on("lock", "locked"), _sensed("off", "lock")),
    "unlocked": (_on("lock", "unlocked", "open"), _sensed("on", "lock")),
    "jammed": (_on("lock", "jammed"),),
    "seen": (_on("binary_sensor", "on", classes=_SEEN),),
    "unseen": (_on("binary_sensor", "off", classes=_SEEN),),
    "wet": (_sensed("on", "moisture"),),
    "dry": (_sensed("off", "moisture"),),
    "smoke": (_sensed("on", "smoke"),),
    "gas": (_sensed("on", "gas", "carbon_monoxide"),),
    "noise": (_sensed("on", "sound"),),
    "shaking": (_sensed("on", "vibration", "moving"),),
    "problem": (_sensed("on", "problem", "tamper", "safety"), _on("vacuum", "error")),
    "alarm": (
        _on("alarm_control_panel", "triggered"),
        _sensed("on", "smoke", "gas", "carbon_monoxide", "moisture", "safety", "tamper"),
        _on("siren", "on"),
    ),
    "armed": (
        _on(
            "alarm_control_panel",
            "armed_home",
            "armed_away",
            "armed_night",
            "armed_vacation",
            "armed_custom_bypass",
        ),
    ),
    "disarmed": (_on("alarm_control_panel", "disarmed"),),
    "rung": (
        Means(frozenset(("event",)), _ANY, frozenset(("doorbell",))),
        _sensed("on", "sound", "occupancy", ""),
        Means(frozenset(("event", "button")), _ANY),
        _on("switch", "on"),
    ),
    "pressed": (
        Means(frozenset(("event", "button", "input_button")), _ANY),
        _sensed("on", ""),
        _on("switch", "on"),
    ),
    "plugged": (_sensed("on", "plug"),),
    "unplugged": (_sensed("off", "plug"),),
    "charging": (_sensed("on", "battery_charging"),),
    "empty": (_sensed("on", "battery"),),
    "running": (
        _sensed("on", "running", "power"),
        _on("vacuum", "cleaning"),
        _on("lawn_mower", "mowing"),
        Means(_SWITCHED, ("on",)),
        _on("media_player", "playing"),
        _on("sensor", "running", "run", "in_use", "washing", "drying"),
    ),
    "finished": (
        _sensed("off", "running", "power"),
        _on("vacuum", "docked", "idle", "returning"),
        _on("lawn_mower", "docked"),
        _on("sensor", *_DONE),
    ),
    "docked": (_on("vacuum", "docked"), _on("lawn_mower", "docked")),
    "playing": (_on("media_player", "playing"),),
    "paused": (_on("media_player", "paused"), _on("vacuum", "paused")),
    "silent": (_on("media_player", "paused", "idle", "off", "standby"),),
    "heating": (_doing("heating", "preheating"),),
    "cooling": (_doing("cooling"),),
    "lost": (
        _sensed("off", "connectivity"),
        Means(frozenset(("*",)), ("unavailable",)),
    ),
    "back": (_sensed("on", "connectivity"),),
    "changed": (Means(frozenset(("*",)), _ANY),),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that is measured: the class of its sensors, and where other things tell it."""

    classes: frozenset[str]
    units: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str], ...] = ()
    hysteresis: float = 0.0
    scale: float = 1.0


def _quantity(
    classes: str,
    units: str = "",
    hysteresis: float = 0.0,
    *attributes: tuple[str, str],
    scale: float = 1.0,
) -> Quantity:
    return Quantity(
        frozenset(classes.split()), frozenset(units.split()), attributes, hysteresis, scale
    )


QUANTITIES: Mapping[str, Quantity] = {
    "temperature": _quantity(
        "temperature",
        "°C °F K",
        0.3,
        ("climate", "current_temperature"),
        ("water_heater", "current_temperature"),
        ("weather", "temperature"),
    ),
    "humidity": _quantity(
        "humidity moisture",
        "",
        2.0,
        ("climate", "current_humidity"),
        ("humidifier", "current_humidity"),
        ("weather", "humidity"),
    ),
    "power": _quantity("power apparent_power", "W kW", 1.0),
    "energy": _quantity("energy", "kWh Wh"),
    "current": _quantity("current", "A mA"),
    "voltage": _quantity("voltage", "V mV"),
    "light": _quantity("illuminance", "lx lux", 5.0),
    "brightness": _quantity("", "", 0.0, ("light", "brightness"), scale=2.55),
    "position": _quantity("", "", 0.0, ("cover", "current_position")),
    "volume": _quantity("", "", 0.0, ("media_player", "volume_level"), scale=0.01),
    "co2": _quantity("carbon_dioxide", "ppm", 25.0),
    "dust": _quantity("pm25 pm10 pm1 aqi volatile_organic_compounds", "µg/m³"),
    "battery": _quantity("battery", "", 1.0),
    "pressure": _quantity("pressure atmospheric_pressure", "hPa mbar bar psi"),
    "wind": _quantity("wind_speed speed", "km/h m/s mph", 0.0, ("weather", "wind_speed")),
    "rain": _quantity("precipitation precipitation_intensity", "mm mm/h"),
    "noise": _quantity("sound_pressure", "dB dBA"),
    "distance": _quantity("distance", "m cm km"),
    "weight": _quantity("weight", "kg g lb"),
    "price": _quantity("monetary", "€/kWh $/kWh"),
}


def states_of(key: str, entity: Entity) -> tuple[int, Means] | None:
    """Return what a word means for one thing, and its rank (0 is the likeliest thing for it)."""
    device_class = str(entity.attributes.get("device_class") or "")
    for rank, means in enumerate(MEANINGS.get(key, ())):
        if entity.domain not in means.domains and "*" not in means.domains:
            continue
        if means.classes is None or device_class in means.classes:
            return rank, means
    return None


def measured_by(quantity: Quantity, entity: Entity) -> tuple[int, str] | None:
    """Return the rank and the attribute ("" for the state) by which a thing tells a quantity."""
    if entity.domain in ("sensor", "number"):
        device_class = str(entity.attributes.get("device_class") or "")
        unit = str(entity.attributes.get("unit_of_measurement") or "")
        if device_class in quantity.classes or (not device_class and unit in quantity.units):
            return int(entity.domain == "number"), ""
        return None
    for domain, attribute in quantity.attributes:
        if entity.domain == domain and attribute in entity.attributes:
            return 2, attribute
    return None
