"""A text in spoken form to sound, by the voice of its language, a sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing

from chatbot.language import sentences
from chatbot.protocols import Speaker
from chatbot.types import Audio, Language
from chatbot.voice.rates import Resampler

# Sound can begin once its first piece is spoken, so that one is short; the others are whole sentences, for their melody.
_FIRST, _LONGEST = {"en": 60, "ja": 24}, {"en": 240, "ja": 90}
_CLAUSE = re.compile(r"(?<=[、，；：—])|(?<=[,;:])(?=\s)")
_WORD = re.compile(r"\S*\s*")
_SAID = re.compile(r"\w")


class Voices:
    """Speaks each language by its own voice, all at one rate."""

    def __init__(self, voices: Mapping[Language, Speaker], rate: int) -> None:
        self._voices, self._rate = voices, rate

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of a text piece by piece; a text without a letter or figure has none.

        Raises:
            VoiceError: If it cannot be spoken.
        """
        stream: Resampler | None = None
        for piece in pieces(text, language):
            with closing(self._voices[language].speak(piece, language)) as sounds:
                for sound in sounds:
                    if sound.rate == self._rate:
                        yield sound
                        continue
                    stream = stream or Resampler(sound.rate, self._rate)
                    yield stream.push(sound)
        if stream is not None and (last := stream.rest()).samples:
            yield last


def pieces(text: str, language: Language) -> Iterator[str]:
    """Cut a text where a reader would breathe: after sentences, and after clauses where one is long or the first.

    Nothing that is said is lost; white space may be.
    """
    most = _FIRST[language]
    for start, end in sentences(text):
        held = ""
        for clause in _CLAUSE.split(text[start:end]):
            if _SAID.search(held) and len(held) + len(clause) > most:
                yield from _short(held, _LONGEST[language])
                held, most = "", _LONGEST[language]
            held += clause
        if _SAID.search(held):
            yield from _short(held, _LONGEST[language])
            most = _LONGEST[language]


def _short(text: str, most: int) -> Iterator[str]:
    """Cut what has no marks to cut at after words, or where there are none, after a number of characters."""
    while len(text) > most:
        cut = max((word.end() for word in _WORD.finditer(text[: most + 1]) if word.end() <= most), default=most)
        yield text[:cut].strip()
        text = text[cut:]
    if _SAID.search(text):
        yield text.strip()
