"""An answer as OpenAI's clients read it, whole or in chunks."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chatbot.serve import wire
from chatbot.serve.api.problem import error_json
from chatbot.serve.api.tell import Ending

Json = dict[str, Any]

LAST = b"data: [DONE]\n\n"
ALIVE = b": the answer is being written\n\n"
"""A comment, which clients pass over; it keeps what stands between from closing the connection."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What all parts of one answer have in common."""

    model: str
    prompt_tokens: int
    json: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, text: str, ending: Ending) -> Json:
        """Render the answer in one piece."""
        message = {"role": "assistant", "content": self._content(text, ending), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": ending.reason}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage(ending), **_more(ending)}

    def chunks(self, text: str, ending: Ending, include_usage: bool) -> Iterator[bytes]:
        """Render what follows the last piece of the text: how it ended, with its sources, and what it took.

        Args:
            text: All of it; sent here only where it is one JSON object.
            ending: How it ended.
            include_usage: Whether that is asked for.
        """
        if self.json:
            yield self.chunk({"content": self._content(text, ending)}, include_usage)
        yield self.chunk({}, include_usage, ending)
        if include_usage:
            yield _event({**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage(ending)})
        yield LAST

    def chunk(self, delta: Json, include_usage: bool, ending: Ending | None = None) -> bytes:
        """Render one piece."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": ending.reason if ending else None}
        usage = {"usage": None} if include_usage else {}
        more = _more(ending) if ending else {}
        return _event({**self._head("chat.completion.chunk"), "choices": [choice], **usage, **more})

    def _head(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _content(self, text: str, ending: Ending) -> str:
        return json.dumps({"answer": text, **_more(ending)}, ensure_ascii=False) if self.json else text

    def _usage(self, ending: Ending) -> Json:
        total = self.prompt_tokens + ending.tokens
        return {"prompt_tokens": self.prompt_tokens, "completion_tokens": ending.tokens, "total_tokens": total}


def failed(status: int, message: str) -> bytes:
    """Render the end of a stream that broke off."""
    return _event(error_json(status, message))


def encoded(row: Json) -> bytes:
    """Return JSON in UTF-8; what UTF-8 has no place for, as a path may have, is escaped."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _event(row: Json) -> bytes:
    return b"data: " + encoded(row) + b"\n\n"


def _more(ending: Ending) -> Json:
    """Render what OpenAI's answers do not have: the sources, and how well they carry the answer."""
    sources = [wire.citation(each) for each in ending.citations]
    done = ending.done
    if done is None:
        return {"citations": sources}
    return {"citations": sources, "refused": done.refused, "supported": done.supported, "lang": done.query.language}
