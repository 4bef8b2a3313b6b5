"""English by PocketSphinx, with the acoustic model of its package and a language model of the documents' words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from chatbot.types import Audio, Transcript
from chatbot.voice.audio import RATE
from chatbot.voice.features import features
from chatbot.voice.packages import load
from chatbot.voice.rates import resample
from chatbot.voice.words import readable

# Readings looked at, and other ones told.
_READINGS, _OTHERS = 50, 2
_NOTHING = Transcript("", "en", 0.0)
# How much the language model counts against the sound in the three passes. A model of what is likely to be asked may count for
# more than the package's model of everything, which has 6.5, 8.5 and 9.5; chosen on benchmarks/voice_development.txt.
_WEIGHTS = {"lw": 9.0, "fwdflatlw": 9.5, "bestpathlw": 10.5}
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
    """One decoder; one utterance at a time, whoever asks, and none leaves anything to the next."""

    def __init__(self, words: Words | None = None) -> None:
        """Load the models.

        Args:
            words: What may be heard; None for the package's own general English.

        Raises:
            ExtraMissing: If PocketSphinx is not installed.
        """
        library = load("pocketsphinx", "pocketsphinx")
        options: dict[str, Any] = {"loglevel": "FATAL"}
        if words:
            options |= {"lm": str(words.model), "dict": str(words.dictionary), **_WEIGHTS}
        self._decoder = library.Decoder(**options)
        self._lock = Lock()

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said, if it was English."""
        heard = features(resample(audio, RATE))
        if heard is None:
            return _NOTHING
        # What the decoder tells points into the utterance at hand, so all of it is read before the next one begins.
        with self._lock:
            self._decoder.start_utt()
            try:
                # Given whole, an utterance is evened out by itself and not by those before.
                self._decoder.process_cep(heard.tobytes(), full_utt=True)
            finally:
                self._decoder.end_utt()
            return self._told()

    def _told(self) -> Transcript:
        best = self._decoder.hyp()
        text = readable(best.hypstr) if best is not None else ""
        if not text:
            return _NOTHING
        return Transcript(text, "en", self._sure(), self._others(text))

    def _sure(self) -> float:
        """Return how likely a word of the best reading is, on average, against all that could be said in its place.

        The likelihood of the whole reading falls with every word, so that a long question would never be sure.
        """
        likely = [float(word.prob) for word in self._decoder.seg() if not word.word.startswith(_FILLERS)]
        return min(1.0, max(0.0, sum(likely) / len(likely))) if likely else 0.0

    def _others(self, best: str) -> tuple[str, ...]:
        found = dict.fromkeys(text for guess in self._guesses() if (text := readable(guess)) and text != best)
        return tuple(found)[:_OTHERS]

    def _guesses(self) -> list[str]:
        readings = self._decoder.nbest()
        return [guess.hypstr for _, guess in zip(range(_READINGS), readings or (), strict=False) if guess]
