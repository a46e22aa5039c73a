"""The door of the home: an ``Act`` in, messages to the device, and what came of it out.

"done" means that the device itself said so afterwards. A device that says nothing because nothing
changed (it was on already) counts as done after ``_UNCHANGED_S``, since its own last word agrees;
the command is sent all the same. One that is still at work (a lock that says "locking") is given
``MOVING_S``. Where no state topic exists the outcome is "sent".
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from hearth.bus import Bus
from hearth.error import BrokerError, HearthError
from hearth.event import Act, Acted, Outcome, Published
from hearth.home.component.base import Order
from hearth.home.risk import allowed
from hearth.home.things import Things
from hearth.house import Entity, House
from hearth.port import Publisher

log = logging.getLogger(__name__)

MOVING_S = 15.0
"""How long a device may be at work once it said that it is, in seconds."""

_UNCHANGED_S = 0.5
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Step:
    """An action that reached its device, and what the thing was like before: for an undo."""

    acted: Acted
    before: Entity


class Executor:
    """Fills the port ``Home``.

    Args:
        things: What is in the house.
        publisher: Sends the commands, at QoS 1.
        bus: Receives ``Published`` for each message and ``Acted`` at the end.
        echo_timeout_s: How long a device may take to say that it is done.
        may: Decides whether an action may be done: None, or why not.
    """

    def __init__(
        self,
        things: Things,
        *,
        publisher: Publisher,
        bus: Bus,
        echo_timeout_s: float,
        may: Callable[[Act, Entity], str | None] = allowed,
    ) -> None:
        self.steps: deque[Step] = deque(maxlen=_REMEMBERED)
        self._things = things
        self._publisher = publisher
        self._bus = bus
        self._echo_timeout_s = echo_timeout_s
        self._may = may

    def house(self) -> House:
        """Return the present snapshot."""
        return self._things.house()

    async def act(self, act: Act) -> Acted:
        """Carry out one action and say how it ended; never raises for a device that fails."""
        began = asyncio.get_running_loop().time()
        thing = self._things.thing(act.entity_id)
        before = thing.entity if thing else None
        outcome, detail = await self._carry_out(act)
        thing = self._things.thing(act.entity_id)
        acted = Acted(
            act,
            outcome,
            before.state if before else None,
            thing.entity.state if thing else None,
            (asyncio.get_running_loop().time() - began) * 1000,
            detail,
        )
        if before is not None and outcome in ("done", "sent"):
            self.steps.append(Step(acted, before))
        if outcome not in ("done", "sent"):
            log.info("%s %s: %s %s", act.service, act.entity_id[:80], outcome, detail)
        self._bus.publish(acted)
        return acted

    async def _carry_out(self, act: Act) -> tuple[Outcome, str]:
        order = self._plan(act)
        if not isinstance(order, Order):
            return order
        was_so = self._is_so(act, order)
        spoke = asyncio.Event()
        with self._things.watch(act.entity_id, spoke.set):
            try:
                async with asyncio.timeout(self._echo_timeout_s):
                    await self._send(act, order)
            except (BrokerError, TimeoutError) as error:
                return "no_answer", str(error) or "The broker did not take the command."
            if order.done is None:
                self._things.assume(act.entity_id, order.assume)
                return "sent", ""
            return await self._echo(act, order, was_so, spoke), ""

    def _plan(self, act: Act) -> Order | tuple[Outcome, str]:
        """Return what is to be sent, or why nothing is."""
        thing = self._things.thing(act.entity_id)
        if thing is None:
            return "refused", "There is no such thing."
        if (why := self._may(act, thing.entity)) is not None:
            return "refused", why
        if not thing.entity.available:
            return "unavailable", "It said that it is away."
        try:
            return thing.order(act.service, act.data)
        except HearthError as error:
            return "refused", error.what
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            log.warning("%s cannot be asked for %r: %r", thing.entity.id, act.service[:40], error)
            return "refused", "Its announcement does not make sense."

    def _is_so(self, act: Act, order: Order) -> bool:
        """Tell whether the thing is as ordered."""
        thing = self._things.thing(act.entity_id)
        return thing is not None and order.done is not None and order.done(thing.entity)

    async def _send(self, act: Act, order: Order) -> None:
        for send in order.sends:
            await self._publisher.publish(
                send.topic, send.payload, qos=max(1, send.qos), retain=send.retain
            )
            self._bus.publish(Published(act.entity_id, send.topic, send.payload, act.turn))

    async def _echo(self, act: Act, order: Order, was_so: bool, spoke: asyncio.Event) -> Outcome:
        """Wait for the device's word. ``was_so``: its state was as ordered before already."""
        loop = asyncio.get_running_loop()
        sent = loop.time()
        until, heard = sent + self._echo_timeout_s, False
        quiet_until = sent + min(_UNCHANGED_S, self._echo_timeout_s / 2)
        while (thing := self._things.thing(act.entity_id)) is not None:
            entity = thing.entity
            so = self._is_so(act, order)
            heard = heard or spoke.is_set()
            if heard and so:
                return "done"
            if not entity.available:
                return "unavailable"
            if heard and entity.state in order.moving:
                until = max(until, sent + MOVING_S)
            spoke.clear()
            try:
                async with asyncio.timeout_at(quiet_until if was_so and so else until):
                    await spoke.wait()
            except TimeoutError:
                return "done" if was_so and so else "no_answer"
        return "no_answer"
