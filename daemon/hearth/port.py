"""The ports: what Hearth needs from outside, each named for what it does for us.

``edge/`` fills them with real libraries, tests with fakes. A port has one to three methods.
PCM is always 16-bit signed little-endian mono; ``RATE_HZ`` is what ears hear.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any, Literal, Protocol

from hearth.event import Act, Acted, Heard, Origin, Say
from hearth.house import EMPTY, House

RATE_HZ = 16_000
"""Sample rate of everything that Hearth hears, in hertz."""


# --- values ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pcm:
    """A piece of sound: 16-bit signed little-endian mono samples at ``rate_hz``."""

    data: bytes
    rate_hz: int = RATE_HZ

    def __post_init__(self) -> None:
        if len(self.data) % 2 or self.rate_hz <= 0:
            raise ValueError("PCM needs whole 16-bit samples and a positive rate")

    @property
    def ms(self) -> float:
        """Its length in milliseconds."""
        return len(self.data) / 2 / self.rate_hz * 1000


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recognizer made of a sentence; ``confidence`` from 0 to 1."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message. ``retained`` is true for what the broker kept from before."""

    topic: str
    payload: bytes
    qos: int = 0
    retained: bool = False
    properties: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a command is to be done, where that is not now, and for how long it is to hold.

    At most one of ``after_s`` (seconds from now), ``at`` (the next time that the clock shows it)
    and ``sun`` is set; with none of them the command begins now. ``offset_s`` moves the sun's
    event: "half an hour before sunset" is -1800. ``half_day`` says that ``at`` was told without
    its half of the day ("at seven"): twelve hours later fits as well, whichever comes first.
    ``days_ahead`` (0 is today, 1 tomorrow) and ``weekday`` (0 is Monday, the next one) tell the
    day of ``at`` or ``sun`` where one was said. It holds for ``for_s`` seconds, or ``until``
    another moment, and is undone then; with neither it stays.
    """

    after_s: float = 0.0
    at: time | None = None
    sun: Literal["", "sunrise", "sunset", "dawn", "dusk"] = ""
    offset_s: float = 0.0
    for_s: float = 0.0
    half_day: bool = False
    days_ahead: int | None = None
    weekday: int | None = None
    until: Schedule | None = None

    def __post_init__(self) -> None:
        if (self.after_s > 0) + (self.at is not None) + bool(self.sun) > 1:
            raise ValueError("a schedule begins in one way")
        if self.after_s < 0 or self.for_s < 0:
            raise ValueError("a schedule does not lie in the past")
        if self.for_s and self.until is not None:
            raise ValueError("a schedule ends in one way")


@dataclass(frozen=True, slots=True)
class Command:
    """What the grammar understood: an intent, its slots and the entities that it is about.

    ``said`` holds the words that filled a slot, for the reply; ``choices`` the entities that fit
    equally well where a person has to choose (``targets`` is empty then). With a ``schedule`` it is
    carried out later, or undone later.
    """

    intent: str
    slots: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    targets: tuple[str, ...] = ()
    confidence: float = 1.0
    response: str = "default"
    language: str = "en"
    said: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    choices: tuple[str, ...] = ()
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is to be said: a ``voice`` of the engine (empty: the configured one), and the
    ``pace`` as a factor of the configured one."""

    voice: str = ""
    pace: float = 1.0


PLAIN = Manner()
"""The configured voice at its configured pace."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that the language model wrote, whole; ``score`` is the mean log probability of its
    tokens."""

    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a conversation with the language model.

    What is ``lasting`` stands at the beginning, is the same in every prompt and holds nothing that
    a person said: only of such messages is what the model made of them kept on disk.
    """

    role: Literal["system", "user", "assistant"]
    text: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer: running until ``ends`` (aware), or paused with ``remaining_s`` seconds left.

    ``command`` is the sentence to carry out when it ends, and ``origin`` where that was said.
    """

    id: int
    name: str
    site: str
    seconds: float
    ends: datetime | None = None
    remaining_s: float | None = None
    command: str = ""
    origin: Origin = "microphone"

    def __post_init__(self) -> None:
        if (self.ends is None) == (self.remaining_s is None):
            raise ValueError("a timer either runs or is paused")

    def with_id(self, timer_id: int) -> Timer:
        """Return the same timer under the id that the store gave it."""
        return replace(self, id=timer_id)

    def left_s(self, now: datetime) -> float:
        """Return the seconds left; negative when it should have rung already."""
        return (self.ends - now).total_seconds() if self.ends else self.remaining_s or 0.0


# --- ports -----------------------------------------------------------------------------------


class Clock(Protocol):
    """Tells the calendar's time."""

    def now(self) -> datetime:
        """Return the present moment, aware of its zone."""


class Recognizer(Protocol):
    """Speech in, words out."""

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        """Read 16 kHz PCM until ``audio`` ends and return the words.

        ``partial`` is called with what is known so far. Raises EngineError when the engine failed.
        """


@dataclass(frozen=True, slots=True)
class Find:
    """A wake word was found. ``end`` is the sample at which it ended, as counted by ``feed``."""

    word: str
    score: float
    end: int


class Spotter(Protocol):
    """Finds a wake word in one site's sound; it tells its finds to the callback it was built with.

    ``always`` says whether it takes every piece, or only those in which someone may be speaking.
    """

    always: bool

    def feed(self, pcm: bytes, at: int) -> None:
        """Take the next 16 kHz PCM, whose first sample is number ``at`` of that site."""

    def reset(self) -> None:
        """The stretch of speech is over: what comes next does not follow on."""

    def close(self) -> None:
        """Release what it holds; it is fed no more."""


