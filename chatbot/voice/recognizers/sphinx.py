"""English by PocketSphinx, with the acoustic model of its package and a language model of the documents' words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.types import Audio, Transcript
from chatbot.voice.audio import RATE
from chatbot.voice.features import features
from chatbot.voice.packages import load
from chatbot.voice.rates import resample
from chatbot.voice.recognizers.apart import Apart, Readings
from chatbot.voice.words import readable

if TYPE_CHECKING:
    from chatbot.voice.features import Clear

# Readings told besides the best one.
_OTHERS = 2
_NOTHING = Transcript("", "en", 0.0)
# How much the language model counts against the sound in the three passes. A model of what is likely to be asked may count for
# more than the package's model of everything, which has 6.5, 8.5 and 9.5; and that a word is worth something, not 0.65, keeps
# words from being left out in noise. Chosen on benchmarks/voice_development.txt.
_WEIGHTS = {"lw": 9.0, "fwdflatlw": 9.5, "bestpathlw": 10.5, "wip": 3.0}
# Sound that the acoustic model was not made of lies far from all of its Gaussians, and the nearest 4, at which PocketSphinx
# looks, tell too little of it; chosen on the same questions.
_GAUSSIANS = {"topn": 32}
# How silence and noises are written.
_FILLERS = ("<", "[", "+")


@dataclass(frozen=True, slots=True)
class Words:
    """What may be heard: files that PocketSphinx reads."""

    model: Path
    """How words follow each other, as ARPA or binary."""
    dictionary: Path
    """How each word is said."""


class SphinxRecognizer:
    """One decoder, in a process of its own; one utterance at a time, whoever asks, and none leaves anything to the next."""

    def __init__(self, words: Words | None = None, clear: Clear | None = None) -> None:
        """Load the models.

        Args:
            words: What may be heard; None for the package's own general English.
            clear: Takes away noise and echo; None for what can be done by rule.

        Raises:
            ExtraMissing: If PocketSphinx is not installed.
        """
        load("pocketsphinx", "pocketsphinx")
        options: dict[str, Any] = {"loglevel": "FATAL"}
        if words:
            options |= {"lm": str(words.model), "dict": str(words.dictionary), **_WEIGHTS, **_GAUSSIANS}
        self._decoder, self._clear = Apart(options), clear

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said, if it was English."""
        heard = features(resample(audio, RATE), self._clear)
        if heard is None:
            return _NOTHING
        told = self._decoder.decode(heard.tobytes())
        texts = dict.fromkeys(text for reading in told.texts if (text := readable(reading)))
        if not texts:
            return _NOTHING
        best, *others = texts
        return Transcript(best, "en", _sure(told), tuple(others[:_OTHERS]))


def _sure(told: Readings) -> float:
    """Return how likely a word of the best reading is, on average, against all that could be said in its place.

    The likelihood of the whole reading falls with every word, so that a long question would never be sure.
    """
    likely = [share for word, share in told.words if not word.startswith(_FILLERS)]
    return min(1.0, max(0.0, sum(likely) / len(likely))) if likely else 0.0
