"""A family's devices at the door: what is asked of them, and what they are sent."""

from __future__ import annotations

from typing import Any

from hearth.event import Act


async def sent(rig: Any, entity_id: str, service: str, **data: Any) -> list[tuple[str, str]]:
    rig.wire.sent.clear()
    await rig.door.act(Act(entity_id, service, data))
    return [(topic, payload) for topic, payload, _, _ in rig.wire.sent]
