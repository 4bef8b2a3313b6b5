"""One frozen Config, read once: defaults, then a TOML file, then the environment, then flags."""

from __future__ import annotations

from chatbot.config.groups import (
    AnswerConfig,
    Config,
    EncoderConfig,
    GuardConfig,
    SearchConfig,
    ServeConfig,
    WritingConfig,
    bundled,
    writer_parts,
)
from chatbot.config.read import DEFAULT_FILE, ENVIRONMENT_PREFIX, load_config
from chatbot.config.voice import VoiceConfig

__all__ = [
    "DEFAULT_FILE",
    "ENVIRONMENT_PREFIX",
    "AnswerConfig",
    "Config",
    "EncoderConfig",
    "GuardConfig",
    "SearchConfig",
    "ServeConfig",
    "VoiceConfig",
    "WritingConfig",
    "bundled",
    "load_config",
    "writer_parts",
]
