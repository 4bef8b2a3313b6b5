"""Events and values to the JSON that other programs rely on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.grounds import Weighed
from chatbot.types import Citation, Done, Hit, Reading

Json = dict[str, Any]


def answer(done: Done, question: str, id: str | float | None = None) -> Json:
    """Render a finished answer."""
    return {
        "id": id,
        "question": question,
        "standalone": done.query.text,
        "lang": done.query.language,
        "answer": done.answer,
        "refused": done.refused,
        "citations": [citation(cited) for cited in done.citations],
        "supported": done.supported,
        "writer": done.writer,
        "timings_ms": dict(done.timings_ms),
        "struck": [{"sentence": each.sentence, "why": each.why} for each in done.struck],
        "note": done.note,
        "grounds": _grounds(done.weighed) if done.weighed else None,
    }


def citation(cited: Citation) -> Json:
    """Render one citation."""
    document = cited.document
    return {
        "n": cited.number,
        "document": document.path,
        "title": document.title,
        "date": document.date,
        "url": document.url,
        "lang": document.language,
        "quote": cited.quote,
        "start": cited.start,
        "end": cited.end,
    }


def _grounds(weighed: Weighed) -> Json:
    found = weighed.grounds
    return {
        "score": round(weighed.score, 4),
        "needed": weighed.needed,
        "near": round(found.near, 4),
        "covered": round(found.covered, 4),
        "shown": found.shown,
        "strangers": list(found.strangers),
        "holds": None if found.holds is None else round(found.holds, 4),
    }


def hits(found: Sequence[Hit], milliseconds: float, id: str | float | None = None) -> Json:
    """Render what a search found, best first."""
    return {"id": id, "hits": [_hit(hit) for hit in found], "timings_ms": {"total": round(milliseconds, 2)}}


def reading(read: Reading, id: str | float | None = None) -> Json:
    """Render a span of one context."""
    return {
        "id": id,
        "answer": read.answer,
        "start": read.start,
        "end": read.end,
        "score": round(read.score, 6),
        "no_answer": round(read.no_answer, 6),
    }


def problem(message: str, id: str | float | None = None) -> Json:
    """Render what stands in a batch's output for a line that could not be answered."""
    return {"id": id, "error": message}


def _hit(hit: Hit) -> Json:
    passage = hit.passage
    start, end = passage.span
    text = passage.document.text[start:end]
    return {"document": passage.document.path, "start": start, "end": end, "score": round(hit.score, 6), "text": text}


def identifier(row: Mapping[str, Any]) -> str | float | None:
    """Return the `id` of a batch's line if it is one that JSON can give back."""
    id = row.get("id")
    return id if isinstance(id, str | int) or (isinstance(id, float) and math.isfinite(id)) else None
