"""What can be set about hearing and speaking."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.config.require import require

_RECOGNIZERS = "auto, sphinx or whisper:MODEL (a model id or a folder)"
_ENGLISH = "auto, espeak or espeak:VARIANT (en, en-us+f3 …)"
_JAPANESE = "auto, openjtalk or openjtalk:FILE (an .htsvoice file)"


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """What hears and what speaks."""

    recognizer: str = "auto"
    """`sphinx` (English only) or `whisper:MODEL` (both languages); `auto` is the best that needs no download."""
    english: str = "auto"
    """The English voice: `espeak`, or `espeak:VARIANT` for another of its voices."""
    japanese: str = "auto"
    """The Japanese voice: `openjtalk`, or `openjtalk:FILE` for another HTS voice."""
    speed: float = 1.0
    """Of speech; 0.8 is slower."""
    rate: int = 24_000
    """Samples a second of what is spoken."""
    wake: tuple[str, ...] = ("hey hug", "ねえハグ")
    """What it is called by, in both languages."""
    speech: float = 0.5
    """How likely speech must be, between 0 and 1, to count as speech."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        _known(self.recognizer, "voice.recognizer", ("auto", "sphinx"), ("whisper",), _RECOGNIZERS)
        _known(self.english, "voice.english", ("auto", "espeak"), ("espeak",), _ENGLISH)
        _known(self.japanese, "voice.japanese", ("auto", "openjtalk"), ("openjtalk",), _JAPANESE)
        require(0.5 <= self.speed <= 2, "voice.speed", self.speed, "between 0.5 and 2")
        require(8_000 <= self.rate <= 48_000, "voice.rate", self.rate, "between 8000 and 48000")
        require(any(phrase.strip() for phrase in self.wake), "voice.wake", repr(self.wake), "at least one phrase")
        require(0 < self.speech < 1, "voice.speech", self.speech, "between 0 and 1")


def _known(value: str, name: str, alone: tuple[str, ...], named: tuple[str, ...], rule: str) -> None:
    kind, _, rest = value.partition(":")
    require(value in alone or (kind in named and bool(rest.strip())), name, repr(value), rule)
