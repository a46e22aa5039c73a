"""Words of danger are found, ordinary ones are not, and every fixed sentence can be said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from hearth.error import ConfigError, EngineError
from hearth.mind.crisis.detector import Detector
from hearth.mind.crisis.helplines import ANYWHERE, Helplines, paths, spelled
from hearth.mind.crisis.near import Near, heads
from hearth.mind.crisis.words import expression, read, words
from hearth.voice.phrasing import Phrasing

HERE = Path(__file__).parent / "crisis"
HELD_KINDS = ("self", "danger", "medical", "harm")
KINDS = (*HELD_KINDS, "other", "accident")


@cache
def detector(language: str = "en") -> Detector:
    return Detector(words(language))


def labelled(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [(k, s) for k, s in (line.split("\t") for line in lines if not line.startswith("#"))]


def recall(rows: Sequence[tuple[str, str]], of: Detector) -> float:
    grave = [text for kind, text in rows if kind != "none"]
    return sum(of.find(text) is not None for text in grave) / len(grave)


def false_alarms(rows: Sequence[tuple[str, str]], of: Detector) -> list[str]:
    return [text for kind, text in rows if kind == "none" and of.find(text)]


def test_the_rules_alone_find_what_is_said_plainly() -> None:
    rows = labelled("said.tsv")
    assert recall(rows, detector()) >= 0.98
    assert false_alarms(rows, detector()) == []


def test_the_rules_alone_on_what_is_said_indirectly() -> None:
    rows = labelled("held.tsv")
    assert recall(rows, detector()) >= 0.8
    assert len(false_alarms(rows, detector())) <= 1


def test_the_rules_alone_on_sentences_of_somebody_who_had_not_read_them() -> None:
    rows = labelled("unread.tsv")
    assert recall(rows, detector()) >= 0.8
    assert len(false_alarms(rows, detector())) <= 1


def test_case_punctuation_and_curly_apostrophes_change_nothing() -> None:
    for text in ("I DON\u2019T WANT TO LIVE ANYMORE!!!", "i dont want to live, anymore"):
        found = detector().find(text)
        assert found is not None
        assert found.kind == "self"


def test_a_very_long_sentence_is_no_burden() -> None:
    began = time.perf_counter()
    detector().find("i really " * 20_000 + "want to die")
    assert time.perf_counter() - began < 1.0


def test_what_is_long_overcome_is_none_and_what_is_back_is() -> None:
    told = "when I was young I wanted to kill myself, today I'm glad to be here"
    assert detector().find(told) is None
    assert detector().find("years ago I was happy, now I want to kill myself again") is not None


@pytest.mark.parametrize(
    "text", ["I'm going to stab him tonight", "I'm scared I'll hurt my baby", "I shook the baby"]
)
def test_who_may_hurt_another_is_found_as_such(text: str) -> None:
    found = detector().find(text)
    assert found is not None
    assert found.kind == "harm"


@pytest.mark.parametrize("text", ["", "   ", "!!!", "\ud83d\ude00", "\x00", "$ ^ ( [ <x>"])
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert detector().find(text) is None


@pytest.mark.parametrize(
    "text", ["I'm safe now", "yes I feel better", "the ambulance is here", "I called the helpline"]
)
def test_it_knows_when_it_is_over(text: str) -> None:
    assert detector().is_safe(text)


@pytest.mark.parametrize("text", ["I am not safe", "I feel worse", "the door is safe", "no"])
def test_it_does_not_think_too_early_that_it_is_over(text: str) -> None:
    assert not detector().is_safe(text)


def test_a_broken_pattern_is_named() -> None:
    with pytest.raises(ConfigError, match="unknown class <nobody>"):
        expression("i <nobody>", {})
    with pytest.raises(ConfigError, match="do not close"):
        read({"self": {"sure": ["(i want"]}})
    with pytest.raises(ConfigError, match="contains itself"):
        expression("<a>", {"a": "<a>"})


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_fixed_sentence_is_there_in_each_language(language: str) -> None:
    phrase = Phrasing(language).phrase
    for kind in KINDS:
        for key in ("sure", "agreed", "denied", "again", "follow.0"):
            text = phrase(f"crisis.{kind}.{key}", emergency="1 1 2", support="S.", trusted="T.")
            assert text
            assert "{" not in text
    for key in ("past", "safe", "safe_medical", "not_now", "parting", "support_unknown"):
        assert phrase(f"crisis.{key}", support="S.", emergency="1 1 2")


def test_helplines_say_when_they_were_written_down_and_can_be_put_right(tmp_path: Path) -> None:
    shipped = Helplines(paths()[:1])
    assert len(shipped.countries) >= 40
    assert all(shipped.of(code).as_of >= "2025-01" for code in shipped.countries)
    assert shipped.of("de").emergency == "112"
    assert shipped.of("", "America/New_York").emergency == "911"
    assert shipped.of("XX") == ANYWHERE
    mine = tmp_path / "helplines.yaml"
    mine.write_text('de: {as_of: "2026-11", emergency: "112", support: {name: Mara, number: "1"}}')
    support = Helplines([*paths()[:1], mine]).of("DE").support
    assert support is not None
    assert support.name == "Mara"
    mine.write_text("DE: {emergency: 5}")
    with pytest.raises(ConfigError, match="as_of"):
        Helplines([mine])


def test_numbers_are_read_digit_by_digit() -> None:
    assert spelled("0800 111 0 111") == "0 8 0 0, 1 1 1, 0, 1 1 1"


class Slow:
    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        await asyncio.sleep(5)
        return ((1.0,),)


class Broken:
    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        raise EngineError("not there")


@pytest.mark.parametrize("encoder", [Slow(), Broken()])
async def test_without_the_encoder_the_rules_stand_alone(encoder: Slow | Broken) -> None:
    near = Near(encoder, heads())
    began = time.perf_counter()
    assert await near.sense("what a nice river you have here") is None
    assert time.perf_counter() - began < 1.0
