"""What the tests of a spoken turn share: people who speak, a recogniser that knows what they say, a voice of tones."""

import sys
from pathlib import Path

import numpy as np
import pytest

from chatbot.types import Audio, Delta, Done, Query, Transcript
from chatbot.voice.audio import FRAME, RATE, from_numbers, level
from chatbot.voice.events import Utterance
from chatbot.voice.loop import Loop
from chatbot.voice.manners import Manners
from chatbot.voice.play import Player
from chatbot.voice.turn import Parts

sys.path.append(str(Path(__file__).parent))

from people import LoudDetector, person

OUT = 24_000


class ScriptedRecognizer:
    """Hears what it was told to, one transcript an utterance; keeps the sound."""

    def __init__(self, *heard):
        self.heard = [Transcript(each, "en", 1.0) if isinstance(each, str) else each for each in heard]
        self.given = []

    def recognize(self, audio):
        self.given.append(audio)
        return self.heard[min(len(self.given), len(self.heard)) - 1]


class ToneSpeaker:
    """Says a text as a tone of 20 ms a letter, at most half a second a piece; keeps what it was told to say."""

    def __init__(self, letter=0.02):
        self.letter, self.texts, self.closed = letter, [], 0

    def speak(self, text, language):
        self.texts.append((text, language))
        left = round(len(text) * self.letter * OUT)
        try:
            while left:
                samples = min(left, OUT // 2)
                at = np.arange(samples) / OUT
                yield from_numbers(6000 * np.sin(2 * np.pi * (300 if language == "en" else 500) * at), OUT)
                left -= samples
        finally:
            self.closed += 1


class ScriptedAsk:
    """Answers with what it was told to, in pieces of one sentence; keeps what it was asked."""

    def __init__(self, *sentences, language="en"):
        self.sentences, self.language, self.asked, self.closed = sentences, language, [], 0

    def __call__(self, question, past):
        self.asked.append((question, tuple(past)))
        try:
            for sentence in self.sentences:
                yield Delta(sentence)
            answer = "".join(self.sentences)
            yield Done(Query(question, self.language), answer, (), False, 1.0, "reader", {"total": 1.0})
        finally:
            self.closed += 1


class Talk:
    """A conversation that is run on scripted sound: what happened when, and what was played."""

    def __init__(self, loop):
        self.loop, self.events, self.out = loop, [], b""

    def hear(self, sound):
        """Let a sound be heard, filled up to whole frames."""
        samples = sound.samples + bytes(-len(sound.samples) % (2 * FRAME))
        for at in range(0, len(samples), 2 * FRAME):
            self.events += [(self.loop.now, event) for event in self.loop.hear(Audio(samples[at : at + 2 * FRAME], RATE))]
            self.out += self.loop.player.draw(FRAME * OUT // RATE)
        return self

    def wait(self, seconds):
        """Let nothing be heard for a while."""
        return self.hear(Audio(bytes(2 * round(seconds * RATE)), RATE))

    def do(self, events):
        self.events += [(self.loop.now, event) for event in events]
        return self

    def of(self, kind):
        return [event for _, event in self.events if isinstance(event, kind)]

    def when(self, kind):
        return [at for at, event in self.events if isinstance(event, kind)]

    @property
    def states(self):
        from chatbot.voice.events import State

        return [state.name for state in self.of(State)]

    def played(self, start, end):
        """Return how loud what was played between two seconds is, in dB."""
        return level(Audio(self.out[2 * round(start * OUT) : 2 * round(end * OUT)], OUT))


@pytest.fixture
def speech():
    return person


@pytest.fixture
def recognizer():
    return ScriptedRecognizer


@pytest.fixture
def asking():
    return ScriptedAsk


@pytest.fixture
def tones():
    return ToneSpeaker()


@pytest.fixture
def utterance():
    return Utterance(person(1.0), 0.0, 1.0, 1.48)


@pytest.fixture
def make_parts(tones):
    """Return the parts of a turn, from what is heard and who answers."""

    def make(heard, ask, **options):
        options.setdefault("speaker", lambda pace: tones)
        heard = heard if isinstance(heard, ScriptedRecognizer) else ScriptedRecognizer(*heard)
        return Parts(heard, options.pop("speaker"), ask, **options)

    return make


@pytest.fixture
def talk(make_parts):
    """Return a conversation over given parts, without earcons."""

    def make(heard, ask, spotter=None, work=None, names=(), **manners):
        manners = {"earcons": 0.0, **manners}
        parts = make_parts(heard, ask, names=tuple(names))
        extra = {"work": work} if work else {}
        return Talk(Loop(parts, LoudDetector(), Player(OUT), Manners(**manners), spotter, **extra))

    return make
