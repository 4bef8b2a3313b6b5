"""Exchanges to what a browser keeps of them and back. What comes back is anyone's: quotes are taken from the documents anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.answer.phrases import phrases, refusal
from chatbot.pipeline import WRITER
from chatbot.serve import wire
from chatbot.serve.ui import fields
from chatbot.serve.ui.exchange import Exchange, Segment
from chatbot.serve.ui.words import LANGUAGES, Words
from chatbot.types import Citation, Document, Done, Hit, Language, Passage, Query, Refused, Sentence

Json = dict[str, Any]

MOST_EXCHANGES = 50
"""Of a conversation; older ones are left out."""
# Nothing that this page wrote has more.
_SEGMENTS, _CITATIONS, _TOPICS, _TEXT = 60, 60, 8, 8_000
_LANGUAGES: dict[str, Language] = {code: code for _, code in LANGUAGES}


def record(exchange: Exchange) -> Json:
    """Return an exchange as a browser keeps it, with all that a copy of it needs."""
    done = exchange.done
    return {
        "question": exchange.question,
        "standalone": done.query.text if done else exchange.question,
        "lang": done.query.language if done else "",
        "writer": done.writer if done else "",
        "state": exchange.state,
        "answer": exchange.text,
        "topics": list(exchange.refused.topics) if exchange.refused else [],
        "segments": [
            {"text": segment.text, "cites": [[c.number, c.document.path, c.start, c.end] for c in segment.citations]}
            for segment in exchange.segments
        ],
        "sources": [wire.citation(citation) for citation in exchange.citations],
    }


@dataclass(frozen=True)
class Library:
    """The documents' sentences by their places."""

    documents: Mapping[str, Document]
    sentences: Mapping[tuple[str, int, int], tuple[Passage, Sentence]]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Library:
        """Return the library of these passages."""
        documents = {passage.document.path: passage.document for passage in passages}
        places = {
            (passage.document.path, sentence.start, sentence.end): (passage, sentence)
            for passage in passages
            for sentence in passage.sentences
        }
        return cls(documents, places)

    def citation(self, place: Any) -> Citation | None:
        """Return the citation at a place, given as number, path, start and end; None if no document has a sentence there."""
        match place:
            case [int(number), str(path), int(start), int(end)] if 0 < number < 1000 and (path, start, end) in self.sentences:
                return Citation(number, self.documents[path], start, end)
        return None


def restored(kept: Any, library: Library, said: Words) -> tuple[Exchange, ...]:
    """Return the exchanges that a browser kept.

    What is not of the form that `record` gives is left out, as is a citation of a place that no document has. Words that
    the documents do not carry are marked as unchecked.

    Args:
        kept: Decoded JSON from anyone.
        library: Where quotes are taken from.
        said: Texts of the page, for what cannot be kept.
    """
    rows = kept if isinstance(kept, list) else []
    good = [row for row in rows if isinstance(row, dict) and fields.text(row.get("question"), MAX_QUESTION).strip()]
    return tuple(_exchange(number, row, library, said) for number, row in enumerate(good[-MOST_EXCHANGES:], 1))


def _exchange(number: int, row: Json, library: Library, said: Words) -> Exchange:
    question = fields.text(row.get("question"), MAX_QUESTION)
    state = row.get("state")
    if state == "trouble":
        return Exchange(number, question, trouble=said.failed)
    language = _LANGUAGES.get(str(row.get("lang")), said.code)
    query = Query(fields.text(row.get("standalone"), 2 * MAX_QUESTION) or question, language)
    if state == "refused":
        return _refused(number, question, query, row)
    writer = fields.text(row.get("writer"), 200) or WRITER
    segments, hits, sure = _segments(row, library, query.language)
    answer = "".join(segment.text for segment in segments)
    citations = tuple(citation for segment in segments for citation in segment.citations)
    # An answer that was not written to its end has no end.
    done = None if state in ("stopped", "going") else Done(query, answer, citations, False, 1.0, writer, {})
    return Exchange(number, question, segments, hits, None, done, stopped=done is None, unchecked=not sure)


def _refused(number: int, question: str, query: Query, row: Json) -> Exchange:
    topics = tuple(fields.text(topic, 300) for topic in fields.rows(row.get("topics"), _TOPICS))
    refused = Refused(refusal(query.language, topics), topics)
    return Exchange(number, question, refused=refused, done=Done(query, refused.why, (), True, 1.0, WRITER, {}))


def _segments(row: Json, library: Library, language: Language) -> tuple[tuple[Segment, ...], tuple[Hit, ...], bool]:
    segments, hits, sure = [], {}, True
    for found in fields.rows(row.get("segments"), _SEGMENTS):
        part = found if isinstance(found, dict) else {}
        text = fields.text(part.get("text"), _TEXT)
        citations = tuple(c for place in fields.rows(part.get("cites"), _CITATIONS) if (c := library.citation(place)))
        for each in citations:
            passage, _ = library.sentences[each.document.path, each.start, each.end]
            hits[passage.document.path, passage.span] = Hit(passage, 0.0)
        segments.append(Segment(text, citations))
        sure = sure and _sure(text, citations, library, language)
    return tuple(segments), tuple(hits.values()), sure


def _sure(text: str, citations: Sequence[Citation], library: Library, language: Language) -> bool:
    """Whether these are a document's own words, or the program's."""
    said = phrases(language)
    bare = text.strip()
    if not citations:
        return not bare or bare in said.values()
    if len(citations) > 1:
        return False
    only = citations[0]
    _, sentence = library.sentences[only.document.path, only.start, only.end]
    mark = f"{sentence.text}[{only.number}]"
    dated = f"{mark} {said['document_date'].format(date=only.document.date)}"
    return bare.removeprefix("- ") in (mark, dated) or bare in (mark, dated)
