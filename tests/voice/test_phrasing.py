"""What was done becomes a sentence in the person's language."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

import pytest

import hearth
from hearth.event import Outcome
from hearth.house import Entity, House
from hearth.port import Command
from hearth.sentences import load
from hearth.voice.phrasing import Phrasing

LAMP = Entity("light.lamp", "Floor Lamp", state="on")
FAN = Entity("fan.attic", "Attic Fan", state="off")
DOOR = Entity("binary_sensor.door", "Front Door", state="on", attributes={"device_class": "door"})
WARM = Entity("sensor.warm", "Study", state="21.5", attributes={"unit_of_measurement": "°C"})
HOUSE = House(entities=(LAMP, FAN, DOOR, WARM))


@pytest.fixture(scope="module")
def english() -> Phrasing:
    return Phrasing("en")


@pytest.mark.parametrize(
    ("command", "values", "reply"),
    [
        (Command("HassTurnOn"), {"state": LAMP}, "Turned on the light"),
        (Command("HassTurnOn", response="lights_area"), {}, "Turned on the lights"),
        (
            Command("HassStartTimer", {"minutes": 5}, said={"minutes": "five"}),
            {"slots": {"minutes": 5}},
            "Timer set for five minutes",
        ),
        (Command("HassGetCurrentTime"), {"slots": {"time": time(15, 5)}}, "3:05 PM"),
        (
            Command("HassGetCurrentDate"),
            {"slots": {"date": date(2026, 11, 2)}},
            "November 2nd, 2026",
        ),
        (Command("HassCancelAllTimers"), {"slots": {"canceled": 2}}, "Canceled 2 timers."),
        (
            Command("HassGetState", {"state": "on"}, response="any"),
            {"matched": [LAMP, DOOR], "unmatched": [FAN]},
            "Yes, Floor Lamp and Front Door",
        ),
        (
            Command("HassGetState", {"state": "off"}, response="one_yesno"),
            {"state": DOOR, "unmatched": [DOOR]},
            "No, open",
        ),
        (
            Command("HassGetState", {"name": "Study"}, response="one"),
            {"state": WARM},
            "Study is 21.5 °C",
        ),
        (Command("HassNevermind"), {}, ""),
        (Command("HearthTossCoin"), {}, "Done."),
    ],
)
def test_a_reply_says_what_was_done(
    english: Phrasing, command: Command, values: dict[str, Any], reply: str
) -> None:
    assert english.respond(command, HOUSE, values) == reply


@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        ("errors.no_answer", {"names": ["Lamp"]}, "Lamp does not answer."),
        ("errors.no_answer", {"names": ["A", "B", "C"]}, "A, B and C do not answer."),
        ("errors.no_area", {"area": "attic"}, "Sorry, I am not aware of any area called attic"),
        ("timers.rang", {"name": "pizza", "duration": 60}, "Your pizza timer is done."),
        (
            "timers.rang",
            {"name": "", "duration": 90},
            "Your timer of 1 minute and 30 seconds is done.",
        ),
        ("timers.left", {"name": "", "left": 3 * 3600 + 61}, "3 hours and 1 minute left."),
        ("timers.left", {"name": "", "left": 0.2}, "0 seconds left."),
    ],
)
def test_its_own_sentences(
    english: Phrasing, key: str, values: dict[str, object], sentence: str
) -> None:
    assert english.phrase(key, **values) == sentence


def test_german_answers_in_german() -> None:
    german = Phrasing("de")
    reply = german.respond(Command("HassTurnOn", {"name": "Lampe"}), HOUSE, {"state": LAMP})
    assert reply == "Lampe eingeschaltet"
    assert german.phrase("timers.left", name="", left=7200) == "Noch 2 Stunden."


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert Phrasing("fr").phrase("talk.nothing_said") == "I have not said anything yet."


def test_an_unknown_key_names_the_file(english: Phrasing) -> None:
    with pytest.raises(KeyError, match=r"no phrase 'errors.nonsense' in configs/sentences/en.yaml"):
        english.phrase("errors.nonsense")


def test_a_template_can_reach_nothing_but_its_values(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text(
        "language: en\nphrases: {talk: {done: Done.}, words: {and: and, seconds: s}}\n"
        'responses: {intents: {HearthEvil: {default: "{{ slots.__class__.__mro__ }}"}}}\n'
    )
    told = Phrasing("en", [tmp_path]).respond(Command("HearthEvil"), HOUSE, {})
    assert told == "Done."


def test_every_sentence_that_the_code_asks_for_exists(english: Phrasing) -> None:
    folder = Path(hearth.__file__).parent
    code = "".join(p.read_text() for r in ("skills", "mind") for p in (folder / r).glob("*.py"))
    asked = set(re.findall(r'"((?:errors|talk|timers|volume)\.[a-z_]+)"', code))
    asked |= {
        f"errors.{outcome}" for outcome in get_args(Outcome) if outcome not in ("done", "sent")
    }
    values = {"names": ["x"], "name": "x", "duration": 1, "left": 1, "late": 1, "percent": 1}
    assert {key: english.phrase(key, **values, thing="x") != "" for key in asked} == dict.fromkeys(
        asked, True
    )


def test_every_language_says_only_what_english_says_too() -> None:
    def keys(table: Any, prefix: str = "") -> set[str]:
        return {
            path
            for key, value in table.items()
            for path in (
                keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
            )
        }

    own, english = (load(language).table("phrases") for language in ("de", "en"))
    spoken = {key for key in keys(own) if not key.startswith("states.")}
    assert spoken <= keys(english)
