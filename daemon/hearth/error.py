"""Errors that say what happened and what to do about it."""

from __future__ import annotations


class HearthError(Exception):
    """Base of every error that Hearth raises on purpose.

    Args:
        what: One sentence that names what happened.
        remedy: One sentence that says what a person can do; may be empty.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class ConfigError(HearthError):
    """The configuration is wrong; ``faults`` names every fault, not only the first."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class MissingError(HearthError):
    """Something that has to be installed or fetched first is not there."""


class EngineError(HearthError):
    """A recognizer, model, voice or wake word engine failed or did not answer in time."""


class BrokerError(HearthError):
    """The MQTT broker refused, is not reachable, or could not be started."""
