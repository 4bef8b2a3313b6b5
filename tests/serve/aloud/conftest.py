"""A browser that speaks and plays without a network, and what stands for models: loudness, scripts, tones."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from chatbot.serve.aloud.messages import Frame, Hello, Wish
from chatbot.serve.aloud.session import Ear, Limits, Session
from chatbot.types import Audio, Transcript
from chatbot.voice.audio import FRAME, RATE, from_numbers, level
from chatbot.voice.turn import Parts
from chatbot.voice.work import Inline

sys.path.append(str(Path(__file__).parents[2] / "voice" / "turn"))

from people import LoudDetector, person

OUT = 24_000
STEP = FRAME * OUT // RATE


class ScriptedRecognizer:
    """Hears what it was told to, one text an utterance, the last one again and again; keeps the sound."""

    def __init__(self, *heard, sure=1.0):
        self.heard, self.sure, self.given = heard, sure, []

    def recognize(self, audio):
        self.given.append(audio)
        return Transcript(self.heard[min(len(self.given), len(self.heard)) - 1], "en", self.sure)


class ToneSpeaker:
    """Says a text as a tone of 20 ms a letter."""

    def speak(self, text, language):
        at = np.arange(round(len(text) * 0.02 * OUT)) / OUT
        yield from_numbers(6000 * np.sin(2 * np.pi * 300 * at), OUT)


class Browser:
    """Hears frame by frame, plays what it is sent, and drops it when it is told to."""

    def __init__(self, session):
        self.session, self.rows, self.at, self.out = session, [], [], b""
        self.line, self.generation, self.played, self.plays = b"", 0, 0, True
        self.held = False
        self.old = 0
        self.take(session.begin())

    def take(self, outs):
        for out in outs:
            if isinstance(out, bytes):
                (generation,) = struct.unpack_from("<I", out)
                self.old += generation != self.generation
                self.line += out[4:] if generation == self.generation else b""
                continue
            if out["kind"] in ("hold", "resume"):
                self.held = out["kind"] == "hold"
            if out["kind"] == "drop":
                self.held = False
                self.line, self.generation, self.played = b"", out["generation"], 0
            self.rows.append(out)
            self.at.append(self.now)
        return self

    @property
    def now(self):
        return len(self.out) / 2 / OUT

    def hear(self, sound):
        samples = sound.samples + bytes(-len(sound.samples) % (2 * FRAME))
        for at in range(0, len(samples), 2 * FRAME):
            piece = self.line[: 2 * STEP] if self.plays and not self.held else b""
            self.line = self.line[len(piece) :]
            self.played += len(piece) // 2
            self.out += piece.ljust(2 * STEP, b"\0")
            self.take(self.session.hear(Frame(samples[at : at + 2 * FRAME], self.generation, self.played)))
        return self

    def wait(self, seconds):
        return self.hear(Audio(bytes(2 * round(seconds * RATE)), RATE))

    def do(self, name, past=()):
        return self.take(self.session.do(Wish(name, tuple(past))))

    def of(self, kind):
        return [row for row in self.rows if row["kind"] == kind]

    def when(self, kind):
        return [at for at, row in zip(self.at, self.rows, strict=True) if row["kind"] == kind]

    @property
    def states(self):
        return [row["name"] for row in self.of("state")]

    def level(self, start, end):
        return level(Audio(self.out[2 * round(start * OUT) : 2 * round(end * OUT)], OUT))


@pytest.fixture
def speech():
    return person


@pytest.fixture
def recognizer():
    return ScriptedRecognizer


@pytest.fixture
def loud():
    return LoudDetector


@pytest.fixture
def tones():
    return ToneSpeaker()


@pytest.fixture
def converse(bot):
    """Return a browser that converses with the small chatbot, or with whoever answers instead."""

    def make(*heard, ask=bot.ask, limits=None, work=Inline, sure=1.0, names=(), **hello):
        tones, told = ToneSpeaker(), []
        parts = Parts(ScriptedRecognizer(*heard, sure=sure), lambda pace: tones, ask, names)
        trouble = getattr(ask, "trouble", str)
        detector = LoudDetector()
        ear = Ear(parts, detector, OUT, limits=limits or Limits(), trouble=trouble, timed=told.append, work=work)
        browser = Browser(Session(ear, Hello(**{"open": True, "number": 7, **hello})))
        browser.told, browser.detector = told, detector
        return browser

    return make
