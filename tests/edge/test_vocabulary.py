"""Names in, words with their sounds out."""

from __future__ import annotations

from hearth.edge.speech.vocabulary import Vocabulary, vocabulary


def test_a_name_becomes_one_word_with_its_sounds() -> None:
    assert vocabulary(["Zigbee  Lamp 2"], ["Attic"]) == Vocabulary(
        classes={"[name]": ("zigbee_lamp_two/n",), "[place]": ("attic/p",)},
        sounds={
            "zigbee_lamp_two/n": (("Z", "IH", "G", "B", "IY", "L", "AE", "M", "P", "T", "UW"),),
            "attic/p": (("AE", "T", "IH", "K"),),
        },
        written={"zigbee_lamp_two/n": "zigbee lamp 2", "attic/p": "attic"},
    )


def test_an_acronym_is_spelled_too() -> None:
    known = vocabulary(["LED"], [])
    assert known.sounds["led/n"] == (("EH", "L", "IY", "D", "IY"), ("L", "EH", "D"))


def test_the_same_name_of_a_thing_and_a_place_are_two_words() -> None:
    known = vocabulary(["Garage"], ["Garage"])
    assert known.classes == {"[name]": ("garage/n",), "[place]": ("garage/p",)}


def test_names_without_a_sound_are_left_out() -> None:
    assert vocabulary(["💡", "", "--"], [" "]) == Vocabulary({}, {}, {})


def test_many_ways_to_say_a_name_are_limited() -> None:
    known = vocabulary(["the either or tomato data route"], [])
    assert len(known.sounds["the_either_or_tomato_data_route/n"]) == 4
