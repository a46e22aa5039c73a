"""What announces itself, what it is called, and how its state is followed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.home.conftest import build

from hearth.event import Appeared, Changed, Vanished
from hearth.house import Area, Floor
from hearth.sections.house import AreaConfig, EntityConfig, FloorConfig, HomeConfig

Z2M = {"value_template": "{{ value_json.t }}", "state_topic": "z/a"}


def device(name: str | None = "Desk", area: str | None = None) -> dict[str, Any]:
    return {"device": {"identifiers": "d", "name": name, "suggested_area": area}}


@pytest.mark.parametrize(
    ("config", "entity_id", "name"),
    [
        ({"name": "Power"} | device(), "sensor.desk_power", "Desk Power"),
        ({"name": None} | device(), "sensor.desk", "Desk"),
        ({"name": "Desk power"} | device(), "sensor.desk_power", "Desk power"),
        ({"device_class": "battery"} | device(), "sensor.desk_battery", "Desk Battery"),
        (device(), "sensor.desk_sensor", "Desk Sensor"),
        ({"name": "Alone"}, "sensor.alone", "Alone"),
        ({"name": "Größe"} | device("Büro"), "sensor.buro_grosse", "Büro Größe"),
        ({"name": "Лампа"}, "sensor.unknown", "Лампа"),
        ({"name": "X", "object_id": "my_thing"}, "sensor.my_thing", "X"),
        ({"name": "X", "default_entity_id": "sensor.mine"}, "sensor.mine", "X"),
        ({"name": "a\x00b\n\u202ec" + "d" * 200}, None, "a b c" + "d" * 95),
        ({"name": "   "} | device(None), "sensor.n_t", "n t"),
    ],
)
async def test_names_and_ids(rig: Any, config: Any, entity_id: str | None, name: str) -> None:
    await rig.announce("sensor/n/t", Z2M | config)

    (found,) = rig.things.house().entities
    assert found.name.replace("Desk power", "Desk power") == name
    assert entity_id is None or found.id == entity_id


async def test_two_of_a_name_have_two_ids_and_keep_them(rig: Any) -> None:
    for node in ("a", "b"):
        await rig.announce(f"sensor/{node}/t", Z2M, name="Heat", unique_id=node)
    await rig.announce("sensor/a/t", "")
    await rig.announce("sensor/a/t", Z2M, name="Heat", unique_id="a")

    assert {e.id for e in rig.things.house().entities} == {"sensor.heat", "sensor.heat_2"}
    assert rig.things.thing("sensor.heat").announced.unique_id == "a"


async def test_the_same_unique_id_on_another_topic_is_the_same_thing(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="Heat", unique_id="one")
    await rig.announce("sensor/b/t", Z2M, name="Other", unique_id="one")

    assert [e.id for e in rig.things.house().entities] == ["sensor.heat"]
    assert rig.things.counters["duplicates"] == 1


async def test_areas_are_suggested_configured_or_overridden() -> None:
    rig = build(
        HomeConfig(
            floors={"up": FloorConfig("Upstairs")},
            areas={"office": AreaConfig("Office", ("study",), "up")},
            entities={"sensor.b": EntityConfig("My heat", ("warmth",), "Attic")},
        )
    )
    await rig.announce("sensor/a/t", Z2M, name="A", **device(None, "Study"))
    await rig.announce("sensor/b/t", Z2M, name="B", **device(None, "Study"))
    await rig.announce("sensor/c/t", Z2M, name="C", **device(None, "Küche"))

    house = rig.things.house()
    assert house.floors == (Floor("up", "Upstairs"),)
    assert house.areas == (
        Area("office", "Office", ("study",), "up"), Area("attic", "Attic"), Area("kuche", "Küche"),
    )  # fmt: skip
    assert [(e.id, e.name, e.aliases, e.area) for e in house.entities] == [
        ("sensor.a", "A", (), "office"),
        ("sensor.b", "My heat", ("warmth",), "attic"),
        ("sensor.c", "C", (), "kuche"),
    ]

    await rig.announce("sensor/c/t", "")
    assert [area.id for area in rig.things.house().areas] == ["office", "attic"]


async def test_several_things_share_a_topic_and_tell_only_differences(rig: Any) -> None:
    for key in ("t", "h"):
        await rig.announce(
            f"sensor/a/{key}", Z2M, name=key, value_template=f"{{{{ value_json.{key} }}}}"
        )
    assert rig.wire.filters.count("z/a") == 1

    await rig.wire.send("z/a", {"t": 20, "h": 50})
    rig.told()
    before = rig.things.house()
    await rig.wire.send("z/a", {"t": 20, "h": 50})
    assert rig.things.house() is before
    await rig.wire.send("z/a", {"t": 21, "h": 50})

    (changed,) = rig.told()
    assert isinstance(changed, Changed)
    assert (changed.old.state, changed.new.state) == ("20", "21")
    assert rig.entity("sensor.h").state == "50"


async def test_who_comes_later_hears_what_was_said_before(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A")
    await rig.wire.send("z/a", {"t": 20})
    await rig.announce("sensor/b/t", Z2M, name="B")

    assert rig.entity("sensor.b").state == "20"


async def test_a_thing_that_is_taken_back_is_gone_with_its_topics(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A", availability_topic="z/there")
    assert set(rig.wire.filters) >= {"z/a", "z/there"}
    rig.told()

    await rig.announce("sensor/a/t", "")

    assert rig.told() == [Vanished("sensor.a")]
    assert not {"z/a", "z/there"} & set(rig.wire.filters)
    assert rig.things.house().entities == ()


async def test_a_device_is_taken_back_whole(rig: Any) -> None:
    config = {
        "dev": {"ids": "x", "name": "Box"}, "o": {"name": "m"}, "stat_t": "z/a",
        "cmps": {"t": {"p": "sensor", "name": "T", "uniq_id": "t"},
                 "u": {"p": "sensor", "name": "U", "uniq_id": "u"}},
    }  # fmt: skip
    await rig.announce("device/box", config)
    await rig.announce("device/box_two", config | {"cmps": {"v": {"p": "sensor", "uniq_id": "v"}}})
    assert len(rig.things.house().entities) == 3

    await rig.announce("device/box", "")

    assert [e.id for e in rig.things.house().entities] == ["sensor.box_sensor"]


async def test_announced_anew_it_keeps_its_state_and_follows_its_new_topic(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A")
    await rig.wire.send("z/a", {"t": 20})
    rig.told()
    await rig.announce("sensor/a/t", Z2M, name="A")
    assert rig.told() == []

    await rig.announce("sensor/a/t", Z2M, name="A", state_topic="z/b", unit_of_measurement="K")

    (appeared,) = rig.told()
    assert isinstance(appeared, Appeared)
    assert appeared.entity.state == "20"
    assert appeared.entity.attributes == {"unit_of_measurement": "K"}
    await rig.wire.send("z/a", {"t": 1})
    await rig.wire.send("z/b", {"t": 22})
    assert rig.entity("sensor.a").state == "22"
    assert "z/a" not in rig.wire.filters


@pytest.mark.parametrize(
    ("mode", "said", "available"),
    [
        ("all", [("x", "on")], False),
        ("all", [("x", "on"), ("y", "online")], True),
        ("any", [("x", "on")], True),
        ("any", [("x", "off")], False),
        ("latest", [("x", "on"), ("y", "offline")], False),
        ("latest", [("y", "offline"), ("x", "on")], True),
        ("latest", [("x", "on"), ("x", "what?")], True),
        ("latest", [], False),
    ],
)
async def test_availability(rig: Any, mode: str, said: Any, available: bool) -> None:
    availability = [
        {"topic": "x", "value_template": "{{ value_json.s }}", "payload_available": "on",
         "payload_not_available": "off"},
        {"t": "y"},
    ]  # fmt: skip
    await rig.announce("sensor/a/t", Z2M, name="A", availability=availability,
                       availability_mode=mode)  # fmt: skip
    for topic, word in said:
        await rig.wire.send(topic, json.dumps({"s": word}) if topic == "x" else word)

    assert rig.entity("sensor.a").available is available


async def test_wildcards_in_a_state_topic(rig: Any) -> None:
    await rig.announce("sensor/a/t", {"name": "A", "state_topic": "rtl/+/temp"})
    await rig.wire.send("rtl/7/temp", "20")
    await rig.wire.send("rtl/7/8/temp", "99")

    assert rig.entity("sensor.a").state == "20"


@pytest.mark.looptime
async def test_states_that_end_by_themselves(rig: Any) -> None:
    await rig.announce("sensor/a/t", {"name": "A", "state_topic": "a", "expire_after": 10})
    await rig.announce("binary_sensor/a/m", {"name": "M", "state_topic": "m", "off_delay": 5})
    await rig.wire.send("a", "20")
    await rig.wire.send("m", "ON")
    await asyncio.sleep(4)
    await rig.wire.send("a", "20")
    await rig.wire.send("m", "ON")
    await asyncio.sleep(4)
    assert (rig.entity("sensor.a").state, rig.entity("binary_sensor.m").state) == ("20", "on")
    await asyncio.sleep(7)
    assert (rig.entity("sensor.a").state, rig.entity("binary_sensor.m").state) == (None, "off")


async def test_a_thousand_malformed_announcements_change_nothing(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A")
    rig.told()
    for number in range(1000):
        bad = [b"{", b"[]", {"stat_t": 1}, {"name": [1]}, {"stat_t": "x", "val_tpl": "{{"}][
            number % 5
        ]
        await rig.wire.send(f"homeassistant/sensor/bad{number}/t/config", bad)

    assert rig.told() == []
    assert len(rig.things.house().entities) == 1
    assert rig.things.counters["malformed"] == 1000


@pytest.mark.parametrize(
    "payload", [b"\xff\xfe", b"", b"no", b"[]", b'{"t":{"deep":1}}', b"{" * 9999]
)
async def test_an_unreadable_state_changes_nothing_else(rig: Any, payload: bytes) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A")
    await rig.announce("light/a/l", {"name": "L", "schema": "json", "state_topic": "z/a",
                                     "command_topic": "z/s", "brightness": True})  # fmt: skip
    await rig.wire.send("z/a", {"t": 20, "state": "ON", "brightness": 9})
    await rig.wire.send("z/a", payload)

    assert rig.entity("light.l").state == "on"


async def test_disabled_things_are_left_out(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A", enabled_by_default=False)
    assert rig.things.house().entities == ()


async def test_further_attributes(rig: Any) -> None:
    await rig.announce("sensor/a/t", Z2M, name="A", json_attributes_topic="z/a", device_class="x")
    await rig.wire.send("z/a", {"t": 20, "state": "evil", "device_class": "evil", "battery": 7})

    found = rig.entity("sensor.a")
    assert (found.state, found.attributes) == (
        "20", {"t": 20, "battery": 7, "device_class": "x"},
    )  # fmt: skip
