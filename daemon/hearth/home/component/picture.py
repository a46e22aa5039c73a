"""Things that show pictures: image and camera. That there is a new one is known; the picture itself
is neither kept in memory nor written to the journal.

Their topics are followed at QoS 0, whatever their announcement says: a message at QoS 1 is written
to disk before it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from hearth.home.component.base import Config, Reading, Values, static
from hearth.home.component.report import Reporter
from hearth.home.discovery import DiscoveryError
from hearth.home.template import Payload

_MAX_URL = 2048


class Camera(Reporter):
    """``camera``: ``idle`` from its first picture on; later ones cost nothing."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its topic."""
        config.need("topic")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            del this
            return {"state": "idle"} if payload.text else None

        return (_pictures(config, "topic", read),)


class Image(Reporter):
    """``image``: the state is the time of its last picture; its address, where it comes as one."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow the topic of its pictures, or of their addresses."""
        if ("image_topic" in config) == ("url_topic" in config):
            raise DiscoveryError(
                "A discovery payload was not used: it needs 'image_topic' or 'url_topic'."
            )

        def picture(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            del this
            return {"state": _now(config)} if payload.text else None

        def address(text: str) -> Values:
            parts = urlsplit(text) if len(text) <= _MAX_URL else None
            if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
                raise ValueError("the address of the picture makes no sense")
            return {"state": _now(config), "image_url": text}

        if "image_topic" in config:
            return (_pictures(config, "image_topic", picture),)
        return config.reading("url_topic", address, "url_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return the kind of its pictures."""
        return static(config, "content_type")


def _pictures(config: Config, key: str, read: Any) -> Reading:
    return replace(config.follow(config.topic(key), read), qos=0, encoding="")


def _now(config: Config) -> str:
    return config.now().isoformat(timespec="seconds")
