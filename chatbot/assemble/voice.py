"""Config to what hears and what speaks; the only module that names their concrete classes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from chatbot.assemble import documents
from chatbot.config import Config
from chatbot.errors import VoiceError
from chatbot.ingest import chunk
from chatbot.ingest.load import files
from chatbot.language import detect
from chatbot.protocols import Detector, Recognizer, Speaker, Spotter
from chatbot.retrieve.store import corpus_hash
from chatbot.types import Language
from chatbot.voice import words
from chatbot.voice.clearer import Clearer
from chatbot.voice.detect import SileroDetector
from chatbot.voice.espeak import open_espeak
from chatbot.voice.general import General
from chatbot.voice.packages import load
from chatbot.voice.recognizers.sphinx import SphinxRecognizer, Words
from chatbot.voice.recognizers.whisper import WhisperRecognizer
from chatbot.voice.sounds import Sounds
from chatbot.voice.speak import Voices
from chatbot.voice.speakers.espeak import EspeakSpeaker
from chatbot.voice.speakers.kokoro import KokoroSpeaker
from chatbot.voice.speakers.openjtalk import OpenJTalkSpeaker
from chatbot.voice.speakers.piper import PiperSpeaker
from chatbot.voice.spot import MicroSpotter, OpenSpotter
from chatbot.voice.wake import SphinxSpotter

_GENERAL = "en-us/cmudict-en-us.dict"


def make_detector(config: Config) -> Detector:
    """Return a detector for one stream; each conversation has its own.

    Raises:
        ExtraMissing: If its package is not installed.
    """
    del config
    return SileroDetector()


def make_spotter(config: Config) -> Spotter:
    """Return what listens for the wake word in one stream; each conversation has its own.

    Raises:
        ChatbotError: If its package is not installed, or no name can be listened for.
    """
    file = config.voice.wake_model
    if file:
        return MicroSpotter(file) if file.endswith(".json") else OpenSpotter(file)
    return SphinxSpotter(config.voice.wake, open_espeak(), _sphinx(config))


def make_recognizer(config: Config) -> Recognizer:
    """Return what is set to hear; several conversations can share it.

    Raises:
        ChatbotError: If it is not installed or cannot be loaded.
    """
    kind, _, model = config.voice.recognizer.partition(":")
    builders: dict[str, Callable[[], Recognizer]] = {
        "auto": lambda: _sphinx(config),
        "sphinx": lambda: _sphinx(config),
        "whisper": lambda: WhisperRecognizer(model, config.device),
    }
    return builders[kind]()


@lru_cache(maxsize=1)
def _sphinx(config: Config) -> Recognizer:
    """Return one decoder for all who hear by it: it is a process, and as large as the language model."""
    return SphinxRecognizer(make_words(config), Clearer())


def languages_heard(config: Config) -> tuple[Language, ...]:
    """Return the languages that the recogniser set understands."""
    return ("en",) if config.voice.recognizer in ("auto", "sphinx") else ("en", "ja")


def make_speaker(config: Config, speed: float | None = None) -> Speaker:
    """Return the voices that are set, one for each language, which speak at one rate; conversations can share them.

    Args:
        config: What was set.
        speed: Instead of the one that was set; 0.8 is slower.

    Raises:
        ChatbotError: If one is not installed or cannot be loaded.
    """
    pace = speed or config.voice.speed
    builders: dict[str, Callable[[str], Speaker]] = {
        "espeak": lambda variant: EspeakSpeaker(open_espeak(), variant or "en-us", pace),
        "openjtalk": lambda file: OpenJTalkSpeaker(file, pace),
        "kokoro": lambda named: KokoroSpeaker(named, pace),
    }
    chosen: dict[Language, str] = {"en": config.voice.english, "ja": config.voice.japanese}
    usual: dict[Language, str] = {"en": "espeak", "ja": "openjtalk"}
    voices: dict[Language, Speaker] = {}
    for language, name in chosen.items():
        kind, _, voice = (usual[language] if name == "auto" else name).partition(":")
        voices[language] = PiperSpeaker(voice, language, pace) if kind == "piper" else builders[kind](voice)
    return Voices(voices, config.voice.rate)


def make_words(config: Config) -> Words:
    """Return what PocketSphinx may hear: the words of the configured documents, made once and kept beside the indexes.

    Raises:
        ChatbotError: If there are no documents, or a package is not installed.
    """
    folder = config.corpus_folder
    # Without documents the hash has nothing to say; `documents` below refuses such a folder.
    mark = corpus_hash(folder, files(folder)) if folder.is_dir() else ""
    told = sha256("\n".join((mark, *config.voice.wake)).encode()).hexdigest()
    kept = config.cache_folder / f"words-{told[:16]}-v{words.VERSION}"
    if not (kept / words.DICTIONARY).is_file():
        _make_words(config, kept)
    return Words(kept / words.MODEL, kept / words.DICTIONARY)


def words_of(config: Config) -> words.Text:
    """Return what the words that may be heard are taken from.

    Raises:
        ChatbotError: If there are no documents.
    """
    passages = [passage for document in documents(config)[0] if document.language == "en" for passage in chunk(document)]
    return words.Text(
        tuple(sentence.text for passage in passages for sentence in passage.sentences),
        tuple(dict.fromkeys(heading for passage in passages for heading in passage.headings)),
        _calls(config.voice.wake),
    )


def _calls(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the English names, or all if none is.

    English sounds are a poor likeness of a Japanese name: whatever no dictionary has is taken for it. Who calls by it is heard
    to have said the English one, as often.
    """
    return tuple(name for name in names if detect(name) == "en") or names


def _make_words(config: Config, folder: Path) -> None:
    library = load("pocketsphinx", "pocketsphinx")
    text = words_of(config)
    sounds = Sounds(Path(library.get_model_path(_GENERAL)), open_espeak())
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
        words.write(text, sounds, General(), made)
        try:
            os.replace(made, folder)
        except OSError:
            # Another process was quicker; what it made is the same.
            shutil.rmtree(made, ignore_errors=True)
    except OSError as cause:
        told = f"Cannot keep the words to be heard in {folder} ({cause.strerror or cause})."
        raise VoiceError(f"{told} Set OPENSTANCE_CACHE to a writable folder.") from cause
