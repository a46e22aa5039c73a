"""A written word in, its sounds out: ARPAbet as the CMU dictionary writes them, without stress.

A word is looked up in the dictionary that comes with PocketSphinx; any other word is read aloud by
eSpeak NG (``espeak-ng --ipa``) and its IPA is mapped to the 39 ARPAbet phones of that dictionary.
"""

# ruff: noqa: RUF001, RUF002  # IPA is written with letters that look like others

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import lru_cache
from pathlib import Path

from hearth.error import EngineError, MissingError

_TIMEOUT_S = 5.0

# What eSpeak NG emits for English, for foreign words that it reads with another language's sounds,
# and the rest of the IPA's common letters by the nearest English sound. Longest match wins.
_ARPABET = {
    # r-coloured vowels and diphthongs
    "aɪɚ": "AY ER", "aɪə": "AY AH", "aʊɚ": "AW ER", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY",
    "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "ɜː": "ER", "ɜ": "ER", "ɚ": "ER", "ɝ": "ER",
    "iə": "IY AH", "ɪə": "IH R", "eə": "EH R", "ʊə": "UH R",
    # vowels
    "ɑː": "AA", "ɑ": "AA", "ɒ": "AA", "a": "AA", "æ": "AE", "ɐ": "AH", "ʌ": "AH", "ə": "AH",
    "ɔː": "AO", "ɔ": "AO", "oː": "AO", "o": "OW", "ɛ": "EH", "e": "EY", "ɪ": "IH", "ᵻ": "IH",
    "ɨ": "IH", "iː": "IY", "i": "IY", "ʊ": "UH", "ɵ": "UH", "uː": "UW", "u": "UW", "ʉ": "UW",
    "y": "UW", "ʏ": "UH", "ø": "ER", "œ": "ER", "ɯ": "UW", "ɤ": "AH",
    # consonants
    "tʃ": "CH", "dʒ": "JH", "b": "B", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "g": "G",
    "h": "HH", "x": "K", "χ": "K", "ɦ": "HH", "j": "Y", "k": "K", "q": "K", "c": "K",
    "l": "L", "ɫ": "L", "ɬ": "L", "ʎ": "L Y", "m": "M", "ɱ": "M", "n": "N", "ɲ": "N Y", "ŋ": "NG",
    "p": "P", "ɹ": "R", "r": "R", "ɾ": "T", "ʁ": "R", "ʀ": "R", "ɻ": "R", "s": "S", "ʃ": "SH",
    "ʂ": "SH", "ɕ": "SH", "t": "T", "ʈ": "T", "ɖ": "D", "θ": "TH", "v": "V", "β": "V", "ʋ": "V",
    "w": "W", "ʍ": "W", "ɥ": "W", "z": "Z", "ʒ": "ZH", "ʐ": "ZH", "ʑ": "ZH", "ɣ": "G", "ʔ": "T",
}  # fmt: skip
_LONGEST = max(map(len, _ARPABET))


@lru_cache(maxsize=4096)
def arpabet(word: str) -> tuple[str, ...]:
    """Return the phones of one English word, for example ``("Z", "IH", "G", "B", "IY")``.

    Empty where the word has no sound (a sign, an emoji). Raises MissingError where eSpeak NG is not
    installed and EngineError where it fails.
    """
    known = pronunciations(word)
    return known[0] if known else _spoken(word)


def pronunciations(word: str) -> tuple[tuple[str, ...], ...]:
    """Return every pronunciation that the dictionary has for ``word``; empty if it is not in it."""
    key, lines = b"\n%s" % word.casefold().encode("utf-8"), _lines()
    found = []
    at = lines.find(key + b" ")
    while at >= 0:  # the other ways to say it follow: "\ntv(2) ..."
        end = lines.find(b"\n", at + 1)
        found.append(tuple(lines[at:end].decode("ascii").split()[1:]))
        at = end if lines.startswith(key + b"(", end) else -1
    return tuple(found)


@lru_cache(maxsize=1)
def _lines() -> bytes:
    """Return the dictionary with a line break before each line and at its end."""
    return b"\n%s\n" % dictionary().read_bytes().rstrip()


def dictionary() -> Path:
    """Return the CMU dictionary of the installed PocketSphinx (134,860 lines, one read: 1 ms)."""
    from pocketsphinx import get_model_path  # noqa: PLC0415  # only what asks for sounds loads it

    return Path(get_model_path("en-us/cmudict-en-us.dict"))


def from_ipa(ipa: str) -> tuple[str, ...]:
    """Map IPA to ARPAbet by the longest match; stress, length and unknown marks are dropped.

    >>> from_ipa("zˈɪɡbiː")
    ('Z', 'IH', 'G', 'B', 'IY')
    """
    ipa = re.sub(r"\([^)]*\)", "", ipa)  # eSpeak names the language that it changes to: (fr)
    ipa = "".join(mark for mark in _marked(ipa) if mark not in "ˈˌ_ \n'|")
    phones: list[str] = []
    at = 0
    while at < len(ipa):
        for length in range(_LONGEST, 0, -1):
            if (found := _ARPABET.get(ipa[at : at + length])) and len(ipa) >= at + length:
                phones += found.split()
                at += length
                break
        else:
            at += 1
    return tuple(phones)


def _marked(ipa: str) -> str:
    """Make syllabic consonants audible (``n̩`` is AH N) and drop other combining marks."""
    ipa = unicodedata.normalize("NFD", ipa.replace("\u00e7", "h"))  # or its cedilla would be lost
    ipa = re.sub("([nlmr])\u0329", r"ə\1", ipa)
    return "".join(mark for mark in ipa if not unicodedata.combining(mark))


def _spoken(word: str) -> tuple[str, ...]:
    command = ["espeak-ng", "-q", "--ipa", "-v", "en-us", "--stdin"]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program; the word goes in by stdin
            command, input=word, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
    except FileNotFoundError:
        raise MissingError(
            "The program espeak-ng is not installed, so new words have no pronunciation.",
            "Run ./deploy/run, which installs it.",
        ) from None
    except (subprocess.SubprocessError, UnicodeError) as error:
        raise EngineError(f"eSpeak NG could not say {word!r}: {error}.") from error
    return from_ipa(done.stdout)
