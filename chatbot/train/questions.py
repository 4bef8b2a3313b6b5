"""Readers of the public question sets, with everything that is measured left out."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.train.text import clean, lines

MIN_SHARED = 20
"""A training paragraph that shares a sentence of this many letters with a measured one is dropped."""

_SENTENCE = re.compile(r"(?<=[。！？!?])|(?<=\.)\s|\n")
_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the paragraph that answers it."""

    source: str
    language: str  # "ja" or "en"
    article: str
    question: str
    passage: str
    start: int  # character offset of the answer in `passage`; -1 if unknown
    answer: str


def squad_file(path: Path, source: str, language: str) -> Iterator[Question]:
    """Yield the answerable questions of a file in SQuAD form (plain or `.xz`)."""
    for article in json.loads("\n".join(lines(path)))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                if asked["answers"]:
                    answer = asked["answers"][0]
                    yield Question(
                        source,
                        language,
                        article["title"],
                        asked["question"].strip(),
                        paragraph["context"],
                        answer["answer_start"],
                        answer["text"],
                    )


def jsquad_valid(data: Path) -> list[Question]:
    """Measured only: JSQuAD valid. The heading before "[SEP]" in a paragraph is removed."""
    found = squad_file(data / "jglue" / "jsquad-valid-v1.3.json", "jsquad", "ja")
    return [_without_heading(question) for question in found]


def _without_heading(question: Question) -> Question:
    _, mark, rest = question.passage.partition("[SEP]")
    if not mark:
        return question
    passage = rest.strip()
    start = passage.find(question.answer)
    return Question("jsquad", "ja", question.article, question.question, passage, start, question.answer)


def jaquad_dev(data: Path) -> list[Question]:
    """Measured only: JaQuAD dev."""
    return list(squad_file(data / "jaquad" / "jaquad_dev.json", "jaquad", "ja"))


def squad_dev(data: Path) -> list[Question]:
    """Measured only: the half of SQuAD dev that is public here."""
    return list(squad_file(data / "squad" / "squad-v1.1-even-articles.json", "squad", "en"))


def clapnq_dev_passages(data: Path) -> Iterator[str]:
    """Yield the passages of ClapNQ dev, which are measured only."""
    for name in ("answerable", "unanswerable"):
        for line in lines(data / "clapnq" / f"clapnq_dev_{name}.jsonl"):
            yield from (passage["text"] for passage in json.loads(line)["passages"])


def measured_sentences(data: Path) -> frozenset[str]:
    """Return the sentences, folded, of every paragraph that is measured."""
    passages = {question.passage for question in jsquad_valid(data) + jaquad_dev(data) + squad_dev(data)}
    passages.update(clapnq_dev_passages(data))
    return frozenset(sentence for passage in passages for sentence in folded_sentences(passage))


def folded_sentences(passage: str) -> list[str]:
    """Return the longer sentences of `passage`, without marks and case, so that copies compare equal."""
    folded = (_NOISE.sub("", unicodedata.normalize("NFKC", part).lower()) for part in _SENTENCE.split(passage))
    return [sentence for sentence in folded if len(sentence) >= MIN_SHARED]


def training_questions(data: Path) -> list[Question]:
    """Return the questions of all training sets whose paragraph shares no sentence with a measured one."""
    measured = measured_sentences(data)
    shared: dict[str, bool] = {}
    kept = []
    for question in _all_training(data):
        if question.passage not in shared:
            shared[question.passage] = not measured.isdisjoint(folded_sentences(question.passage))
        if not shared[question.passage]:
            kept.append(question)
    return kept


def _all_training(data: Path) -> Iterator[Question]:
    yield from squad_file(data / "jaquad" / "jaquad_train.json", "jaquad", "ja")
    for path in sorted((data / "squad_train").glob("train-*.json.xz")):
        yield from squad_file(path.with_suffix(""), "squad_train", "en")
    for path in sorted((data / "qed").glob("nq-train-*.jsonl.xz")):
        yield from _qed(path.with_suffix(""))
    for name in ("dev", "test"):
        for line in lines(data / "niilc_qa" / f"NIILC-ECQA2015_{name}.jsonl"):
            row = json.loads(line)
            if row.get("evidence"):
                yield Question("niilc_qa", "ja", row["title"], row["question"], row["evidence"], -1, row["answers"][0])
    for page, question, answer in python_faq(data):
        yield Question("python_faq", "en", page, question[0], answer[0], -1, "")
        yield Question("python_faq", "ja", page, question[1], answer[1], -1, "")


def _qed(path: Path) -> Iterator[Question]:
    for line in lines(path):
        row: dict[str, Any] = json.loads(line)
        question = row.get("question_text") or row.get("question")
        if question and row.get("paragraph_text"):
            passage = detokenised(row["paragraph_text"])
            answer = detokenised((row.get("answer_text") or [""])[0])
            start = passage.find(answer) if answer else -1
            yield Question("qed", "en", row.get("title_text", ""), question, passage, start, answer)


def detokenised(text: str) -> str:
    """Join the tokens of Penn-style English text: no space before marks, plain quotes and brackets."""
    text = text.replace("``", '"').replace("''", '"').replace("-LRB- ", "(").replace(" -RRB-", ")")
    return re.sub(r" (?=[.,;:!?)%]|'s\b|n't\b)|(?<=\() ", "", text)


def python_faq(data: Path) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Yield page, question and answer of the Python FAQ; each text as (English, Japanese)."""
    for line in lines(data / "python_docs_ja" / "faq_qa.jsonl"):
        row = json.loads(line)
        if row.get("q_ja") and row.get("a_ja"):
            question = (clean(row["q_en"]), clean(row["q_ja"]))
            yield row["file"], question, (clean(row["a_en"]), clean(row["a_ja"]))
