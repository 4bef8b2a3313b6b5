"""English and Japanese by a voice of Piper, where its package is installed and a voice is given as a file."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from chatbot.errors import VoiceError
from chatbot.types import Audio, Language
from chatbot.voice.packages import load

_REMEDY = "Name an .onnx file with its .onnx.json beside it: piper:FILE; see docs/voice.md."


class PiperSpeaker:
    """One voice of Piper."""

    def __init__(self, file: str, language: Language, speed: float = 1.0) -> None:
        """Load the voice.

        Args:
            file: An `.onnx` file; its settings are in a file beside it, of the same name and `.json`.
            language: What it is to speak.
            speed: 1 is the voice's own.

        Raises:
            ExtraMissing: If the package is not installed.
            VoiceError: If the file is not there, is no voice, or speaks another language.
        """
        library = load("piper", "piper-tts", "")
        try:
            settings = json.loads(Path(f"{file}.json").read_text("utf-8"))
            self._voice: Any = library.PiperVoice.load(file)
        except Exception as cause:
            # Loading reaches through the file system, JSON and the runtime of the model.
            told = str(cause).strip().split("\n")[0][:200] or type(cause).__name__
            raise VoiceError(f"Cannot load the voice piper:{file} ({told}). {_REMEDY}") from cause
        spoken = settings.get("language", {}).get("family") or settings.get("espeak", {}).get("voice", "")[:2]
        if spoken and spoken != language:
            other = "voice.japanese" if spoken == "ja" else "voice.english" if spoken == "en" else "no setting of ours"
            raise VoiceError(f"The voice piper:{file} speaks {spoken!r}, not {language!r}. It belongs to {other}.")
        self._how: Any = library.SynthesisConfig(length_scale=self._voice.config.length_scale / speed)

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of one piece of text, sentence by sentence.

        Raises:
            VoiceError: If it cannot be spoken.
        """
        del language
        try:
            for chunk in self._voice.synthesize(text, self._how):
                yield Audio(chunk.audio_int16_bytes, chunk.sample_rate)
        except Exception as cause:
            raise VoiceError(f"Piper cannot say {text[:40]!r} ({cause}). Choose another voice, or install it again.") from cause
