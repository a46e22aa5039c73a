"""How long to wait before something that failed is tried again: longer each time, with jitter."""

from __future__ import annotations

import asyncio
import random


class Backoff:
    """Waits for one thing that is tried again and again on the running loop.

    Call ``begin`` before each try and sleep ``next_s`` after it.

    Args:
        first_s: The first wait, in seconds; each further one is twice as long.
        longest_s: The longest wait.
        steady_s: A try that lasted longer than this was a success; the waits begin anew.
    """

    def __init__(self, first_s: float, longest_s: float, steady_s: float) -> None:
        self._first_s = self._wait_s = first_s
        self._longest_s = longest_s
        self._steady_s = steady_s
        self._began = 0.0

    def begin(self) -> None:
        """Note that a try begins."""
        self._began = asyncio.get_running_loop().time()

    def next_s(self) -> float:
        """Return the seconds to wait after the try that has just ended, within 25 % of the plan."""
        if asyncio.get_running_loop().time() - self._began > self._steady_s:
            self._wait_s = self._first_s
        wait_s = self._wait_s * random.uniform(0.75, 1.25)  # noqa: S311  # jitter, no secret
        self._wait_s = min(self._wait_s * 2, self._longest_s)
        return wait_s
