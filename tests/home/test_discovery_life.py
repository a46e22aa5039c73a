"""How announcements live: moved from one form to the other, contested, several prefixes, encodings,
what the broker kept, and what a stranger's message can never do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.shelf import Shelf

from hearth.event import Appeared, Changed, Vanished
from hearth.port import Message
from hearth.sections.house import HomeConfig

SINGLE = {"name": "T", "unique_id": "t1", "state_topic": "s", "device": {"identifiers": ["d"]}}


def device(**components: Any) -> dict[str, Any]:
    return {"dev": {"ids": ["d"], "name": "Box"}, "o": {"name": "maker"}, "stat_t": "s",
            "cmps": components}  # fmt: skip


async def test_a_thing_moves_to_the_device_form_and_keeps_its_id() -> None:
    """Home Assistant's migration: say so, announce the device, then empty the old topic."""
    shelf = Shelf()
    await shelf.announce("sensor/box/t", SINGLE)
    await shelf.say(("s", "20"))
    before = shelf.entity().id

    await shelf.announce("sensor/box/t", {"migrate_discovery": True})
    await shelf.announce("device/box", device(t={"p": "sensor", "unique_id": "t1", "name": "T"}))
    await shelf.announce("sensor/box/t", "")
    await shelf.say(("s", "21"))

    assert (shelf.entity().id, shelf.entity().state) == (before, "21")


async def test_and_back() -> None:
    shelf = Shelf()
    await shelf.announce("device/box", device(t={"p": "sensor", "unique_id": "t1", "name": "T"}))
    before = shelf.entity().id

    await shelf.announce("device/box", {"migr_discvry": True})
    await shelf.announce("sensor/box/t", SINGLE)
    await shelf.announce("device/box", "")

    assert shelf.entity().id == before


async def test_without_migration_the_first_topic_stays_the_thing_s_own() -> None:
    shelf = Shelf()
    await shelf.announce("sensor/box/t", SINGLE)
    shelf.told()
    await shelf.announce("device/box", device(t={"p": "sensor", "unique_id": "t1", "name": "U"}))
    await shelf.announce("device/box", "")

    assert shelf.told() == []
    assert shelf.things.counters["duplicates"] == 1


async def test_a_component_that_only_names_its_platform_is_gone() -> None:
    shelf = Shelf()
    both = device(a={"p": "sensor", "uniq_id": "a"}, b={"p": "sensor", "uniq_id": "b"})
    await shelf.announce("device/box", both)
    await shelf.announce("device/box", device(a={"p": "sensor"}, b={"p": "sensor", "uniq_id": "b"}))

    assert [e.id for e in shelf.things.house().entities] == ["sensor.box_sensor_2"]


async def test_one_bad_component_leaves_the_others() -> None:
    shelf = Shelf()
    await shelf.announce(
        "device/box",
        device(a={"p": "light", "uniq_id": "a"}, b={"p": "sensor", "uniq_id": "b", "val_tpl": "{{"},
               c={"p": "sensor", "uniq_id": "c"}),
    )  # fmt: skip

    assert shelf.entity().id == "sensor.box_sensor"
    assert shelf.things.counters["malformed"] == 2


async def test_what_a_device_shares_reaches_each_of_its_things() -> None:
    shelf = Shelf()
    shared = {"avty_t": "there", "qos": 1, "e": "latin-1"}
    await shelf.announce("device/box", device(a={"p": "sensor", "uniq_id": "a"}) | shared)
    await shelf.say(("there", "online"), ("s", "20 °C".encode("latin-1")))

    assert (shelf.entity().state, shelf.entity().available) == ("20 °C", True)
    assert {route.qos for route in shelf.things._routes.find("s")} == {1}


async def test_several_prefixes_are_several_houses_of_the_same_devices() -> None:
    shelf = Shelf(HomeConfig(discovery_prefixes=("homeassistant", "my/devices")))
    for prefix in ("homeassistant", "my/devices", "other"):
        config = {"name": prefix[:2], "state_topic": "s", "unique_id": prefix}
        await shelf.say((f"{prefix}/sensor/a/t/config", config))
    await shelf.say(("my/devices/sensor/a/t/config", ""))

    assert shelf.entity().id == "sensor.ho"


