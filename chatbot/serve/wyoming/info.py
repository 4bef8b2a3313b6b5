"""What is served, as Home Assistant and satellites ask for it before anything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
    WakeModel,
    WakeProgram,
)

from chatbot import __version__
from chatbot.serve.wyoming.parts import Made, Parts

NAME = "OpenStance"
_ABOUT = "Answers questions about what Hugging Face has said on open source and AI policy, with its sources"
# The program has no page of its own; the protocol wants an address, which may be empty.
_OURSELVES = Attribution(name=NAME, url="")


def info_of(parts: Parts) -> Info:
    """Return what is offered; nothing is loaded for it."""
    recognizer, speaker, spotter = parts.recognizer, parts.speaker, parts.spotter
    return Info(
        handle=[_handle(parts)],
        asr=[_asr(recognizer.models)] if recognizer else [],
        tts=[_tts(speaker.models)] if speaker else [],
        wake=[_wake(spotter.models)] if spotter else [],
    )


def _program(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "description": about, "attribution": _OURSELVES, "installed": True, "version": __version__}


def _model(made: Made) -> dict[str, Any]:
    by = Attribution(name=made.maker, url=made.url)
    return {"name": made.name, "description": made.about or made.name, "attribution": by, "installed": True, "version": None}


def _handle(parts: Parts) -> HandleProgram:
    model = HandleModel(**_program("openstance", _ABOUT), languages=list(parts.languages))
    return HandleProgram(**_program(NAME, _ABOUT), models=[model], supports_handled_streaming=True, supports_home_control=False)


def _asr(models: Iterable[Made]) -> AsrProgram:
    return AsrProgram(
        **_program(NAME, "Hears questions"),
        models=[AsrModel(**_model(made), languages=list(made.languages)) for made in models],
        supports_transcript_streaming=True,
        requires_external_vad=True,
    )


def _tts(voices: Iterable[Made]) -> TtsProgram:
    return TtsProgram(
        **_program(NAME, "Speaks answers, each run of words in its own language"),
        voices=[TtsVoice(**_model(made), languages=list(made.languages)) for made in voices],
        supports_synthesize_streaming=True,
    )


def _wake(models: Iterable[Made]) -> WakeProgram:
    return WakeProgram(
        **_program(NAME, "Hears when it is called"),
        models=[WakeModel(**_model(made), languages=list(made.languages), phrase=made.name) for made in models],
    )
