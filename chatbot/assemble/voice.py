"""Config to what hears and what speaks; the only module that names their concrete classes."""

from __future__ import annotations

from collections.abc import Callable

from chatbot.config import Config
from chatbot.protocols import Detector, Recognizer, Speaker
from chatbot.voice.detect import SileroDetector
from chatbot.voice.espeak import open_espeak
from chatbot.voice.recognizers.sphinx import SphinxRecognizer
from chatbot.voice.speak import Voices
from chatbot.voice.speakers.espeak import EspeakSpeaker
from chatbot.voice.speakers.openjtalk import OpenJTalkSpeaker


def make_detector(config: Config) -> Detector:
    """Return a detector for one stream; each conversation has its own.

    Raises:
        ExtraMissing: If its package is not installed.
    """
    del config
    return SileroDetector()


def make_recognizer(config: Config) -> Recognizer:
    """Return what is set to hear; several conversations can share it.

    Raises:
        ChatbotError: If it is not installed or cannot be loaded.
    """
    del config
    return SphinxRecognizer()


def make_speaker(config: Config, speed: float | None = None) -> Speaker:
    """Return the voices that are set, one for each language, which speak at one rate; conversations can share them.

    Args:
        config: What was set.
        speed: Instead of the one that was set; 0.8 is slower.

    Raises:
        ChatbotError: If one is not installed or cannot be loaded.
    """
    pace = speed or config.voice.speed
    english, japanese = (name.partition(":") for name in (config.voice.english, config.voice.japanese))
    builders: dict[str, Callable[[str], Speaker]] = {
        "espeak": lambda variant: EspeakSpeaker(open_espeak(), variant or "en-us", pace),
        "openjtalk": lambda file: OpenJTalkSpeaker(file, pace),
    }
    defaults = {"en": "espeak", "ja": "openjtalk"}
    return Voices(
        {
            "en": builders[defaults["en"] if english[0] == "auto" else english[0]](english[2]),
            "ja": builders[defaults["ja"] if japanese[0] == "auto" else japanese[0]](japanese[2]),
        },
        config.voice.rate,
    )
