"""Words in, ARPAbet out."""

# ruff: noqa: RUF001  # IPA is written with letters that look like others

import re

import pytest

from hearth.edge.speech import phonemes
from hearth.error import MissingError

PHONES = {phone for phones in phonemes._ARPABET.values() for phone in phones.split()}


def test_the_dictionary_goes_first() -> None:
    assert phonemes.arpabet("Thermostat") == ("TH", "ER", "M", "AH", "S", "T", "AE", "T")


def test_every_pronunciation_of_a_known_word() -> None:
    assert phonemes.pronunciations("tv") == (
        ("T", "IY", "V", "IY"),
        ("T", "EH", "L", "AH", "V", "IH", "ZH", "AH", "N"),
    )


def test_a_word_that_is_not_in_the_dictionary_is_read_by_espeak() -> None:
    assert phonemes.pronunciations("zigbee") == ()
    assert phonemes.arpabet("Zigbee") == ("Z", "IH", "G", "B", "IY")
    assert phonemes.arpabet("Nabu") == ("N", "AA", "B", "UW")


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("bˈʌʔn̩", "B AH T AH N"),
        ("lˈɪɾəl", "L IH T AH L"),
        ("dʒəkˈuːzi", "JH AH K UW Z IY"),
        ("fˈaɪɚ", "F AY ER"),
        ("fˈoːɹɾi tˈuː", "F AO R T IY T UW"),
        ("(fr)ʃɑ̃bʁ(en-us)", "SH AA B R"),
        ("(de)ç", "HH"),
        ("", ""),
    ],
)
def test_ipa_becomes_arpabet(ipa: str, phones: str) -> None:
    assert phonemes.from_ipa(ipa) == tuple(phones.split())


@pytest.mark.parametrize(
    "word", ["Björn", "chambre", "Łódź", "日本", "Qube", "x" * 200, "--help", "[[x]]"]
)
def test_any_word_has_only_phones_of_the_dictionary(word: str) -> None:
    phones = phonemes.arpabet(word)
    assert phones
    assert set(phones) <= PHONES


@pytest.mark.parametrize("word", ["", "💡", "-"])
def test_what_has_no_sound_has_no_phones_or_is_named(word: str) -> None:
    assert set(phonemes.arpabet(word)) <= PHONES


def test_the_table_maps_to_exactly_the_phones_of_the_dictionary() -> None:
    lines = phonemes.dictionary().read_text("utf-8").splitlines()
    assert {phone for line in lines for phone in line.split()[1:]} == PHONES


def test_a_missing_espeak_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MissingError, match=re.escape("./deploy/run")):
        phonemes.arpabet("Zorblatt")
