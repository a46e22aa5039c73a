"""Microphones in quiet rooms: frames of faint noise to a broker, from a process of its own.

``python -m hearth.cli.microphones HOST PORT USER PASSWORD_FILE COUNT SECONDS``, for `hearth bench`.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack

import numpy as np

from hearth.edge.hermes.audio import wav
from hearth.edge.hermes.satellite import Satellite
from hearth.port import RATE_HZ, Pcm
from hearth.sections.engines import MqttConfig

_LEVEL = 20
"""Standard deviation of the samples: the noise of a quiet room at a usual microphone, -64 dBFS."""


async def _stream(config: MqttConfig, count: int, seconds: float) -> None:
    noise = np.random.default_rng(1).normal(0, _LEVEL, int(RATE_HZ * seconds)).astype("<i2")
    recording = wav(Pcm(noise.tobytes()))
    async with AsyncExitStack() as stack:
        rooms = [
            await stack.enter_async_context(Satellite(config, f"room-{n}")) for n in range(count)
        ]
        await asyncio.gather(*(room.say(recording) for room in rooms))


def main() -> None:
    """Read the arguments and stream."""
    host, port, user, password_file, count, seconds = sys.argv[1:]
    config = MqttConfig(host=host, port=int(port), username=user, password_file=password_file)
    asyncio.run(_stream(config, int(count), float(seconds)))


if __name__ == "__main__":
    main()
