"""Hermes dialogue over MQTT: other programs' requests to speak and listen in, Hearth's facts out.

A text that comes by MQTT is spoken, or answered with what it would mean; it is never carried out as
if a person had said it. Only sound from a microphone can be a command.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hearth.bus import Bus
from hearth.edge.complaint import Complaints
from hearth.edge.hermes.audio import SITE, read_json
from hearth.edge.hermes.audio import Bus as MqttBus
from hearth.error import BrokerError
from hearth.event import (
    Answered,
    Event,
    Health,
    Heard,
    Hush,
    Listen,
    Say,
    Spoken,
    Understood,
    Unheard,
    Woken,
)
from hearth.port import Command, Message

log = logging.getLogger(__name__)

OURS = "hearth"
"""Marks our own ``detected``, so that we do not answer ourselves."""

_LISTEN_S = 8.0
_QUESTION_S = 20.0
"""How long a question may take to be said."""

_ENDINGS = {
    "done": "nominal",
    "conversation": "nominal",
    "failed": "error",
    "stopped": "abortedByUser",
}
_DIALOGUE = "hermes/dialogueManager"
Understand = Callable[[str, str], Awaitable[tuple[Command, ...]]]
"""(text, site) to what it means; moves nothing."""


class _Body(BaseModel):
    """What Hermes' JSON bodies have in common; unknown keys are ignored, wrong types refused."""

    model_config = ConfigDict(strict=True, extra="ignore", populate_by_name=True)

    site: str = Field("default", alias="siteId", pattern=rf"^{SITE.pattern}$")
    session: str | None = Field(None, alias="sessionId", max_length=128)


class _SayBody(_Body):
    text: str = Field(max_length=2000)
    id: str | None = Field(None, max_length=128)


class _ListenBody(_Body):
    pass


class _QueryBody(_Body):
    text: str = Field(alias="input", max_length=500)
    id: str | None = Field(None, max_length=128)


