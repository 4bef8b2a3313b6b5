"""A question set to a report: answers, search and reading, each through a function that is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from chatbot import language
from chatbot.errors import BatchError, CorpusEmpty
from chatbot.evaluate import metrics
from chatbot.evaluate.metrics import AnswerScore, ReadingScore
from chatbot.evaluate.questions import Asked, Question, read_questions, read_squad, sample
from chatbot.evaluate.report import Report
from chatbot.ingest import load
from chatbot.types import Reading, Turn

T = TypeVar("T")
Given = ParamSpec("Given")

Ask = Callable[[str, Sequence[Turn]], Mapping[str, Any]]
"""A question and the past turns to the answer, as `openstance ask --json` prints it."""
Search = Callable[[str], Sequence[int]]
"""A question to numbers of paragraphs, best first."""
Build = Callable[[Sequence[str]], Search]
"""The texts of all paragraphs, numbered from 0, to their search."""
Read = Callable[[str, str], Reading]
"""A question and its context to the answer found there."""

DEPTH = 10
# What a program would do that knows nothing of this question set.
_EVEN = 0.5


def evaluate_answers(questions: Path, ask: Ask, corpus: Path) -> Report:
    """Ask every question and score the answers against their facts.

    Args:
        questions: Gold questions, one JSON object a line.
        ask: Gives the answers; what it raises passes through.
        corpus: The folder that citations refer to.

    Returns:
        Figures of all questions, of each language and type and of the cross-lingual ones; a row for each question.

    Raises:
        BatchError: If the file of questions cannot be used.
        CorpusEmpty: If there is no such folder.
    """
    asked = read_questions(questions)
    if not corpus.is_dir():
        raise CorpusEmpty(corpus, "no such folder")
    text_of = _texts(corpus)
    scored: list[tuple[Question, AnswerScore]] = []
    rows, times = [], []
    for question in _shown(asked, "answers"):
        answer, took = _timed(ask, question.text, question.past)
        score = metrics.score_answer(question, answer, text_of)
        scored.append((question, score))
        rows.append(_row(question, answer, score) | {"ms": round(took, 1)})
        times.append(took)
    figures = {name: metrics.summarise(scores) for name, scores in _groups(scored).items()}
    figures["all"] |= metrics.latencies(times)
    return Report("answers", questions.name, figures, tuple(rows))


def evaluate_retrieval(squad_file: Path, searchers: Mapping[str, Build], limit: int | None = None) -> Report:
    """Look for the paragraph of each answerable question among all paragraphs of the file.

    Args:
        squad_file: In SQuAD's format, `.json` or `.json.xz`. What stands before "[SEP]" in a paragraph (JSQuAD's title
            of the article) is left out, so that a title in the question does not give the paragraph away.
        searchers: By name.
        limit: Ask only so many questions, always the same; the paragraphs stay all.

    Returns:
        MRR and recall at 10 and the time of a search, a row for each searcher; and the seconds to build it.

    Raises:
        BatchError: If the file cannot be used.
        ConfigError: If the limit is below 1.
    """
    found = read_squad(squad_file)
    paragraphs = list(dict.fromkeys(_untitled(question.context) for question in found))
    numbers = {paragraph: number for number, paragraph in enumerate(paragraphs)}
    asked = sample([question for question in found if question.answers], limit)
    if not asked:
        raise BatchError(f"{squad_file}: no question in it has an answer. Name a file with answerable questions.")
    figures = {}
    for name, build in searchers.items():
        search, took = _timed(build, paragraphs)
        figures[name] = _search_figures(search, _shown(asked, name), numbers) | {"build_s": took / 1000}
    return Report("retrieval", squad_file.name, figures)


def evaluate_reading(squad_file: Path, read: Read, limit: int | None = None) -> Report:
    """Read the paragraph of each question for its answer.

    Args:
        squad_file: In SQuAD's format, `.json` or `.json.xz`. A Japanese question is scored by characters, others by words.
        read: Gives the readings.
        limit: Ask only so many questions, always the same.

    Returns:
        Row `all`: times, and the share of answers that are not empty and stand at their offsets. Row `answerable`: exact
        match and F1 where each question is answered. If there are unanswerable ones, `best threshold` and `threshold 0.5`:
        all questions, answers with a `no_answer` above the threshold withheld.

    Raises:
        BatchError: If the file cannot be used.
        ConfigError: If the limit is below 1.
    """
    scores, times, verbatim = [], [], []
    for question in _shown(sample(read_squad(squad_file), limit), "reading"):
        reading, took = _timed(read, question.text, question.context)
        scores.append(_reading_score(question, reading))
        times.append(took)
        verbatim.append(question.context[reading.start : reading.end] == reading.answer != "")
    figures: dict[str, dict[str, float]] = {
        "all": {"n": len(scores), **metrics.latencies(times), "verbatim": metrics.mean(verbatim)}
    }
    if answerable := [score for score in scores if score.answerable]:
        figures["answerable"] = {
            "n": len(answerable),
            "exact": metrics.mean([score.exact for score in answerable]),
            "f1": metrics.mean([score.f1 for score in answerable]),
        }
    if len(answerable) < len(scores):
        figures["best threshold"] = metrics.at_threshold(scores, metrics.best_threshold(scores))
        figures[f"threshold {_EVEN}"] = metrics.at_threshold(scores, _EVEN)
    return Report("reading", squad_file.name, figures)


def _groups(scored: Iterable[tuple[Question, AnswerScore]]) -> dict[str, list[AnswerScore]]:
    groups: dict[str, list[AnswerScore]] = {}
    languages: dict[str, list[AnswerScore]] = {}
    types: dict[str, list[AnswerScore]] = {}
    for question, score in scored:
        groups.setdefault("all", []).append(score)
        languages.setdefault(f"lang:{question.language}", []).append(score)
        types.setdefault(f"type:{question.type}", []).append(score)
        # By the same rule as elsewhere: a question that nothing answers crosses no languages.
        if question.cross_lingual and question.answerable:
            types.setdefault("cross_lingual", []).append(score)
    cross = types.pop("cross_lingual", None)
    return groups | languages | types | ({"cross_lingual": cross} if cross else {})


def _row(question: Question, answer: Mapping[str, Any], score: AnswerScore) -> dict[str, Any]:
    return {
        "id": question.id,
        "lang": question.language,
        "type": question.type,
        "question": question.text,
        "answerable": question.answerable,
        "full": score.full if question.answerable else None,
        "facts": round(score.facts, 4) if question.answerable else None,
        "refused": score.refused,
        "documents": list(dict.fromkeys(citation["document"] for citation in answer.get("citations", []))),
        "answer": answer["answer"],
    }


def _texts(corpus: Path) -> Callable[[str], str | None]:
    """Return a function from the name of a file to its text, read once."""

    @cache
    def extracted() -> Mapping[str, str]:
        return {document.path: document.text for document in load(corpus)[0]}

    @cache
    def text_of(name: str) -> str | None:
        path = corpus / name
        if not path.is_file():
            return None
        try:
            return path.read_text("utf-8")
        except UnicodeDecodeError:
            # PDF and DOCX: offsets refer to the text taken out of them.
            return extracted().get(name)

    return text_of


def _search_figures(search: Search, asked: Iterable[Asked], numbers: Mapping[str, int]) -> dict[str, float]:
    ranks, found, times = [], [], []
    for question in asked:
        ranked, took = _timed(search, question.text)
        right = (numbers[_untitled(question.context)],)
        ranks.append(metrics.reciprocal_rank(ranked, right, DEPTH))
        found.append(metrics.recall(ranked, right, DEPTH))
        times.append(took)
    averages = {f"mrr@{DEPTH}": metrics.mean(ranks), f"recall@{DEPTH}": metrics.mean(found)}
    return {"n": len(ranks), "paragraphs": len(numbers), **averages, **metrics.latencies(times)}


def _untitled(context: str) -> str:
    _, mark, rest = context.partition("[SEP]")
    return rest.strip() if mark else context


def _reading_score(question: Asked, reading: Reading) -> ReadingScore:
    spoken = language.detect(question.text)
    return ReadingScore(
        answerable=bool(question.answers),
        exact=metrics.exact_match(reading.answer, question.answers, spoken),
        f1=metrics.best_f1(reading.answer, question.answers, spoken),
        no_answer=reading.no_answer,
    )


def _timed(call: Callable[Given, T], *args: Given.args, **kwargs: Given.kwargs) -> tuple[T, float]:
    """Return what the call returns, and the milliseconds it took."""
    began = time.perf_counter()
    result = call(*args, **kwargs)
    return result, 1000 * (time.perf_counter() - began)


def _shown(items: Sequence[T], name: str) -> Iterator[T]:
    """Yield the items; on a terminal a bar on stderr shows how many are done."""
    from tqdm import tqdm

    # None: no bar unless stderr is a terminal.
    yield from tqdm(items, desc=name, disable=None, leave=False)
