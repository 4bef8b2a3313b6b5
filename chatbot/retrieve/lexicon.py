"""A small word list between Japanese and English, so that lexical search and coverage reach across the two."""

from __future__ import annotations

import lzma
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from chatbot import language
from chatbot.types import Language

FILE = Path(__file__).parents[1] / "weights" / "lexicon" / "lexicon.tsv.xz"
LONGEST = 6
"""Kanji in the longest entry."""
SURE = "!"
"""Marks an entry whose two sides hardly occur without each other, as those of names."""
RUN = re.compile(r"[\u30a1-\u30fa\u30fc]{2,}|[\u3400-\u4dbf\u4e00-\u9fff々]+")


class Lexicon:
    """Japanese words and English search terms that stand for each other, learned from parallel texts."""

    def __init__(self, entries: Mapping[str, tuple[str, ...]], sure: Set[str] = frozenset()) -> None:
        """Hold entries.

        Args:
            entries: A Japanese word to English search terms, likeliest first.
            sure: The words whose first term is certain.
        """
        self._english, self._sure = entries, sure
        japanese: defaultdict[str, list[str]] = defaultdict(list)
        for word, stems in entries.items():
            # Only the first translation is trusted backwards; the others are often parts of a phrase.
            japanese[stems[0]].append(word)
        self._japanese = dict(japanese)

    def translate(self, text: str, source: Language) -> Iterator[frozenset[str]]:
        """Yield, for each word of a text, what stands for it in the other language; nothing for a word it does not know."""
        plain = language.normalise(text)
        if source == "ja":
            for word in self._words(plain):
                yield frozenset(self._english.get(word, ()))
        else:
            for term in dict.fromkeys(language.terms(plain)):
                yield frozenset(self._japanese.get(term, ()))

    def names(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the Japanese words of a text whose one translation is certain, with that search term."""
        for word in self._words(language.normalise(text)):
            if word in self._sure:
                yield word, self._english[word][0]

    def _words(self, plain: str) -> Iterator[str]:
        """Cut runs of kanji and katakana into the longest words of the list."""
        for match in RUN.finditer(plain):
            run, at = match.group(), 0
            if run in self._english:
                yield run
                continue
            while at < len(run):
                ends = range(min(len(run), at + LONGEST), at, -1)
                end = next((end for end in ends if run[at:end] in self._english), None)
                if end is None and at == 0:
                    yield run
                    break
                if end is not None:
                    yield run[at:end]
                at = end or at + 1


def load_lexicon(file: Path = FILE) -> Lexicon:
    """Read the package's list; an empty one if the package came without it."""
    if not file.is_file():
        return Lexicon({})
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    entries = {word: tuple(stems.split(" ")) for word, stems, _ in rows}
    return Lexicon(entries, frozenset(word for word, _, mark in rows if mark))