class _Init(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    type: Literal["action", "notification"] = "action"
    text: str | None = Field(None, max_length=2000)


class _StartBody(_Body):
    init: _Init
    custom: str | None = Field(None, alias="customData", max_length=10_000)


class _SessionBody(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", populate_by_name=True)

    session: str = Field(alias="sessionId", max_length=128)
    text: str | None = Field(None, max_length=2000)


_B = TypeVar("_B", bound=BaseModel)


@dataclass
class _Session:
    """A conversation at one site, as Hermes counts it."""

    id: str
    site: str
    custom: str | None = None
    word: str = ""


class HermesDialogue:
    """Joins Hearth's bus to the Hermes topics.

    Args:
        mqtt: The client; subscribed at once.
        bus: Facts are read from it, ``Say``, ``Listen`` and ``Hush`` published on it.
        understand: Tells what a text means (``hermes/nlu/query``).
        stop_listening: Ends a site's present sentence (``Listener.finish``).
        open_ear: Hears a site although it was toggled off (``HermesEars.open``).
    """

    def __init__(
        self,
        mqtt: MqttBus,
        bus: Bus,
        *,
        understand: Understand,
        stop_listening: Callable[[str], None],
        open_ear: Callable[[str, float], None],
        complain: Complaints | None = None,
    ) -> None:
        self._mqtt = mqtt
        self._bus = bus
        self._understand = understand
        self._stop_listening = stop_listening
        self._open_ear = open_ear
        self._complain = complain or Complaints(log)
        self._sessions: dict[str, _Session] = {}
        self._pending: list[tuple[str, str, Callable[[], None]]] = []
        self._inbox = bus.subscribe(
            Woken, Heard, Understood, Unheard, Answered, Spoken, Health, Listen, size=1024
        )
        for topic, handler in (
            ("hermes/tts/say", self._say),
            ("hermes/asr/startListening", self._listen),
            ("hermes/asr/stopListening", self._unlisten),
            ("hermes/nlu/query", self._query),
            ("hermes/hotword/+/detected", self._detected),
            (f"{_DIALOGUE}/startSession", self._start),
            (f"{_DIALOGUE}/continueSession", self._continue),
            (f"{_DIALOGUE}/endSession", self._end),
        ):
            mqtt.subscribe(topic, handler, qos=1)

    async def run(self) -> None:
        """Publish Hearth's facts as Hermes messages until cancelled."""
        async for event in self._inbox:
            await self._tell(event)

    # --- requests in ---------------------------------------------------------------------------

    async def _say(self, message: Message) -> None:
        if body := self._read(message, _SayBody):
            answer = {"id": body.id or "", "siteId": body.site, "sessionId": body.session}
            self._speak(body.site, body.text, lambda: self._post("hermes/tts/sayFinished", answer))

    async def _listen(self, message: Message) -> None:
        if body := self._read(message, _ListenBody):
            self._session(body.site, body.session)
            self._take(body.site)

    async def _unlisten(self, message: Message) -> None:
        if body := self._read(message, _ListenBody):
            self._stop_listening(body.site)

    async def _detected(self, message: Message) -> None:
        """A satellite found its own wake word: the same as ours, without our Woken."""
        data = read_json(message, self._complain)
        if data is None or data.get("origin") == OURS:
            return
        if body := self._read(message, _ListenBody):
            self._bus.publish(Hush(body.site, "barge_in"))
            self._session(body.site, body.session, message.topic.split("/")[2])
            self._take(body.site)

    async def _query(self, message: Message) -> None:
        if (body := self._read(message, _QueryBody)) is None:
            return
        answer = {"input": body.text, "id": body.id, "siteId": body.site, "sessionId": body.session}
        commands = await self._understand(body.text, body.site)
        if not commands:
            self._post("hermes/nlu/intentNotRecognized", answer)
        for command in commands:
            topic = f"hermes/intent/{command.intent}"
            slots = _slots(command.slots)
            self._post(topic, answer | _intent(command.intent, command.confidence, slots))

    async def _start(self, message: Message) -> None:
        if (body := self._read(message, _StartBody)) is None:
            return
        session = self._session(body.site, uuid.uuid4().hex, custom=body.custom)
        if body.init.type == "notification":
            self._speak(body.site, body.init.text or "", lambda: self._finish(session, "nominal"))
        elif body.init.text:
            self._speak(body.site, body.init.text, lambda: self._take(body.site))
        else:
            self._take(body.site)

    async def _continue(self, message: Message) -> None:
        if body := self._read(message, _SessionBody):
            session = self._find(body.session)
            if session is None:
                self._complain.add("unknown_session", "hermes: no such session", body.session)
            elif body.text:
                self._speak(session.site, body.text, lambda: self._take(session.site))
            else:
                self._take(session.site)

    async def _end(self, message: Message) -> None:
        if body := self._read(message, _SessionBody):
            session = self._find(body.session)
            if session is None:
                self._complain.add("unknown_session", "hermes: no such session", body.session)
            elif body.text:
                self._speak(session.site, body.text, lambda: self._finish(session, "nominal"))
            else:
                self._stop_listening(session.site)
                self._finish(session, "nominal")

    def _read(self, message: Message, kind: type[_B]) -> _B | None:
        if message.retained:
            self._complain.add("malformed", "hermes: a retained request", message.topic)
            return None
        if (data := read_json(message, self._complain)) is None:
            return None
        # Absent and null are the same to every Hermes program.
        try:
            return kind.model_validate({k: v for k, v in data.items() if v is not None})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            what = f"{message.topic} {first['loc']} {first['msg']}"
            self._complain.add("malformed", "hermes: a request is wrong", what)
            return None

    # --- speaking and listening ----------------------------------------------------------------

    def _speak(self, site: str, text: str, then: Callable[[], None]) -> None:
        """Ask the voice; ``then`` is called when it has spoken (or kept its quiet hours)."""
        clean = " ".join(text.split())
        if not clean:
            then()
            return
        self._pending.append((site, clean, then))
        del self._pending[:-256]
        self._bus.publish(Say(site, clean))

    def _take(self, site: str) -> None:
        self._open_ear(site, _LISTEN_S)
        self._bus.publish(Listen(site, _LISTEN_S))

    # --- sessions ------------------------------------------------------------------------------

    def _session(
        self, site: str, session_id: str | None = None, word: str = "", custom: str | None = None
    ) -> _Session:
        """Begin a session at a site, ending the one before."""
        before = self._sessions.get(site)
        if before and before.id == session_id:
            return before
        if before:
            self._finish(before, "abortedByUser")
        session = _Session(session_id or uuid.uuid4().hex, site, custom, word)
        self._sessions[site] = session
        body = {"sessionId": session.id, "siteId": site, "customData": custom}
        self._post(f"{_DIALOGUE}/sessionStarted", body)
        return session

    def _find(self, session_id: str) -> _Session | None:
        return next((s for s in self._sessions.values() if s.id == session_id), None)

    def _finish(self, session: _Session, reason: str) -> None:
        if self._sessions.get(session.site) is not session:
            return
        del self._sessions[session.site]
        body = {
            "sessionId": session.id,
            "siteId": session.site,
            "customData": session.custom,
            "termination": {"reason": reason},
        }
        self._post(f"{_DIALOGUE}/sessionEnded", body)

    # --- facts out -----------------------------------------------------------------------------

    async def _tell(self, event: Event) -> None:
        match event:
            case Woken(site=site, word=word, score=score):
                session = self._session(site, word=word)
                name = "".join(c if c.isalnum() else "_" for c in word) or "default"
                body = {"modelId": word, "currentSensitivity": score, "origin": OURS}
                self._post(f"hermes/hotword/{name}/detected", body | _ids(session))
            case Listen(after=turn) if turn:  # a question of Hearth's own
                self._open_ear(event.site, event.seconds + _QUESTION_S)
            case Heard(origin="microphone", secret=None):
                body = {
                    "text": event.text,
                    "likelihood": event.confidence,
                    "seconds": event.audio_ms / 1000,
                    "wakewordId": self._present(event.site).word or None,
                    "asrTokens": None,
                }
                self._post("hermes/asr/textCaptured", body | _ids(self._present(event.site)))
            case Understood(intent=""):
                body = {"input": event.text} | _ids(self._present(event.site))
                self._post("hermes/nlu/intentNotRecognized", body)
            case Understood():
                slots = _slots(event.slots)
                body = _intent(event.intent, event.confidence, slots) | {"input": event.text}
                body |= _ids(self._present(event.site))
                self._post(f"hermes/intent/{event.intent}", body)
            case Unheard(site=site, reason=reason):
                self._finish(self._present(site), "error" if reason == "engine" else "timeout")
            case Answered(site=site, outcome=outcome):
                self._finish(self._present(site), _ENDINGS[outcome])
            case Spoken(site=site, text=text):
                self._spoken(site, text)
            case Health(state="down", part=part) if part not in ("mqtt", "broker"):
                body = {"error": event.detail, "context": event.remedy, "siteId": "default"}
                self._post(f"hermes/error/{part.replace('/', '_')}", body)

    def _spoken(self, site: str, text: str) -> None:
        for pending in self._pending:
            if pending[:2] == (site, text):
                self._pending.remove(pending)
                pending[2]()
                return

    def _present(self, site: str) -> _Session:
        """Return the site's session; a sentence without a wake word begins one."""
        return self._sessions.get(site) or self._session(site)

    def _post(self, topic: str, body: dict[str, Any]) -> None:
        """Publish without waiting; while the broker is away there is nobody to tell."""
        task = asyncio.ensure_future(self._mqtt.publish(topic, json.dumps(body)))
        task.add_done_callback(self._posted)

    def _posted(self, task: asyncio.Future[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            kind = "away" if isinstance(error, BrokerError) else "malformed"
            self._complain.add(kind, "hermes: not published", error, logging.INFO)


def _ids(session: _Session) -> dict[str, Any]:
    return {"siteId": session.site, "sessionId": session.id}


def _intent(name: str, confidence: float, slots: list[dict[str, Any]]) -> dict[str, Any]:
    return {"intent": {"intentName": name, "confidenceScore": confidence}, "slots": slots}


def _slots(slots: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "entity": name,
            "slotName": name,
            "rawValue": str(value),
            "value": {"kind": "Unknown", "value": value if _plain(value) else str(value)},
        }
        for name, value in slots.items()
    ]


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
