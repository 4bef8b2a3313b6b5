"""Examples whose two texts are in different languages, made from parallel texts: no one was asked to translate a question."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from chatbot.language import sentences
from chatbot.train.data import Pair, Section
from chatbot.train.questions import Question, folded_sentences
from chatbot.train.reading import Example, piece

_COUNTED = re.compile(r"(?<![\d,.])(\d[\d,]*)(年|月|日|人|個|社|歳|回|つ|本|台|棟|間|冊|巻|点|か所|ヶ所|m|km|番|世|代|歩|円)?")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w,]|\.\d)")
_CLAUSE = re.compile(r"(?<=[、,;；])")
_MIN_TERM = 2
MIN_QUESTION = 12  # letters
CONTEXT = 2  # sentences before and after the one that answers


def clozes(paragraphs: Sequence[Sequence[Pair]], terms: Mapping[str, str], draw: random.Random) -> Iterator[Example]:
    """Yield sentences of one language with a figure or a term asked for, beside their paragraph in the other.

    Japanese asks in place («1603年に…» becomes «何年に…か?»), so cutting the figure out leaves a question people could ask.

    Args:
        paragraphs: Pairs of one paragraph each, in order.
        terms: Japanese terms to their English names.
        draw: Decides what is asked.
    """
    for at, pairs in enumerate(paragraphs):
        place = draw.randrange(len(pairs))
        made = _cloze(pairs[place], terms, draw)
        if made is None:
            continue
        question, answer, asked = made
        if len(question) < MIN_QUESTION:
            continue
        told = 1 - asked
        near = pairs[max(0, place - draw.randint(0, CONTEXT)) : place + 1 + draw.randint(0, CONTEXT)]
        text, spans = joined([_side(pair, told) for pair in near], told)
        start, end = spans[near.index(pairs[place])]
        first = text.find(answer, start)
        if first >= 0 and first + len(answer) <= end:
            yield Example(question, text, (first, first + len(answer)), (start, end), answers=1)
            other = paragraphs[at - 1]
            wrong, _ = joined([_side(pair, told) for pair in other[: 1 + 2 * CONTEXT]], told)
            if draw.random() < 0.5 and answer not in wrong:
                yield Example(question, wrong, answers=0)


def _cloze(pair: Pair, terms: Mapping[str, str], draw: random.Random) -> tuple[str, str, int] | None:
    """Return a question, the answer as the other language has it, and the language asked in (0 English, 1 Japanese)."""
    makers = [_figure, _term]
    draw.shuffle(makers)
    return next((made for make in makers if (made := make(pair, terms, draw))), None)


def _figure(pair: Pair, terms: Mapping[str, str], draw: random.Random) -> tuple[str, str, int] | None:
    japanese = {match.group(1): match for match in _COUNTED.finditer(pair.japanese)}
    english = {match.group(): match for match in _NUMBER.finditer(pair.english)}
    both = [
        digits for digits in japanese if digits in english and pair.japanese.count(digits) == pair.english.count(digits) == 1
    ]
    if not both:
        return None
    digits = draw.choice(both)
    here, there = japanese[digits], english[digits]
    unit = here.group(2) or ""
    if draw.random() < 0.65:
        asked = pair.japanese[: here.start()] + "何" + unit + pair.japanese[here.end() :]
        return _asked_in_japanese(asked, "何" + unit, draw), digits, 1
    word = {"年": "what year", "月": "what month", "日": "what day"}.get(unit, "how many")
    asked = pair.english[: there.start()] + word + pair.english[there.end() :]
    return _asked_in_english(asked, word, draw), here.group(), 0


def _term(pair: Pair, terms: Mapping[str, str], draw: random.Random) -> tuple[str, str, int] | None:
    text, lowered = pair.japanese, pair.english.lower()
    found = []
    for start in range(len(text)):
        for end in range(min(len(text), start + 10), start + _MIN_TERM - 1, -1):
            name = terms.get(text[start:end])
            if name and re.search(rf"\b{re.escape(name.lower())}\b", lowered):
                found.append((text[start:end], name))
                break
    if not found:
        return None
    here, there = draw.choice(found)
    at = lowered.find(there.lower())
    named = pair.english[at : at + len(there)]
    if draw.random() < 0.65:
        return _asked_in_japanese(text.replace(here, "何", 1), "何", draw), named, 1
    return _asked_in_english(pair.english.replace(named, "what", 1), "what", draw), here, 0


def _asked_in_japanese(sentence: str, asked: str, draw: random.Random) -> str:
    plain = _shortened(sentence.rstrip("。 "), asked, draw)
    return plain + draw.choice(("か？", "のですか？", "？", "でしょうか"))


def _asked_in_english(sentence: str, asked: str, draw: random.Random) -> str:
    return _shortened(sentence.rstrip(". "), asked, draw) + "?"


def _shortened(sentence: str, asked: str, draw: random.Random) -> str:
    """Keep, half of the time, only the clauses around what is asked: people ask in fewer words than texts tell."""
    clauses = _CLAUSE.split(sentence)
    if draw.random() < 0.5 or len(clauses) < 3:
        return sentence
    at = next((n for n, clause in enumerate(clauses) if asked in clause), 0)
    return "".join(clauses[max(0, at - 1) : at + 1]).strip("、,; ")


def translated(questions: Sequence[Question], found: Sequence[Pair]) -> Iterator[Example]:
    """Yield Japanese questions with the English of their paragraph, where the parallel texts have it sentence by sentence."""
    english: dict[str, str] = {}
    for pair in found:
        if pair.kind == "sentence":
            english.update(dict.fromkeys(folded_sentences(pair.japanese), pair.english))
    for question in questions:
        if question.language != "ja" or question.start < 0:
            continue
        told = [
            (english[folded[0]], start <= question.start < end)
            for start, end in sentences(question.passage)
            if (folded := folded_sentences(question.passage[start:end])) and folded[0] in english
        ]
        if any(right for _, right in told):
            text, spans = joined([sentence for sentence, _ in told], 0)
            relevant = next(span for span, (_, right) in zip(spans, told, strict=True) if right)
            yield Example(question.question, text, relevant=relevant, answers=1)


def headed(found: Sequence[Section], draw: random.Random) -> Iterator[Example]:
    """Yield headings with the opening of their section, and of another one of the page, within and across languages."""
    by_page: dict[tuple[str, str], list[Section]] = defaultdict(list)
    for section in found:
        by_page[section.source, section.page].append(section)
    for page in by_page.values():
        for section in page:
            for asked, told in ((1, 0), (0, 1), (1, 1), (0, 0)):
                text = _opening(section.body[told], told, draw)
                if len(text) > 30:
                    yield Example(section.heading[asked], text, relevant=(0, len(text)), answers=1)
                other = draw.choice(page)
                if other is not section and other.heading != section.heading:
                    yield Example(section.heading[asked], _opening(other.body[told], told, draw), answers=0)


def joined(parts: Sequence[str], language: int) -> tuple[str, list[tuple[int, int]]]:
    """Join sentences of a language (0 English, 1 Japanese); also return where each one went."""
    gap = ("", " ")[language == 0]
    spans, at = [], 0
    for part in parts:
        spans.append((at, at + len(part)))
        at += len(part) + len(gap)
    return gap.join(parts), spans


def _side(pair: Pair, language: int) -> str:
    return (pair.english, pair.japanese)[language]


def _opening(body: str, language: int, draw: random.Random) -> str:
    start, end = piece(body, 0, ("en", "ja")[language], draw)
    return body[start:end]
