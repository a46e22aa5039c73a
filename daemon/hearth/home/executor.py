"""The door of the home: an ``Act`` in, messages to the device, and what came of it out.

"done" means that the device itself said so afterwards. A device that says nothing because nothing
changed (it was on already) counts as done after ``_UNCHANGED_S``, since its own last word agrees;
the command is sent all the same. One that is still at work (a lock that says "locking") is given
``MOVING_S``. Where no state topic exists the outcome is "sent".

What opens the house is done only after a person's answer (``confirm``). A code goes to the device
and nowhere else: neither into an event nor into a log.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hearth.bus import Bus
from hearth.error import BrokerError, HearthError
from hearth.event import Act, Acted, Heard, Need, Outcome, Published
from hearth.home.component.base import CodeError, Order
from hearth.home.grants import Grants
from hearth.home.pin import Pin
from hearth.home.risk import Risk
from hearth.home.things import Things
from hearth.home.undo import back
from hearth.house import Entity, House
from hearth.port import Publisher

log = logging.getLogger(__name__)

MOVING_S = 15.0
"""How long a device may be at work once it said that it is, in seconds."""

HIDDEN = "***"
"""What ``Published`` shows of a message with a code in it."""

_UNCHANGED_S = 0.5
_REMEMBERED = 64

_WHY: Mapping[Need, str] = {
    "confirm": "It has to be confirmed.",
    "pin": "It needs the PIN.",
    "code": "It needs its code.",
    "set_pin": "It needs a PIN, and none is set: hearth pin",
    "wait": "Too many wrong PINs or codes.",
    "person": "Only a person may do that.",
    "never": "The configuration forbids it.",
}

_AFTER: Mapping[str, Need] = {"wrong": "pin", "closed": "wait"}
"""What the door wants after a PIN that was not right."""

_SENSELESS = (ValueError, TypeError, LookupError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Step:
    """An action that reached its device at the loop's time ``at``, what the thing was like before,
    and what puts it back; None where nothing does."""

    acted: Acted
    before: Entity
    at: float = 0.0

    @property
    def back(self) -> tuple[tuple[str, dict[str, Any]], ...] | None:
        """The services that restore what was before."""
        return back(self.acted, self.before)


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why an action was not sent."""

    outcome: Outcome
    detail: str
    need: Need = ""


