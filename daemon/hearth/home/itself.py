"""Hearth's own facts in, Hearth as a device of the house out, by MQTT discovery.

Any hub on the broker shows it: what it is doing in each room, a text that it is made to say, and a
switch that makes it deaf. The words that it hears and says are told only where the person wants
that (``publish_words``): whoever may read the broker could read along. The answer to a secret
question is never told. Nothing that comes here is a command: a text is said, never obeyed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from hearth.bus import Bus
from hearth.error import BrokerError
from hearth.event import (
    Answered,
    DeafSet,
    Event,
    Heard,
    Listen,
    Say,
    SiteSeen,
    Speaking,
    Spoken,
    Unheard,
    Woken,
)
from hearth.home.discovery import ITSELF
from hearth.home.naming import clean, slug, unique
from hearth.keep import Settings
from hearth.port import Message, Publisher, Subscriber

log = logging.getLogger(__name__)

DEAF = "deaf/"
"""That a room is deaf is kept as the setting ``deaf/<site>``; without a site it is all of them."""

TOLD = "itself.told"
"""The setting that says under which topic Hearth has announced itself."""

STATES = ("idle", "listening", "thinking", "speaking")
MAX_SITES = 32
MAX_TEXT = 255
"""The longest state and text, in characters, as Home Assistant limits them."""


def deaf_sites(settings: Mapping[str, str]) -> frozenset[str]:
    """Return the sites that were made deaf and not heard since; an empty one is all of them."""
    return frozenset(
        k.removeprefix(DEAF) for k, v in settings.items() if k.startswith(DEAF) and v == "ON"
    )


def status_topic(client_id: str) -> str:
    """Return where ``online`` stands, and ``offline`` by the last will."""
    return f"hearth/{client_id}/status"


class Itself:
    """Announces Hearth, follows its own facts, and takes what it is asked to say.

    Args:
        client_id: Hearth's name on the broker; two Hearths are two devices.
        name: What it calls itself.
        prefix: The discovery prefix.
        sites: The rooms that are known from the start; others are added when they are heard.
        words: Whether what is heard and said is told.
        enabled: Where not, an earlier announcement is taken back.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        client_id: str,
        name: str,
        prefix: str,
        sites: Iterable[str],
        words: bool,
        enabled: bool,
        settings: Mapping[str, str],
        store: Settings,
        publisher: Publisher,
        subscriber: Subscriber,
    ) -> None:
        self._bus = bus
        self._inbox = bus.subscribe(
            SiteSeen, Woken, Listen, Heard, Unheard, Answered, Say, Speaking, Spoken, DeafSet,
            size=1024,
        )  # fmt: skip
        self._base, self._name, self._words = f"hearth/{client_id}", name, words
        self._status = status_topic(client_id)
        self._id = f"hearth_{slug(client_id)}"
        self._topic = f"{prefix}/device/{self._id}/config"
        self._enabled, self._told = enabled, settings.get(TOLD, "")
        self._store, self._publisher = store, publisher
        self._ids: dict[str, str] = {}
        self._turns: dict[str, str] = {}
        self._deaf = set(deaf_sites(settings))
        self._facts: dict[str, str] = {f"{self._base}/deaf": _on("" in self._deaf)}
        for site in sites:
            self._add(site)
        if enabled:
            for topics in ("say", "say/+", "deaf/set", "deaf/+/set"):
                subscriber.subscribe(f"{self._base}/{topics}", self._asked)

    async def connected(self) -> None:
        """Announce everything anew: the broker may have forgotten it."""
        if not self._enabled:
            if self._told:
                await self._send(self._told, "", qos=1)
                await self._store.put(TOLD, "")
            return
        await self._announce()
        await self._send(self._status, "online", qos=1)
        for topic, payload in list(self._facts.items()):
            await self._send(topic, payload)

    async def run(self) -> None:
        """Tell what happens until cancelled; then say that it is gone."""
        try:
            while True:
                event = await self._inbox.get()
                if self._enabled:
                    await self._follow(event)
        finally:
            if self._enabled:
                await self._send(self._status, "offline")

    # --- its own facts -------------------------------------------------------------------------

    async def _follow(self, event: Event) -> None:
        site = str(getattr(event, "site", ""))
        if site and site not in self._ids and len(self._ids) < MAX_SITES:
            self._add(site)
            await self._announce()
            await self._tell(f"deaf/{site}", _on(site in self._deaf))
        match event:
            case SiteSeen():
                await self._state(site, "idle")
            case Woken() | Listen(after=""):
                await self._state(site, "listening")
            case Heard():
                await self._state(site, "thinking")
                if self._words and event.text and event.secret is None:
                    await self._tell(f"heard/{site}", clean(event.text)[:MAX_TEXT])
            case Speaking():
                await self._state(site, "speaking")
            case Spoken():
                if self._words and event.said:
                    before = self._turns.get(site) == event.turn and event.turn
                    told = self._facts.get(f"{self._base}/said/{site}", "") if before else ""
                    await self._tell(f"said/{site}", f"{told} {event.said}".strip()[:MAX_TEXT])
                self._turns[site] = event.turn
                if event.last or not event.whole:
                    await self._state(site, "idle")
            case Unheard():
                await self._state(site, "idle")
            case Answered() if not event.text:
                await self._state(site, "idle")
            case DeafSet():
                (self._deaf.add if event.deaf else self._deaf.discard)(site)
                await self._tell(f"deaf/{site}" if site else "deaf", _on(event.deaf))

    async def _state(self, site: str, state: str) -> None:
        await self._tell(f"state/{site}", state)

    async def _tell(self, topic: str, payload: str) -> None:
        """Send what is new; it is sent again after each connection."""
        topic = f"{self._base}/{topic}"
        if topic.startswith(f"{self._base}/state/") and self._facts.get(topic) == payload:
            return
        self._facts[topic] = payload
        await self._send(topic, payload)

    async def _send(self, topic: str, payload: str, qos: int = 0) -> None:
        try:
            await self._publisher.publish(topic, payload, qos=qos, retain=True)
        except BrokerError as error:
            log.debug("not told: %s", error)

    # --- what it is asked ----------------------------------------------------------------------

    async def _asked(self, message: Message) -> None:
        """Say a text, or go deaf or hear again; what the broker kept from before is past."""
        if message.retained:
            return
        what, *rest = message.topic.removeprefix(f"{self._base}/").split("/")
        text = message.payload.decode("utf-8", "replace")
        if what == "say":
            site = rest[0] if rest else next(iter(self._ids), "")
            if site in self._ids and (words := clean(text[:MAX_TEXT])):
                self._bus.publish(Say(site, words))
        elif text in ("ON", "OFF"):
            site = rest[0] if len(rest) > 1 else ""
            if not site or site in self._ids:
                await self._store.put(DEAF + site, text)
                self._bus.publish(DeafSet(site, text == "ON"))

    # --- its announcement ----------------------------------------------------------------------

    def _add(self, site: str) -> None:
        self._ids[site] = unique(slug(site), set(self._ids.values()))
        self._facts[f"{self._base}/deaf/{site}"] = _on(site in self._deaf)
        self._facts.setdefault(f"{self._base}/state/{site}", "idle")

    async def _announce(self) -> None:
        payload = json.dumps(self.announcement(), ensure_ascii=False, separators=(",", ":"))
        await self._send(self._topic, payload, qos=1)
        if self._told != self._topic:
            if self._told:
                await self._send(self._told, "", qos=1)
            self._told = self._topic
            await self._store.put(TOLD, self._topic)

    def announcement(self) -> dict[str, Any]:
        """Return the payload of its device discovery."""
        parts = {"say": self._text("Say", "say"), "deaf": self._switch("Deaf", "deaf")}
        for site, id_ in self._ids.items():
            room = site.replace("_", " ").replace("-", " ").capitalize()
            state = self._sensor(f"{room} state", f"state/{site}", "mdi:account-voice")
            parts[f"state_{id_}"] = state | {"device_class": "enum", "options": list(STATES)}
            parts[f"say_{id_}"] = self._text(f"{room} say", f"say/{site}")
            parts[f"deaf_{id_}"] = self._switch(f"{room} deaf", f"deaf/{site}")
            for kind in ("heard", "said"):
                part: dict[str, Any] = {"p": "sensor"}  # alone it takes an earlier one back
                if self._words:
                    part = self._sensor(f"{room} last {kind}", f"{kind}/{site}", "mdi:text")
                parts[f"{kind}_{id_}"] = part
        for id_, part in parts.items():
            if len(part) > 1:
                part["uniq_id"] = f"{self._id}_{id_}"
        return {
            "dev": {"ids": [self._id], "name": self._name, "mf": "Hearth", "mdl": "Hearth"},
            "o": {"name": ITSELF},
            "avty_t": self._status,
            "cmps": parts,
        }

    def _text(self, name: str, topic: str) -> dict[str, Any]:
        command = f"{self._base}/{topic}"
        return {"p": "text", "name": name, "ic": "mdi:bullhorn", "max": MAX_TEXT, "cmd_t": command}

    def _switch(self, name: str, topic: str) -> dict[str, Any]:
        state = f"{self._base}/{topic}"
        return {"p": "switch", "name": name, "cmd_t": f"{state}/set", "stat_t": state}

    def _sensor(self, name: str, topic: str, icon: str) -> dict[str, Any]:
        return {"p": "sensor", "name": name, "ic": icon, "stat_t": f"{self._base}/{topic}"}


def _on(value: bool) -> str:
    return "ON" if value else "OFF"
