"""WAV chunks of every form become the same 16 kHz sound, and nothing else gets through."""

from __future__ import annotations

import io
import struct
import wave
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.sense.frame import MAX_BYTES, Ear, FrameError, parse


def wav(data: bytes, rate: int = 16_000, channels: int = 1, bits: int = 16, kind: int = 1) -> bytes:
    step = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * step % 2**32, step, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data))
    return b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data


def tone(rate: int, seconds: float = 0.5) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)


def test_a_plain_chunk_passes_unchanged() -> None:
    pcm = (tone(16_000) * 32767).astype("<i2").tobytes()

    assert Ear().pcm(parse(wav(pcm))) == pcm


@pytest.mark.parametrize(
    ("bits", "kind", "encode"),
    [
        (8, 1, lambda x: (x * 127 + 128).astype(np.uint8).tobytes()),
        (16, 1, lambda x: (x * 32767).astype("<i2").tobytes()),
        (
            24,
            1,
            lambda x: (x * 8388607).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes(),
        ),
        (32, 1, lambda x: (x * 2147483000).astype("<i4").tobytes()),
        (32, 3, lambda x: x.astype("<f4").tobytes()),
        (64, 3, lambda x: x.astype("<f8").tobytes()),
    ],
)
@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_form_gives_the_same_tone(bits, kind, encode, rate, channels) -> None:  # type: ignore[no-untyped-def]  # parametrized
    sound = np.repeat(tone(rate), channels)
    ear, step = Ear(), rate // 50 * channels

    chunks = [sound[i : i + step] for i in range(0, len(sound), step)]
    pcm = b"".join(ear.pcm(parse(wav(encode(c), rate, channels, bits, kind))) for c in chunks)

    heard = np.frombuffer(pcm, "<i2")[1600:4800]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    loudest = int(spectrum.argmax()) * 16_000 / len(heard)
    around = slice(int(spectrum.argmax()) - 3, int(spectrum.argmax()) + 4)
    share = float((spectrum[around] ** 2).sum() / (spectrum[8:] ** 2).sum())
    assert abs(loudest - 440) < 6
    assert share > 0.99
    assert abs(np.sqrt(np.mean((heard / 32767) ** 2)) - 0.5 / np.sqrt(2)) < 0.02


def test_chunks_resample_without_a_seam() -> None:
    data = (tone(48_000, 1.0) * 30000).astype("<i2").tobytes()
    at_once, in_pieces = Ear(), Ear()

    whole = at_once.pcm(parse(wav(data, 48_000)), last=True)
    pieces = b"".join(
        in_pieces.pcm(parse(wav(data[i : i + 1920], 48_000))) for i in range(0, len(data), 1920)
    )

    a, b = np.frombuffer(whole, "<i2"), np.frombuffer(pieces, "<i2")
    n = min(len(a), len(b))
    assert n > 15_000
    assert np.abs(a[:n].astype(int) - b[:n]).max() <= 2


def test_extra_chunks_and_an_extensible_header_are_read() -> None:
    pcm = bytes(range(64))
    plain = wav(pcm)
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 4)
    guid = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
    fmt = b"fmt " + struct.pack("<I", 40) + form + guid
    listed = b"LIST" + struct.pack("<I", 3) + b"abc\0"

    assert parse(plain[:12] + fmt + listed + plain[36:]).data == pcm


def test_a_chunk_that_ends_early_gives_what_there_is() -> None:
    cut = parse(wav(bytes(2000))[:-101])

    assert (cut.truncated, len(cut.data)) == (True, 1898)


def test_a_stream_of_unknown_length_is_whole() -> None:
    header = bytearray(wav(b""))
    header[40:44] = b"\xff\xff\xff\xff"

    assert parse(bytes(header) + bytes(640)).truncated is False


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "not a WAV"),
        (b"{}", "not a WAV"),
        (bytes(MAX_BYTES + 1), "more than"),
        (wav(b"", 0), "rate of 0 Hz"),
        (wav(b"", channels=0), "0 channels"),
        (wav(bytes(4), bits=12), "12 bits"),
        (wav(bytes(4), kind=7, bits=8), "encoding 7"),
        (wav(bytes(200_000), 4_000), "longer than"),
        (wav(b"")[:30], "ends before|cut short"),
        (wav(b"")[:12] + b"data\x04\0\0\0abcd", "before its format"),
    ],
)
def test_what_is_no_sound_is_refused_with_a_reason(payload: bytes, why: str) -> None:
    with pytest.raises(FrameError, match=why):
        parse(payload)


@given(st.binary(max_size=300))
def test_noise_never_raises_anything_else(payload: bytes) -> None:
    read(payload)


@given(st.data())
def test_a_damaged_wav_never_raises_anything_else(data: st.DataObject) -> None:
    payload = bytearray(
        wav(
            data.draw(st.binary(max_size=200)),
            data.draw(st.sampled_from([0, 7, 8_000, 16_000, 44_100, 2**32 // 16])),
            data.draw(st.integers(0, 16)),
            data.draw(st.sampled_from([0, 8, 16, 24, 32, 64])),
            data.draw(st.sampled_from([1, 3, 0xFFFE])),
        )
    )
    for at in data.draw(st.lists(st.integers(0, len(payload) - 1), max_size=4)):
        payload[at] = data.draw(st.integers(0, 255))
    read(bytes(payload[: data.draw(st.integers(0, len(payload)))]))


def read(payload: bytes) -> None:
    with suppress(FrameError):
        assert len(Ear().pcm(parse(payload))) % 2 == 0


def test_what_python_writes_is_read() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
        writer.writeframes(b"\1\2" * 512)

    assert parse(out.getvalue()).data == b"\1\2" * 512
