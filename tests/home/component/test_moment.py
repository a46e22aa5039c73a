"""What happens and is over: events, buttons, tags, signals; and pictures, of which only the time is
kept."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.shelf import Shelf, text

from hearth.event import Changed
from hearth.home.component.base import RefusedError

REMOTE = {"device": {"identifiers": ["zigbee2mqtt_0x1"], "name": "Remote"}}
Z2M_TRIGGER = REMOTE | {
    "automation_type": "trigger", "type": "action", "subtype": "single", "payload": "single",
    "topic": "zigbee2mqtt/Remote/action",
}  # fmt: skip
TASMOTA_TRIGGER = {
    "atype": "trigger", "t": "stat/btn/RESULT", "pl": "DOUBLE", "type": "button_double_press",
    "stype": "button_1", "val_tpl": "{{ value_json.Button1.Action }}",
    "dev": {"ids": ["AB"], "name": "Hall"},
}  # fmt: skip
EVENT = {
    "name": "Bell", "state_topic": "bell", "event_types": ["press", "hold"],
    "device_class": "doorbell",
}  # fmt: skip
TAG = {"topic": "reader", "value_template": "{{ value_json.PN532.UID }}", **REMOTE}
RECEIVER = {"name": "Eye", "schema": "receiver", "state_topic": "ir"}


@pytest.mark.parametrize(
    ("topic", "config", "entity_id", "name", "message", "state", "learned"),
    [
        ("device_automation/0x1/action_single", Z2M_TRIGGER, "device_automation.remote_single",
         "Remote single", ("zigbee2mqtt/Remote/action", "single"), "action", {}),
        ("device_automation/AB/b1", TASMOTA_TRIGGER,
         "device_automation.hall_button_1_pressed_twice", "Hall button 1 pressed twice",
         ("stat/btn/RESULT", {"Button1": {"Action": "DOUBLE"}}), "button_double_press", {}),
        ("event/a/bell", EVENT, "event.bell", "Bell", ("bell", {"event_type": "press", "n": 1}),
         "press", {"event_type": "press", "n": 1}),
        ("tag/a/t", TAG, "tag.remote_tag", "Remote Tag",
         ("reader", {"PN532": {"UID": " 04A1 "}}), "04A1", {}),
        ("infrared/a/i", RECEIVER, "infrared.eye", "Eye",
         ("ir", {"timings": [9000, -4500], "modulation": 38000}), "received",
         {"timings": (9000, -4500), "modulation": 38000}),
    ],
)  # fmt: skip
async def test_each_message_is_told_even_twice_the_same(  # noqa: PLR0917  # columns of a table
    topic: str, config: Any, entity_id: str, name: str, message: Any, state: str, learned: Any
) -> None:
    shelf = Shelf()
    await shelf.announce(topic, config)
    assert (shelf.entity().id, shelf.entity().name) == (entity_id, name)
    assert shelf.entity().state is None
    shelf.told()

    await shelf.say(message, message)

    told = [event for event in shelf.told() if isinstance(event, Changed)]
    assert [(event.old.state, event.new.state) for event in told] == [(None, state)] * 2
    assert shelf.entity().state == state
    assert shelf.learned() == learned


@pytest.mark.parametrize(
    ("topic", "config", "message"),
    [
        ("device_automation/0x1/a", Z2M_TRIGGER, ("zigbee2mqtt/Remote/action", "double")),
        ("device_automation/0x1/a", Z2M_TRIGGER, ("zigbee2mqtt/Remote/action", "")),
        ("event/a/b", EVENT, ("bell", "press")),
        ("event/a/b", EVENT, ("bell", {"event_type": "explode"})),
        ("event/a/b", EVENT, ("bell", "{}")),
        ("event/a/b", EVENT, ("bell", {"event_type": "press"} | {str(i): i for i in range(40)})),
        ("tag/a/t", TAG, ("reader", "{}")),
        ("infrared/a/i", RECEIVER, ("ir", {"timings": []})),
        ("infrared/a/i", RECEIVER, ("ir", {"timings": [1] * 5000})),
        ("infrared/a/i", RECEIVER, ("ir", "null")),
    ],
)
async def test_what_is_no_such_happening_tells_nothing(
    topic: str, config: Any, message: Any
) -> None:
    shelf = Shelf()
    await shelf.announce(topic, config)
    shelf.told()

    await shelf.say(message)

    assert shelf.told() == []


async def test_what_the_broker_kept_has_happened_before() -> None:
    shelf = Shelf()
    await shelf.say(("zigbee2mqtt/Remote/action", "single"), retain=True)
    await shelf.announce("device_automation/0x1/a", Z2M_TRIGGER)

    assert shelf.entity().state is None


async def test_the_values_of_the_event_before_are_gone() -> None:
    shelf = Shelf()
    await shelf.announce("event/a/b", EVENT, json_attributes_topic="more")
    await shelf.say(("more", {"battery": 9}))
    await shelf.say(
        ("bell", {"event_type": "press", "who": "cat"}), ("bell", {"event_type": "hold"})
    )

    assert shelf.learned() == {"battery": 9, "event_type": "hold"}


@pytest.mark.parametrize(
    ("topic", "config"),
    [
        ("device_automation/a/a", {"automation_type": "action", "topic": "x", "type": "a",
                                   "subtype": "b"}),
        ("device_automation/a/a", {"topic": "x", "type": "a", "subtype": "b"}),
        ("infrared/a/a", {"schema": "loud"}),
        ("infrared/a/a", {"schema": "receiver"}),
        ("image/a/a", {"name": "I"}),
        ("image/a/a", {"image_topic": "a", "url_topic": "b"}),
        ("camera/a/a", {"name": "C"}),
        ("tag/a/a", {}),
        ("event/a/a", {"state_topic": "x"}),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_counted(topic: str, config: Any) -> None:
    shelf = Shelf()
    await shelf.announce(topic, config)

    assert shelf.things.house().entities == ()
    assert shelf.things.counters["malformed"] == 1


async def test_an_emitter_sends_a_signal() -> None:
    shelf = Shelf()
    await shelf.announce("infrared/a/i", {"name": "TV", "schema": "emitter", "command_topic": "ir"})

    sends = shelf.sends("send_command", {"timings": [9000, -4500, 560], "modulation": 38000})

    assert text(sends) == 'ir {"timings":[9000,-4500,560],"modulation":38000,"repeat_count":0}'
    with pytest.raises(RefusedError):
        shelf.sends("send_command", {"timings": ["x"]})


@pytest.mark.parametrize(
    ("component", "config", "message", "state", "learned"),
    [
        ("camera", {"topic": "p"}, ("p", b"\xff\xd8\xff"), "idle", {}),
        ("camera", {"topic": "p", "image_encoding": "b64"}, ("p", "/9j/"), "idle", {}),
        ("image", {"image_topic": "p", "content_type": "image/png"}, ("p", b"\x89PNG"),
         "2026-11-22T12:00:00+00:00", {}),
        ("image", {"url_topic": "p", "url_template": "{{ value_json.u }}"},
         ("p", {"u": "http://box/a.png"}), "2026-11-22T12:00:00+00:00",
         {"image_url": "http://box/a.png"}),
        ("image", {"url_topic": "p"}, ("p", "file:///etc/passwd"), None, {}),
    ],
)  # fmt: skip
async def test_pictures_are_seen_but_not_kept(
    component: str, config: Any, message: Any, state: str | None, learned: Any
) -> None:
    shelf = Shelf()
    await shelf.announce(f"{component}/a/c", config, name="Yard", qos=1)

    await shelf.say(message)

    assert (shelf.entity().state, shelf.learned()) == (state, learned)
    (route,) = shelf.things._routes.find("p")
    assert route.qos == 0 or "url_topic" in config
    assert "url_topic" in config or shelf.things._routes.last("p") is None
