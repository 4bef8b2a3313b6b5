"""Japanese by Open JTalk, with the dictionary and the voice of its package."""

from __future__ import annotations

from collections.abc import Generator
from threading import Lock
from typing import Any

from chatbot.errors import VoiceError
from chatbot.types import Audio, Language
from chatbot.voice.audio import from_numbers
from chatbot.voice.packages import load

# Labels of nothing but the silence before and after.
_NOTHING = 2


class OpenJTalkSpeaker:
    """One voice of Open JTalk; one text at a time, whoever asks."""

    def __init__(self, voice: str = "", speed: float = 1.0) -> None:
        """Load the voice.

        Args:
            voice: A file of an HTS voice; empty for the package's own.
            speed: 1 is the voice's own.

        Raises:
            ChatbotError: If the package or the file is not there or is no voice.
        """
        self._library: Any = load("pyopenjtalk", "pyopenjtalk-plus")
        file = voice or self._library.DEFAULT_HTS_VOICE
        try:
            self._engine = self._library.HTSEngine(file if isinstance(file, bytes) else str(file).encode())
        except RuntimeError as cause:
            raise VoiceError(f"{voice} is no voice for Open JTalk. Name an .htsvoice file in voice.japanese.") from cause
        self._engine.set_speed(speed)
        self._lock = Lock()

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of one piece of text.

        Raises:
            VoiceError: If it cannot be read.
        """
        del language
        try:
            # Without Sudachi: its dictionary of 190 MB is then never opened, and what it would change are few readings.
            labels = self._library.extract_fullcontext(text, use_sudachi_kanji_yomi=False)
            if len(labels) <= _NOTHING:
                return
            with self._lock:
                wave, rate = self._engine.synthesize(labels), self._engine.get_sampling_frequency()
        except (RuntimeError, ValueError) as cause:
            raise VoiceError(f"Open JTalk cannot read {text[:40]!r} ({cause}). Leave that text out.") from cause
        yield from_numbers(wave, rate)
