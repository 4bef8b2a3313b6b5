"""What can be offered with what is set and installed, found out without loading any of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from chatbot.assemble import voice
from chatbot.config import Config
from chatbot.language import detect
from chatbot.protocols import Recognizer, Speaker, Spotter
from chatbot.serve.wyoming.parts import Asked, Made, Part, Parts, once
from chatbot.types import Language

_SPHINX = Made("pocketsphinx", ("en",), "CMU Sphinx", "https://github.com/cmusphinx/pocketsphinx", "English, no download")
_ESPEAK = Made("espeak", ("en",), "eSpeak NG", "https://github.com/espeak-ng/espeak-ng", "English")
_OPENJTALK = Made("openjtalk", ("ja",), "Open JTalk", "https://open-jtalk.sourceforge.net", "日本語")
"""Who made what comes in a package."""
_MAKERS = {
    "whisper": ("OpenAI Whisper", "https://github.com/openai/whisper"),
    "faster-whisper": ("OpenAI Whisper, faster-whisper", "https://github.com/SYSTRAN/faster-whisper"),
    "piper": ("Piper", "https://github.com/OHF-Voice/piper1-gpl"),
    "kokoro": ("Kokoro", "https://github.com/hexgrad/kokoro"),
    "micro": ("microWakeWord", "https://github.com/kahrendt/microWakeWord"),
    "open": ("openWakeWord", "https://github.com/dscripka/openWakeWord"),
}
_PACKAGES = {
    "sphinx": "pocketsphinx",
    "whisper": "transformers",
    "faster-whisper": "faster_whisper",
    "espeak": "espeakng_loader",
    "openjtalk": "pyopenjtalk",
    "piper": "piper",
    "kokoro": "kokoro_onnx",
    "micro": "pymicro_wakeword",
    "open": "pyopen_wakeword",
}
_ALONE = {"piper": "piper-tts", "kokoro": "kokoro-onnx", "micro": "pymicro-wakeword", "open": "pyopen-wakeword"}
"""What no extra of this program installs."""


def offer(config: Config, bot: Callable[[], Asked], say: Callable[[str], None]) -> Parts:
    """Return what smart speakers are offered.

    Args:
        config: What hears and what speaks.
        bot: Gives who answers; may wait until it is ready.
        say: Told in one line what is left out, and why.
    """
    return Parts(bot, _recognizer(config, say), _speaker(config, say), _spotter(config, say))


def _recognizer(config: Config, say: Callable[[str], None]) -> Part[Recognizer] | None:
    kind, _, name = config.voice.recognizer.partition(":")
    kind = "sphinx" if kind == "auto" else kind
    if not _installed(kind, "No speech is recognised for smart speakers", say):
        return None
    made = _SPHINX if kind == "sphinx" else Made(name, voice.languages_heard(config), *_MAKERS[kind])
    return Part(once(partial(voice.make_recognizer, config)), (made,))


def _speaker(config: Config, say: Callable[[str], None]) -> Part[Speaker] | None:
    set_for: dict[Language, str] = {"en": config.voice.english, "ja": config.voice.japanese}
    voices = []
    for language, name in set_for.items():
        kind, _, variant = name.partition(":")
        kind = {"en": "espeak", "ja": "openjtalk"}[language] if kind == "auto" else kind
        # All voices are opened together, so that one that is missing leaves none.
        if not _installed(kind, "Nothing is spoken for smart speakers", say):
            return None
        voices.append(_voice(kind, variant, language))
    return Part(once(partial(voice.make_speaker, config)), tuple(voices))


def _spotter(config: Config, say: Callable[[str], None]) -> Part[Spotter] | None:
    file = config.voice.wake_model
    kind = "sphinx" if not file else "micro" if file.endswith(".json") else "open"
    if not _installed(kind, "No wake word is heard for smart speakers", say):
        return None
    if file:
        return Part(partial(voice.make_spotter, config), (Made(Path(file).stem, ("en", "ja"), *_MAKERS[kind]),))
    names = tuple(Made(name, (detect(name),), _SPHINX.maker, _SPHINX.url) for name in config.voice.wake)
    return Part(partial(voice.make_spotter, config), names)


def _voice(kind: str, variant: str, language: Language) -> Made:
    if kind in _MAKERS:
        return Made(Path(variant).stem, (language,), *_MAKERS[kind])
    return {"espeak": _ESPEAK, "openjtalk": _OPENJTALK}[kind]


def _installed(kind: str, consequence: str, say: Callable[[str], None]) -> bool:
    package = _PACKAGES[kind]
    if find_spec(package) is not None:
        return True
    how = _ALONE.get(kind, "'openstance[voice]'")
    say(f"{consequence}: that needs the package {package}. Install it with: pip install {how}")
    return False
