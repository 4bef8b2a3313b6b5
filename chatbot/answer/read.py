"""The extractive answer: the few sentences, of all that was found, that say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot import language
from chatbot.language import terms_of
from chatbot.protocols import Vocabulary
from chatbot.types import Hit, Language, Passage, Query, Sentence

Asked = Literal["fact", "reason", "compare"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence of the answer and where it stands."""

    passage: Passage
    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class Length:
    """How long an answer may become; widths in Latin letters, a Japanese character counting as one and a half."""

    sentences: int = 4
    width: int = 480
    list_items: int = 12
    list_width: int = 1100


@dataclass(frozen=True, slots=True)
class Further:
    """What a sentence must bring to stand beside the best one."""

    score: float
    """Its share of the best score, what it adds included."""
    adds: float = 0.6
    """How much a question's word counts that no chosen sentence has yet."""
    beside: float = 0.08
    """How much it counts to stand next to a chosen sentence: reasons and details follow what they explain."""


DEFAULT = Length()
_FURTHER: dict[Asked, Further] = {
    "fact": Further(0.86),
    "reason": Further(0.78, beside=0.4),
    "compare": Further(0.66, adds=1.0),
}
# A list is looked for around sentences that are at least this good.
_LIST_SHARE = 0.75
_SAME = 0.7
# A Japanese character says more than a Latin letter. Chosen on the question set: at 2, Japanese answers ended too early.
_JAPANESE_WIDTH = 1.5


def choose(query: Query, hits: Sequence[Hit], vocabulary: Vocabulary, length: Length = DEFAULT) -> list[Chosen]:
    """Pick the sentences that answer, the best passage's first and in reading order within a document, without repeats.

    Args:
        query: What is asked.
        hits: Best first, each with scores for its sentences.
        vocabulary: What the documents call the words of a question.
        length: Limits of the answer.
    """
    wants = language.wants(query.asked)
    ranked = sorted(_candidates(hits), key=lambda found: (-found.score, found.passage.document.path, found.sentence.start))
    if not ranked:
        return []
    if listed := _whole_list(ranked, length, asked="list" in wants):
        return listed
    asked: Asked = "compare" if "compare" in wants else "reason" if "reason" in wants else "fact"
    return _in_reading_order(_with_further(query, ranked, vocabulary, length, _FURTHER[asked]))


def _with_further(
    query: Query, ranked: Sequence[Chosen], vocabulary: Vocabulary, length: Length, further: Further
) -> list[Chosen]:
    """Add to the best sentence those that are nearly as good, or bring what it lacks."""
    # A heading or a question alone says nothing; only where nothing else was found is it better than no answer.
    kept = [next((found for found in ranked if _fits(found, (), Length(width=10**6))), ranked[0])]
    while len(kept) < length.sentences:
        adds = _Adds(query, kept, vocabulary)
        rest = [found for found in ranked if _fits(found, kept, length)]
        worth = [found.score + further.adds * adds.share(found) + further.beside * _beside(found, kept) for found in rest]
        if not worth or max(worth) < further.score * kept[0].score:
            break
        kept.append(rest[worth.index(max(worth))])
    return kept


def _candidates(hits: Sequence[Hit]) -> Iterator[Chosen]:
    for hit in hits:
        for sentence, score in zip(hit.passage.sentences, hit.sentence_scores, strict=True):
            yield Chosen(hit.passage, sentence, score)


class _Adds:
    """How much of the question a sentence covers that those already chosen do not."""

    def __init__(self, query: Query, chosen: Sequence[Chosen], vocabulary: Vocabulary) -> None:
        said: dict[Language, frozenset[str]] = {}
        languages: tuple[Language, ...] = ("en", "ja")
        for lang in languages:
            texts = [found.sentence.text for found in chosen if found.passage.document.language == lang]
            said[lang] = terms_of(" ".join(texts))
        self._all = {lang: vocabulary.look_up(query.text, lang) for lang in said}
        self._missing = {lang: [word for word in self._all[lang] if not word.within(said[lang])] for lang in said}

    def share(self, found: Chosen) -> float:
        lang = found.passage.document.language
        total = sum(word.weight for word in self._all[lang]) or 1.0
        terms = terms_of(found.sentence.text)
        return sum(word.weight for word in self._missing[lang] if word.within(terms)) / total


def _beside(found: Chosen, chosen: Sequence[Chosen]) -> bool:
    return any(found.passage is other.passage and _apart(found, other) == 1 for other in chosen)


def _apart(found: Chosen, other: Chosen) -> int:
    sentences = found.passage.sentences
    return abs(sentences.index(found.sentence) - sentences.index(other.sentence))


def _fits(found: Chosen, chosen: Sequence[Chosen], length: Length) -> bool:
    telling = found.sentence.kind not in ("heading", "lead") and not found.sentence.text.endswith(("?", "？", ":", "："))
    return telling and _width([*chosen, found]) <= length.width and not _repeats(found, chosen)


def _whole_list(ranked: Sequence[Chosen], length: Length, asked: bool) -> list[Chosen]:
    """Return lead and items of the list that one of the best sentences belongs to, or nothing.

    Where no list was asked for, only one that the best sentence leads in is taken: without it, that sentence says nothing.
    """
    for found in ranked[: 6 if asked else 1]:
        if found.score < _LIST_SHARE * ranked[0].score or (not asked and found.sentence.kind != "lead"):
            break
        run = _list_around(found)
        # Items that no sentence leads in (a timeline, say) share a form, not a question that they answer together.
        if len(run) >= 2 and run[0].sentence.kind != "item":
            kept = run[: length.list_items + 1]
            while len(kept) > 3 and _width(kept) > length.list_width:
                kept = kept[:-1]
            return kept
    return []


def _list_around(found: Chosen) -> list[Chosen]:
    """Return the lead and the items of the list that a sentence is part of, leads in, or announces."""
    sentences = found.passage.sentences
    at = sentences.index(found.sentence)
    if sentences[at].kind == "prose" and at + 1 < len(sentences) and sentences[at + 1].kind in ("lead", "item"):
        at += 1
    if sentences[at].kind not in ("lead", "item"):
        return []
    first = at
    while first > 0 and sentences[first].kind != "lead" and any(s.kind == "item" for s in sentences[:first]):
        first -= 1
    if sentences[first].kind == "item" and first > 0 and sentences[first - 1].kind in ("lead", "prose"):
        first -= 1
    run = [sentences[first]]
    for sentence in sentences[first + 1 :]:
        if sentence.kind in ("heading", "lead") and len(run) > 1:
            break
        if sentence.kind in ("item", "row"):
            run.append(sentence)
    return [Chosen(found.passage, sentence, found.score) for sentence in run]


def _repeats(found: Chosen, chosen: Sequence[Chosen]) -> bool:
    """Whether a sentence says little that one of those already chosen does not."""
    mine = terms_of(found.sentence.text)
    for other in chosen:
        theirs = terms_of(other.sentence.text)
        if len(mine & theirs) >= _SAME * min(len(mine), len(theirs)):
            return True
    return False


def _width(chosen: Sequence[Chosen]) -> float:
    return sum(
        len(found.sentence.text) * (_JAPANESE_WIDTH if language.detect(found.sentence.text) == "ja" else 1) for found in chosen
    )


def _in_reading_order(chosen: Sequence[Chosen]) -> list[Chosen]:
    documents = list(dict.fromkeys(found.passage.document.path for found in chosen))
    return sorted(chosen, key=lambda found: (documents.index(found.passage.document.path), found.sentence.start))
