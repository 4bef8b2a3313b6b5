import numpy as np
import pytest

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, from_numbers, silence
from chatbot.voice.detect import SileroDetector
from chatbot.voice.espeak import open_espeak
from chatbot.voice.rates import Frames, resample


@pytest.fixture(scope="module")
def speech():
    espeak = open_espeak()
    return resample(Audio(espeak.say("Open models cost less to run.", "en-us", 1.0), espeak.rate), RATE)


def chances(detector, sound):
    return [detector.speech(frame) for frame in Frames(RATE, FRAME).push(sound)]


def test_speech_is_told_from_silence_and_from_noise(speech):
    detector = SileroDetector()
    assert max(chances(detector, silence(1.0))) < 0.3
    assert np.mean(np.array(chances(detector, speech)) > 0.5) > 0.6
    detector.reset()
    hiss = from_numbers(np.random.default_rng(0).normal(0, 300, RATE), RATE)
    assert np.mean(chances(detector, hiss)) < 0.3


def test_a_detector_reset_starts_as_a_new_one(speech):
    detector = SileroDetector()
    first = chances(detector, speech)
    detector.reset()
    assert chances(detector, speech) == first == chances(SileroDetector(), speech)


@pytest.mark.parametrize("frame", [silence(0.1), Audio(bytes(2 * FRAME), 8000), Audio(b"", RATE)])
def test_a_frame_of_another_size_or_rate_is_refused(frame):
    with pytest.raises(VoiceError, match="Give it frames of 512 samples at 16000 Hz"):
        SileroDetector().speech(frame)
