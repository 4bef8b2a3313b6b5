"""English by PocketSphinx, with the acoustic model of its package and a language model of the documents' words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from chatbot.types import Audio, Transcript
from chatbot.voice.audio import RATE
from chatbot.voice.packages import load
from chatbot.voice.rates import resample
from chatbot.voice.words import readable

_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Words:
    """What may be heard: files that PocketSphinx reads."""

    model: Path
    """How words follow each other, as ARPA or binary."""
    dictionary: Path
    """How each word is said."""


class SphinxRecognizer:
    """One decoder; one utterance at a time, whoever asks."""

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
            options |= {"lm": str(words.model), "dict": str(words.dictionary)}
        self._decoder = library.Decoder(**options)
        self._lock = Lock()

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said, if it was English."""
        with self._lock:
            self._decoder.start_utt()
            self._decoder.process_raw(resample(audio, RATE).samples, full_utt=True)
            self._decoder.end_utt()
            best = self._decoder.hyp()
            if best is None or not best.hypstr.strip():
                return Transcript("", "en", 0.0)
            text = readable(best.hypstr)
            others = self._others(text)
            sure = float(self._decoder.get_logmath().exp(best.prob)) if best.prob else 0.0
        return Transcript(text, "en", min(1.0, sure), others)

    def _others(self, best: str) -> tuple[str, ...]:
        found: list[str] = []
        for _, guess in zip(range(50), self._decoder.nbest() or (), strict=False):
            if guess and (text := readable(guess.hypstr)) and text not in (best, *found):
                found.append(text)
            if len(found) == _OTHERS:
                break
        return tuple(found)
