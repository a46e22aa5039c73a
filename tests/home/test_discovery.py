"""Discovery: both forms, short keys, the base topic, taking back, and what is malformed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.home import abbreviations
from hearth.home.discovery import (
    Announced,
    DiscoveryError,
    Found,
    Malformed,
    Withdrawn,
    parse,
)

PREFIXES = ("homeassistant", "my/other")


def said(topic: str, config: Any) -> tuple[Found, ...]:
    payload = config if isinstance(config, bytes) else json.dumps(config).encode()
    return parse(PREFIXES, topic, payload)


def test_short_keys_have_their_full_names() -> None:
    known = {
        "stat_t": "state_topic", "stat_val_tpl": "state_value_template", "uniq_id": "unique_id",
        "bri_cmd_t": "brightness_command_topic", "clr_temp_stat_t": "color_temp_state_topic",
        "fx_val_tpl": "effect_value_template", "pl_arm_nite": "payload_arm_night",
        "pl_not_avail": "payload_not_available", "pr_mode_val_tpl": "preset_mode_value_template",
        "pos_t": "position_topic", "pos": "reports_position", "tilt_status_tpl":
        "tilt_status_template", "temp_hi_stat_t": "temperature_high_state_topic", "act_t":
        "action_topic", "curr_temp_t": "current_temperature_topic", "hum_cmd_t":
        "target_humidity_command_topic", "json_attr_t": "json_attributes_topic", "l_ver_t":
        "latest_version_topic", "stat_jam": "state_jammed", "osc_cmd_t":
        "oscillation_command_topic", "pct_cmd_tpl": "percentage_command_template", "r_tpl":
        "red_template", "swing_mode_stat_t": "swing_mode_state_topic", "set_pos_t":
        "set_position_topic", "whit_cmd_t": "white_command_topic", "avty": "availability",
        "avty_tpl": "availability_template", "def_ent_id": "default_entity_id",
        "act_stat_t": "activity_state_topic", "act_val_tpl": "activity_value_template",
        "swing_h_modes": "swing_horizontal_modes", "strt_mw_cmd_t": "start_mowing_command_topic",
        "rgbww_cmd_tpl": "rgbww_command_template", "dir_val_tpl": "direction_value_template",
    }  # fmt: skip
    assert {short: abbreviations.ENTITY.get(short) for short in known} == known


def test_no_short_key_is_a_full_name() -> None:
    """A full name is never taken for a short one: ``mode`` and ``max`` stay what they are."""
    full = set(abbreviations.ENTITY.values())
    assert not full & set(abbreviations.ENTITY)


def test_one_component_with_short_keys_and_a_base() -> None:
    found = said(
        "homeassistant/switch/node/plug/config",
        {
            "~": "home/plug",
            "stat_t": "~/state",
            "cmd_t": "set/~",
            "name": "~",
            "avty": [{"t": "~/there", "pl_avail": "yes"}],
            "dev": {"ids": "x", "name": "Plug", "sa": "Attic", "sw": "1"},
            "o": {"name": "maker", "sw": "2", "url": "http://maker"},
            "unheard_of": 1,
        },
    )

    assert found == (
        Announced(
            ("homeassistant", "switch", "node plug"),
            {
                "state_topic": "home/plug/state",
                "command_topic": "set/home/plug",
                "availability": [{"topic": "home/plug/there", "payload_available": "yes"}],
                "name": "~",
                "unheard_of": 1,
            },
            {"identifiers": "x", "name": "Plug", "suggested_area": "Attic", "sw_version": "1"},
            {"name": "maker", "sw_version": "2", "support_url": "http://maker"},
            topic="homeassistant/switch/node/plug/config",
        ),
    )


def test_a_device_shares_what_may_be_shared_and_drops_a_component() -> None:
    found = said(
        "my/other/device/box/config",
        {
            "dev": {"ids": ["b"]},
            "o": {"name": "maker"},
            "stat_t": "box",
            "avty_t": "box/there",
            "icon": "not shared",
            "cmps": {
                "t": {"p": "sensor", "uniq_id": "b_t", "val_tpl": "{{ value_json.t }}"},
                "h": {"p": "sensor", "uniq_id": "b_h", "stat_t": "own"},
                "old": {"p": "switch"},
            },
        },
    )

    assert [type(item) for item in found] == [Announced, Announced, Withdrawn]
    assert [item.key for item in found] == [
        ("my/other", "sensor", "box t"),
        ("my/other", "sensor", "box h"),
        ("my/other", "switch", "box old"),
    ]
    first, second = found[0], found[1]
    assert isinstance(first, Announced)
    assert isinstance(second, Announced)
    assert first.config == {
        "state_topic": "box", "availability_topic": "box/there", "unique_id": "b_t",
        "value_template": "{{ value_json.t }}",
    }  # fmt: skip
    assert second.config["state_topic"] == "own"


def test_empty_and_migrating_take_back() -> None:
    for component in ("light", "device"):
        topic = f"homeassistant/{component}/a/config"
        gone = Withdrawn(("homeassistant", component, "a"), topic=topic)
        assert said(topic, b"") == (gone,)
        assert said(topic, {"migr_discvry": True}) == (gone,)


def test_a_component_of_a_device_that_makes_no_sense_leaves_the_others() -> None:
    found = said(
        "homeassistant/device/a/config",
        {
            "dev": {"ids": "a"},
            "o": {"name": "m"},
            "cmps": {"x": {"p": "toaster"}, "y": {"p": "light", "cmd_t": 1}, "z": {"p": "sensor"},
                     "w": 3, "v": {"p": "light", "cmd_t": "c"}},
        },
    )  # fmt: skip

    assert [type(item) for item in found] == [
        Malformed, Malformed, Withdrawn, Malformed, Announced,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "topic", ["a\x07", "a\x85b", "\ufdd0", "a\U0001fffe", "/".join("a" * 300), "$share/g/a"]
)
def test_a_topic_that_would_end_the_connection_is_refused(topic: str) -> None:
    with pytest.raises(DiscoveryError, match="no topic that a broker takes"):
        said("homeassistant/sensor/a/config", {"stat_t": topic})


def test_where_both_forms_of_a_key_are_given_the_short_one_wins() -> None:
    (found,) = said("homeassistant/sensor/a/config", {"state_topic": "long", "stat_t": "short"})

    assert isinstance(found, Announced)
    assert found.config["state_topic"] == "short"


@pytest.mark.parametrize(
    ("topic", "config", "why"),
    [
        ("homeassistant/light/a/config", b"{", "not JSON"),
        ("homeassistant/light/a/config", b"\xff\xfe", "not JSON"),
        ("homeassistant/light/a/config", b"[" * 100_000, "not JSON"),
        ("homeassistant/light/a/config", b'{"x": NaN}', "not JSON"),
        ("homeassistant/light/a/config", b"3", "not a JSON object"),
        ("homeassistant/light/a/config", b'"' + b"x" * 300_000 + b'"', "longer than"),
        ("homeassistant/toaster/a/config", {}, "no component 'toaster'"),
        ("homeassistant/light/a b/config", {}, "topic is not"),
        ("elsewhere/light/a/config", {}, "topic is not"),
        ("homeassistant/light/a/config", {"stat_t": 3}, "'state_topic' is not a topic"),
        ("homeassistant/light/a/config", {"stat_t": "a\0"}, "'state_topic' is not a topic"),
        ("homeassistant/light/a/config", {"stat_t": "a/b#"}, "wildcard in the wrong place"),
        ("homeassistant/light/a/config", {"cmd_t": "a/#"}, "'command_topic' has a wildcard"),
        ("homeassistant/light/a/config", {"stat_t": "\ud800"}, "not valid UTF-8"),
        ("homeassistant/text/a/config", {"cmd_t": "hermes/nlu/query"}, "Hearth's own"),
        ("homeassistant/light/a/config", {"dev": "x"}, "'device' is not an object"),
        ("homeassistant/light/a/config", {"avty": "x"}, "not a list of objects"),
        ("homeassistant/light/a/config", {"avty": [{}]}, "'availability topic' is not a topic"),
        ("homeassistant/light/a/config", {"avty": [{"t": "a"}], "avty_t": "b"}, "cannot both"),
        ("homeassistant/device/a/config", {"cmps": {}}, "needs 'device' and 'origin'"),
        ("homeassistant/device/a/config", {"dev": {"ids": "a"}, "o": {"name": "m"}}, "components"),
    ],
)
def test_what_is_malformed_is_said(topic: str, config: Any, why: str) -> None:
    with pytest.raises(DiscoveryError, match=why):
        said(topic, config)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["~", "dev", "o", "cmps", "avty", "avty_t", "stat_t", "cmd_t", "p", "name", "uniq_id", "t",
     "availability", "device", "components", "schema", "val_tpl", "sup_clrm"]
)  # fmt: skip
_CONFIGS = st.dictionaries(_KEYS, _JSON | st.dictionaries(_KEYS, _JSON, max_size=3), max_size=6)


@settings(deadline=None, max_examples=100)
@given(
    topic=st.sampled_from(
        ["homeassistant/light/a/config", "homeassistant/device/a/config", "homeassistant/x/config"]
    )
    | st.text(max_size=40),
    payload=st.binary(max_size=200) | _CONFIGS.map(lambda c: json.dumps(c).encode()),
)
def test_nothing_but_a_discovery_error_is_ever_raised(topic: str, payload: bytes) -> None:
    try:
        found = parse(PREFIXES, topic, payload)
    except DiscoveryError:
        return
    assert all(item.key[0] in PREFIXES for item in found)
