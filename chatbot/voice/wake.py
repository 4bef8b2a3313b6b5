"""Whether it was called: its name at the beginning of what was heard, or in sound as it comes."""

from __future__ import annotations

import tempfile
import unicodedata
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from chatbot.errors import VoiceError
from chatbot.language import detect
from chatbot.protocols import Recognizer
from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, level
from chatbot.voice.espeak import Espeak
from chatbot.voice.features import features
from chatbot.voice.packages import load
from chatbot.voice.sounds import Sounds, entries
from chatbot.voice.verify import Verifier, reading

# Of a name's letters, so many may be misheard: one from the fourth on, two from the eighth on.
_LETTERS_PER_ERROR = 4
# Between words of a name one pauses, and these are not letters.
_SKIPPED = frozenset("ーっ〜~")
# A name is called after a pause, and looked for once so much has been said since it, in seconds, or when a pause follows.
_PAUSE, _LOOKS, _KEPT = 0.3, (1.2, 1.6, 2.1), 0.3
# What is so much louder than the quietest of the last frames, in dB, and not faint, in dB below full scale, may be speech.
_ABOVE, _FAINT, _FLOOR_FRAMES = 10.0, -55.0, 100
# Noise laid under what is looked at: so many dB fainter than the loudest tenth of its moments, in samples.
_NOISE, _LOUD, _MOMENT = 24.0, 90, 160
# How unlikely a name may be against any sounds: lenient, as what it lets through is heard twice more. Chosen by the voices of
# benchmarks/voice_wake.py --development.
_THRESHOLD = 1e-26
_MARKS = " \t\n\u3000ーっ〜~、。，．,.!！?？…・:：;；-–—"
_KATAKANA, _HIRAGANA = 0x30A1, 0x3041


def called(text: str, names: Sequence[str]) -> str | None:
    """Return what follows a name at the beginning of a text, or None if none is there.

    Width, case, kana, marks and spaces make no difference, and small errors of hearing are forgiven; in Japanese the name may
    run into the question.
    """
    letters = _letters(text)
    best: tuple[float, int] | None = None
    for name in names:
        wanted = "".join(letter for letter, _ in _letters(name))
        if wanted and (found := _prefix(wanted, letters, text)) and (best is None or found < best):
            best = found
    if best is None:
        return None
    return text[best[1] :].lstrip(_MARKS).strip()


def _letters(text: str) -> list[tuple[str, int]]:
    """Return what a text sounds like, letter by letter, each with where the text goes on after it."""
    letters = []
    for at, char in enumerate(text, 1):
        for folded in unicodedata.normalize("NFKC", char).casefold():
            if "ァ" <= folded <= "ヶ":
                folded = chr(ord(folded) - _KATAKANA + _HIRAGANA)
            if folded.isalnum() and folded not in _SKIPPED:
                letters.append((folded, at))
            elif letters and unicodedata.category(folded) == "Mn":
                # A voicing mark of its own, as half-width kana have it, belongs to the letter before.
                voiced = unicodedata.normalize("NFC", letters[-1][0] + folded)
                letters[-1] = (voiced if len(voiced) == 1 else letters[-1][0], at)
    return letters


def _prefix(wanted: str, letters: Sequence[tuple[str, int]], text: str) -> tuple[float, int] | None:
    """Return how many errors the likest beginning has, and where the text goes on after it."""
    most = len(wanted) // _LETTERS_PER_ERROR
    row = list(range(len(wanted) + 1))
    best: tuple[float, int] | None = None
    for count, (letter, end) in enumerate(letters[: len(wanted) + most], 1):
        last, row[0] = row[0], count
        for at, other in enumerate(wanted, 1):
            last, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, last + (letter != other))
        errors = row[-1]
        if errors <= most and _whole(text, end) and (best is None or errors < best[0]):
            best = (float(errors), end)
    return best


def _whole(text: str, end: int) -> bool:
    """Whether no Latin word is cut in two."""
    before, after = text[end - 1], text[end : end + 1]
    return not (after.isalpha() and before.isalpha() and detect(before) == detect(after) == "en")


