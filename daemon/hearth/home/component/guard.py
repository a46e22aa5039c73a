"""Things that guard the house: lock, alarm control panel and siren."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jinja2.exceptions import SecurityError

from hearth.home.component.base import (
    NONE,
    CodeError,
    Config,
    Order,
    Reading,
    Values,
    cannot,
    in_state,
    matches,
    number_of,
    text_of,
)
from hearth.home.component.onoff import on_off, toggled
from hearth.home.filters import pattern
from hearth.home.template import Payload
from hearth.house import Entity

_LOCK_STATES = ("jammed", "locked", "locking", "open", "opening", "unlocked", "unlocking")
_ALARM_STATES = frozenset(
    ("disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation",
     "armed_custom_bypass", "pending", "arming", "disarming", "triggered")
)  # fmt: skip
_ARMS = ("arm_home", "arm_away", "arm_night", "arm_vacation", "arm_custom_bypass")
_FEATURES = (*_ARMS, "trigger")
_REMOTE = ("REMOTE_CODE", "REMOTE_CODE_TEXT")


class Lock:
    """``lock``: lock, unlock and open."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("command_topic")
        words: dict[str, Values] = {
            config.text(f"state_{state}", state.upper()): {"state": state} for state in _LOCK_STATES
        }
        words[config.text("payload_reset", NONE)] = {"state": None}
        return config.reading("state_topic", words.get, "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return the form of its code."""
        return {"code_format": config.text("code_format")} if "code_format" in config else {}

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write lock, unlock and open, with the code where it takes one."""
        service = {"turn_on": "lock", "turn_off": "unlock"}.get(service, service)
        if service == "toggle":
            service = "unlock" if entity.state == "locked" else "lock"
        ends = {"lock": ("locked",), "unlock": ("unlocked", "open"), "open": ("open", "unlocked")}
        if service not in ends or (service == "open" and "payload_open" not in config):
            cannot(service)
        if "code_format" in config:
            _fits(config.text("code_format"), str(data.get("code") or ""))
        word = config.text(f"payload_{service}", service.upper())
        sends = config.send("command_topic", word, "command_template", code=data.get("code"))
        blind = config.optimistic or "state_topic" not in config
        return Order(
            sends,
            None if blind else in_state(*ends[service]),
            moving=frozenset(("locking", "unlocking", "opening")),
            assume={"state": ends[service][0]},
        )


def _fits(form: str, code: str) -> None:
    """Raise CodeError for a code that is not of the form, a regular expression."""
    try:
        fits = pattern(form).match(code) is not None
    except (SecurityError, re.error):
        fits = bool(code)
    if not fits:
        raise CodeError("It needs a code." if not code else "The code is not of the right form.")


class Alarm:
    """``alarm_control_panel``: arm in its modes, disarm, trigger."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("command_topic", "state_topic")

        def state(text: str) -> Values | None:
            if text == NONE:
                return {"state": None}
            return {"state": text} if text in _ALARM_STATES else None

        return config.reading("state_topic", state, "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return whether arming needs a code, and of which kind it is."""
        found: dict[str, Any] = {"code_arm_required": False}
        if code := config.text("code"):
            found["code_arm_required"] = config.flag("code_arm_required", True)
            found["code_format"] = "number" if code == _REMOTE[0] or code.isdigit() else "text"
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write arm_*, disarm and trigger, with or without ``alarm_`` before them."""
        del entity
        service = service.removeprefix("alarm_")
        if service != "disarm" and service not in config.texts("supported_features", _FEATURES):
            cannot(service)
        kind = "arm" if service in _ARMS else "disarm" if service == "disarm" else "trigger"
        code = data.get("code")
        if "code" in config and config.flag(f"code_{kind}_required", True):
            own = config.text("code")
            if not code or (own not in _REMOTE and str(code) != own):
                raise CodeError("The code is missing or wrong.")
        word = config.text(f"payload_{service}", service.upper())
        sends = config.send("command_topic", word, "command_template", action=word, code=code)
        wanted = {"disarm": "disarmed", "trigger": "triggered"}.get(
            service, service.replace("arm_", "armed_")
        )
        return Order(sends, in_state(wanted), moving=frozenset(("arming", "pending", "disarming")))


class Siren:
    """``siren``: on and off, with tone, volume and duration."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state, which may be a word or a JSON object."""
        config.need("command_topic")
        words = on_off(config, "state_on", "state_off")
        template = config.template("state_value_template", "value_template")
        if not (topic := config.topic("state_topic")):
            return ()

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            said = Payload(text).json
            if not isinstance(said, dict):
                found: Values | None = words(text)
                return found
            keys = ("tone", "volume_level", "duration")
            state = words(str(said.get("state"))) or {}
            return {**state, **{key: said[key] for key in keys if key in said}}

        return (config.follow(topic, read),)

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its tones."""
        tones = config.texts("available_tones")
        return {"available_tones": tones} if tones else {}

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write turn_on with its data, turn_off and toggle."""
        service = toggled(entity, service)
        if service not in ("turn_on", "turn_off"):
            cannot(service)
        to = service.removeprefix("turn_")
        names: dict[str, Any] = {"state": config.text(f"payload_{to}", to.upper())}
        if to == "on":
            names |= _sound(config, data)
        off = "command_off_template" if config.template("command_off_template") else ""
        template = (off if to == "off" else "") or "command_template"
        if config.template(template) is None:
            text = json.dumps(names, separators=(",", ":"), ensure_ascii=False)
            sends = config.send("command_topic", text)
        else:
            sends = config.send("command_topic", names["state"], template, **names)
            sends = tuple(send for send in sends if send.payload not in ("", NONE))
        blind = config.optimistic or "state_topic" not in config
        return Order(sends, None if blind else matches({"state": to}), assume={"state": to})


def _sound(config: Config, data: Values) -> dict[str, Any]:
    """Return what a siren is told about its sound, in the order it was asked for."""
    tones = config.texts("available_tones")
    found: dict[str, Any] = {}
    for key in data:
        if key == "tone" and tones:
            found[key] = text_of(data, key, tones)
        elif key == "volume_level" and config.flag("support_volume_set", True):
            found[key] = number_of(data, key, 0, 1)
        elif key == "duration" and config.flag("support_duration", True):
            found[key] = round(number_of(data, key, 1, 86_400))
    return found
