"""Works by words and filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.answer import conversation
from chatbot.pipeline import Chatbot
from chatbot.serve.site.library import Library, Work
from chatbot.types import Document, Hit, Language, Passage, Sentence

# Passages looked at first, and at most: a filter may leave out many of the best.
_FIRST, _MOST = 60, 480
# Documents are enough, and sentences of each.
_ENOUGH = 10
_SENTENCES = 3
# Of the best sentence's score: what is further off says something else.
_NEAR = 0.6
NONE = "-"
"""Chooses works without a kind, or without a date."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for."""

    query: str = ""
    kind: str = ""
    year: str = ""
    language: str = ""
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self.kind or self.year or self.language)


@dataclass(frozen=True, slots=True)
class Match:
    """A document with its sentences that come nearest, in order, and what stands around each."""

    document: Document
    sentences: tuple[tuple[str, Sentence, str], ...]


def chosen(library: Library, wanted: Wanted) -> tuple[Work, ...]:
    """Return the works that pass the filters, newest first."""
    return tuple(work for work in library.works if _passes(work, wanted))


def found(bot: Chatbot, library: Library, wanted: Wanted) -> tuple[Match, ...]:
    """Return the documents that come nearest to the words wanted, best first, among those that pass the filters.

    Raises:
        QuestionError: If the words cannot be searched for.
    """
    query = conversation.standalone(wanted.query)
    for code in ("en", "ja"):
        if wanted.language == code:
            # Of a pair, the search gives the one in the language of the query.
            query = replace(query, language=code)
    allowed = {document.path for work in chosen(library, wanted) for document in work.documents}
    if wanted.language:
        allowed = {path for path in allowed if library.documents[path].language == wanted.language}
    looked = _FIRST
    while True:
        hits = bot.searcher.search(query, looked)
        kept = [hit for hit in hits if hit.passage.document.path in allowed]
        enough = len({hit.passage.document.path for hit in kept}) >= _ENOUGH
        if enough or len(hits) < looked or looked >= _MOST:
            break
        looked *= 2
    return _matches(bot.reranker.rerank(query, kept[:_FIRST])) if kept else ()


def language_of(wanted: Wanted) -> Language | None:
    """Return the language that is filtered by; None if none is."""
    return "en" if wanted.language == "en" else "ja" if wanted.language == "ja" else None


def _passes(work: Work, wanted: Wanted) -> bool:
    return (
        (not wanted.kind or work.kind == ("" if wanted.kind == NONE else wanted.kind))
        and (not wanted.year or work.date[:4] == ("" if wanted.year == NONE else wanted.year))
        and (not wanted.language or any(each.language == wanted.language for each in work.documents))
    )


def _matches(hits: Sequence[Hit]) -> tuple[Match, ...]:
    scored: dict[str, list[tuple[float, Passage, int]]] = {}
    for hit in hits:
        scores = hit.sentence_scores or (hit.score,) * len(hit.passage.sentences)
        ranked = scored.setdefault(hit.passage.document.path, [])
        ranked += [(score, hit.passage, at) for at, score in enumerate(scores)]
    return tuple(_match(ranked) for ranked in list(scored.values())[:_ENOUGH])


def _match(ranked: list[tuple[float, Passage, int]]) -> Match:
    # A heading is found with what it heads, and is shown only where nothing else is there.
    told = [each for each in ranked if each[1].sentences[each[2]].kind != "heading"] or ranked
    best = sorted(told, key=lambda each: -each[0])[:_SENTENCES]
    least = best[0][0] - (1 - _NEAR) * abs(best[0][0])
    best = [each for each in best if each[0] >= least]
    shown = sorted(best, key=lambda each: each[1].sentences[each[2]].start)
    return Match(shown[0][1].document, tuple(_around(passage, at) for _, passage, at in shown))


def _around(passage: Passage, at: int) -> tuple[str, Sentence, str]:
    def beside(other: int) -> str:
        inside = 0 <= other < len(passage.sentences) and passage.sentences[other].kind == "prose"
        return passage.sentences[other].text if inside else ""

    return beside(at - 1), passage.sentences[at], beside(at + 1)
