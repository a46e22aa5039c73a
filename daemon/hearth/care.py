"""Ports in, an eye on how a person is out: how they feel, and whether they are in danger.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hearth.bus import Bus
from hearth.event import Prosody
from hearth.kit import Kit
from hearth.memory.moods import StoredMoods
from hearth.memory.moods import erase as erase_moods
from hearth.memory.timers import StoredSettings
from hearth.mind.crisis.detector import Detector
from hearth.mind.crisis.guardian import CrisisGuardian
from hearth.mind.crisis.helplines import Helplines
from hearth.mind.crisis.near import Near, heads
from hearth.mind.crisis.words import words
from hearth.mind.me import Me
from hearth.mind.mood.classifier import Classifier, shipped_weights
from hearth.mind.mood.moods import Feelings
from hearth.mind.mood.told import telling
from hearth.ports import Ports
from hearth.sections import Config
from hearth.sense.prosody import measure
from hearth.skills.mood import MoodTalk


class Care(Kit):
    """What notices how a person is.

    Args:
        config: Its sections ``mood``, ``crisis`` and ``hearth``.
        ports: The encoder, which knows what a sentence means, and where moods are kept.
        me: Who Hearth is, and what the person allowed it to notice.
        bus: Where what was said comes from.
        settings: What was kept at the start: a protocol that was going on goes on.
    """

    def __init__(
        self, config: Config, ports: Ports, me: Me, *, bus: Bus, settings: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.crisis = self._crisis(config, ports, me, bus, settings)
        self.moods = self._moods(config, ports, me, bus)

    def tone(self, pcm: bytes) -> Prosody | None:
        """Measure how a sentence (16 kHz) was said; None where the person did not allow it."""
        return measure(pcm) if self.moods.listening else None

    def _crisis(
        self, config: Config, ports: Ports, me: Me, bus: Bus, settings: Mapping[str, str]
    ) -> CrisisGuardian:
        """Build what watches for a person in danger."""
        helplines = Helplines()
        english = config.hearth.language.startswith("en")  # what the heads were trained on
        zone = config.hearth.time_zone or getattr(ports.clock.now().tzinfo, "key", "")
        guardian = CrisisGuardian(
            bus,
            Detector(words(config.hearth.language)),
            sensing=Near(ports.encoder, heads()) if english else None,
            lines=lambda: helplines.of(me.profile().country or config.crisis.country, zone),
            profile=me.profile,
            phraser=ports.phraser,
            yes=ports.answers.yes,
            understander=ports.understander,
            clock=ports.clock,
            hold=timedelta(minutes=config.crisis.hold_minutes),
            kept=StoredSettings(ports.store),
            settings=settings,
        )
        self.guardians.append(guardian)
        self.rooms["crisis"] = guardian.run
        return guardian

    def _moods(self, config: Config, ports: Ports, me: Me, bus: Bus) -> Feelings:
        """Build what reads how the person feels, and what they can ask and put right of it."""
        language = config.hearth.language
        kept = StoredMoods(ports.store, config.mood.keep_days)
        moods = Feelings(
            bus,
            config.mood,
            classifier=Classifier(shipped_weights()) if language.startswith("en") else None,
            telling=telling(language),
            encoder=ports.encoder,
            clock=ports.clock,
            profile=me.profile,
            kept=kept,
        )
        self.skills.append(MoodTalk(moods, me, kept, ports.clock, ports.phraser))
        self.rooms["moods"] = moods.run
        self.erasers.append(moods)
        self.tables.append(erase_moods)
        return moods
