"""Everything outside that the rooms need, handed in as one value.

The daemon fills it with real edges, a story with fakes on virtual time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hearth.agenda import Diary
from hearth.home.pin import Pin
from hearth.memory.store import Store
from hearth.mind.answers import Answers
from hearth.mind.setup.hours import Moments
from hearth.port import (
    Called,
    Clock,
    Drafter,
    Encoder,
    Expecting,
    Loudspeaker,
    Mouth,
    Phraser,
    Publisher,
    Recognizer,
    Subscriber,
    Thinker,
    Understander,
)
from hearth.sense.endpoint import Voice
from hearth.sense.listener import Complain
from hearth.sense.microphone import SpotterFactory


@dataclass(frozen=True)
class Ports:
    """The ports of one Hearth; None where a part of it is switched off."""

    clock: Clock
    store: Store
    publisher: Publisher
    subscriber: Subscriber
    recognizer: Recognizer
    expecting: Expecting | None
    voice: Callable[[], Voice]
    spotters: SpotterFactory
    mouth: Mouth
    loudspeaker: Loudspeaker
    thinker: Thinker | None
    drafter: Drafter | None
    encoder: Encoder | None
    understander: Understander
    moments: Moments
    phraser: Phraser
    complain: Complain
    pin: Pin
    answers: Answers
    calendar: Diary
    called: Called | None = None
