"""Templates in, typical sentences out."""

from __future__ import annotations

from pathlib import Path

from hearth import sentences
from hearth.edge.speech.templates import Templates, words


def test_words_are_what_is_spoken() -> None:
    assert words("Set Lamp 2 to 50%") == ["set", "lamp", "two", "to", "fifty", "percent"]
    assert words("What's the O'Neil twenty-one?") == ["what's", "the", "o'neil", "twenty", "one"]
    assert words("Björn's Küche 💡 & [Bad]") == ["björn's", "küche", "and", "bad"]
    assert words("the [name] in [place] <gap>") == ["the", "[name]", "in", "[place]", "<gap>"]
    assert words("") == []


def test_own_templates_are_walked_in_every_way(tmp_path: Path) -> None:
    text = """
language: en
lists: {tone: {values: [low, high]}, count: {range: {from: 7, to: 7}}, note: {wildcard: true}}
expansion_rules: {ring: "(ring|chime)"}
intents:
  Bell: {data: [{sentences: ["<ring> {name} [in {area}] {tone} {count} times {note}"]}]}
"""
    (tmp_path / "own.yaml").write_text(text)
    own = sentences.load("en", [tmp_path])
    said = {" ".join(sentence) for sentence in Templates("en", own).sample(40)}
    found = {text for text in said if text.endswith("times <gap>")}
    assert found == {
        f"{verb} [name] {place}{tone} seven times <gap>"
        for verb in ("ring", "chime")
        for place in ("", "in [place] ")
        for tone in ("low", "high")
    }


def test_the_same_seed_says_the_same() -> None:
    templates = Templates("en", sentences.load("en"))
    first, second = list(templates.sample(1)), list(templates.sample(1))
    assert first == second
    assert len(first) > 500
    assert any(sentence[:2] == ["turn", "on"] and "[name]" in sentence for sentence in first)
