"""The reader's mixture: which examples it learns from, how many of each kind, as one tokenised shard."""

import csv
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from chatbot.train import claims, crossing, reading, shards
from chatbot.train.data import Pair, held_out, pairs, sections
from chatbot.train.questions import Question, detokenised, training_questions
from chatbot.train.reading import Example
from chatbot.train.text import lines

LIMIT = 256  # tokens of both texts
LONGEST_FIRST = 220  # letters of a question or claim; the text needs room beside it
NOT_MARKED = -1  # of a token's place: nobody said where
MOST = {
    "answered ja": 64_000,
    "answered en": 95_000,
    "unanswered ja": 36_000,
    "unanswered en": 50_000,
    "yes or no": 8_000,
    "clozes": 60_000,
    "translated": 4_000,
    "headed": 22_000,
    "judged": 45_000,
    "made": 44_000,
}
"""Examples of each kind, at most."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Tokenised examples; every array has a row for each."""

    texts: shards.Texts
    answer: NDArray[np.int16]  # (n, 2) first and last token of the answer; 0, 0 for none; NOT_MARKED for unknown
    relevant: NDArray[np.int16]  # (n, 2) the same for the sentences that answer
    labels: NDArray[np.int8]  # (n, 2) answers, supports: 1, 0 or ASKED_NOT


def prepare(data: Path, tokenizer: Path, out: Path, seed: int) -> Readings:
    """Return the shard in `out`, writing it first if it is not there."""
    path = out / "readings.npz"
    if not path.exists():
        draw = random.Random(seed)
        examples = [example for name, made in mixture(data, draw) for example in _counted(name, made)]
        draw.shuffle(examples)
        made = tokenise(Tokenizer.from_file(str(tokenizer)), examples)
        texts, marks = made.texts, (made.answer, made.relevant, made.labels)
        np.savez(path, ids=texts.ids, ends=texts.ends, answer=marks[0], relevant=marks[1], labels=marks[2])
    with np.load(path, allow_pickle=False) as found:
        texts = shards.Texts(found["ids"], found["ends"])
        return Readings(texts, found["answer"], found["relevant"], found["labels"])


