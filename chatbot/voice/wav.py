"""WAV in and out, from files and from pipes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, from_numbers
from chatbot.voice.rates import Frames, resample

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_WIDTHS = {_PCM: (1, 2, 3, 4), _FLOAT: (4, 8)}
# What writes to a pipe cannot know its length and says 0 or the most that fits.
_ENDLESS = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF - 36)
_REMEDY = "Give a WAV file of PCM or float samples; ffmpeg -i FILE out.wav makes one."


@dataclass(frozen=True, slots=True)
class Format:
    """How the samples of a WAV are written."""

    rate: int
    channels: int
    width: int
    """Bytes of a sample."""
    floating: bool = False
    size: int | None = None
    """Bytes of sound; None if it goes on until the end."""

    @property
    def frame(self) -> int:
        """Bytes of one moment, all channels."""
        return self.width * self.channels


def read_header(stream: BinaryIO) -> Format:
    """Read a WAV up to its first sample, without seeking: a pipe will do.

    Raises:
        VoiceError: If it is no WAV, or one whose samples cannot be read.
    """
    riff = _exactly(stream, 12)
    if riff[:4] not in (b"RIFF", b"RF64") or riff[8:] != b"WAVE":
        raise VoiceError(f"This is not WAV. {_REMEDY}")
    told: Format | None = None
    while True:
        name, size = struct.unpack("<4sI", _exactly(stream, 8))
        if name == b"data":
            if told is None:
                raise VoiceError(f"This WAV does not say how its samples are written. {_REMEDY}")
            return Format(told.rate, told.channels, told.width, told.floating, None if size in _ENDLESS else size)
        content = _exactly(stream, size + size % 2)
        if name == b"fmt ":
            told = _format(content)


def _format(chunk: bytes) -> Format:
    if len(chunk) < 16:
        raise VoiceError(f"This WAV's description of its samples is cut short. {_REMEDY}")
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        kind = struct.unpack("<H", chunk[24:26])[0]
    if bits % 8 or bits // 8 not in _WIDTHS.get(kind, ()) or not 1 <= channels <= 64 or not 1000 <= rate <= 768_000:
        told = f"coding {kind}, {bits} bits, {channels} channels, {rate} Hz"
        raise VoiceError(f"This WAV holds samples that cannot be read ({told}). {_REMEDY}")
    return Format(rate, channels, bits // 8, kind == _FLOAT)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    pieces, missing = [], size
    while missing and (piece := stream.read(min(missing, 1 << 20))):
        pieces.append(piece)
        missing -= len(piece)
    if missing:
        raise VoiceError(f"This WAV ends before its sound begins. {_REMEDY}")
    return b"".join(pieces)


def read_wav(stream: BinaryIO, rate: int = RATE) -> Audio:
    """Read a whole WAV of any width, rate and number of channels; what was cut off at its end is not missed.

    Args:
        stream: A file or a pipe at its beginning.
        rate: Samples a second of what is returned.

    Raises:
        VoiceError: If it is no WAV, or one whose samples cannot be read.
    """
    told = read_header(stream)
    data = stream.read() if told.size is None else stream.read(told.size)
    return resample(decode(data, told), rate)


def stream_wav(stream: BinaryIO, rate: int = RATE, samples: int = FRAME) -> Iterator[Audio]:
    """Read a WAV while it is being written, frame by frame; the last one is filled with silence.

    Raises:
        VoiceError: If it is no WAV, or one whose samples cannot be read.
    """
    told = read_header(stream)
    frames, left, held = Frames(rate, samples), told.size, b""
    read = getattr(stream, "read1", stream.read)
    while (left is None or left > 0) and (piece := read(min(left or 4096, 4096))):
        left = None if left is None else left - len(piece)
        held += piece
        whole = len(held) - len(held) % told.frame
        yield from frames.push(decode(held[:whole], told))
        held = held[whole:]
    yield from frames.rest()


def decode(data: bytes, told: Format) -> Audio:
    """Return samples of any coding as 16 bits of one channel, the mean of all; a broken last moment is dropped."""
    import numpy as np

    data = data[: len(data) - len(data) % told.frame]
    if told.floating:
        values = np.frombuffer(data, f"<f{told.width}").astype(np.float64)
        values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0) * 32768
    elif told.width == 1:
        values = (np.frombuffer(data, np.uint8).astype(np.float64) - 128) * 256
    elif told.width == 3:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        values = wide.reshape(-1).view("<i4").astype(np.float64) / 65536
    else:
        values = np.frombuffer(data, f"<i{told.width}").astype(np.float64) / (1 << (8 * told.width - 16))
    return from_numbers(values.reshape(-1, told.channels).mean(axis=1), told.rate)


def write_wav(audio: Audio) -> bytes:
    """Return a whole WAV file."""
    return wav_header(audio.rate, len(audio.samples)) + audio.samples


def wav_header(rate: int, size: int | None = None) -> bytes:
    """Return what stands before the samples in a WAV of 16 bits and one channel.

    Args:
        rate: Samples a second.
        size: Bytes of samples; None if nobody knows yet, as in a pipe.
    """
    room = 0xFFFFFFFF - 36 if size is None else size
    coding = struct.pack("<4sIHHIIHH", b"fmt ", 16, _PCM, 1, rate, 2 * rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", room + 36, b"WAVE") + coding + struct.pack("<4sI", b"data", room)
