"""Two furnished homes to speak in, an English and a German one."""

from __future__ import annotations

from hearth.house import Area, Entity, Floor, House


def thing(id_: str, name: str, area: str, kind: str = "", **told: str | float) -> Entity:
    """Return a thing of a device class, with attributes; ``state`` among them."""
    state = told.pop("state", None)
    attributes = {**told, **({"device_class": kind} if kind else {})}
    known = None if state is None else str(state)
    return Entity(id_, name, area=area, state=known, attributes=attributes)


ENGLISH = House(
    (Floor("down", "Downstairs", ("ground floor",)), Floor("up", "Upstairs", ("first floor",))),
    (
        Area("kitchen", "Kitchen", (), "down"),
        Area("living", "Living Room", (), "down"),
        Area("bed", "Bedroom", (), "up"),
        Area("bath", "Bathroom", (), "up"),
        Area("office", "Office", (), "up"),
        Area("hall", "Hallway", (), "down"),
        Area("garage", "Garage", (), "down"),
        Area("garden", "Garden"),
    ),
    (
        thing("light.kc", "Kitchen Ceiling", "kitchen", state="off"),
        thing("light.counter", "Counter Lights", "kitchen", state="on"),
        thing("light.lr1", "Living Room Lamp", "living", state="on"),
        thing("light.lr2", "Floor Lamp", "living", state="off"),
        thing("light.bed", "Bedside Lamp", "bed", state="off"),
        thing("light.bath", "Bathroom Mirror", "bath", state="off"),
        thing("light.desk", "Desk Lamp", "office", state="on"),
        thing("light.hall", "Hall Light", "hall"),
        thing("light.gar", "Garage Light", "garage"),
        thing("cover.lr", "Living Room Blinds", "living", "blind", current_position=100),
        thing("cover.bed", "Bedroom Shutters", "bed", "shutter", state="closed"),
        thing("cover.kit", "Kitchen Curtain", "kitchen", "curtain"),
        thing("cover.garage", "Garage Door", "garage", "garage", state="closed"),
        thing("climate.lr", "Living Room Thermostat", "living", state="heat", temperature=20),
        thing("climate.bed", "Bedroom Radiator", "bed", state="heat"),
        thing("climate.bath", "Bathroom Heating", "bath", state="off"),
        thing("fan.bed", "Ceiling Fan", "bed", state="off"),
        thing("switch.coffee", "Coffee Maker", "kitchen"),
        thing("switch.plug", "Smart Plug", "office"),
        thing("switch.kettle", "Kettle", "kitchen"),
        thing("media_player.tv", "TV", "living", "tv"),
        thing("media_player.sp", "Kitchen Speaker", "kitchen", "speaker"),
        thing("lock.front", "Front Door", "hall"),
        thing("lock.back", "Back Door", "kitchen"),
        thing("vacuum.v", "Robby", "living"),
        thing("binary_sensor.w1", "Bedroom Window", "bed", "window", state="on"),
        thing("binary_sensor.w2", "Kitchen Window", "kitchen", "window", state="off"),
        thing("binary_sensor.w3", "Office Window", "office", "window", state="off"),
        thing("binary_sensor.d", "Terrace Door", "living", "door", state="off"),
        thing("binary_sensor.m", "Hallway Motion", "hall", "motion", state="off"),
        thing("binary_sensor.leak", "Bathroom Leak", "bath", "moisture", state="off"),
        thing("sensor.tb", "Bedroom Temperature", "bed", "temperature", state="19"),
        thing("sensor.hb", "Bathroom Humidity", "bath", "humidity", state="60"),
        thing("sensor.to", "Outdoor Temperature", "garden", "temperature", state="3"),
        thing("scene.movie", "Movie Night", ""),
        thing("switch.xmas", "Christmas Tree", "living"),
    ),
)

GERMAN = House(
    (Floor("eg", "Erdgeschoss", ("unten",)), Floor("og", "Obergeschoss", ("oben",))),
    (
        Area("k", "Küche", (), "eg"),
        Area("w", "Wohnzimmer", (), "eg"),
        Area("s", "Schlafzimmer", (), "og"),
        Area("b", "Bad", (), "og"),
        Area("f", "Flur", (), "eg"),
    ),
    (
        thing("light.k", "Deckenlampe Küche", "k"),
        thing("light.w", "Stehlampe", "w", state="on"),
        thing("light.w2", "Sofalicht", "w"),
        thing("light.s", "Nachttischlampe", "s"),
        thing("light.b", "Spiegellicht", "b"),
        thing("cover.w", "Rollo links", "w", "blind", current_position=100),
        thing("cover.s", "Rollladen", "s", "shutter"),
        thing("climate.w", "Heizung Wohnzimmer", "w", temperature=20),
        thing("climate.b", "Badheizung", "b"),
        thing("switch.k", "Kaffeemaschine", "k"),
        thing("media_player.tv", "Fernseher", "w", "tv"),
        thing("lock.h", "Haustür", "f"),
        thing("vacuum.v", "Robbi", "f"),
        thing("binary_sensor.f", "Fenster Bad", "b", "window", state="on"),
        thing("binary_sensor.f2", "Fenster Küche", "k", "window", state="off"),
        thing("sensor.h", "Luftfeuchte Bad", "b", "humidity", state="55"),
        thing("fan.s", "Ventilator", "s"),
    ),
)
