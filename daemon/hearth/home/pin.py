"""Digits in, whether they are the PIN out: kept as a salted hash, closed after wrong tries.

The hash is scrypt (RFC 7914) with N = 2^14, r = 8, p = 1: 16 MiB and about 50 ms a try, which is
what the RFC's authors give for an interactive login. A PIN of four digits could be found by trying
all of them on a stolen file; what protects it is the file's mode, not the hash.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from concurrent.futures import Executor
from pathlib import Path
from typing import Literal

from hearth.error import HearthError
from hearth.sections.house import DoorConfig

Verdict = Literal["right", "wrong", "closed", "unset"]

_N, _R, _P = 2**14, 8, 1
_SHORTEST, _LONGEST = 4, 12


class Pin:
    """The PIN of the house.

    Args:
        path: The file that ``keep`` wrote; it is read at each try, so a new PIN holds at once.
        tries: So many wrong ones in a row close the door.
        wait_s: For so long, in seconds.
        executor: Where the hash is computed; None for the loop's own threads.
    """

    def __init__(
        self, path: Path, *, tries: int, wait_s: float, executor: Executor | None = None
    ) -> None:
        self._path = path
        self._tries = tries
        self._wait_s = wait_s
        self._executor = executor
        self._wrong = 0
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()

    @property
    def is_set(self) -> bool:
        """Whether there is a PIN."""
        return self._path.is_file()

    @property
    def closed(self) -> bool:
        """Whether too many wrong ones came, and the time is not over."""
        return asyncio.get_running_loop().time() < self._until

    async def check(self, digits: str) -> Verdict:
        """Compare digits with the PIN and count a wrong one.

        Raises HearthError where the file cannot be read.
        """
        async with self._one_at_a_time:  # two tries side by side would count as one
            if self.closed:
                return "closed"
            if not self.is_set:
                return "unset"
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._executor, _matches, self._path, digits)
            self.count(right=right)
            return "right" if right else "closed" if self.closed else "wrong"

    def count(self, *, right: bool) -> None:
        """Count a try: here, and where a device's own code was wrong."""
        self._wrong = 0 if right else self._wrong + 1
        if self._wrong >= self._tries:
            self._wrong = 0
            self._until = asyncio.get_running_loop().time() + self._wait_s


def pin_file(config: DoorConfig, state: Path) -> Path:
    """Return where the PIN's hash is kept; ``state`` is the state directory."""
    return Path(config.pin_file) if config.pin_file else state / "pin"


def keep(path: Path, digits: str) -> None:
    """Write the PIN's hash to ``path``, readable by this user alone.

    Raises HearthError where the digits are no PIN, or the file cannot be written.
    """
    if not (digits.isascii() and digits.isdecimal() and _SHORTEST <= len(digits) <= _LONGEST):
        raise HearthError(
            f"A PIN has {_SHORTEST} to {_LONGEST} digits.", "Digits only, so that it can be said."
        )
    salt = secrets.token_bytes(16)
    kept = {"salt": salt.hex(), "hash": _hash(digits, salt).hex()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".pin-")  # its mode is 0600
        with os.fdopen(handle, "w") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except OSError as error:
        raise HearthError(
            f"The PIN cannot be kept in {path} ({error.strerror}).",
            "Run it as the user that Hearth runs as, or set [door] pin_file.",
        ) from error


def _matches(path: Path, digits: str) -> bool:
    try:
        kept = json.loads(path.read_text("utf-8"))
        salt, expected = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HearthError(
            f"The PIN's file {path} cannot be read.", "Set it again: hearth pin"
        ) from error
    return hmac.compare_digest(_hash(digits, salt), expected)


def _hash(digits: str, salt: bytes) -> bytes:
    return hashlib.scrypt(digits.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=2**26, dklen=32)
