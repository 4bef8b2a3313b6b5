"""Where sound comes from and goes to: files, pipes, or a microphone and a loudspeaker."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from chatbot.errors import ExtraMissing, VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE
from chatbot.voice.play import Player
from chatbot.voice.rates import Frames, Resampler
from chatbot.voice.wav import stream_wav, wav_header

_INSTEAD = "Or give files instead: openstance talk --in question.wav --out answer.wav"
# A microphone gives something some thirty times a second; after so many seconds without, it is gone.
_GONE = 3.0
# So far may what a pipe brings run ahead of the clock before it is waited for, in seconds.
_EARLY = 0.1


class Ends(Protocol):
    """Both ends of a conversation's sound."""

    def frames(self) -> Iterator[Audio]:
        """Yield what is heard, 512 samples of 16 kHz at a time."""

    def played(self, player: Player) -> None:
        """Let what is due be played; called after each frame."""

    def close(self) -> None:
        """Let go of both."""


# --- files and pipes ----------------------------------------------------------------------------------------------------


class Streams:
    """A file or pipe to hear, and one to play into or none; both run by the same clock, one frame out for one in."""

    def __init__(self, heard: BinaryIO, out: BinaryIO | None, paced: bool = False, header: bool = False) -> None:
        """Take two streams.

        Args:
            heard: WAV, or 16-bit samples of one channel at 16 kHz.
            out: Receives 16-bit samples at the player's rate.
            paced: Whether to take no more than real time brings: what comes through a pipe is live.
            header: Whether a WAV's header goes before the samples; its length is written at the end.
        """
        self._heard, self._out, self._paced, self._header = heard, out, paced, header
        self._clock, self._written, self._frames = time.monotonic(), 0, 0
        self._player: Player | None = None

    def frames(self) -> Iterator[Audio]:
        """Yield what is heard, then silence without end."""
        for frame in self._given():
            yield self._wait(frame)

    def silence(self) -> Iterator[Audio]:
        """Yield what is heard after the end: nothing."""
        while True:
            yield self._wait(Audio(bytes(2 * FRAME), RATE))

    def played(self, player: Player) -> None:
        """Write what is due by now."""
        self._frames += 1
        due = round(self._frames * FRAME * player.rate / RATE)
        samples = player.draw(due - self._written)
        if self._out is not None:
            if self._player is None and self._header:
                self._out.write(wav_header(player.rate))
            self._out.write(samples)
            if self._paced:
                self._out.flush()
        self._player, self._written = player, due

    def close(self) -> None:
        """Write the length of what was played, where it can be written, and let go."""
        if self._out is not None and self._header and self._player is not None and self._out.seekable():
            self._out.seek(0)
            self._out.write(wav_header(self._player.rate, 2 * self._written))
        for stream in (self._heard, self._out):
            if stream is not None and stream not in (sys.stdin.buffer, sys.stdout.buffer):
                stream.close()

    def _given(self) -> Iterator[Audio]:
        start = self._heard.read(4)
        whole = _Again(start, self._heard)
        if start in (b"RIFF", b"RF64"):
            yield from stream_wav(whole)  # type: ignore[arg-type]
            return
        while samples := whole.read(2 * FRAME):
            yield Audio((samples[: len(samples) // 2 * 2]).ljust(2 * FRAME, b"\0"), RATE)

    def _wait(self, frame: Audio) -> Audio:
        if self._paced:
            early = self._clock + self._frames * FRAME / RATE - time.monotonic() - _EARLY
            if early > 0:
                time.sleep(early)
        return frame


class _Again:
    """A stream whose first bytes were read, read again from its beginning."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        taken, self._start = (self._start, b"") if size < 0 else (self._start[:size], self._start[size:])
        missing = -1 if size < 0 else size - len(taken)
        while missing and (piece := self._rest.read(missing)):
            taken += piece
            missing = -1 if size < 0 else missing - len(piece)
        return taken


def open_streams(heard: str, out: str | None) -> Streams:
    """Open files by name; `-` is a pipe, live and without a header.

    Raises:
        VoiceError: If one cannot be opened.
    """
    source = sys.stdin.buffer if heard == "-" else _opened(heard, "rb")
    try:
        sink = None if out is None else sys.stdout.buffer if out == "-" else _opened(out, "wb")
    except VoiceError:
        source.close()
        raise
    return Streams(source, sink, paced="-" in (heard, out), header=out != "-")


def _opened(name: str, how: str) -> BinaryIO:
    try:
        return Path(name).open(how)  # type: ignore[return-value]
    except OSError as cause:
        verb = "read" if how == "rb" else "write"
        raise VoiceError(f"Cannot {verb} {name} ({cause.strerror}). Name a WAV file, or - for a pipe.") from cause


# --- devices ------------------------------------------------------------------------------------------------------------


class Devices:
    """The microphone and the loudspeaker, through PortAudio; its threads only move bytes."""

    def __init__(self, library: Any, player: Player) -> None:
        """Open both.

        Args:
            library: The module `sounddevice`, or what stands for it.
            player: What is played.

        Raises:
            VoiceError: If there is no microphone or no loudspeaker, or one cannot be opened.
        """
        self._library, self._player = library, player
        self._heard: queue.Queue[Audio] = queue.Queue()
        self._input, self._input_rate = self._open("input", RATE, self._hear)
        try:
            self._output, rate = self._open("output", player.rate, self._play)
        except VoiceError:
            self._input.close()
            raise
        self._resampler = None if rate == player.rate else Resampler(player.rate, rate)
        self._ready = b""
        self._input.start()
        self._output.start()

    def frames(self) -> Iterator[Audio]:
        """Yield what is heard.

        Raises:
            VoiceError: If the microphone is gone.
        """
        frames = Frames(RATE, FRAME)
        while True:
            try:
                heard = self._heard.get(timeout=_GONE)
            except queue.Empty:
                raise VoiceError("The microphone has stopped. Connect it again and start anew.") from None
            yield from frames.push(heard)

    def played(self, player: Player) -> None:
        """Do nothing: the loudspeaker takes what it needs."""
        del player

    def close(self) -> None:
        """Stop both."""
        for stream in (self._input, self._output):
            stream.abort()
            stream.close()

    def _open(self, kind: str, rate: int, callback: Callable[..., None]) -> tuple[Any, int]:
        name = "microphone" if kind == "input" else "loudspeaker"
        make = self._library.RawInputStream if kind == "input" else self._library.RawOutputStream
        try:
            device = self._library.query_devices(kind=kind)
        except (ValueError, self._library.PortAudioError) as cause:
            raise VoiceError(f"There is no {name} ({cause}). Connect one. {_INSTEAD}") from cause
        # Not every device takes every rate; each takes its own.
        for each in (rate, round(device["default_samplerate"])):
            try:
                sizes = {"channels": 1, "dtype": "int16", "blocksize": round(each * FRAME / RATE), "latency": "low"}
                return make(samplerate=each, callback=callback, **sizes), each
            except self._library.PortAudioError as error:
                problem = error
        raise VoiceError(f"The {name} {device['name']} cannot be opened ({problem}). Choose another in the system. {_INSTEAD}")

    def _hear(self, data: Any, frames: int, time: Any, status: Any) -> None:
        del frames, time, status
        self._heard.put(Audio(bytes(data), self._input_rate))

    def _play(self, data: Any, frames: int, time: Any, status: Any) -> None:
        del time, status
        while len(self._ready) < 2 * frames:
            drawn = Audio(self._player.draw(frames), self._player.rate)
            self._ready += (self._resampler.push(drawn) if self._resampler else drawn).samples
        data[:], self._ready = self._ready[: 2 * frames], self._ready[2 * frames :]


def open_devices(player: Player) -> Devices:
    """Open the system's own microphone and loudspeaker.

    Raises:
        ExtraMissing: If `sounddevice` is not installed.
        VoiceError: If PortAudio is not, or there is no device.
    """
    try:
        import sounddevice
    except ModuleNotFoundError:
        raise ExtraMissing("sounddevice", "voice") from None
    except OSError as cause:
        remedy = "Install it: apt install libportaudio2, or dnf install portaudio."
        raise VoiceError(f"A microphone needs PortAudio, which is not there ({cause}). {remedy} {_INSTEAD}") from cause
    return Devices(sounddevice, player)
