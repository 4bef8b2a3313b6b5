"""Where sound comes from and goes to; the sound card's library is a small one of its own."""

import io
import sys
import types

import pytest

from chatbot.errors import ExtraMissing, VoiceError
from chatbot.serve.ends import Devices, Streams, open_devices, open_streams
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, from_numbers, level
from chatbot.voice.play import Player
from chatbot.voice.wav import read_wav, write_wav

OUT = 24_000


class Kept(io.BytesIO):
    """Keeps what was written after it is closed."""

    def close(self):
        self.kept = self.getvalue()
        super().close()


def tone(seconds, rate):
    import numpy as np

    return from_numbers(8000 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate), rate)


def run(streams, player):
    frames = []
    for frame in streams.frames():
        frames.append(frame)
        streams.played(player)
    streams.close()
    return frames


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_a_wav_of_any_rate_is_heard_in_frames(rate):
    frames = run(Streams(io.BytesIO(write_wav(tone(1.0, rate))), None), Player(OUT))
    assert {(frame.rate, len(frame.samples)) for frame in frames} == {(RATE, 2 * FRAME)}
    assert len(frames) == 32
    assert level(frames[10]) == pytest.approx(level(tone(1, RATE)), abs=0.5)


def test_raw_samples_are_heard_and_the_last_frame_is_filled():
    frames = run(Streams(io.BytesIO(b"\x01\x02" * 700), None), Player(OUT))
    assert b"".join(frame.samples for frame in frames) == (b"\x01\x02" * 700).ljust(4 * FRAME, b"\0")


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000])
def test_what_is_played_lasts_as_long_as_what_is_heard(rate):
    out, player = Kept(), Player(rate)
    player.add(tone(0.5, rate))
    run(Streams(io.BytesIO(write_wav(tone(2.0, RATE))), out, header=True), player)
    played = read_wav(io.BytesIO(out.kept), rate)
    assert played.seconds == pytest.approx(63 * FRAME / RATE, abs=1e-3)
    assert played.samples[: 2 * (rate // 2)] == tone(0.5, rate).samples


def test_a_pipe_takes_no_more_than_real_time_brings(monkeypatch):
    slept, now = [], [0.0]
    monkeypatch.setattr("chatbot.serve.ends.time.monotonic", lambda: now[0])

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("chatbot.serve.ends.time.sleep", sleep)
    run(Streams(io.BytesIO(bytes(2 * RATE * 3)), None, paced=True), Player(OUT))
    assert now[0] == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("rubbish", [b"RIFFxxxxJUNK", b"RIFF", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"])
def test_what_is_no_wav_is_told(rubbish):
    with pytest.raises(VoiceError, match="WAV"):
        run(Streams(io.BytesIO(rubbish), None), Player(OUT))


def test_nothing_at_all_is_heard_as_nothing():
    assert run(Streams(io.BytesIO(b""), None), Player(OUT)) == []


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(VoiceError, match="Cannot read .*none.wav.*Name a WAV file"):
        open_streams(str(tmp_path / "none.wav"), None)
    (tmp_path / "in.wav").write_bytes(write_wav(tone(0.1, RATE)))
    with pytest.raises(VoiceError, match="Cannot write"):
        open_streams(str(tmp_path / "in.wav"), str(tmp_path / "no" / "out.wav"))


class PortAudioError(Exception):
    pass


class Stream:
    def __init__(self, **options):
        self.options, self.log = options, []

    def start(self):
        self.log.append("start")

    def abort(self):
        self.log.append("abort")

    def close(self):
        self.log.append("close")


class SoundCard:
    """Stands for `sounddevice`: a card that takes some rates."""

    PortAudioError = PortAudioError

    def __init__(self, rates=(16_000, 24_000, 48_000), missing=()):
        self.rates, self.missing, self.streams = rates, missing, {}

    def query_devices(self, kind):
        if kind in self.missing:
            raise PortAudioError(f"No default {kind} device")
        return {"name": "Card", "default_samplerate": 48_000.0}

    def _stream(self, kind, options):
        if options["samplerate"] not in self.rates:
            raise PortAudioError("Invalid sample rate")
        self.streams[kind] = Stream(**options)
        return self.streams[kind]

    def RawInputStream(self, **options):
        return self._stream("input", options)

    def RawOutputStream(self, **options):
        return self._stream("output", options)


@pytest.mark.parametrize("rates", [(16_000, 24_000), (48_000,)])
def test_a_card_of_any_rate_is_heard_and_played_to(rates):
    card, player = SoundCard(rates), Player(OUT)
    devices = Devices(card, player)
    heard, played = card.streams["input"], card.streams["output"]
    given = tone(1.0, heard.options["samplerate"])
    size = 2 * heard.options["blocksize"]
    for at in range(0, len(given.samples), size):
        heard.options["callback"](given.samples[at : at + size], size // 2, None, None)
    frames = devices.frames()
    taken = [next(frames) for _ in range(25)]
    assert {(frame.rate, len(frame.samples)) for frame in taken} == {(RATE, 2 * FRAME)}
    assert level(taken[10]) == pytest.approx(level(tone(1, RATE)), abs=0.5)
    player.add(tone(1.0, OUT))
    rate, out = played.options["samplerate"], b""
    for _ in range(20):
        room = bytearray(2 * 480)
        played.options["callback"](memoryview(room), 480, None, None)
        out += room
    assert level(Audio(out[-4000:], rate)) == pytest.approx(level(tone(1, OUT)), abs=0.5)
    assert player.drawn().seconds >= 20 * 480 / rate - 1e-6
    devices.close()
    assert heard.log == played.log == ["start", "abort", "close"]


@pytest.mark.parametrize(("kind", "name"), [("input", "microphone"), ("output", "loudspeaker")])
def test_no_device_is_told_with_what_to_do(kind, name):
    with pytest.raises(VoiceError, match=f"There is no {name}.*Connect one.*--in"):
        Devices(SoundCard(missing=(kind,)), Player(OUT))


def test_a_device_that_takes_no_rate_is_told():
    with pytest.raises(VoiceError, match="microphone Card cannot be opened"):
        Devices(SoundCard(rates=()), Player(OUT))


def test_a_microphone_that_falls_silent_is_told(monkeypatch):
    monkeypatch.setattr("chatbot.serve.ends._GONE", 0.01)
    with pytest.raises(VoiceError, match="has stopped"):
        next(Devices(SoundCard(), Player(OUT)).frames())


def test_without_the_library_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ExtraMissing, match=r"openstance\[voice\]"):
        open_devices(Player(OUT))


def test_without_portaudio_it_is_named(monkeypatch, tmp_path):
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(VoiceError, match="PortAudio library not found.*libportaudio2"):
        open_devices(Player(OUT))


def test_with_the_library_its_devices_are_opened(monkeypatch):
    card = SoundCard()
    module = types.SimpleNamespace(**{name: getattr(card, name) for name in ("PortAudioError", "query_devices")})
    module.RawInputStream, module.RawOutputStream = card.RawInputStream, card.RawOutputStream
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    open_devices(Player(OUT)).close()
    assert card.streams["input"].options["samplerate"] == RATE
