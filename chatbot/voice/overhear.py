"""What is said in a room where nobody has called: listened to only as far as it takes to know whether it begins with a name."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.protocols import Recognizer
from chatbot.types import Audio, Transcript
from chatbot.voice.wake import called

# A name has been said by then, in seconds, and so much around it that it is heard as well as in the whole.
_BEGINNING = 3.2


def overhear(recognizer: Recognizer, audio: Audio, names: Sequence[str]) -> Transcript:
    """Return what was said if its beginning is a name, else what its beginning is: a television talks all day.

    Raises:
        VoiceError: If it cannot be recognised at all.
    """
    beginning = Audio(audio.samples[: 2 * round(_BEGINNING * audio.rate)], audio.rate)
    transcript = recognizer.recognize(beginning)
    whole = len(beginning.samples) == len(audio.samples)
    return transcript if whole or called(transcript.text, names) is None else recognizer.recognize(audio)
