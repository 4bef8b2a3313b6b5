"""What can be set about hearing and speaking."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.config.require import require

_RECOGNIZERS = "auto, sphinx or whisper:MODEL (a model id or a folder)"
_ENGLISH = "auto, espeak, espeak:VARIANT (en, en-us+f3 …), piper:FILE (an .onnx file) or kokoro:FOLDER#VOICE"
_JAPANESE = "auto, openjtalk, openjtalk:FILE (an .htsvoice file) or piper:FILE (an .onnx file)"
_WAKE_MODEL = "empty, the .json of a microWakeWord model or the .tflite of an openWakeWord model"


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """What hears and what speaks."""

    recognizer: str = "auto"
    """`sphinx` (English only) or `whisper:MODEL` (both languages); `auto` is the best that needs no download."""
    english: str = "auto"
    """The English voice: `espeak`, `espeak:VARIANT` for another of its voices, `piper:FILE` or `kokoro:FOLDER#VOICE`."""
    japanese: str = "auto"
    """The Japanese voice: `openjtalk`, `openjtalk:FILE` for another HTS voice, or `piper:FILE`."""
    speed: float = 1.0
    """Of speech; 0.8 is slower."""
    rate: int = 24_000
    """Samples a second of what is spoken."""
    wake: tuple[str, ...] = ("hey hug", "ねえハグ")
    """What it is called by, in both languages."""
    wake_model: str = ""
    """A model trained for one word, which then listens in place of the names: `.json` microWakeWord, `.tflite` openWakeWord."""
    speech: float = 0.5
    """How likely speech must be, between 0 and 1, to count as speech."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        _known(self.recognizer, "voice.recognizer", ("auto", "sphinx"), ("whisper",), _RECOGNIZERS)
        _known(self.english, "voice.english", ("auto", "espeak"), ("espeak", "piper", "kokoro"), _ENGLISH)
        _known(self.japanese, "voice.japanese", ("auto", "openjtalk"), ("openjtalk", "piper"), _JAPANESE)
        require(0.5 <= self.speed <= 2, "voice.speed", self.speed, "between 0.5 and 2")
        require(8_000 <= self.rate <= 48_000, "voice.rate", self.rate, "between 8000 and 48000")
        require(any(phrase.strip() for phrase in self.wake), "voice.wake", repr(self.wake), "at least one phrase")
        require(self.wake_model == "" or self.wake_model.endswith((".json", ".tflite")), *_named(self.wake_model))
        require(0 < self.speech < 1, "voice.speech", self.speech, "between 0 and 1")


def _named(file: str) -> tuple[str, str, str]:
    return "voice.wake_model", repr(file), _WAKE_MODEL


def _known(value: str, name: str, alone: tuple[str, ...], named: tuple[str, ...], rule: str) -> None:
    kind, _, rest = value.partition(":")
    require(value in alone or (kind in named and bool(rest.strip())), name, repr(value), rule)
