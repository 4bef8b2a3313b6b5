"""Its own voice in the microphone, in rooms made by rule; the voices are those of the package."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from chatbot.assemble.voice import make_speaker
from chatbot.config import Config
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, from_numbers, level, numbers
from chatbot.voice.echo import Echo
from chatbot.voice.endpoint import Endpoint
from chatbot.voice.events import Began
from chatbot.voice.rates import join

TEXTS = {
    "en": "According to the March 2025 response, open science is fundamental. The library lends many books, half for children.",
    "ja": "2025年3月の回答によると、オープンサイエンスは基礎です。図書館は多くの本を貸し出しており、半分は子ども向けです。",
}


@pytest.fixture(scope="module")
def voices():
    speaker = make_speaker(Config())
    return {lang: numbers(join(speaker.speak(text, lang))).astype(float) for lang, text in TEXTS.items()}


def room(sound, draw, reverb=0.3, delay=0.1, loudness=-18.0):
    """Return a sound as a microphone hears it: late, weaker, with its reverberation and some noise."""
    length = int(reverb * RATE)
    tail = draw.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    answer = np.concatenate((np.zeros(int(delay * RATE)), [1.0], 0.7 * tail / np.sqrt((tail**2).sum())))
    heard = fftconvolve(sound, answer)[: len(sound)] * 10 ** (loudness / 20)
    return heard + draw.standard_normal(len(sound)) * 20


class Loud:
    """Takes for speech whatever is loud: harder on the echo than any detector."""

    def speech(self, frame):
        return 1.0 if level(frame) > -55 else 0.0


def begins(heard, played):
    """Return when somebody was taken to begin to speak, in seconds."""
    echo, detector, endpoint, found = Echo(), Loud(), Endpoint(), []
    heard, played = from_numbers(heard, RATE).samples, from_numbers(played, RATE).samples
    for at in range(0, len(heard) - 2 * FRAME, 2 * FRAME):
        frame = Audio(heard[at : at + 2 * FRAME], RATE)
        likelihood = detector.speech(frame)
        near = echo.near(frame, Audio(played[at : at + 2 * FRAME], RATE))
        if isinstance(endpoint.feed(frame, likelihood if near else 0.0), Began):
            found.append(endpoint.now)
    return found


@pytest.mark.parametrize("loudness", [-30.0, -18.0, -6.0])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_does_not_hear_itself(voices, lang, loudness):
    played = np.concatenate((voices[lang], np.zeros(RATE // 2)))
    draw = np.random.default_rng(int(-loudness))
    assert begins(room(played, draw, delay=draw.uniform(0, 0.25), loudness=loudness), played) == []


def test_without_the_reference_it_would_hear_itself(voices):
    played = voices["en"]
    assert begins(room(played, np.random.default_rng(0)), np.zeros(len(played))) != []


@pytest.mark.parametrize("loudness", [-30.0, -18.0])
def test_a_person_is_heard_over_it(voices, loudness):
    draw = np.random.default_rng(1)
    played = np.concatenate((voices["ja"], voices["ja"]))
    heard = room(played, draw, loudness=loudness)
    person = voices["en"][np.argmax(np.abs(voices["en"]) > 500) :][: 2 * RATE]
    start = 6 * RATE
    heard[start : start + len(person)] += 0.5 * person
    found = begins(heard, played)
    assert len(found) >= 1
    assert 0 <= found[0] - 6.0 <= 0.3


def test_with_headphones_a_person_is_heard_at_once(voices):
    played = np.concatenate((voices["ja"], voices["ja"]))
    heard = np.random.default_rng(2).standard_normal(len(played)) * 5
    person = voices["en"][np.argmax(np.abs(voices["en"]) > 500) :][: 2 * RATE]
    heard[4 * RATE : 4 * RATE + len(person)] += 0.3 * person
    found = begins(heard, played)
    assert 0 <= found[0] - 4.0 <= 0.2


def test_where_nothing_is_played_everything_heard_is_somebody():
    echo = Echo()
    assert all(echo.near(Audio(bytes(2 * FRAME), RATE), Audio(bytes(2 * FRAME), RATE)) for _ in range(5))
    assert not echo.sounding
