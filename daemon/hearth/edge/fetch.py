"""A URL in, a checked file out; an archive in, a folder out that nothing in it can leave."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from hearth.error import EngineError

Progress = Callable[[int, int | None], None]
"""Told the bytes that are there and the bytes there will be, where that is known."""

_CHUNK = 1 << 16
_TIMEOUT_S = 30.0
_MOST_UNPACKED = 20_000_000_000


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(
    url: str,
    to: Path,
    *,
    digest: str,
    progress: Progress = lambda *_: None,
    attempts: int = 5,
    first_wait_s: float = 1.0,
) -> None:
    """Fetch ``url`` into the file ``to``, which appears only when it is whole and right.

    What a broken connection left in ``<to>.part`` is gone on with, within this call and by the
    next one. ``digest`` is the SHA-256 that the file must have. Waits between attempts double.

    Raises:
        EngineError: it cannot be fetched, or it is not the file that was expected.
    """
    part = to.with_name(to.name + ".part")
    to.parent.mkdir(parents=True, exist_ok=True)
    wait_s, why = first_wait_s, ""
    for attempt in range(attempts):
        if attempt:
            time.sleep(wait_s)
            wait_s *= 2
        try:
            if not _go_on(url, part, progress):
                why = "the connection broke"
                continue
        except urllib.error.HTTPError as error:
            why = f"the server answers {error.code} {error.reason}"
            if error.code < 500 and error.code not in (408, 416, 429):
                break
        except (OSError, HTTPException) as error:
            why = str(getattr(error, "reason", error)) or type(error).__name__
        else:
            break
    else:
        raise EngineError(f"{url} cannot be fetched: {why}.", "Try again; it goes on from there.")
    if why and not part.exists():
        raise EngineError(f"{url} cannot be fetched: {why}.", "Check the address.")
    found = sha256(part)
    if found != digest.lower():
        part.unlink()
        raise EngineError(
            f"{url} is not the file that was expected: SHA-256 {found}, not {digest}.",
            "Try again; if it stays so, do not use it.",
        )
    part.replace(to)


def _go_on(url: str, part: Path, progress: Progress) -> bool:
    """Fetch what is missing in ``part`` and say whether it is whole now."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url)  # noqa: S310  # the addresses are those of the catalogue
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310  # as above
    except urllib.error.HTTPError as error:
        if error.code == 416:  # there is nothing after what we have: it is whole, or wrong
            return True
        raise
    with answer:
        resumed = answer.status == 206
        if not resumed:
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                have += len(chunk)
                progress(have, total)
    return total is None or have >= total


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a ZIP file into ``folder``, which must not exist and appears only when whole.

    Where everything in the archive lies in one folder, that folder's content is taken.
    Raises EngineError for an archive that is broken or would write outside its folder.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        inside = Path(scratch) / "content"
        try:
            with zipfile.ZipFile(archive) as zipped:
                _check(zipped, archive)
                zipped.extractall(inside)
        except (zipfile.BadZipFile, OSError) as error:
            raise EngineError(f"{archive.name} cannot be unpacked: {error}.") from error
        entries = list(inside.iterdir())
        root = entries[0] if len(entries) == 1 and entries[0].is_dir() else inside
        if folder.exists():
            shutil.rmtree(folder)
        root.rename(folder)


def _check(zipped: zipfile.ZipFile, archive: Path) -> None:
    """Raise EngineError for a member that leaves the folder, a link, or an absurd size."""
    members = zipped.infolist()
    if sum(member.file_size for member in members) > _MOST_UNPACKED:
        raise EngineError(f"{archive.name} unpacks to an absurd size.")
    for member in members:
        parts = Path(member.filename.replace("\\", "/")).parts
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if is_link or ".." in parts or parts[:1] == ("/",) or not parts:
            raise EngineError(
                f"{archive.name} holds {member.filename!r}, which would leave its folder.",
                "Do not use this archive.",
            )
