"""Discovery and state messages in, the house as it is now out: the registry of things.

Each thing follows only the topics that it named. ``Changed`` is published only on a difference;
a message that repeats what is known costs a look-up and no event.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hearth.bus import Bus
from hearth.event import Appeared, Changed, Vanished
from hearth.home import tasmota
from hearth.home.component.base import Values
from hearth.home.component.table import COMPONENTS
from hearth.home.discovery import ITSELF, Announced, DiscoveryError, Found, Key, Withdrawn, parse
from hearth.home.given import Givens
from hearth.home.identity import Identities, Mark
from hearth.home.naming import Places, full_name, wanted_id
from hearth.home.routes import Routes
from hearth.home.template import Payload, Templates
from hearth.home.thing import Route, Thing
from hearth.house import Entity, House
from hearth.port import Clock, Message, Subscriber
from hearth.sections.house import HomeConfig

log = logging.getLogger(__name__)

MAX_THINGS = 10_000
"""More are refused, so that a flood of announcements cannot fill the memory."""

_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)


class Things:
    """Every thing that announced itself, and its state; ``ids`` knows who has which entity id.

    Built, it subscribes to the discovery topics. ``receive`` takes each message; the edge calls it
    through ``Subscriber``. Malformed messages change nothing and are counted in ``counters``.
    """

    def __init__(
        self,
        config: HomeConfig,
        *,
        subscriber: Subscriber,
        bus: Bus,
        clock: Clock,
        ids: Identities | None = None,
        givens: Givens | None = None,
    ) -> None:
        self.counters: Counter[str] = Counter()
        self._config = config
        self._bus = bus
        self._templates = Templates(clock.now)
        self._places = Places(config)
        self._things: dict[Key, Thing] = {}
        self._by_id: dict[str, Thing] = {}
        self._tasmota = tasmota.Tasmota()
        self._ids = ids or Identities()
        self._givens = givens or Givens()
        self._unique: dict[Mark, Key] = {}
        self._house: House | None = None
        self._kept = False
        self._routes = Routes(subscriber, self._on_message)
        for prefix in config.discovery_prefixes:
            for levels in ("+/+/config", "+/+/+/config"):
                subscriber.subscribe(f"{prefix}/{levels}", self._on_discovery, qos=0)
        for topics in tasmota.FILTERS:
            subscriber.subscribe(topics, self._on_discovery, qos=0)

    def house(self) -> House:
        """Return the present snapshot; the same object as long as nothing changed."""
        if self._house is None:
            entities = tuple(thing.entity for thing in self._by_id.values())
            self._house = House(self._places.floors, self._places.areas, entities)
        return self._house

    def thing(self, entity_id: str) -> Thing | None:
        """Return the thing with that entity id, or None."""
        return self._by_id.get(entity_id)

    def entity(self, entity_id: str) -> Entity | None:
        """Return what a thing is like now, or None."""
        thing = self._by_id.get(entity_id)
        return thing.entity if thing else None

    @contextmanager
    def watch(self, entity_id: str, heard: Callable[[], None]) -> Iterator[None]:
        """Call ``heard`` after each message of the thing, whether it changed something or not."""
        thing = self._by_id[entity_id]
        thing.watchers.append(heard)
        try:
            yield
        finally:
            thing.watchers.remove(heard)

    def assume(self, entity_id: str, values: Values) -> None:
        """Take ``values`` as the state of a thing that never tells it."""
        if (thing := self._by_id.get(entity_id)) is not None:
            self._apply(thing, values)

    # --- discovery -----------------------------------------------------------------------------

    async def _on_discovery(self, message: Message) -> None:
        self.discover(message)

    def discover(self, message: Message) -> None:
        """Take one discovery message; what is wrong with it is counted and logged."""
        all_found: tuple[Found, ...]
        try:
            if message.topic.startswith(f"{tasmota.PREFIX}/"):
                all_found = self._tasmota.take(message.topic, message.payload)
                self._supersede()
            else:
                all_found = parse(self._config.discovery_prefixes, message.topic, message.payload)
        except DiscoveryError as error:
            self._count("malformed", f"{error} ({message.topic[:200]!r})")
            return
        for found in all_found:
            try:
                self._discovered(found)
            except DiscoveryError as error:
                self._count("malformed", f"{error} ({message.topic[:200]!r})")

    def _discovered(self, found: Found) -> None:
        if isinstance(found, Announced):
            self._announce(found)
        elif isinstance(found, Withdrawn):
            self._withdraw(found)
        else:
            self._count("malformed", f"{found.why} ({found.key[2][:200]!r})")

    def _supersede(self) -> None:
        """Take away what stands beside the announcement that a device makes natively."""
        for announced in [thing.announced for thing in self._things.values()]:
            if self._tasmota.owns(announced):
                self.counters["duplicates"] += 1
                self._withdraw(Withdrawn(announced.key, topic=announced.topic))

    def _announce(self, found: Announced) -> None:
        if found.origin.get("name") == ITSELF:
            return
        if self._tasmota.owns(found):
            self._count("duplicates", f"{found.key[2]!r} is announced natively, too")
            return
        old = self._things.get(found.key)
        if old is not None and old.announced == found:
            return
        if old is not None and old.announced.topic != found.topic:
            self._count("duplicates", f"{found.key[2]!r} is announced on two topics")
            return
        if found.config.get("enabled_by_default") is False:
            self._withdraw(Withdrawn(found.key, topic=found.topic))
            return
        mark = self._mark(found)
        if self._unique.setdefault(mark, found.key) != found.key:
            self._count("duplicates", f"{mark!r} is announced twice ({found.key[2]!r})")
            return
        if old is None and len(self._things) >= MAX_THINGS:
            raise DiscoveryError(f"There are {MAX_THINGS} things already.")
        try:
            entity = self._entity(found, old)
            thing = Thing(found, COMPONENTS[found.component], self._templates, entity)
        except DiscoveryError:
            if old is None:
                del self._unique[mark]
            raise
        self._place(thing, old)

    def _place(self, thing: Thing, old: Thing | None) -> None:
        """Put a thing, new or announced anew, in its place and let it hear."""
        self._things[thing.announced.key] = self._by_id[thing.entity.id] = thing
        if old is not None:
            thing.inherit(old)
        self._routes.replace(old.routes if old else (), thing.routes)
        self._house = None
        if old is None or thing.entity != old.entity:
            self._bus.publish(Appeared(thing.entity))
        self.counters["announced"] += 1
        self._kept = True
        for route in thing.routes:
            if not route.moment and (last := self._routes.last(route.topic)) is not None:
                self._take(route, last)
        self._kept = False

    def _entity(self, found: Announced, old: Thing | None) -> Entity:
        """Compose name, id and area; the id stays what it was when the thing comes again."""
        name = full_name(found)
        mark, wanted = self._mark(found), wanted_id(found, name)
        if old is None:
            id_ = self._ids.give(mark, wanted, self._by_id)
        else:
            self._ids.hold(mark, wanted, id_ := old.entity.id)
        own, said = self._config.entities.get(id_), self._givens.of(id_)
        area = said.area or (own and own.area) or found.device.get("suggested_area")
        called = said.name or (own and own.name) or name
        aliases = (*said.aliases, *(own.aliases if own else ()), *((name,) if said.name else ()))
        return Entity(
            id_,
            called,
            tuple(alias for alias in dict.fromkeys(aliases) if alias != called),
            found.component,
            self._places.area(area),
        )

    def again(self, entity_id: str) -> None:
        """Take to heart what a person has said of a thing since: its names, its area."""
        if (thing := self._by_id.get(entity_id)) is None:
            return
        old, new = thing.entity, self._entity(thing.announced, thing)
        thing.entity = replace(old, name=new.name, aliases=new.aliases, area=new.area)
        self._tidy()
        if thing.entity != old:
            self._bus.publish(Appeared(thing.entity))

    def area(self, name: str) -> str | None:
        """Return the id of the area with that name; a new one where there is none yet."""
        self._house = None
        return self._places.area(name)

    def device_of(self, entity_id: str) -> tuple[Entity, ...]:
        """Return every thing of the device that a thing belongs to, itself among them."""
        if (thing := self._by_id.get(entity_id)) is None:
            return ()
        marks = thing.announced.device.get("identifiers")
        same = (t for t in self._by_id.values() if t.announced.device.get("identifiers") == marks)
        return tuple(t.entity for t in same) if marks else (thing.entity,)

    def _tidy(self) -> None:
        self._places.forget({t.entity.area for t in self._by_id.values()}, self._config)
        self._house = None

    def _withdraw(self, found: Withdrawn) -> None:
        prefix, component, ids = found.key
        if component == "device":
            keys = [
                key for key in self._things if key[0] == prefix and key[2].startswith(ids + " ")
            ]
        else:
            keys = [found.key] if found.key in self._things else []
        keys = [key for key in keys if self._things[key].announced.topic == found.topic]
        for key in keys:
            thing = self._things.pop(key)
            del self._by_id[thing.entity.id]
            self._unique.pop(self._mark(thing.announced), None)
            thing.close()
            self._routes.replace(thing.routes, ())
            self.counters["withdrawn"] += 1
            self._bus.publish(Vanished(thing.entity.id))
        if keys:
            self._tidy()

    @staticmethod
    def _mark(found: Announced) -> Mark:
        return found.component, found.unique_id or " ".join(found.key)

    # --- state ---------------------------------------------------------------------------------

    async def _on_message(self, message: Message) -> None:
        self.receive(message)

    def receive(self, message: Message) -> None:
        """Take one message of a topic that a thing named."""
        texts: dict[str, Payload] = {}
        self._kept = message.retained
        for route in self._routes.find(message.topic):
            if route.moment and message.retained:
                continue  # what the broker kept has happened before
            encoding = route.encoding
            if (payload := texts.get(encoding)) is None:
                try:
                    payload = texts[encoding] = Payload(message.payload.decode(encoding))
                except (ValueError, LookupError):
                    self._count("unread", f"{message.topic[:200]!r} is not {encoding[:20]!r}")
                    continue
            self._take(route, payload)
        if (kept := texts.get("utf-8")) is not None:
            self._routes.keep(message.topic, kept)
        self._kept = False
        self.counters["messages"] += 1

    def _take(self, route: Route, payload: Payload) -> None:
        thing = route.thing
        try:
            if (presence := route.presence) is not None:
                if (here := thing.availability.hear(presence, payload)) is not None:
                    self._show(thing, thing.entity.state, thing.entity.attributes, here)
                return
            values = route.read(payload, thing.this() if route.uses_this else None)
        except _UNREADABLE as error:
            self._count("unread", f"{thing.entity.id} told nothing readable: {str(error)[:200]!r}")
            return
        if values is not None:
            if route.moment:
                self._happen(thing, values)
            else:
                self._apply(thing, values)
            if thing.timed:
                thing.arm(self._apply)

    def _happen(self, thing: Thing, values: Values) -> None:
        """Tell of something that happened: always, and from no state to the kind of it."""
        old = thing.entity
        before = replace(old, state=None)
        thing.entity = replace(old, state=values["state"], attributes=thing.happening(values))
        self._house = None
        self._bus.publish(Changed(before, thing.entity))
        for heard in tuple(thing.watchers):
            heard()

    def _apply(self, thing: Thing, values: Values) -> None:
        """Put new values in; tell of it only where they differ."""
        entity = thing.entity
        state, attributes = entity.state, entity.attributes
        changed: dict[str, Any] | None = None
        for key, value in values.items():
            if key == "state":
                state = value
            elif attributes.get(key) != value:
                changed = changed or dict(attributes)
                if value is None:
                    changed.pop(key, None)
                else:
                    changed[key] = value
        if changed is not None or state != entity.state:
            fresh = attributes if changed is None else MappingProxyType(changed)
            self._show(thing, state, fresh, entity.available)
        for heard in tuple(thing.watchers):
            heard()

    def _show(
        self, thing: Thing, state: str | None, attributes: Mapping[str, Any], available: bool
    ) -> None:
        old = thing.entity
        if available is old.available and state == old.state and attributes is old.attributes:
            return
        thing.entity = new = Entity(
            old.id, old.name, old.aliases, old.domain, old.area, state, attributes, available
        )
        self._house = None
        self._bus.publish(Changed(old, new, self._kept))
        if available is not old.available:
            for heard in tuple(thing.watchers):
                heard()

    def _count(self, kind: str, what: str) -> None:
        """Count a fault; log the first and then each hundredth."""
        self.counters[kind] += 1
        if self.counters[kind] % 100 == 1:
            log.warning("%s (%s so far: %d)", what, kind, self.counters[kind])
