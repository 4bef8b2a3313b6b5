"""Examples for the reader from question sets: a question, a piece of text, and where in it the answer is, if it is there."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import bm25s

from chatbot.language import sentences, terms
from chatbot.train.alter import altered, names_in
from chatbot.train.questions import Question

ASKED_NOT = -1
"""The label of an output that an example says nothing about."""
SIZES = {"en": (120, 470), "ja": (60, 210)}
"""Letters of a piece of text, from and to; one piece in eight may have twice as many."""
LONG_SHARE = 0.125
TITLED_SHARE = 0.3
DEPTH = 8  # passages that share most words with a question, from which its misleading one is drawn

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts read together, and what is known of them."""

    first: str
    """A question or a claim."""
    second: str
    """A passage or a quote."""
    answer: Span | None = None
    """Characters of `second`; None if there is no answer, or nobody marked it."""
    relevant: Span | None = None
    """The sentences of `second` that answer; None as above."""
    answers: int = ASKED_NOT
    """1 if `second` answers the question, 0 if not."""
    supports: int = ASKED_NOT
    """1 if `second` says what the claim says, 0 if not."""


def answered(questions: Sequence[Question], draw: random.Random) -> Iterator[Example]:
    """Yield each question with a piece of the passage that answers it."""
    for question in questions:
        if question.start < 0 or not question.answer.strip():
            continue
        if not question.passage[question.start :].startswith(question.answer):
            continue
        start, end = piece(question.passage, question.start, question.language, draw)
        end = max(end, question.start + len(question.answer))
        title = _title(question, draw)
        text = title + question.passage[start:end]
        shift = len(title) - start
        first = question.start + shift
        yield Example(
            question.question,
            text,
            (first, first + len(question.answer)),
            _around(question, shift, len(title), len(text)),
            answers=1,
        )


def unanswered(questions: Sequence[Question], draw: random.Random) -> Iterator[Example]:
    """Yield each question with a piece of text that does not answer it.

    In turn: another paragraph of the article, a paragraph that shares many words, and the right paragraph under a question
    that was changed.
    """
    by_article: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question in questions:
        of_article = by_article[question.source, question.article]
        if question.passage not in of_article[-1:]:
            of_article.append(question.passage)
    likest = _likest([question for number, question in enumerate(questions) if number % 3 == 1])
    for number, question in enumerate(questions):
        others = by_article[question.source, question.article]
        if number % 3 == 0:
            usable = [text for text in draw.sample(others, min(6, len(others))) if question.answer not in text]
            passage = max(usable, key=lambda text: overlap(question.question, text), default=None)
            asked: str | None = question.question
        elif number % 3 == 1:
            passage, asked = draw.choice(next(likest) or [""]), question.question
        else:
            passage = question.passage
            asked = altered(question.question, question.language, _names_of(others, question, draw), draw)
        if passage and asked:
            at = question.start if number % 3 == 2 else draw.randrange(len(passage))
            start, end = piece(passage, max(0, at), question.language, draw)
            title = _title(question, draw)
            yield Example(asked, ("" if question.answer in title else title) + passage[start:end], answers=0)


def piece(passage: str, at: int, language: str, draw: random.Random) -> Span:
    """Return the span of some neighbouring sentences around the character `at`, of a drawn length."""
    least, most = SIZES[language]
    size = draw.randint(least, most) * (2 if draw.random() < LONG_SHARE else 1)
    spans = list(sentences(passage)) or [(0, len(passage))]
    first = last = max((n for n, span in enumerate(spans) if span[0] <= at), default=0)
    while True:
        ways = [way for way, there in ((-1, first > 0), (1, last + 1 < len(spans))) if there]
        if not ways:
            break
        way = draw.choice(ways)
        start, end = (spans[first - 1][0], spans[last][1]) if way < 0 else (spans[first][0], spans[last + 1][1])
        if end - start > size:
            break
        first, last = (first - 1, last) if way < 0 else (first, last + 1)
    return spans[first][0], spans[last][1]


def overlap(question: str, text: str) -> int:
    """Count the letter pairs (letter fours in English) of the question that occur in `text`."""
    step = 2 if any(char > "\u3040" for char in question) else 4
    return sum(question[at : at + step] in text for at in range(len(question) - step + 1))


def _around(question: Question, shift: int, least: int, most: int) -> Span:
    """Return the sentences that the answer touches, as characters of the shifted text."""
    stop = question.start + len(question.answer)
    spans = [span for span in sentences(question.passage) if span[0] < stop and question.start < span[1]]
    spans = spans or [(question.start, stop)]
    return max(least, spans[0][0] + shift), min(most, spans[-1][1] + shift)


def _title(question: Question, draw: random.Random) -> str:
    """Return, now and then, the article's title as the search puts headings before a passage."""
    return f"{question.article.replace('_', ' ')} › " if question.article and draw.random() < TITLED_SHARE else ""


def _names_of(passages: Sequence[str], question: Question, draw: random.Random) -> list[str]:
    drawn = draw.sample(passages, min(3, len(passages)))
    return [name for text in drawn for name in names_in(text, question.language)]


def _likest(questions: Sequence[Question]) -> Iterator[list[str]]:
    """Yield for each question the passages without its answer that share most words with it."""
    passages = list(dict.fromkeys(question.passage for question in questions))
    search = bm25s.BM25()
    search.index([terms(text) or ["\0"] for text in passages], show_progress=False)
    for at in range(0, len(questions), 2048):
        some = questions[at : at + 2048]
        found, _ = search.retrieve([terms(each.question) or ["\0"] for each in some], k=DEPTH, show_progress=False)
        for question, rows in zip(some, found.tolist(), strict=True):
            texts = [passages[row] for row in rows]
            yield [text for text in texts if question.answer not in text and text != question.passage]
