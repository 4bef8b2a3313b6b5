"""English by Kokoro, where the package kokoro-onnx is installed and its two files are given in a folder.

Its phonemes come from eSpeak NG, which cannot read kanji: Japanese stays with other voices.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

from chatbot.errors import VoiceError
from chatbot.types import Audio, Language
from chatbot.voice.audio import from_numbers
from chatbot.voice.packages import load

USUAL = "af_heart"
_BRITISH = "b"
_REMEDY = "Name a folder with kokoro-v1.0.onnx and voices-v1.0.bin: kokoro:FOLDER or kokoro:FOLDER#VOICE; see docs/voice.md."


class KokoroSpeaker:
    """One voice of Kokoro."""

    def __init__(self, named: str, speed: float = 1.0) -> None:
        """Load the model and its voices.

        Args:
            named: A folder with one `.onnx` file and one `voices…` file, and after `#` which voice; USUAL if none is named.
            speed: 1 is the voice's own.

        Raises:
            ExtraMissing: If the package is not installed.
            VoiceError: If a file is not there, is no such model, or has no such voice.
        """
        library = load("kokoro_onnx", "kokoro-onnx", "")
        folder, _, voice = named.partition("#")
        self._name, self._speed = voice or USUAL, speed
        try:
            model, voices = _only(folder, "*.onnx"), _only(folder, "voices*")
            self._model: Any = library.Kokoro(str(model), str(voices))
            known = list(self._model.get_voices())
        except Exception as cause:
            # Loading reaches through the file system, numpy and the runtime of the model.
            told = str(cause).strip().split("\n")[0][:200] or type(cause).__name__
            raise VoiceError(f"Cannot load the voice kokoro:{named} ({told}). {_REMEDY}") from cause
        if self._name not in known:
            english = ", ".join(name for name in known if name[:1] in "ab")
            raise VoiceError(f"Kokoro has no voice {self._name!r} in {folder}. Name one of: {english}.")

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of one piece of text.

        Raises:
            VoiceError: If it cannot be spoken.
        """
        del language
        accent = "en-gb" if self._name.startswith(_BRITISH) else "en-us"
        try:
            wave, rate = self._model.create(text, self._name, self._speed, accent)
        except Exception as cause:
            raise VoiceError(
                f"Kokoro cannot say {text[:40]!r} ({cause}). Choose another voice, or install it again."
            ) from cause
        yield from_numbers(wave * 32767, rate)


def _only(folder: str, pattern: str) -> Path:
    found = sorted(Path(folder).glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files {pattern} in {folder}")
    return found[0]
