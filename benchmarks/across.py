"""Questions in one language about passages in the other, made from parallel pages that no recipe trains on.

A question is the heading of a section of a translated document, or the title of a Kyoto article with what its first
sentence says that it is. The passage is that section, or the article's beginning, in the other language. It is looked
for among all paragraphs of JaQuAD dev (Japanese) or of the public half of SQuAD dev (English). Single titles may be
terms of the Kyoto lexicon, which is trained on; their articles are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from chatbot.train.data import Pair, sections
from chatbot.train.questions import jaquad_dev, squad_dev

Couple = tuple[str, str]
ENGLISH, JAPANESE = 0, 1

_SHORTEST = 80  # letters of a passage; what is shorter says too little to be found
_LONGEST = (1200, 480)  # of a passage, English and Japanese: about as long as the paragraphs around it
_KIND_ENGLISH = re.compile(
    r"\b(?:is|was|are|were|means|refers to)\s+(?:(?:an?|the|one of the)\s+)?([^.,;()]{3,60}?)"
    r"(?=\s(?:and|at|by|during|for|from|in|located|of|on|that|to|which|who|with)\b|[.,;()]|$)"
)
_KIND_JAPANESE = re.compile(
    r"([\u3005\u30a1-\u30ff\u3400-\u9fff]{2,12})(?:の(?:一つ|ひとつ|一人|こと|名称|総称))?"
    r"(?:である|であった|です|でした|をいう|を指す)?。?$"
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A question and the passage that answers it, each as (English, Japanese)."""

    question: Couple
    passage: Couple


@dataclass(frozen=True, slots=True)
class Direction:
    """All questions in one language, and the paragraphs in the other."""

    name: str
    questions: tuple[str, ...]
    paragraphs: tuple[str, ...]
    gold: tuple[int, ...]
    """For each question the number of its paragraph."""


def crossings(held: Sequence[Pair]) -> list[Crossing]:
    """Return the questions that single out one passage in both languages."""
    found = [*_of_sections(held), *_of_articles(held)]
    asked = [Counter(each.question[side].casefold() for each in found) for side in (ENGLISH, JAPANESE)]
    once = [each for each in found if all(asked[side][each.question[side].casefold()] == 1 for side in (ENGLISH, JAPANESE))]
    return list({each.passage: each for each in once}.values())


def directions(found: Sequence[Crossing], data: Path) -> Iterator[Direction]:
    """Yield English questions over Japanese paragraphs, then Japanese over English."""
    others = {
        JAPANESE: [question.passage for question in jaquad_dev(data)],
        ENGLISH: [question.passage for question in squad_dev(data)],
    }
    for asked, told, name in ((ENGLISH, JAPANESE, "en → ja"), (JAPANESE, ENGLISH, "ja → en")):
        right = [each.passage[told] for each in found]
        paragraphs = tuple(dict.fromkeys([*right, *others[told]]))
        place = {paragraph: number for number, paragraph in enumerate(paragraphs)}
        yield Direction(name, tuple(each.question[asked] for each in found), paragraphs, tuple(place[each] for each in right))


def _of_sections(held: Sequence[Pair]) -> Iterator[Crossing]:
    for section in sections(held):
        if min(map(len, section.body)) > _SHORTEST and section.heading[ENGLISH] != section.heading[JAPANESE]:
            yield Crossing(section.heading, (section.body[0][: _LONGEST[0]], section.body[1][: _LONGEST[1]]))


def _of_articles(held: Sequence[Pair]) -> Iterator[Crossing]:
    articles = (pair for pair in held if pair.source == "kyoto_wiki")
    for _, group in groupby(articles, key=lambda pair: pair.page):
        pairs = list(group)
        told = [pair for pair in pairs if pair.kind == "sentence"]
        if pairs[0].kind != "title" or not told:
            continue
        beginning = _beginning(told)
        if min(map(len, beginning)) > _SHORTEST:
            yield Crossing(_titled(pairs[0], told[0]), beginning)


def _beginning(told: Sequence[Pair]) -> Couple:
    """Return as many of the first sentences as fit in both languages, at least one."""
    number = 1
    while number < len(told) and all(map(_fits, _joined(told[: number + 1]), _LONGEST)):
        number += 1
    return _joined(told[:number])


def _fits(text: str, longest: int) -> bool:
    return len(text) <= longest


def _joined(told: Sequence[Pair]) -> Couple:
    return " ".join(pair.english for pair in told), "".join(pair.japanese for pair in told)


def _titled(title: Pair, first: Pair) -> Couple:
    """Join a title with what the article's first sentence says that it is, where that can be told."""
    kinds = _KIND_ENGLISH.search(first.english), _KIND_JAPANESE.search(first.japanese)
    english = f"{title.english}: {kinds[0][1]}" if kinds[0] else title.english
    return english, f"{title.japanese}：{kinds[1][1]}" if kinds[1] else title.japanese