class Executor:
    """Fills the ports ``Home`` and ``Door``.

    Args:
        things: What is in the house.
        publisher: Sends the commands, at QoS 1.
        bus: Receives ``Published`` for each message and ``Acted`` at the end.
        echo_timeout_s: How long a device may take to say that it is done.
        risk: What takes a confirmation or the PIN.
        pin: The PIN.
        codes: Files with the codes of devices that want one, by entity id.
    """

    def __init__(
        self,
        things: Things,
        *,
        publisher: Publisher,
        bus: Bus,
        echo_timeout_s: float,
        risk: Risk,
        pin: Pin,
        codes: Mapping[str, str],
    ) -> None:
        self.steps: deque[Step] = deque(maxlen=_REMEMBERED)
        self._things = things
        self._publisher = publisher
        self._bus = bus
        self._echo_timeout_s = echo_timeout_s
        self._risk = risk
        self._pin = pin
        self._codes = codes
        self._grants = Grants()

    def house(self) -> House:
        """Return the present snapshot."""
        return self._things.house()

    async def act(self, act: Act) -> Acted:
        """Carry out one action and say how it ended; never raises for a device that fails."""
        return await self._do(act)

    async def confirm(
        self, refused: Sequence[Acted], answer: Heard, code: str = ""
    ) -> tuple[Acted, ...]:
        """Carry out what waited for an answer; see ``port.Door``."""
        open_ = [self._grants.redeem(each, answer) for each in refused]
        verdict = ""
        if any(o and each.need == "pin" for o, each in zip(open_, refused, strict=True)):
            verdict = await self._pin.check(code)

        async def one(each: Acted, granted: bool) -> Acted:
            need = each.need
            if not granted:
                return await self._do(each.act, need="person")
            if need == "pin" and verdict != "right":
                return await self._do(each.act, need=_AFTER.get(verdict, "set_pin"))
            if need == "code":
                return await self._with_code(each.act, code)
            return await self._do(each.act, granted=need in ("confirm", "pin"))

        together = zip(refused, open_, strict=True)
        return tuple(await asyncio.gather(*(one(each, granted) for each, granted in together)))

    async def _with_code(self, act: Act, code: str) -> Acted:
        """Let the device judge a code that was said; wrong ones are counted with the PIN's."""
        if self._pin.closed:
            return await self._do(act, need="wait")
        acted = await self._do(act, granted=True, code=code)
        if acted.outcome in ("done", "no_answer", "refused"):
            self._pin.count(right=acted.outcome == "done")
        return acted

    async def _do(
        self, act: Act, *, granted: bool = False, code: str = "", need: Need = ""
    ) -> Acted:
        """Carry out an action and tell of it. ``need``: the door has already decided against it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = code or str(act.data.get("code", ""))
        if "code" in act.data:
            act = replace(act, data={k: v for k, v in act.data.items() if k != "code"})
        thing = self._things.thing(act.entity_id)
        before = thing.entity if thing else None
        if need:
            outcome: Outcome = "refused"
            detail = _WHY[need]
        else:
            result = await self._carry_out(act, code, granted=granted)
            outcome, detail, need = result.outcome, result.detail, result.need
        thing = self._things.thing(act.entity_id)
        acted = Acted(
            act,
            outcome,
            before.state if before else None,
            thing.entity.state if thing else None,
            (loop.time() - began) * 1000,
            detail,
            need,
            before is not None and self._risk.tier(act, before) != "free",
        )
        if before is not None and outcome in ("done", "sent"):
            self.steps.append(Step(acted, before, loop.time()))
        if outcome not in ("done", "sent"):
            log.info("%s %s: %s %s", act.service, act.entity_id[:80], outcome, detail)
        if need in ("confirm", "pin", "code"):
            self._grants.give(acted)
        self._bus.publish(acted)
        return acted

    async def _carry_out(self, act: Act, code: str, *, granted: bool) -> _Refused:
        said = bool(code)
        try:
            code = code or self._kept_code(act.entity_id)
        except HearthError as error:
            return _Refused("refused", f"{error.what} {error.remedy}")
        order = self._plan(act, code, granted=granted, said=said)
        if isinstance(order, _Refused):
            return order
        was_so = self._is_so(act, order)
        spoke = asyncio.Event()
        with self._things.watch(act.entity_id, spoke.set):
            try:
                async with asyncio.timeout(self._echo_timeout_s):
                    await self._send(act, order, hidden=bool(code))
            except (BrokerError, TimeoutError) as error:
                why = str(error) or "The broker did not take the command."
                return _Refused("no_answer", why)
            if order.done is None:
                self._things.assume(act.entity_id, order.assume)
                return _Refused("sent", "")
            return _Refused(await self._echo(act, order, was_so, spoke), "")

    def _plan(self, act: Act, code: str, *, granted: bool, said: bool) -> Order | _Refused:
        """Return what is to be sent, or why nothing is."""
        thing = self._things.thing(act.entity_id)
        if thing is None:
            return _Refused("refused", "There is no such thing.")
        need = "" if granted else self._need(act, thing.entity)
        if need not in ("never", "person"):
            if not thing.entity.available:
                return _Refused("unavailable", "It said that it is away.")
            try:
                order = thing.order(act.service, {**act.data, "code": code} if code else act.data)
            except CodeError:
                # A device with a code of its own judges that code; the PIN would be a second one.
                need = "never" if said and not granted else self._asking(act, "code")
            except HearthError as error:
                return _Refused("refused", error.what)
            except _SENSELESS as error:
                log.warning("%s cannot do %r: %r", thing.entity.id, act.service[:40], error)
                return _Refused("refused", "Its announcement does not make sense.")
            else:
                if not need:
                    return order
        return _Refused("refused", _WHY[need], need)

    def refuses(self, act: Act) -> bool:
        """Return whether the door would refuse this for its risk: to say so before it is kept."""
        thing = self._things.thing(act.entity_id)
        return thing is not None and bool(self._need(act, thing.entity))

    def _need(self, act: Act, entity: Entity) -> Need:
        """Return what the door wants for an action, "" where it lets it by."""
        tier = self._risk.tier(act, entity)
        if tier == "never":
            return "never"
        if tier not in ("confirm", "pin") or self._risk.unattended(act):
            return ""
        if tier == "confirm":
            return self._asking(act, "confirm")
        if self._pin.closed:
            return "wait"
        return self._asking(act, "pin" if self._pin.is_set else "set_pin")

    @staticmethod
    def _asking(act: Act, need: Need) -> Need:
        """Return ``need`` where there is a person to be asked."""
        asked = act.origin in ("microphone", "client") and act.site and act.turn
        return need if asked else "person"

    def _kept_code(self, entity_id: str) -> str:
        """Return the code of a device that is kept in a file. Raises HearthError."""
        if (path := self._codes.get(entity_id)) is None:
            return ""
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise HearthError(
                f"The code's file {path} cannot be read.", "Check [door] codes."
            ) from error

    def _is_so(self, act: Act, order: Order) -> bool:
        """Tell whether the thing is as ordered."""
        thing = self._things.thing(act.entity_id)
        return thing is not None and order.done is not None and order.done(thing.entity)

    async def _send(self, act: Act, order: Order, *, hidden: bool) -> None:
        for send in order.sends:
            await self._publisher.publish(
                send.topic, send.body, qos=max(1, send.qos), retain=send.retain
            )
            shown = HIDDEN if hidden else send.payload
            self._bus.publish(Published(act.entity_id, send.topic, shown, act.turn))

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