def mixture(data: Path, draw: random.Random) -> Iterator[tuple[str, Iterator[Example]]]:
    """Yield the examples by kind."""
    found = [pair for pair in pairs(data) if not held_out(pair)]
    questions = [*training_questions(data), *qamr(data, draw)]
    for language in ("ja", "en"):
        asked = [question for question in questions if question.language == language and question.start >= 0]
        draw.shuffle(asked)
        # Japanese has a third of the questions: each is asked twice, of another piece of its paragraph.
        yield f"answered {language}", reading.answered(asked * 2, draw)
        yield f"unanswered {language}", reading.unanswered(asked[: MOST[f"unanswered {language}"] * 5 // 4], draw)
    yield "yes or no", yes_or_no(data, draw)
    yield "clozes", crossing.clozes(paragraphs(found, draw), terms(data), draw)
    yield "translated", crossing.translated(questions, found)
    yield "headed", crossing.headed(list(sections(found)), draw)
    yield "judged", claims.judged(data, draw)
    yield "made", claims.made(_runs(found, MOST["made"] // 2, draw), draw)


def paragraphs(found: Sequence[Pair], draw: random.Random) -> list[list[Pair]]:
    """Return pages of the parallel texts cut into runs of five, the pages in random order."""
    pages = [list(of_page) for _, of_page in groupby(found, key=lambda pair: (pair.source, pair.page))]
    usable = [[pair for pair in page if pair.kind in ("sentence", "p", "li")] for page in pages]
    usable = [page for page in usable if page and page[0].source not in ("kyoto_lexicon", "tanaka50k")]
    draw.shuffle(usable)
    return [page[at : at + 5] for page in usable for at in range(0, len(page), 5)]


def terms(data: Path) -> dict[str, str]:
    """Return the Japanese terms of the Kyoto lexicon with their English names."""
    rows = csv.reader(lines(data / "kyoto_wiki" / "kyoto_lexicon.csv"))
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1 and 2 <= len(row[0]) <= 10 and len(row[1]) > 3}


def yes_or_no(data: Path, draw: random.Random) -> Iterator[Example]:
    """Yield BoolQ's questions with the text that settles them, and with another one's text."""
    before = ""
    for name in ("dev", "test"):
        for line in lines(data / "boolq_eraser" / f"{name}_data.jsonl"):
            row = json.loads(line)
            quote = row["evidences"][0]["text"]
            start, end = reading.piece(quote, 0, "en", draw)
            text = quote[start:end]
            if len(text) > 60:
                yield Example(row["query"], text, answers=1)
                if before and draw.random() < 0.5:
                    yield Example(row["query"], before, answers=0)
            before = text


def qamr(data: Path, draw: random.Random) -> Iterator[Question]:
    """Yield a third of QAMR's questions, each about one sentence."""
    told = dict(line.split("\t", 1) for line in lines(data / "qamr" / "wiki-sentences.tsv") if "\t" in line)
    for name in ("dev", "test"):
        for line in lines(data / "qamr" / f"{name}.jsonl"):
            row = json.loads(line)
            sentence, answer = detokenised(told.get(row["sid"], "")), detokenised(row["answers"][0])
            start = sentence.find(answer)
            if start >= 0 and draw.random() < 1 / 3:
                yield Question("qamr", "en", row["sid"].rsplit(":", 1)[0], row["question"], sentence, start, answer)


def _runs(found: Sequence[Pair], size: int, draw: random.Random) -> list[Pair]:
    """Return runs of ten neighbours, half of them from documents, so that near sentences stay near."""
    kinds = [pair.source in ("kyoto_wiki", "tanaka50k") for pair in found]
    usable = [at for at in range(0, len(found) - 10, 10) if found[at].source != "kyoto_lexicon"]
    drawn = []
    for kind in (True, False):
        firsts = [at for at in usable if kinds[at] == kind]
        drawn += draw.sample(firsts, min(len(firsts), size // 20))
    return [pair for first in sorted(drawn) for pair in found[first : first + 10]]


def _counted(name: str, made: Iterator[Example]) -> list[Example]:
    kept = [example for example in islice(made, MOST[name]) if example.first.strip() and example.second.strip()]
    print(f"{len(kept)} {name}", file=sys.stderr, flush=True)
    return kept


def tokenise(tokenizer: Tokenizer, examples: Sequence[Example]) -> Readings:
    """Tokenise examples; one whose answer lies beyond the limit is dropped."""
    tokenizer.enable_truncation(LIMIT, strategy="only_second")
    tokenizer.encode_special_tokens = True
    ids: list[NDArray[np.uint16]] = []
    rows: list[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = []
    for at in range(0, len(examples), shards.CHUNK):
        some = [example for example in examples[at : at + shards.CHUNK] if len(example.first) < LONGEST_FIRST]
        for example, encoded in zip(some, tokenizer.encode_batch([(each.first, each.second) for each in some]), strict=True):
            answer = _tokens(encoded, example.answer, example.answers)
            relevant = _tokens(encoded, example.relevant, example.answers)
            whole = not encoded.overflowing or example.answer is None or example.answer[1] <= encoded.offsets[-2][1]
            if whole and answer is not None and relevant is not None:
                ids.append(np.asarray(encoded.ids, dtype=np.uint16))
                rows.append((answer, relevant, (example.answers, example.supports)))
    texts = shards.Texts(np.concatenate(ids), np.cumsum([len(each) for each in ids], dtype=np.int64))
    answers, relevants, labels = zip(*rows, strict=True)
    return Readings(texts, np.array(answers, np.int16), np.array(relevants, np.int16), np.array(labels, np.int8))


def _tokens(encoded: object, span: tuple[int, int] | None, answers: int) -> tuple[int, int] | None:
    """Return the first and last token of a span of the second text, or None if it was cut off."""
    if span is None:
        return (0, 0) if answers == 0 else (NOT_MARKED, NOT_MARKED)
    find = encoded.char_to_token  # type: ignore[attr-defined]
    start, end = span
    first = next((token for at in range(start, end) if (token := find(at, 1)) is not None), None)
    last = next((token for at in range(end - 1, start - 1, -1) if (token := find(at, 1)) is not None), None)
    if last is None and first is not None and first > 0:
        return None
    return None if first is None or last is None else (first, last)
