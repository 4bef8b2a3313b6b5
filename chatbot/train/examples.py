"""Examples for the judge: groups of (question, text) or (claim, quote), of which at most one is right."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.language import sentences
from chatbot.train.alter import altered, names_in
from chatbot.train.data import Pair, Section
from chatbot.train.questions import Question, detokenised
from chatbot.train.text import lines

ANSWERS, SUPPORTS = 0, 1  # the judge's two outputs
SIZE = 4  # couples in a group
LETTERS = {"en": 360, "ja": 130}  # of a passage, so that it fits beside the question


@dataclass(frozen=True, slots=True)
class Group:
    """Couples that are judged against each other; the first is right if `right`, all others are wrong."""

    task: int  # ANSWERS or SUPPORTS
    couples: tuple[tuple[str, str], ...]  # SIZE of (question or claim, text)
    right: bool


def split(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as the program cuts them: character spans."""
    return [span for span in sentences(text) if span[1] - span[0] > 5]


def answer_groups(questions: Sequence[Question], draw: random.Random) -> Iterator[Group]:
    """Yield groups of one question with sentences, or with passages; one in six has no right one."""
    paragraphs = _by_article(questions)
    for question in questions:
        if question.start < 0:
            continue
        others = _others(question, paragraphs[question.source, question.article], draw)
        if not others:
            continue
        right = draw.random() > 1 / 6
        if draw.random() < 0.2:
            size = LETTERS[question.language]
            first = _cut(question.passage, question.start, size, draw)
            wrong = [_cut(other, draw.randrange(len(other)), size, draw) for other in others]
        else:
            first, wrong = _sentences_of(question, others, draw)
        candidates = [first, *wrong] if right else [*wrong]
        if first and len(candidates) >= SIZE:
            couples = tuple((question.question, text) for text in candidates[:SIZE])
            yield Group(ANSWERS, couples, right)


def _cut(text: str, at: int, size: int, draw: random.Random) -> str:
    """Cut a piece of `text` with the letter at `at` somewhere inside."""
    first = max(0, min(at - draw.randrange(size // 8, size * 3 // 4), len(text) - size))
    return text[first : first + size]


def _by_article(questions: Sequence[Question]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for question in questions:
        found[question.source, question.article][question.passage] = None
    return {key: list(passages) for key, passages in found.items()}


def _others(question: Question, passages: Sequence[str], draw: random.Random) -> list[str]:
    """Return other paragraphs of the article that do not name the answer, the likeliest to mislead first."""
    drawn = draw.sample(passages, min(8, len(passages)))
    usable = [text for text in drawn if text != question.passage and question.answer not in text]
    return sorted(usable, key=lambda text: -_overlap(question.question, text))


def _overlap(question: str, text: str) -> int:
    """Count the letter pairs (letter fours in English) of the question that occur in `text`."""
    step = 2 if any(char > "\u3040" for char in question) else 4
    return sum(question[at : at + step] in text for at in range(len(question) - step + 1))


def _sentences_of(question: Question, others: Sequence[str], draw: random.Random) -> tuple[str, list[str]]:
    """Return the answer sentence, and wrong ones: two of the paragraph, then the likeliest of other ones."""
    right, inside = "", []
    for start, end in split(question.passage):
        sentence = question.passage[start:end]
        if start <= question.start < end:
            right = sentence
        elif question.answer not in sentence:
            inside.append(sentence)
    beyond = [text[start:end] for text in others[:2] for start, end in split(text)]
    beyond.sort(key=lambda text: -_overlap(question.question, text))
    draw.shuffle(inside)
    wrong = inside[:2] + beyond[:4]
    draw.shuffle(wrong)
    return right, wrong


def section_groups(found: Sequence[Section], draw: random.Random) -> Iterator[Group]:
    """Yield headings asked in one language with the openings of sections in the other."""
    by_page: dict[tuple[str, str], list[Section]] = defaultdict(list)
    for section in found:
        by_page[section.source, section.page].append(section)
    for page in by_page.values():
        if len(page) < SIZE:
            continue
        for section in page:
            asked = draw.randrange(2)
            wrong = [other.body[1 - asked][:300] for other in draw.sample(page, SIZE) if other is not section]
            texts = [section.body[1 - asked][:300], *wrong][:SIZE]
            yield Group(ANSWERS, tuple((section.heading[asked], text) for text in texts), True)


def support_groups(found: Sequence[Pair], draw: random.Random) -> Iterator[Group]:
    """Yield a sentence, claimed in either language, with its translation or itself as the quote."""
    for place, pair in enumerate(found):
        sides = (pair.english, pair.japanese)
        if not 20 < len(pair.japanese) < 120:
            continue
        claimed, quoted = draw.randrange(2), draw.randrange(2)
        language = ("en", "ja")[claimed]
        near = [other for other in found[max(0, place - 4) : place + 4] if other is not pair]
        if len(near) < 3:
            continue
        sources = [(other.english, other.japanese) for other in near]
        names = [name for source in sources for name in names_in(source[claimed], language)]
        false = altered(sides[claimed], language, names, draw)
        again = altered(sides[claimed], language, names, draw)
        wrong = [(text, sides[quoted]) for text in (false, again) if text is not None]
        wrong += [(sides[claimed], source[quoted]) for source in draw.sample(sources, SIZE - 1)]
        yield Group(SUPPORTS, ((sides[claimed], sides[quoted]), *wrong[: SIZE - 1]), True)


def claims(data: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield claim, quote and whether the quote supports it: FEVER, then Fool Me Twice."""
    for name in ("dev", "test"):
        for line in lines(data / "fever_eraser" / f"{name}.jsonl"):
            row = json.loads(line)
            quote = " ".join(part["text"] for group in row["evidences"] for part in group)
            yield row["query"], detokenised(quote)[:300], row["classification"] == "SUPPORTS"
    for name in ("dev", "test"):
        for line in lines(data / "fm2" / f"{name}.jsonl"):
            row = json.loads(line)
            quote = " ".join(part["text"] for part in row["gold_evidence"])
            claim = row.get("text") or row.get("claim") or ""
            yield claim, quote[:300], row["label"] == "SUPPORTS"


def claim_groups(data: Path, draw: random.Random) -> Iterator[Group]:
    """Yield groups of one supported claim and three that are not."""
    supported: list[tuple[str, str]] = []
    refuted: list[tuple[str, str]] = []
    for claim, quote, good in claims(data):
        if claim and quote:
            (supported if good else refuted).append((claim, quote))
    for couple in supported:
        yield Group(SUPPORTS, (couple, *draw.sample(refuted, SIZE - 1)), True)
