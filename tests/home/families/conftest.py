"""The families' devices answer at once: their tests are about bytes, not about echoes."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def at_once(rig: Any) -> None:
    rig.door._echo_timeout_s = 0.01
