"""What sentences tell of feelings, what a person says of them, and what a voice adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hearth.event import Mood, Prosody
from hearth.feeling import Usual
from hearth.mind.mood import voice
from hearth.mind.mood.circumplex import PLACES, pace, place
from hearth.mind.mood.classifier import EKMAN, Classifier, shipped_weights
from hearth.mind.mood.features import BUCKETS, buckets
from hearth.mind.mood.moods import fused
from hearth.mind.mood.told import Told, telling

CLASSIFIER = Classifier(shipped_weights())
USUAL = Prosody(pace=4.0, pitch_hz=150.0, pitch_range=6.0, energy_db=-28.0, pauses=0.15)


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("i am so happy about this", "joy"),
        ("i hate him he is such an idiot", "anger"),
        ("i'm terrified of what comes next", "fear"),
        ("that is disgusting and gross", "disgust"),
        ("i miss her so much it makes me cry", "sadness"),
        ("wow i did not expect that", "surprise"),
    ],
)
def test_words_alone_tell_plain_feelings(text: str, feeling: str) -> None:
    assert CLASSIFIER.read(text, None).surest == feeling


def test_it_is_uncertain_about_what_says_nothing() -> None:
    for text in ("", "...", "the red one", "it is on the table over there"):
        assert CLASSIFIER.read(text, None).named == ()


def test_chances_places_and_confidence_are_within_bounds() -> None:
    reading = CLASSIFIER.read("I AM SOOO ANGRY!!! \U0001f621", [0.05] * 384)
    assert set(EKMAN) <= set(reading.chances)
    assert all(0 <= chance <= 1 for chance in reading.chances.values())
    assert -1 <= reading.valence <= 1
    assert -1 <= reading.arousal <= 1
    assert 0 <= reading.confidence <= 1
    assert reading.named[0][0] == "anger"


def test_a_bias_leans_a_feeling() -> None:
    text = "i am down today"
    plain = CLASSIFIER.read(text, None)
    leant = CLASSIFIER.read(text, None, {"sadness": -1.0, "unheard of": 9.0})
    assert leant.chances["sadness"] < plain.chances["sadness"]


def test_negation_repetition_and_case_are_features() -> None:
    assert buckets("I am not happy") != buckets("I am happy")
    assert set(buckets("soooooo good")) & set(buckets("soo good"))
    assert buckets("") == ()
    assert all(0 <= each < BUCKETS for each in buckets("\u00fcber alles \U0001f600 :) NO!!!"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I'm not sad, I'm tired", Told(("tired",), ("sadness",))),
        ("i am not sad just tired", Told(("tired",), ("sadness",))),
        ("I'm tired but happy", Told(("tired", "joy"))),
        ("she makes me angry", Told(("anger",))),
        ("the soup is fine", Told()),
        ("are you sad", Told()),
    ],
)
def test_what_a_person_says_of_themselves(text: str, told: Told) -> None:
    assert telling("en").find(text) == told


def test_every_feeling_has_a_place_and_glad_is_not_sad() -> None:
    assert set(CLASSIFIER.feelings) <= set(PLACES)
    assert place({"joy": 0.9, "neutral": 0.1})[0] > 0.5
    assert place({"sadness": 0.9, "neutral": 0.1})[0] < -0.5
    assert place({}) == (0.0, 0.0)


def test_the_pace_follows_within_a_tenth() -> None:
    assert pace(-0.7, -0.4, 1.0) < 1.0
    assert pace(0.8, 0.6, 1.0) > 1.0
    assert pace(-1, 1, 1.0) < 1.0  # to who is upset it speaks slower
    assert pace(0.8, 0.6, 0.0) == 1.0
    assert all(0.9 <= pace(v / 2, a / 2, 1) <= 1.1 for v in range(-2, 3) for a in range(-2, 3))


def usual(count: int) -> dict[tuple[str, str], Usual]:
    known: dict[tuple[str, str], Usual] = {}
    for number in range(count):
        wobble = (number % 5 - 2) / 2
        said = replace(USUAL, pace=4 + 0.3 * wobble, energy_db=-28 + wobble)
        known |= voice.learned(said, known, "here")
    return known


def test_a_voice_says_nothing_before_its_usual_is_known() -> None:
    lively = Prosody(pace=6.5, pitch_hz=240.0, pitch_range=12.0, energy_db=-18.0, pauses=0.02)
    assert voice.shift(lively, usual(voice.ENOUGH - 1), "here") is None
    shift = voice.shift(lively, usual(voice.ENOUGH), "here")
    assert shift is not None
    assert shift.arousal > 0.4
    assert voice.shift(lively, usual(voice.ENOUGH), "another room") is None


def test_an_ordinary_sentence_is_no_shift_and_a_flat_slow_one_is_low() -> None:
    assert voice.shift(USUAL, usual(40), "here") is None
    flat = Prosody(pace=2.6, pitch_hz=135.0, pitch_range=2.0, energy_db=-34.0, pauses=0.4)
    shift = voice.shift(flat, usual(40), "here")
    assert shift is not None
    assert shift.arousal < 0
    assert shift.valence < 0


def test_words_and_voice_make_one_mood() -> None:
    words = Mood("here", "t", -0.6, 0.0, (("sadness", 0.7),), 0.7)
    both = fused(words, voice.Shift(0.0, 0.9, 0.7))
    assert both.source == "both"
    assert both.arousal > words.arousal
    assert both.feelings == words.feelings
    alone = fused(Mood("here", "t", 0.0, 0.0), voice.Shift(-0.3, -0.6, 0.6))
    assert (alone.source, alone.feelings) == ("voice", ())


def test_a_usual_moves_with_the_person() -> None:
    known: dict[tuple[str, str], Usual] = {}
    for _ in range(voice.MOST * 2):
        known |= voice.learned(USUAL, known, "here")
    for _ in range(voice.MOST * 2):
        known |= voice.learned(replace(USUAL, pace=5.0), known, "here")
    assert known["here", "pace"].count <= voice.MOST
    assert known["here", "pace"].mean > 4.7