class SphinxSpotter:
    """Listens for names at the beginnings of what is said in one stream, by PocketSphinx's search for key phrases.

    PocketSphinx knows English sounds; Japanese names are told in them. Its search does not work on a stream as such: what
    it compares has to be evened out first, for which it takes a stretch of sound. Two looks at such a stretch, one after the
    other, must find a name; in one of them it must be what is heard among everyday words, and in the later one what is heard
    among all words that may be heard.
    """

    def __init__(self, names: Sequence[str], espeak: Espeak, ears: Recognizer) -> None:
        """Load the acoustic model.

        Args:
            names: What it is called by.
            espeak: Says how words sound that no dictionary has.
            ears: Hears English; asked about what has all but surely been found to be a name.

        Raises:
            ExtraMissing: If PocketSphinx is not installed.
            VoiceError: If no name can be listened for.
        """
        library = load("pocketsphinx", "pocketsphinx")
        sounds = _sounds(Path(library.get_model_path("en-us/cmudict-en-us.dict")), espeak)
        ways = {word: sounds.call(word) for name in names for word in name.casefold().split()}
        told = [" ".join(name.casefold().split()) for name in names]
        keys = [key for key in dict.fromkeys(told) if key and all(ways[word] for word in key.split())]
        if not keys:
            raise VoiceError(f"None of {', '.join(names)} can be listened for. Set voice.wake to words with letters.")
        with tempfile.TemporaryDirectory() as folder:
            dictionary, phrases = Path(folder, "names.dict"), Path(folder, "names.keys")
            # Word by word: a name told as one word is missed, for its sounds then all lean on each other.
            lines = (line for word in ways for line in entries(word, ways[word]))
            dictionary.write_text("\n".join(lines) + "\n", "utf-8")
            phrases.write_text("".join(f"{key} /{_THRESHOLD:g}/\n" for key in keys), "utf-8")
            self._decoder: Any = library.Decoder(dict=str(dictionary), kws=str(phrases), lm=None, loglevel="FATAL")
        self._verifier, self._ears, self._names = Verifier(keys, ways, sounds), ears, told
        self._levels: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._before: deque[Audio] = deque()
        self._taken: list[Audio] = []
        self._quiet = _PAUSE
        self._looks: tuple[float, ...] = ()
        self._spotted = self._likely = False

    def spot(self, frame: Audio) -> bool:
        """Return whether a name was said by the end of the next frame, of any length at RATE.

        Raises:
            VoiceError: If the frame has another rate.
        """
        if frame.rate != RATE:
            raise VoiceError(f"The wake word was listened for at {frame.rate} Hz. Give frames of {RATE} Hz.")
        loudness = level(frame)
        self._levels.append(loudness)
        loud = loudness > max(min(self._levels) + _ABOVE, _FAINT)
        if loud and self._quiet >= _PAUSE:
            self._taken, self._looks = list(self._before), _LOOKS
            self._spotted = self._likely = False
        self._quiet = 0.0 if loud else self._quiet + frame.seconds
        self._before.append(frame)
        while sum(each.seconds for each in self._before) > _KEPT:
            self._before.popleft()
        return bool(self._looks) and self._look(frame)

    def _look(self, frame: Audio) -> bool:
        """Return whether a name is in what was said since the last pause, if it is time to look."""
        self._taken.append(frame)
        ended = self._quiet >= _PAUSE
        if not ended and sum(each.seconds for each in self._taken) < self._looks[0]:
            return False
        samples = b"".join(each.samples for each in self._taken)
        # Once all is said no other look follows: it is looked at twice, in other noise.
        found = any(self._found(_in_noise(samples, noise)) for noise in ((0, 1) if ended else (0,)))
        self._looks = () if found or ended else self._looks[1:]
        return found

    def _found(self, sound: Audio) -> bool:
        """Return whether this look and the last found a name, one of them among everyday words, and the ears hear it now."""
        heard, again, was_likely = features(sound), self._spotted, self._likely
        self._spotted = heard is not None and bool(reading(self._decoder, heard))
        self._likely = heard is not None and self._spotted and (was_likely or self._verifier.begins(heard))
        return again and self._likely and called(self._ears.recognize(sound).text, self._names) is not None


@lru_cache(maxsize=1)
def _sounds(dictionary: Path, espeak: Espeak) -> Sounds:
    """Return pronunciations, read once for all streams."""
    return Sounds(dictionary, espeak)


def _in_noise(samples: bytes, seed: int) -> Audio:
    """Return sound at RATE with faint noise in it, the same for the same sound and seed.

    The breath of an h in a very quiet room, and what a word ends on, otherwise look like hissing sounds, and no sentence is
    around the name that would even them out.
    """
    import numpy as np

    values = np.frombuffer(samples, "<i2").astype(np.float64)
    moments = values[: len(values) // _MOMENT * _MOMENT].reshape(-1, _MOMENT)
    loud = np.sqrt(np.percentile((moments**2).mean(axis=1), _LOUD))
    noise = np.random.default_rng((len(values), seed)).standard_normal(len(values)) * loud * 10 ** (-_NOISE / 20)
    return from_numbers(values + noise, RATE)
