"""What can be asked as tools, whatever carries the calls: typed input and output, and the functions between."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chatbot.errors import InputError
from chatbot.pipeline import Chatbot
from chatbot.serve import batch
from chatbot.serve.api.models import FINAL, asked
from chatbot.types import Document, Turn

Json = dict[str, Any]
LONGEST = 100_000
"""Characters of a document in one piece."""


class _Given(BaseModel):
    """What a tool is called with; a misspelt name must not pass for one that was left out."""

    model_config = ConfigDict(extra="forbid")


Given = TypeVar("Given", bound=_Given)


class Before(_Given):
    """An earlier question with its answer."""

    question: str
    answer: str = ""


class Ask(_Given):
    """A question."""

    question: Annotated[str, Field(description="In Japanese or English; it is answered in the same language.")]
    history: Annotated[list[Before], Field(description="Earlier questions with their answers, oldest first.")] = []


class Search(_Given):
    """A query."""

    query: Annotated[str, Field(description="A question or words, in Japanese or English.")]
    k: Annotated[int, Field(ge=1, le=50, description="How many passages.")] = 5


class Read(_Given):
    """A piece of a document."""

    document: Annotated[str, Field(description="Its path, as answers and passages name it.")]
    start: Annotated[int, Field(ge=0, description="First character.")] = 0
    length: Annotated[int, Field(ge=1, le=LONGEST, description="How many characters at most.")] = 20_000


class Source(BaseModel):
    """The exact place that says what a sentence of the answer says."""

    n: Annotated[int, Field(description="The number of its mark in the answer.")]
    document: str
    title: str
    date: str
    url: str
    lang: str
    quote: Annotated[str, Field(description="Verbatim: characters start to end of the document.")]
    start: int
    end: int


class Struck(BaseModel):
    """A sentence that was written and not given."""

    sentence: str
    why: str


class Answer(BaseModel):
    """A cited answer, or a refusal."""

    question: str
    standalone: Annotated[str, Field(description="The question made to stand alone.")]
    lang: str
    answer: Annotated[str, Field(description="Each sentence ends with the mark of its source, as in [1].")]
    refused: Annotated[bool, Field(description="Whether the documents do not say it.")]
    citations: list[Source]
    supported: Annotated[float, Field(description="Share of the sentences that their quotes support, 0 to 1.")]
    writer: str
    timings_ms: dict[str, float]
    struck: list[Struck]
    note: str


class Passage(BaseModel):
    """A passage of a document."""

    document: str
    start: int
    end: int
    score: float
    text: str


class Passages(BaseModel):
    """Passages, best first."""

    hits: list[Passage]
    timings_ms: dict[str, float]


class Text(BaseModel):
    """A document, or a piece of it."""

    document: str
    title: str
    date: str
    url: str
    publisher: str
    kind: str
    lang: str
    text: str
    start: int
    end: int
    length: Annotated[int, Field(description="Characters of the whole document.")]


@dataclass(frozen=True, slots=True)
class Tool:
    """One that can be called."""

    name: str
    title: str
    description: str
    given: type[_Given]
    gives: type[BaseModel]
    run: Callable[[Chatbot, Any, threading.Event], Json]

    def call(self, bot: Chatbot, arguments: Mapping[str, Any], stop: threading.Event) -> Json:
        """Do it.

        Args:
            bot: Who is asked.
            arguments: As they came.
            stop: Set once nobody waits for it.

        Raises:
            InputError: If the arguments cannot be used.
        """
        return self.run(bot, checked(self.given, arguments), stop)


def checked(kind: type[Given], arguments: Mapping[str, Any]) -> Given:
    """Return arguments as values of the right types.

    Raises:
        InputError: If they are not.
    """
    try:
        return kind.model_validate(arguments)
    except ValidationError as cause:
        first = cause.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InputError(f"{place}: {first['msg']}. See the tool's schema.") from None


def past(given: Ask) -> tuple[Turn, ...]:
    """Return the turns before a question."""
    return tuple(Turn(each.question, each.answer) for each in given.history)


def answer(bot: Chatbot, given: Ask, stop: threading.Event) -> Json:
    """Answer a question whole, by the writer where one is configured."""
    return _without_id(batch.answer_one(asked(bot, FINAL, stop), given.question, past(given)))


def search(bot: Chatbot, given: Search, stop: threading.Event) -> Json:
    """Find passages."""
    del stop
    return _without_id(batch.search_one(bot, given.query, given.k))


def read(bot: Chatbot, given: Read, stop: threading.Event) -> Json:
    """Read a document, or a piece of it."""
    del stop
    document = find(bot, given.document)
    start, end = (min(at, len(document.text)) for at in (given.start, given.start + given.length))
    return {
        "document": document.path,
        "title": document.title,
        "date": document.date,
        "url": document.url,
        "publisher": document.publisher,
        "kind": document.kind,
        "lang": document.language,
        "text": document.text[start:end],
        "start": start,
        "end": end,
        "length": len(document.text),
    }


def find(bot: Chatbot, path: str) -> Document:
    """Return the document of a path.

    Raises:
        InputError: If there is none.
    """
    documents = {document.path: document for document in bot.documents}
    if path in documents:
        return documents[path]
    (close,) = difflib.get_close_matches(path[:200], documents, n=1, cutoff=0.0)
    raise InputError(f"There is no document {path[:200]!r}. The closest is {close!r}; search names others.")


def _without_id(row: Json) -> Json:
    # A call is not a line of a batch.
    return {name: value for name, value in row.items() if name != "id"}


TOOLS = (
    Tool(
        "ask",
        "Ask",
        "Answer a question from the documents. Each sentence of the answer has its source with the exact quote, date and link; "
        "where the documents do not say it, the answer says so.",
        Ask,
        Answer,
        answer,
    ),
    Tool(
        "search",
        "Search",
        "Find the passages of the documents that are nearest to a query, best first.",
        Search,
        Passages,
        search,
    ),
    Tool("read_document", "Read a document", "Read a document, or a piece of it, by its path.", Read, Text, read),
)