class Mouth(Protocol):
    """Words in, sound out."""

    def synthesize(self, text: str, manner: Manner = PLAIN) -> AsyncGenerator[Pcm, None]:
        """Yield the sound of one sentence piece by piece. Raises EngineError."""


class Called(Protocol):
    """The names that Hearth wakes on."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that it wakes on at present."""

    def answer_to(self, name: str) -> Literal["now", "soon", "restart", "never"]:
        """Wake on one more name; return from when: at once, when it is learned, or not before
        Hearth is started again."""


class Loudspeaker(Protocol):
    """Plays sound in one room or several."""

    async def play(
        self, site: str, sound: AsyncIterator[Pcm], started: Callable[[], None]
    ) -> float:
        """Play to the end and return the milliseconds that were heard.

        ``started`` is called when the first sound leaves. Cancelling stops the sound within 200 ms;
        raises MissingError where the room has no speaker, EngineError where it does not answer.
        """


class Thinker(Protocol):
    """The language model. It returns text and has no hand on any door."""

    def think(self, messages: Sequence[ChatMessage], max_tokens: int) -> AsyncGenerator[str, None]:
        """Stream the reply in pieces of text. Closing the iterator stops the model.

        Raises EngineError when the model is not there or failed.
        """


class Drafter(Protocol):
    """The language model, asked for several replies at once."""

    def draft(
        self, messages: Sequence[ChatMessage], most: int, max_tokens: int, sentences: int = 2
    ) -> AsyncGenerator[Draft, None]:
        """Yield up to ``most`` different replies, each when it is whole: the model has ended it, or
        it has ``sentences`` sentences. What ``max_tokens`` cut off is left out, unless nothing is
        whole. Closing the iterator stops them all.

        Raises EngineError when the model is not there or failed.
        """

    async def prepare(self, messages: Sequence[ChatMessage]) -> None:
        """Have a prompt, or its beginning, read before it is needed; it gives way to a reply that
        is asked for meanwhile, and what was read is not lost. Raises EngineError."""


class Converser(Protocol):
    """Talks: what no skill answers."""

    def reply(self, heard: Heard, dialogue: Sequence[tuple[str, str]]) -> AsyncGenerator[Say, None]:
        """Yield the reply's sentences as each can be said.

        ``dialogue`` are the last turns of the room as (person, Hearth). Raises EngineError where
        there is no model and nothing else to say.
        """

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """Get ready for a sentence that is still being said: ``text`` is what is known of it.

        It is empty where nothing is said yet. Nothing depends on it but how soon the reply comes.
        It is cancelled when more is known. Raises EngineError.
        """


class Understander(Protocol):
    """Words in, commands out, in milliseconds and without a language model."""

    async def understand(
        self, text: str, house: House, area: str | None, lately: tuple[Command, ...]
    ) -> tuple[Command, ...]:
        """Return the commands in the order they were said; empty where nothing was understood.

        ``area`` is the id of the area in which the person speaks, or None; ``lately`` what was
        understood last in that room, for "it" and "the other one too".
        """


class Encoder(Protocol):
    """Sentences in, what they mean as vectors out."""

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one vector of length 1 for each text. Raises EngineError where it is not there."""


class Phraser(Protocol):
    """Turns what was done into a sentence."""

    def respond(self, command: Command, house: House, values: Mapping[str, Any]) -> str:
        """Return the reply to a command; ``values`` are what the reply may name."""

    def phrase(self, key: str, **values: object) -> str:
        """Return one of Hearth's own sentences (``errors.no_answer`` ...) in its language."""


class Home(Protocol):
    """What the house is like now, and the one door through which it is moved."""

    def house(self) -> House:
        """Return the present snapshot."""

    async def act(self, act: Act) -> Acted:
        """Carry out one action and say how it ended; never raises for a device that fails."""


class Door(Home, Protocol):
    """The door of the home for those who can ask a person."""

    async def confirm(
        self, refused: Sequence[Acted], answer: Heard, code: str = ""
    ) -> tuple[Acted, ...]:
        """Carry out what was refused with a ``need``, because a person has answered the question.

        ``answer`` is what the person said, and ``code`` the digits in it; only an answer from a
        microphone or an authenticated client, in the room that asked, opens the door, within a
        minute and once. A wrong PIN is refused with the same ``need``, which may be tried again.
        """


class Publisher(Protocol):
    """Sends MQTT messages."""

    async def publish(
        self, topic: str, payload: bytes | str, *, qos: int = 0, retain: bool = False
    ) -> None:
        """Send one message; at QoS 1 it returns after the broker's acknowledgement.

        Raises BrokerError when the broker is away and the message could not be accepted.
        """


class Subscriber(Protocol):
    """Receives MQTT messages."""

    def subscribe(
        self, topic_filter: str, handler: Callable[[Message], Awaitable[None]], *, qos: int = 0
    ) -> None:
        """Call ``handler`` for each message that matches, now and after each reconnection.

        A handler that raises is logged and counted; it never ends the connection. At QoS 1 the
        message is acknowledged only after the journal has it on disk and the handler returned.
        """

    def unsubscribe(self, topic_filter: str, handler: Callable[[Message], Awaitable[None]]) -> None:
        """Stop calling ``handler`` for that filter; nothing happens where it was not subscribed."""


class Expecting(Protocol):
    """A recognizer that hears better what it expects."""

    async def expect(self, names: Sequence[str], terms: Sequence[str]) -> None:
        """Learn the names of things, and of areas and floors. Raises EngineError."""
