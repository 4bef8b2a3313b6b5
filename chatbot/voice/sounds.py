"""How English words are said, in the phonemes of PocketSphinx: by its dictionary, else as eSpeak NG reads them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, product
from pathlib import Path

from chatbot.language import detect
from chatbot.voice.espeak import Espeak
from chatbot.voice.packages import load

# eSpeak NG's American phonemes to those of the CMU dictionary. Several of its vowels differ in what they do to their neighbours
# and not in how they sound.
_PHONEMES = {
    **dict.fromkeys(("i:", "i"), "IY"),
    **dict.fromkeys(("I", "I2", "I#"), "IH"),
    **dict.fromkeys(("E", "E#", "E2"), "EH"),
    **dict.fromkeys(("a", "aa"), "AE"),
    **dict.fromkeys(("a#", "V", "V#", "@", "@2", "0#"), "AH"),
    **dict.fromkeys(("A:", "A#", "0"), "AA"),
    **dict.fromkeys(("O:", "O", "O2"), "AO"),
    **dict.fromkeys(("oU", "oU#", "o"), "OW"),
    **dict.fromkeys(("U", "@5", "u#"), "UH"),
    **dict.fromkeys(("u:", "u", "y", "Y"), "UW"),
    **dict.fromkeys(("3", "3:", "IR", "VR"), "ER"),
    **{"eI": "EY", "aI": "AY", "aU": "AW", "OI": "OY", "@L": "AH L", "A@": "AA R", "O@": "AO R", "o@": "AO R", "@-": ""},
    **{"aI3": "AY ER", "aI@": "AY ER", "aU@": "AW ER", "i@": "IY AH", "i@3": "IH R", "e@": "EH R", "U@": "UH R", "W": "ER"},
    **dict.fromkeys(("t", "t#", "t2"), "T"),
    **dict.fromkeys(("d", "d#"), "D"),
    **dict.fromkeys(("k", "x", "C"), "K"),
    **dict.fromkeys(("g", "Q"), "G"),
    **dict.fromkeys(("l", "l#"), "L"),
    **dict.fromkeys(("r", "r-", "R"), "R"),
    **dict.fromkeys(("z", "z#"), "Z"),
    **{"p": "P", "b": "B", "f": "F", "v": "V", "T": "TH", "D": "DH", "s": "S", "S": "SH", "Z": "ZH", "tS": "CH", "dZ": "JH"},
    **{"h": "HH", "m": "M", "n": "N", "N": "NG", "j": "Y", "w": "W", "n-": "AH N", "m-": "AH M", "?": ""},
}
_SOUND = re.compile("|".join(re.escape(name) for name in sorted(_PHONEMES, key=len, reverse=True)))
# Stress, length, joints and pauses.
_SILENT = re.compile(r"[',%=;|!]|_[:!]?")
_VARIANT = re.compile(r"\(\d+\)$")
_SPELLED = re.compile(r"[A-Z]{2,5}")
_MOST = 4


class Sounds:
    """A dictionary of pronunciations that knows what to do with words it does not have."""

    def __init__(self, dictionary: Path, espeak: Espeak) -> None:
        """Read the CMU dictionary that comes with PocketSphinx."""
        self._espeak = espeak
        self._known: defaultdict[str, list[str]] = defaultdict(list)
        for line in dictionary.read_text(encoding="utf-8").splitlines():
            word, _, sounds = line.partition(" ")
            self._known[_VARIANT.sub("", word)].append(sounds.strip())

    @property
    def words(self) -> Iterable[str]:
        """The words of the dictionary, in small letters."""
        return self._known.keys()

    def say(self, words: Iterable[str]) -> list[str]:
        """Return in which ways words are said one after the other, the usual one first."""
        ways = product(*(self._word(word) for word in words))
        return list(dict.fromkeys(" ".join(way) for way in islice(ways, _MOST)))

    def call(self, name: str) -> list[str]:
        """Return in which ways a name is said that it is called by, English or Japanese; none if it has no sound.

        Raises:
            ExtraMissing: If the name is Japanese and Open JTalk is not installed.
        """
        if detect(name) == "ja":
            return [said] if (said := japanese_sounds(name)) else []
        return [way for way in self.say(name.split()) if way]

    def _word(self, word: str) -> list[str]:
        if len(word) == 1 and word.isalpha() and word.isupper():
            return [self._read(word)]
        if _SPELLED.fullmatch(word):
            return [" ".join(self._read(letter) for letter in word)]
        return self._known.get(word.lower()) or [self._read(word)]

    def _read(self, word: str) -> str:
        told = _SILENT.sub("", self._espeak.phonemes(word, "en-us").replace(" ", ""))
        return " ".join(sound for match in _SOUND.finditer(told) if (sound := _PHONEMES[match.group()]))


def entries(word: str, ways: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a dictionary for PocketSphinx that tell in which ways a word is said."""
    for number, way in enumerate((way for way in ways if way), 1):
        yield f"{word}({number}) {way}" if number > 1 else f"{word} {way}"


# Open JTalk's phonemes to the nearest of the CMU dictionary.
_JAPANESE = {
    **{
        "a": "AA",
        "i": "IY",
        "u": "UW",
        "e": "EH",
        "o": "OW",
        "N": "N",
        "k": "K",
        "s": "S",
        "t": "T",
        "n": "N",
        "h": "HH",
        "m": "M",
    },
    **{
        "y": "Y",
        "r": "R",
        "w": "W",
        "g": "G",
        "z": "Z",
        "d": "D",
        "b": "B",
        "p": "P",
        "f": "F",
        "j": "JH",
        "v": "V",
        "sh": "SH",
    },
    **{"ch": "CH", "ts": "T S", "ky": "K Y", "gy": "G Y", "ny": "N Y", "hy": "HH Y", "my": "M Y", "ry": "R Y", "by": "B Y"},
    **{"py": "P Y", "ty": "T Y", "dy": "D Y", "kw": "K W", "gw": "G W"},
}
_LONG_E = re.compile(r"\bEH (?:EH|IY)\b")


def japanese_sounds(text: str) -> str:
    """Return how a Japanese text is said, in the nearest English sounds.

    Raises:
        ExtraMissing: If Open JTalk is not installed.
    """
    told = load("pyopenjtalk", "pyopenjtalk-plus").g2p(text, use_sudachi_kanji_yomi=False)
    said = " ".join(_JAPANESE.get(sound, _JAPANESE.get(sound.lower(), "")) for sound in told.split())
    return _LONG_E.sub("EY", " ".join(said.split()))
