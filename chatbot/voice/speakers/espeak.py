"""English by eSpeak NG: small, quick, plain."""

from __future__ import annotations

from collections.abc import Generator

from chatbot.types import Audio, Language
from chatbot.voice.espeak import Espeak


class EspeakSpeaker:
    """One voice of eSpeak NG."""

    def __init__(self, espeak: Espeak, voice: str = "en-us", speed: float = 1.0) -> None:
        self._espeak, self._voice, self._speed = espeak, voice, speed

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of one piece of text.

        Raises:
            VoiceError: If there is no such voice.
        """
        del language
        samples = self._espeak.say(text, self._voice, self._speed)
        if samples:
            yield Audio(samples, self._espeak.rate)
