"""What every test needs, and the closing word of ./deploy/test."""

import asyncio
import os

import pytest

# pytest-asyncio 1.5 asks for the current loop around synchronous fixtures; Python then opens one
# that nobody closes, unless it was told that there is none.
asyncio.set_event_loop(None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat what failed before the tests, so that pytest's summary does not hide it."""
    if failed := os.environ.get("HEARTH_CHECKS_FAILED"):
        terminalreporter.section("failed before the tests", red=True, bold=True)
        terminalreporter.line(failed)
