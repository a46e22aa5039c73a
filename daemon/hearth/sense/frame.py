"""WAV chunks of any rate, width and channel count in, 16 kHz mono 16-bit PCM out."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr

from hearth.port import RATE_HZ

MAX_BYTES = 2 * 1024 * 1024
"""Largest chunk that is read: 10 s of 48 kHz stereo, far above what a satellite sends at once."""

_MAX_S = 10
_RATES_HZ = range(4_000, 192_001)
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_STREAMED = 0x7FFF_0000  # a size at least this large, or 0, is what programs write into a pipe
_Floats = np.ndarray[Any, np.dtype[np.float32]]
_PLAIN = struct.Struct("<4sI8sIHHIIHH4sI")  # the 44-byte header that every satellite sends


class FrameError(ValueError):
    """A chunk is not sound that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The sound in a WAV: its form, and its samples as they were written."""

    rate_hz: int
    channels: int
    bits: int
    is_float: bool
    data: bytes
    truncated: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is already what Hearth hears: 16 kHz, one channel, 16-bit integers."""
        return (self.rate_hz, self.channels, self.bits, self.is_float) == (RATE_HZ, 1, 16, False)


def parse(payload: bytes, *, max_bytes: int = MAX_BYTES, max_s: float = _MAX_S) -> Wave:
    """Read a RIFF WAV with 8, 16, 24 or 32-bit integers, or 32 or 64-bit floats.

    A data chunk that promises more than there is yields what there is, marked ``truncated``; sizes
    of 0 and near 2**31 or 2**32 are what programs write that do not know the length, and count as
    whole. Layout: Microsoft's "Multiple channel audio data and WAVE files".

    Raises:
        FrameError: the payload is too large, not a WAV, or of a form that is not sound.
    """
    if len(payload) > max_bytes:
        raise FrameError(
            f"{len(payload)} bytes are more than the {max_bytes} that one chunk may be"
        )
    if len(payload) >= _PLAIN.size:
        riff, _, wave, fmt_size, kind, channels, rate, _, _, bits, data, size = _PLAIN.unpack_from(
            payload
        )
        if (riff, wave, fmt_size, data) == (b"RIFF", b"WAVEfmt ", 16, b"data") and (
            kind == _PCM and size == len(payload) - _PLAIN.size
        ):
            return _wave(kind, channels, rate, bits, payload[_PLAIN.size :], max_s=max_s)
    if payload[:4] != b"RIFF" or payload[8:12] != b"WAVE":
        raise FrameError("it is not a WAV (no RIFF WAVE header)")
    form: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(payload):
        name, size = payload[at : at + 4], int.from_bytes(payload[at + 4 : at + 8], "little")
        body = at + 8
        if name == b"fmt ":
            form = _form(payload[body : body + size])
        elif name == b"data":
            if form is None:
                raise FrameError("its data come before its format")
            left = len(payload) - body
            streamed = size == 0 or size >= _STREAMED
            taken = payload[body:] if streamed else payload[body : body + size]
            return _wave(*form, taken, max_s=max_s, truncated=not streamed and size > left)
        at = body + size + size % 2
    raise FrameError("it ends before its sound begins")


def _form(body: bytes) -> tuple[int, int, int, int]:
    """Return (kind, channels, rate, bits) of a format chunk."""
    if len(body) < 16:
        raise FrameError("its format is cut short")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= 26:
        kind = struct.unpack_from("<H", body, 24)[0]
    return kind, channels, rate, bits


def _wave(
    kind: int,
    channels: int,
    rate: int,
    bits: int,
    data: bytes,
    *,
    max_s: float,
    truncated: bool = False,
) -> Wave:
    if kind not in (_PCM, _FLOAT):
        raise FrameError(f"its encoding {kind} is neither PCM nor float")
    if bits not in ((8, 16, 24, 32) if kind == _PCM else (32, 64)):
        raise FrameError(f"its samples have {bits} bits")
    if not 1 <= channels <= 16:
        raise FrameError(f"it has {channels} channels")
    if rate not in _RATES_HZ:
        raise FrameError(f"its rate of {rate} Hz is not one of sound")
    step = channels * bits // 8
    if len(data) % step:
        truncated = True
        data = data[: len(data) - len(data) % step]
    if len(data) // step > max_s * rate:
        raise FrameError(f"it lasts longer than {max_s} s")
    return Wave(rate, channels, bits, kind == _FLOAT, data, truncated)


class Ear:
    """Turns the chunks of one site into one unbroken stream of 16 kHz mono 16-bit PCM.

    Chunks that need another rate pass a resampler that remembers, so that there is no seam
    between them; a change of form starts it anew.
    """

    def __init__(self) -> None:
        self._rate_hz = RATE_HZ
        self._resampler: Any = None

    def pcm(self, wave: Wave, *, last: bool = False) -> bytes:
        """Return the next PCM; ``last`` also gives what the resampler still held.

        A resampler that has just begun may hold back a few milliseconds.
        """
        if wave.plain and self._resampler is None:
            return wave.data
        if wave.rate_hz != self._rate_hz or (wave.plain and self._resampler):
            self._rate_hz = wave.rate_hz
            self._resampler = (
                soxr.ResampleStream(wave.rate_hz, RATE_HZ, 1, dtype="float32", quality="MQ")
                if wave.rate_hz != RATE_HZ
                else None
            )
        mono = _mono(wave)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono, last=last)
        samples: bytes = (np.clip(mono, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        return samples


def _mono(wave: Wave) -> _Floats:
    """Return the mean of the channels as floats from -1 to 1."""
    samples: _Floats
    if wave.is_float:
        floats = np.frombuffer(wave.data, f"<f{wave.bits // 8}")
        samples = np.clip(np.nan_to_num(floats), -1.0, 1.0).astype(np.float32)
    elif wave.bits == 8:
        samples = (np.frombuffer(wave.data, np.uint8).astype(np.float32) - 128) / np.float32(128)
    elif wave.bits == 24:
        triples = np.frombuffer(wave.data, np.uint8).reshape(-1, 3)
        wide = np.zeros((len(triples), 4), np.uint8)
        wide[:, 1:] = triples
        samples = wide.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    else:
        samples = np.frombuffer(wave.data, f"<i{wave.bits // 8}").astype(np.float32)
        samples /= 2 ** (wave.bits - 1)
    if wave.channels > 1:
        samples = samples.reshape(-1, wave.channels).mean(axis=1, dtype=np.float32)
    return samples
