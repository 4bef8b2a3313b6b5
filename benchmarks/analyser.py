"""Compare Japanese analysers for lexical search: pairs of characters, triples, morphemes (fugashi with unidic-lite).

    python benchmarks/analyser.py JSQUAD_FILE [--limit N]

The file is in SQuAD format (may be .xz); its questions are asked of all its paragraphs. Needs the dev extra.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot import language
from chatbot.evaluate.report import render
from chatbot.evaluate.run import Build, evaluate_retrieval
from chatbot.retrieve.collection import Collection
from chatbot.retrieve.lexical import LexicalSearcher
from chatbot.types import Document, Passage, Query, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

# Parts of speech that carry meaning, as UniDic names them.
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞", "代名詞"}


def ngrams(size: int) -> Callable[[str], list[str]]:
    """Cut a text without its white space into overlapping pieces of one size."""

    def cut(text: str) -> list[str]:
        plain = language.normalise(text).lower().replace(" ", "")
        return [plain[at : at + size] for at in range(max(1, len(plain) - size + 1))]

    return cut


def morphemes() -> Callable[[str], list[str]]:
    """Return an analyser that gives the dictionary forms of a text's content words."""
    import fugashi

    tagger = fugashi.Tagger()

    def cut(text: str) -> list[str]:
        words = tagger(language.normalise(text).lower())
        return [str(word.feature.orthBase or word.surface) for word in words if word.feature.pos1 in _CONTENT]

    return cut


def build(analyse: Callable[[str], list[str]]) -> Build:
    """Return what makes a search of paragraphs with one analyser."""

    def over(texts: Sequence[str]) -> Callable[[str], list[int]]:
        import numpy as np

        documents = [Document(str(number), text, "text", "", "ja") for number, text in enumerate(texts)]
        passages = tuple(Passage(each, (), (Sentence(0, len(each.text), each.text),)) for each in documents)
        vectors = np.zeros((len(passages), 1), dtype=np.float32)
        searcher = LexicalSearcher(Collection(passages, vectors, vectors), analyse)
        return lambda question: [int(hit.passage.document.path) for hit in searcher.search(Query(question, "ja"), 10)]

    return over


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare Japanese analysers for lexical search.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    searchers = {
        "ours: pairs, no hiragana": build(language.terms),
        "pairs": build(ngrams(2)),
        "triples": build(ngrams(3)),
        "morphemes": build(morphemes()),
    }
    print(render(evaluate_retrieval(options.file, searchers, options.limit)))


if __name__ == "__main__":
    main()
