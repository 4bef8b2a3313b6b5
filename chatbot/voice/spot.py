"""Wake words by a model that was trained for one, where its package is installed and the model is given as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import RATE
from chatbot.voice.packages import load

THRESHOLD = 0.5
"""How likely the word of an openWakeWord model must be; a microWakeWord model names its own threshold."""
_MARK = b"TFL3"
_REMEDY = "Name in voice.wake_model the .json of a microWakeWord model, with its .tflite, or an openWakeWord model's .tflite."


class MicroSpotter:
    """One stream's spotter by a microWakeWord model."""

    def __init__(self, file: str) -> None:
        """Load the model.

        Args:
            file: Its `.json`, which names the model, its threshold and its window.

        Raises:
            ExtraMissing: If the package is not installed.
            VoiceError: If the file is no such model.
        """
        library = load("pymicro_wakeword", "pymicro-wakeword", "")
        try:
            _check_model(Path(file).parent / json.loads(Path(file).read_text("utf-8"))["model"])
            self._model: Any = library.MicroWakeWord.from_config(file)
            self._features: Any = library.MicroWakeWordFeatures()
        except Exception as cause:
            raise _unusable(file, cause) from cause

    def spot(self, frame: Audio) -> bool:
        """Return whether the word ends in the next frame, of any length at RATE.

        Raises:
            VoiceError: If the frame has another rate.
        """
        _check(frame)
        # Not any(...): the model has to be given every step of the stream.
        said = [bool(self._model.process_streaming(step)) for step in self._features.process_streaming(frame.samples)]
        if any(said):
            # Else the same word would be found again in the next steps.
            self._model.reset()
        return any(said)


class OpenSpotter:
    """One stream's spotter by an openWakeWord model."""

    def __init__(self, file: str, threshold: float = THRESHOLD) -> None:
        """Load the model, and what its package makes of sound before it.

        Args:
            file: A `.tflite`.
            threshold: How likely the word must be, 0 to 1.

        Raises:
            ExtraMissing: If the package is not installed.
            VoiceError: If the file is no such model.
        """
        library = load("pyopen_wakeword", "pyopen-wakeword", "")
        try:
            _check_model(Path(file))
            self._model: Any = library.OpenWakeWord.from_model(file)
            self._features: Any = library.OpenWakeWordFeatures.from_builtin()
        except Exception as cause:
            raise _unusable(file, cause) from cause
        self._threshold = threshold

    def spot(self, frame: Audio) -> bool:
        """Return whether the word ends in the next frame, of any length at RATE.

        Raises:
            VoiceError: If the frame has another rate.
        """
        _check(frame)
        likely = [
            each for step in self._features.process_streaming(frame.samples) for each in self._model.process_streaming(step)
        ]
        found = max(likely, default=0.0) >= self._threshold
        if found:
            self._model.reset()
        return found


def _check(frame: Audio) -> None:
    if frame.rate != RATE:
        raise VoiceError(f"The wake word was listened for at {frame.rate} Hz. Give frames of {RATE} Hz.")


def _check_model(file: Path) -> None:
    """Refuse what the libraries of both packages would end the whole process on."""
    with file.open("rb") as read:
        if read.read(8)[4:] != _MARK:
            raise ValueError("not a TensorFlow Lite model")


def _unusable(file: str, cause: Exception) -> VoiceError:
    told = str(cause).strip().split("\n")[0][:200] or type(cause).__name__
    return VoiceError(f"Cannot load the wake word {file} ({told}). {_REMEDY}")
