"""An action in, whether it may be done out: the one place where the home's door decides.

What opens the house or wakes the street is not done yet at all: confirmation and a PIN come with
the risk tiers. Everything else is free, whoever asks.
"""

from __future__ import annotations

from hearth.event import Act
from hearth.house import Entity

_OPENS = frozenset({"unlock", "open", "turn_off", "toggle"})
_ENTRANCES = frozenset({"garage", "gate", "door"})
_CLOSES = frozenset({"close", "close_cover", "turn_off", "stop", "stop_cover"})
_LOUD = frozenset({"turn_on", "toggle"})


def allowed(act: Act, entity: Entity) -> str | None:
    """Return None where the action may be done, else why not, in words for a person."""
    domain, service = entity.domain, act.service
    if domain == "lock" and service in _OPENS:
        return "Unlocking needs a confirmation, which Hearth does not take yet."
    if (
        domain == "cover"
        and entity.attributes.get("device_class") in _ENTRANCES
        and service not in _CLOSES
    ):
        return "Opening an entrance needs a confirmation, which Hearth does not take yet."
    if domain == "alarm_control_panel" and service in ("alarm_disarm", "disarm", "alarm_trigger"):
        return "The alarm needs a code, which Hearth does not take yet."
    if domain == "siren" and service in _LOUD:
        return "A siren needs a confirmation, which Hearth does not take yet."
    return None