@pytest.mark.parametrize(
    ("encoding", "payload", "state"),
    [
        ("utf-8", "21 °C".encode(), "21 °C"),
        ("utf-16", "21 °C".encode("utf-16"), "21 °C"),
        ("latin-1", b"21 \xb0C", "21 °C"),
        ("", b"\x15\xff", "21 255"),
        ("rot13", b"21", None),
        ("no such", b"21", None),
    ],
)
async def test_encodings(encoding: str, payload: bytes, state: str | None) -> None:
    shelf = Shelf()
    template = {} if encoding else {"val_tpl": "{{ value | map('ord') | join(' ') }}"}
    config = {"name": "T", "state_topic": "s", "encoding": encoding} | template
    await shelf.announce("sensor/a/t", config)
    await shelf.say(("s", payload))

    assert shelf.entity().state == state


async def test_a_state_that_the_broker_kept_is_marked_as_kept() -> None:
    shelf = Shelf()
    await shelf.announce("sensor/a/t", SINGLE)
    shelf.told()
    shelf.things.receive(Message("s", b"20", retained=True))
    shelf.things.receive(Message("s", b"21"))

    kept, now = shelf.told(Changed)
    assert isinstance(kept, Changed)
    assert isinstance(now, Changed)
    assert (kept.kept, now.kept) == (True, False)


async def test_devices_that_announce_themselves_again_on_birth_change_nothing() -> None:
    """After ``online`` a bridge republishes everything: no event, no new subscription."""
    shelf = Shelf()
    for number in range(20):
        await shelf.announce(f"sensor/a/{number}", SINGLE, unique_id=str(number))
    before, filters = shelf.things.house(), list(shelf.wire.filters)
    shelf.told()
    for number in range(20):
        await shelf.announce(f"sensor/a/{number}", SINGLE, unique_id=str(number))

    assert shelf.told(Appeared, Vanished, Changed) == []
    assert shelf.things.house() is before
    assert shelf.wire.filters == filters


async def test_a_disabled_component_of_a_device_goes() -> None:
    shelf = Shelf()
    await shelf.announce("device/box", device(a={"p": "sensor", "uniq_id": "a"}))
    await shelf.announce("device/box", device(a={"p": "sensor", "uniq_id": "a", "en": False}))

    assert shelf.things.house().entities == ()


async def test_a_thousand_malformed_messages_of_every_kind_cost_a_counter_each() -> None:
    shelf = Shelf()
    await shelf.announce("sensor/a/t", SINGLE)
    await shelf.say(("s", "20"))
    before, filters = shelf.things.house(), list(shelf.wire.filters)
    shelf.told()
    bad: list[tuple[str, bytes]] = [
        ("sensor/x/y", b"{"), ("sensor/x/y", b"\xff"), ("sensor/x/y", b'{"stat_t":"a/#/b"}'),
        ("sensor/x/y", json.dumps({"stat_t": "a", "val_tpl": "{{ x"}).encode()),
        ("sensor/x/y", json.dumps({"stat_t": "a", "exp_aft": "soon"}).encode()),
        ("light/x/y", b'{"cmd_t":"a","schema":"odd"}'), ("toaster/x/y", b"{}"),
        ("cover/x/y", json.dumps({"cmd_t": "c", "val_tpl": 3}).encode()),
        ("sensor/x/y", b'{"stat_t":"a","qos":"\\u0007"}'), ("device/x", b'{"cmps":{}}'),
        ("image/x/y", b"{}"), ("event/x/y", b'{"stat_t":"a"}'), ("number/x/y", b'{"min":{}}'),
        ("sensor/x/y", b'{"stat_t":"a","avty_mode":"most","avty_t":"b"}'),
        ("infrared/x/y", b'{"schema":"receiver"}'), ("alarm_control_panel/x/y", b'{"cmd_t":"a"}'),
        ("sensor/x/y", b'{"stat_t":"a\\u0001"}'), ("sensor/x/y", b"[" * 5000),
        ("device_automation/x/y", b'{"atype":"trigger","t":"a"}'), ("tag/x/y", b'{"t":7}'),
    ]  # fmt: skip
    for number in range(1000):
        topic, payload = bad[number % len(bad)]
        shelf.things.discover(Message(f"homeassistant/{topic}{number}/config", payload))

    assert shelf.told() == []
    assert shelf.things.house() is before
    assert shelf.wire.filters == filters
    assert shelf.things.counters["malformed"] == 1000
