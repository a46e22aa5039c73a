"""What every test needs, and the closing word of ./deploy/test."""

import asyncio
import os

import pytest

# As the brain sets it for itself: two torches that wait for their threads by spinning, on two
# cores, take a multiple of the time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# pytest-asyncio 1.5 asks for the current loop around synchronous fixtures; Python then opens one
# that nobody closes, unless it was told that there is none.
asyncio.set_event_loop(None)


_NOTHING_LEFT = 2
"""Rounds of a loop without anything to run, after which virtual time moves on; looptime's own 42
take most of a week's story. Work in threads is waited for in any case."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let virtual time move on as soon as nothing is left to run."""
    for item in items:
        if item.get_closest_marker("looptime"):
            item.add_marker(pytest.mark.looptime(noop_cycles=_NOTHING_LEFT), append=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat what failed before the tests, so that pytest's summary does not hide it."""
    if failed := os.environ.get("HEARTH_CHECKS_FAILED"):
        terminalreporter.section("failed before the tests", red=True, bold=True)
        terminalreporter.line(failed)
