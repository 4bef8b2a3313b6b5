"""Readers of the public parallel data: sentence and paragraph pairs, English and Japanese.

Folders and licences are listed in `manifest.json` beside the data. Pages that also occur in the measured documents are
left out here, so that no recipe can train on them.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from chatbot.train.questions import python_faq
from chatbot.train.text import HELD_OUT_PAGES, clean, lines

HELD_OUT_SHARE = 40
"""One article or page in this many is kept for measuring."""

DOCUMENT_SETS = (
    "tf_docs",
    "k8s_docs",
    "hf_transformers_docs",
    "hf_course",
    "hf_diffusers_docs",
    "opensource_guide",
    "owasp_llm_top10",
    "prompt_guide",
)

_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Pair:
    """One passage in both languages."""

    source: str  # folder of the data set
    page: str  # article or page it comes from
    kind: str  # "h1".."h6", "p", "li", "title", "sentence" or "term"
    english: str
    japanese: str


def held_out(pair: Pair) -> bool:
    """Tell whether the page of `pair` is kept for measuring: stable, and by page, so no neighbour leaks."""
    if pair.source == "tanaka50k":
        return pair.page != "train"
    digest = hashlib.sha256(f"{pair.source}/{pair.page}".encode()).digest()
    return digest[0] % HELD_OUT_SHARE == 0


def pairs(data: Path) -> Iterator[Pair]:
    """Yield every usable pair of all parallel sets, markup removed."""
    for pair in _all_pairs(data):
        if any(page in pair.page for page in HELD_OUT_PAGES):
            continue
        if pair.english != pair.japanese and _JAPANESE.search(pair.japanese) and len(pair.english) > 1:
            yield pair


def _all_pairs(data: Path) -> Iterator[Pair]:
    for name in DOCUMENT_SETS:
        yield from _document_pairs(data, name)
    for line in lines(data / "python_docs_ja" / "pairs.tsv"):
        page, english, japanese = line.split("\t")
        yield Pair("python_docs_ja", page, "p", clean(english), clean(japanese))
    yield from _faq_pairs(data)
    for split in ("train", "dev", "test"):
        for line in lines(data / "tanaka50k" / f"{split}.tsv"):
            english, japanese = line.split("\t")
            yield Pair("tanaka50k", split, "sentence", _detokenise(english), japanese)
    yield from _kyoto_pairs(data)


def _document_pairs(data: Path, name: str) -> Iterator[Pair]:
    for line in lines(data / name / "pairs.tsv"):
        page, _, kind, english, japanese = line.split("\t")
        yield Pair(name, page, kind, clean(english), clean(japanese))


def _faq_pairs(data: Path) -> Iterator[Pair]:
    for page, question, answer in python_faq(data):
        yield Pair("python_faq", page, "h2", *question)
        yield Pair("python_faq", page, "p", *answer)


def _kyoto_pairs(data: Path) -> Iterator[Pair]:
    for line in lines(data / "kyoto_wiki" / "kyoto_wiki.tsv"):
        fields = line.split("\t")
        if len(fields) == 5:
            kind = "title" if fields[2] == "t" else "sentence"
            yield Pair("kyoto_wiki", fields[0], kind, fields[3].strip(), fields[4].strip())
    for row in csv.reader(lines(data / "kyoto_wiki" / "kyoto_lexicon.csv")):
        if len(row) > 1:
            yield Pair("kyoto_lexicon", row[0], "term", row[1].strip(), row[0].strip())


def _detokenise(text: str) -> str:
    """Undo the spaces that the Tanaka set puts around punctuation."""
    text = re.sub(r"\s+([.,!?;:%')])", r"\1", text)
    return re.sub(r"\bn 't\b", "n't", text).replace("( ", "(")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, in both languages; each couple is (English, Japanese)."""

    source: str
    page: str
    heading: tuple[str, str]
    body: tuple[str, str]


def sections(found: Iterable[Pair]) -> Iterator[Section]:
    """Group the pairs of the document sets, given in page order, into sections."""
    documents = (pair for pair in found if pair.source in DOCUMENT_SETS)
    for (source, page), of_page in groupby(documents, key=lambda pair: (pair.source, pair.page)):
        title = heading = ("", "")
        for opens, group in groupby(of_page, key=lambda pair: pair.kind.startswith("h")):
            run = list(group)
            if opens:
                heading = (run[-1].english, run[-1].japanese)
                title = next(((pair.english, pair.japanese) for pair in run if pair.kind == "h1"), title)
            elif heading[0]:
                yield Section(source, page, _titled(title, heading), _body(run))


def _titled(title: tuple[str, str], heading: tuple[str, str]) -> tuple[str, str]:
    if not title[0] or title == heading:
        return heading
    return f"{title[0]}: {heading[0]}", f"{title[1]}：{heading[1]}"


def _body(run: list[Pair]) -> tuple[str, str]:
    return " ".join(pair.english for pair in run), "".join(pair.japanese for pair in run)
