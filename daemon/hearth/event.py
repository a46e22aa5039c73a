"""What happened, and what is asked for: frozen values that ride the bus.

A fact is a noun or past participle (``Heard``), a request is a verb (``Say``). Audio does not ride
the bus. ``turn`` ties everything that belongs to one sentence of a person together; it is empty
where no person began it. ``site`` is the room's audio site, as in the Hermes protocol.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hearth.house import EMPTY, Entity

Origin = Literal["microphone", "client", "hearth"]
"""Where a sentence began: at a microphone, at an authenticated client, or with Hearth itself."""

Outcome = Literal["done", "sent", "no_answer", "refused", "unavailable"]
"""How an action ended. ``done`` only after the device echoed it; ``sent`` where no echo exists."""

Need = Literal["", "confirm", "pin", "code", "set_pin", "wait", "person", "never"]
"""What the door of the home wanted where it refused: a yes, Hearth's PIN, the device's own code, a
PIN to be set first, time after too many wrong ones, a person to ask, or nothing that would help."""


class Secret:
    """Words that are neither logged nor kept: only who asks for ``words`` gets them."""

    __slots__ = ("words",)

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.words == self.words

    def __hash__(self) -> int:
        return hash(self.words)


def new_turn() -> str:
    """Return a fresh id for a turn."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every event."""


@dataclass(frozen=True, slots=True)
class RoomEvent(Event):
    """Base of what belongs to one room; ``site`` is the room's audio site."""

    site: str


# --- sense -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a sentence was said, measured from its sound.

    ``pace`` in syllables a second of speech, ``pitch_hz`` the median of the voice's pitch and
    ``pitch_range`` its spread in semitones, ``energy_db`` the loudness below full scale, ``pauses``
    the share of silence within the sentence. What could not be measured is None.
    """

    pace: float | None = None
    pitch_hz: float | None = None
    pitch_range: float | None = None
    energy_db: float | None = None
    pauses: float | None = None


@dataclass(frozen=True, slots=True)
class Woken(RoomEvent):
    """Its name was heard."""

    word: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Hearing(RoomEvent):
    """A partial result: what has been recognised so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard(RoomEvent):
    """A person's finished sentence, from a microphone or from a keyboard.

    ``ended`` is the loop's time (seconds) at which the last sample of speech arrived, and
    ``audio_ms`` the length of the sentence; both are 0 for typed text. The words of the answer to
    a secret question are in ``secret``, and ``text`` is empty. ``because`` tells what said it in
    the place of a person: ``timer:<id>``, ``rule:<id>``; it is empty where a person spoke.
    ``prosody`` is how it was said, where a microphone heard it and it may be noticed.
    """

    text: str
    confidence: float = 1.0
    origin: Origin = "microphone"
    turn: str = field(default_factory=new_turn)
    ended: float = 0.0
    audio_ms: int = 0
    secret: Secret | None = None
    because: str = ""
    prosody: Prosody | None = None


@dataclass(frozen=True, slots=True)
class Unheard(RoomEvent):
    """It was woken, but no words came, or the recognizer failed."""

    reason: Literal["silence", "no_words", "engine"]


@dataclass(frozen=True, slots=True)
class Listen(RoomEvent):
    """Asks the listener to take the next sentence at ``site`` without the wake word.

    The words of a ``secret`` answer (a PIN) are neither kept nor logged. ``after`` is the turn
    whose speech has to end first, so that a question does not hear itself.
    """

    seconds: float = 8.0
    secret: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class SiteSeen(RoomEvent):
    """A microphone sent its first frame, or its first after a long silence."""


# --- mind ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Understood(RoomEvent):
    """The turn was understood by the grammar (``intent``), or given to the model (``""``)."""

    turn: str
    text: str
    intent: str
    slots: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    targets: tuple[str, ...] = ()
    confidence: float = 1.0
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered(RoomEvent):
    """The turn is over; ``text`` is the whole reply that was handed to the voice."""

    turn: str
    text: str
    outcome: Literal["done", "conversation", "failed", "stopped"] = "done"


@dataclass(frozen=True, slots=True)
class Mood(RoomEvent):
    """How a person seems to feel, from their words and, where allowed, their voice.

    ``valence`` and ``arousal`` from -1 to 1; ``feelings`` are names with a confidence from 0 to 1,
    the surest first, and empty where it is uncertain. ``source`` is "told" where the person said
    so, which outweighs the rest.
    """

    turn: str
    valence: float
    arousal: float
    feelings: tuple[tuple[str, float], ...] = ()
    confidence: float = 0.0
    source: Literal["text", "voice", "both", "told"] = "text"

    @property
    def feeling(self) -> str:
        """The surest feeling; empty where it is uncertain."""
        return self.feelings[0][0] if self.feelings else ""


