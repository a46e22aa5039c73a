"""What the model made of a prompt's lasting beginning in, files that outlive the process out.

A file is named by the hash of everything that its numbers follow from: the model, its format, the
code that computed it, and the tokens. It is mapped, not read; what is damaged is dropped and made
anew. Only what holds no word of a person comes here: ``ChatMessage.lasting``.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

log = logging.getLogger(__name__)

_SUFFIX = ".prefix"
_CODE = ("llama.py", "generic.py", "kernel.py", "rope.py", "prefix.py")
"""The files that decide what a cache looks like."""


class Shelf:
    """A folder of kept beginnings.

    Args:
        folder: Made with mode 0700 when something is put there.
        about: What the numbers follow from beside the tokens (``identity``).
        most: How many beginnings are kept; the ones unused for longest go.
        most_mb: How much they may take together.
    """

    def __init__(self, folder: Path, about: str, most: int = 4, most_mb: int = 256) -> None:
        self._folder = folder
        self._about = about
        self._most = most
        self._most_mb = most_mb

    def get(self, ids: Sequence[int]) -> Mapping[str, Tensor] | None:
        """Return the tensors of these tokens; None where there are none, or damaged ones."""
        path = self._path(ids)
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a mapping
                told = (file.metadata() or {}).get("check", "")
            if told != _check(found):
                raise ValueError("its numbers are not those that were written")
            os.utime(path)
        except (OSError, ValueError, SafetensorError) as error:
            log.warning("%s is damaged and is made anew: %s", path.name, error)
            with suppress(OSError):
                path.unlink()
            return None
        return found

    def put(self, ids: Sequence[int], kept: Mapping[str, Tensor]) -> None:
        """Write the tensors of these tokens, whole or not at all; a full disk is only told."""
        size = sum(tensor.nbytes for tensor in kept.values())
        if size > self._most_mb * 1_000_000:
            log.info("a beginning of %d MB is not kept on disk", size // 1_000_000)
            return
        scratch = ""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, scratch = tempfile.mkstemp(dir=self._folder, prefix=".")  # mode 0600
            os.close(handle)
            save_file(dict(kept), scratch, metadata={"check": _check(kept)})
            Path(scratch).chmod(0o600)
            Path(scratch).replace(self._path(ids))
            self._tidy()
        except (OSError, SafetensorError) as error:
            log.warning("a prompt's beginning is not kept on disk: %s", error)
            with suppress(OSError):
                Path(scratch).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything that is kept."""
        for path in self._files():
            with suppress(OSError):
                path.unlink()

    def _files(self) -> list[Path]:
        """Return the kept files, the ones used last first; and remains of an interrupted write."""
        if not self._folder.is_dir():
            return []
        files = [path for path in self._folder.iterdir() if path.is_file()]
        return sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def _tidy(self) -> None:
        left, bytes_left = self._most, self._most_mb * 1_000_000
        for path in self._files():
            left, bytes_left = left - 1, bytes_left - path.stat().st_size
            if left < 0 or bytes_left < 0 or path.suffix != _SUFFIX:
                path.unlink()

    def _path(self, ids: Sequence[int]) -> Path:
        told = f"{self._about}\0{','.join(map(str, ids))}"
        return self._folder / f"{hashlib.sha256(told.encode()).hexdigest()[:40]}{_SUFFIX}"


def identity(model: str, kind: str) -> str:
    """Return what a cache's numbers follow from: the model's files, its format, the code."""
    code = hashlib.sha256(torch.__version__.encode())
    for name in _CODE:
        code.update(Path(__file__).with_name(name).read_bytes())
    folder = Path(model)
    files = sorted(folder.glob("*.safetensors")) if folder.is_dir() else []
    about = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return f"{model}\0{kind}\0{about}\0{code.hexdigest()}"


def _check(kept: Mapping[str, Tensor]) -> str:
    """Return a checksum over names, shapes and numbers."""
    total = 0
    for name in sorted(kept):
        tensor = kept[name].contiguous()
        total = zlib.crc32(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode(), total)
        total = zlib.crc32(tensor.view(torch.uint8).numpy().tobytes(), total)
    return f"{total:08x}"
