"""The word list between Japanese and English: words that keep turning up in each other's sentences.

One pass over the parallel sets counts how many pairs hold a Japanese word and an English search term, how many hold each;
their Dice coefficient says how exclusively they go together (Smadja, McKeown and Hatzivassiloglou, Computational
Linguistics 1996). Nothing is sampled, so the same data gives the same list. Two minutes on one core.

    openstance train lexicon --data ../shared/data --out DIR
"""

import lzma
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot import language
from chatbot.retrieve.lexicon import LONGEST, RUN, SURE
from chatbot.train.data import held_out, pairs

MAX_ENGLISH = 600  # characters; longer paragraphs say too little of which word goes with which
MIN_PAIRS = 8  # a word seen less often is not listed
MIN_TOGETHER = 4
MIN_DICE = 0.12
MIN_SHARE = 0.15  # of the pairs with the Japanese word that have the English one
MIN_OF_BEST = 0.35
MOST = 3  # translations of a word
SURE_DICE = 0.7  # nearly one to one, as names are
LONGEST_WORD = 12
_ROWS = 2000  # Japanese words counted at a time


@dataclass(slots=True)
class Side:
    """Which words each pair has, as a sparse matrix in the making."""

    numbers: dict[str, int] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])

    def add(self, words: set[str]) -> None:
        """Append one pair's words."""
        self.columns += [self.numbers.setdefault(word, len(self.numbers)) for word in sorted(words)]
        self.ends.append(len(self.columns))

    def frequent(self) -> tuple[list[str], Any]:
        """Return the words seen often enough and their (pairs, words) matrix."""
        shape = (len(self.ends) - 1, len(self.numbers))
        matrix = sparse.csr_matrix((np.ones(len(self.columns), np.float32), self.columns, self.ends), shape=shape)
        kept = np.flatnonzero(np.asarray(matrix.sum(0)).ravel() >= MIN_PAIRS)
        names = list(self.numbers)
        return [names[n] for n in kept], matrix[:, kept]


def japanese_words(text: str) -> set[str]:
    """Return katakana words, and runs of kanji with the shorter words that may be in them."""
    words: set[str] = set()
    for match in RUN.finditer(language.normalise(text)):
        run = match.group()
        if "\u30a1" <= run[0] <= "\u30fc":
            words.add(run)
            continue
        words.update(run[at : at + size] for size in (2, 3) for at in range(len(run) - size + 1))
        if len(run) <= LONGEST:
            words.add(run)
    return words


def count(data: Path) -> tuple[Side, Side]:
    """Read the parallel sets once: (Japanese, English)."""
    japanese, english = Side(), Side()
    for number, pair in enumerate(pairs(data)):
        if number % 50_000 == 0:
            print(f"{number} pairs", file=sys.stderr)
        if held_out(pair) or len(pair.english) > MAX_ENGLISH:
            continue
        words, terms = japanese_words(pair.japanese), set(language.terms(pair.english))
        if words and terms:
            japanese.add(words)
            english.add(terms)
    return japanese, english


def entries(japanese: Side, english: Side) -> Iterator[tuple[str, list[str], bool]]:
    """Yield each word with its translations, likeliest first, and whether the likeliest is sure."""
    words, word_pairs = japanese.frequent()
    terms, term_pairs = english.frequent()
    term_counts = np.asarray(term_pairs.sum(0)).ravel()
    by_word = word_pairs.T.tocsr()
    for start in range(0, len(words), _ROWS):
        together = (by_word[start : start + _ROWS] @ term_pairs).tocsr()
        for row in range(together.shape[0]):
            word = words[start + row]
            span = slice(together.indptr[row], together.indptr[row + 1])
            of_word = float(by_word[start + row].sum())
            best = _best(together.indices[span], together.data[span], of_word, term_counts)
            if best and len(word) <= LONGEST_WORD:
                yield word, [terms[n] for n, _ in best], best[0][1] >= SURE_DICE


def _best(
    candidates: NDArray[np.int32], together: NDArray[np.float32], of_word: float, of_term: NDArray[np.float32]
) -> list[tuple[int, float]]:
    dice = 2 * together / (of_word + of_term[candidates])
    usable = (together >= MIN_TOGETHER) & (dice >= MIN_DICE) & (together >= MIN_SHARE * of_word)
    order = [n for n in np.argsort(-dice, kind="stable") if usable[n]][:MOST]
    return [(int(candidates[n]), float(dice[n])) for n in order if dice[n] >= MIN_OF_BEST * dice[order[0]]]


def train(data: Path, out: Path) -> None:
    """Write `lexicon.tsv.xz` to a folder: word, translations, and a mark on the sure ones."""
    rows = sorted(f"{word}\t{' '.join(found)}\t{SURE if sure else ''}\n" for word, found, sure in entries(*count(data)))
    out.mkdir(parents=True, exist_ok=True)
    with lzma.open(out / "lexicon.tsv.xz", "wt", encoding="utf-8", preset=9, newline="\n") as file:
        file.writelines(rows)
    print(f"{len(rows)} words in {out / 'lexicon.tsv.xz'}", file=sys.stderr)
