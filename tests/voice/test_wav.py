import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import wavfile

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import from_numbers, numbers
from chatbot.voice.wav import read_header, read_wav, stream_wav, wav_header, write_wav

SOUND = from_numbers(6000 * np.sin(np.arange(4000) / 9), 16_000)


def written(dtype, channels=1, rate=16_000):
    """A WAV of SOUND by another library."""
    values = numbers(SOUND).astype(np.float64) / 32768
    scaled = {
        "u1": lambda: (values * 128 + 128).astype(np.uint8),
        "i2": lambda: (values * 32768).astype(np.int16),
        "i4": lambda: (values * 2**31).astype(np.int32),
        "f4": lambda: values.astype(np.float32),
        "f8": lambda: values,
    }[dtype]()
    file = io.BytesIO()
    wavfile.write(file, rate, np.stack([scaled] * channels, axis=1) if channels > 1 else scaled)
    return file.getvalue()


class Pipe(io.RawIOBase):
    """Gives a few bytes at a time and cannot seek."""

    def __init__(self, data, size=7):
        self._data, self._size = io.BytesIO(data), size

    def readable(self):
        return True

    def seekable(self):
        return False

    def readinto(self, buffer):
        piece = self._data.read(min(self._size, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "f4", "f8"])
def test_any_width_and_number_of_channels_is_read(dtype, channels):
    told = read_wav(io.BytesIO(written(dtype, channels)))
    assert told.rate == 16_000
    assert np.abs(numbers(told).astype(int) - numbers(SOUND)).max() <= (256 if dtype == "u1" else 1)


def test_24_bits_are_read():
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 3, 16_000, 0, "NONE", ""))
        writer.writeframes(b"".join((int(value) << 8).to_bytes(3, "little", signed=True) for value in numbers(SOUND)))
    assert read_wav(io.BytesIO(file.getvalue())) == SOUND


def test_an_extensible_wav_with_other_chunks_is_read():
    kind = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 4, 1, b"\0" * 14)
    data = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", len(kind)) + kind
    data += b"data" + struct.pack("<I", len(SOUND.samples)) + SOUND.samples
    assert read_wav(io.BytesIO(b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WAVE" + data)) == SOUND


@given(st.lists(st.integers(-32768, 32767), max_size=200), st.sampled_from([8000, 16_000, 22_050]))
def test_what_is_written_is_read_again(values, rate):
    sound = from_numbers(np.array(values), rate)
    assert read_wav(io.BytesIO(write_wav(sound)), rate) == sound
    with wave.open(io.BytesIO(write_wav(sound))) as other:
        assert (other.getnchannels(), other.getsampwidth(), other.getframerate()) == (1, 2, rate)
        assert other.readframes(1 << 20) == sound.samples


@pytest.mark.parametrize("size", [None, 1 << 20])
def test_a_pipe_whose_length_nobody_knew_is_read_to_its_end(size):
    assert read_wav(io.BufferedReader(Pipe(wav_header(16_000, size) + SOUND.samples))) == SOUND


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 900), st.sampled_from([8000, 16_000, 48_000]), st.booleans())
def test_a_pipe_is_read_frame_by_frame(size, rate, endless):
    data = wav_header(rate, None if endless else len(SOUND.samples)) + SOUND.samples
    told = b"".join(frame.samples for frame in stream_wav(io.BufferedReader(Pipe(data, size))))
    whole = read_wav(io.BytesIO(data)).samples
    assert told[: len(whole)] == whole
    assert not any(told[len(whole) :])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ends before"),
        (b"RIFF", "ends before"),
        (b"ID3\x04" + bytes(100), "not WAV"),
        (b"OggS" + bytes(100), "not WAV"),
        (write_wav(SOUND)[:30], "ends before"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "does not say"),
        (
            b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + struct.pack("<HHIIHH", 85, 1, 16_000, 0, 1, 0) + b"data\0\0\0\0",
            "coding 85",
        ),
        (
            b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + struct.pack("<HHIIHH", 1, 0, 16_000, 0, 1, 16) + b"data\0\0\0\0",
            "0 channels",
        ),
        (b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 4) + b"abcd" + b"data\0\0\0\0", "cut short"),
    ],
)
def test_what_is_no_wav_is_refused_with_a_remedy(data, told):
    with pytest.raises(VoiceError, match=rf"{told}.*ffmpeg"):
        read_wav(io.BytesIO(data))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_crashes(data):
    with pytest.raises(VoiceError):
        read_header(io.BytesIO(b"RIFF" + data))


def test_a_broken_last_moment_is_dropped():
    assert read_wav(io.BytesIO(wav_header(16_000) + SOUND.samples + b"\x01")) == SOUND


def test_floats_that_are_no_numbers_are_silence():
    file = io.BytesIO()
    wavfile.write(file, 16_000, np.array([np.nan, np.inf, -np.inf, 0.5], np.float32))
    assert read_wav(io.BytesIO(file.getvalue())) == Audio(np.array([0, 32767, -32768, 16384], "<i2").tobytes(), 16_000)