@dataclass(frozen=True, slots=True)
class Crisis(RoomEvent):
    """A person may be in danger; ``on`` until the session is over. Its words are not in here."""

    turn: str
    kind: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Parted(RoomEvent):
    """A person said goodbye or good night: nothing of Hearth's own follows."""


@dataclass(frozen=True, slots=True)
class PersonaSet(Event):
    """Another persona, or another version of it, is in force."""

    persona: str
    version: int
    was: str = ""


@dataclass(frozen=True, slots=True)
class Prompted(RoomEvent):
    """Hearth said a want of its own accord; ``want`` is its key, ``kind`` its kind."""

    want: str
    kind: str


# --- voice -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say(RoomEvent):
    """Asks the voice to say ``text``; ``last`` ends the turn's speech.

    What has no ``turn``, or is ``unasked``, is of Hearth's own accord: not in quiet hours.

    ``urgent`` passes quiet hours (an alarm, an answer to a person is never held back either).
    ``pace`` is faster above 1 and slower below, over the persona's own.
    """

    text: str
    turn: str = ""
    last: bool = True
    urgent: bool = False
    unasked: bool = False
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Hush(RoomEvent):
    """Asks the voice to stop at once and to drop what waits in that room."""

    reason: Literal["barge_in", "stop", "shutdown"] = "stop"


@dataclass(frozen=True, slots=True)
class Speaking(RoomEvent):
    """The first audio of a sentence has left for the speaker."""

    text: str
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Spoken(RoomEvent):
    """A sentence ended; ``said`` is the part that was really heard, shorter when interrupted."""

    text: str
    said: str
    turn: str = ""
    last: bool = True

    @property
    def whole(self) -> bool:
        """Whether it was said to its end."""
        return self.said == self.text


# --- home ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Appeared(Event):
    """A thing announced itself, or announced itself differently."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Vanished(Event):
    """A thing took its announcement back."""

    entity_id: str


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """The state, an attribute or the availability of a thing is different from before.

    ``kept``: it was told by a message that the broker had kept, so it may have happened long ago.
    Of what only happens (an event, a device's button, a tag, a remote control's signal) each
    message is one ``Changed`` from the state None to its kind, even twice the same.
    """

    old: Entity
    new: Entity
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Act(Event):
    """A request to the door of the home: do ``service`` to ``entity_id``.

    Services bear Home Assistant's names without the domain (``turn_on``, ``set_position`` ...),
    ``data`` their parameters (``brightness`` 0 to 255, ``position`` 0 to 100 ...). ``because`` is
    the sentence that asked for it, or begins with ``rule:<id>`` or ``timer:<id>``; ``site`` is
    where it was asked. A confirmation, a PIN or a code is never in here: see ``port.Door``.
    """

    entity_id: str
    service: str
    data: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    turn: str = ""
    origin: Origin = "hearth"
    because: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Published(Event):
    """A command left for the device."""

    entity_id: str
    topic: str
    payload: str
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Acted(Event):
    """How an ``Act`` ended; ``detail`` says why where it was refused or did not arrive, ``need``
    what the door wants before it will do it, ``told`` that the reply has to name it."""

    act: Act
    outcome: Outcome
    before: str | None
    after: str | None
    ms: float
    detail: str = ""
    need: Need = ""
    told: bool = False


# --- rules -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleFired(Event):
    """A rule's trigger came and its conditions held; ``run`` names what it set going.

    ``because`` says in short what the trigger was, ``late_s`` how long ago it should have fired.
    """

    rule: str
    run: str
    because: str = ""
    entity_id: str = ""
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PauseRule(Event):
    """Asks for a rule to rest, or to go on where ``paused`` is false."""

    rule: str
    paused: bool


@dataclass(frozen=True, slots=True)
class RulePaused(Event):
    """A rule was paused (``why``), or goes on again where ``paused`` is false."""

    rule: str
    paused: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModeSet(Event):
    """The house is in another mode than before (``home``, ``night``, ``away``, ``guests`` ...)."""

    mode: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Ask(RoomEvent):
    """Asks a person at ``site`` a question of yes and no; ``Replied`` with its ``id`` follows."""

    text: str
    id: str
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Replied(RoomEvent):
    """The answer to an ``Ask``: yes, no, or None where none came in time."""

    id: str
    yes: bool | None


# --- the daemon itself -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Health(Event):
    """The state of one part, and what a person can do about it."""

    part: str
    state: Literal["starting", "ready", "degraded", "down", "absent"]
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class VolumeSet(RoomEvent):
    """The speech volume of a room, 0 to 100 percent."""

    percent: int


@dataclass(frozen=True, slots=True)
class DeafSet(RoomEvent):
    """From now on nothing is heard in a room, or it is again; without a site, in every room."""

    deaf: bool


@dataclass(frozen=True, slots=True)
class TimerRang(Event):
    """A timer ended; ``late_s`` is how long ago, where it ended while Hearth was away."""

    timer_id: int
    site: str
    name: str
    late_s: float = 0.0
