"""The configuration file, the dataclass defaults, and what is said about mistakes."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth import config
from hearth.error import ConfigError
from hearth.sections import Config

SHIPPED = Path(__file__).parent.parent / "configs" / "hearth.toml"


def test_the_shipped_file_holds_every_key_with_its_default() -> None:
    data = tomllib.loads(SHIPPED.read_text("utf-8"))
    expected = {
        section.name: {
            key.name
            for key in fields(getattr(Config(), section.name))
            if key.name not in ("floors", "areas", "entities")
        }
        for section in fields(Config)
    }
    assert {name: set(keys) for name, keys in data.items()} == expected
    assert config.parse(data) == Config()


def test_every_key_of_the_shipped_file_says_why() -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    keys = [line for line in lines if "=" in line and not line.startswith("#")]
    assert [line for line in keys if "#" not in line] == []


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(
            {
                "mqtt": {"hst": "x", "port": 99_999},
                "brainz": {},
                "home": {"areas": {"kitchen": {"nam": "Kitchen"}}},
                "speech": {"words_per_minute": "fast"},
            },
            "my.toml",
        )
    told = "\n".join(caught.value.faults)
    for part in (
        "unknown key 'hst' in [mqtt]; did you mean 'host'?",
        "[mqtt] port = 99999",
        "did you mean 'brain'?",
        "unknown key 'nam' in [home.areas.kitchen]; did you mean 'name'?",
        "[speech] words_per_minute = 'fast'",
    ):
        assert part in told
    assert all(fault.startswith("my.toml: ") for fault in caught.value.faults)


def test_a_missing_file_and_a_broken_one_are_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[mqtt\n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        config.load(broken)
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path / "none.toml")


def test_a_named_file_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path / "env.toml"))
    assert config.find(tmp_path / "named.toml") == tmp_path / "named.toml"
    assert config.find() == tmp_path / "env.toml"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_SECTIONS = st.sampled_from([f.name for f in fields(Config)]) | st.text(max_size=8)


@given(st.dictionaries(_SECTIONS, _VALUES, max_size=4))
def test_any_document_is_a_configuration_or_a_told_fault(data: dict[str, object]) -> None:
    faults: tuple[str, ...] = ()
    try:
        parsed = config.parse(data)
    except ConfigError as error:
        faults = error.faults
    assert faults or is_dataclass(parsed)
